// The list of events: filtered, and a page at a time, so that a telephone can
// hold it.

const PAGE = 100;
const bookkeeping = new Set(["entry", "span", "replicated", "acknowledged", "delivered"]);
const list = { shown: [], found: 0, page: 0, chosen: 0 }; // shown: events, and what stands for many

function fillFilters() {
  const kinds = [...data.kinds].sort(), people = [...data.who].sort();
  for (const kind of kinds) byId("by-kind").append(make("option", { value: kind }, kind));
  for (const who of people) byId("by-who").append(make("option", { value: who }, who));
}

function filterEvents() {
  const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = byId("by-kind").value, who = byId("by-who").value, books = byId("books").checked || kind !== "";
  const found = [];
  for (let n = 1; n <= data.events.length; n++) {
    const event = eventOf(n);
    if (!event) continue; // left out of a large day
    if (kind && event.kind !== kind || who && event.who !== who || !books && bookkeeping.has(event.kind)) continue;
    const text = `${event.n} ${event.who} ${event.kind} ${event.text} basket ${event.basket}`.toLowerCase();
    if (words.every((word) => text.includes(word))) found.push(n);
  }
  list.shown = folded(found);
  list.found = found.length;
  list.page = 0;
  fillEvents();
}

function fillEvents() {
  const pages = Math.max(1, Math.ceil(list.shown.length / PAGE));
  list.page = Math.min(Math.max(list.page, 0), pages - 1);
  const rows = list.shown.slice(list.page * PAGE, (list.page + 1) * PAGE);
  byId("event-rows").replaceChildren(...rows.map((row) => (row.hidden ? foldRow(row) : eventRow(eventOf(row)))));
  byId("page-at").textContent = `page ${list.page + 1} of ${pages}, ${list.found} of ${data.events.length} events`;
  byId("page-back").disabled = list.page === 0;
  byId("page-on").disabled = list.page === pages - 1;
}

function eventRow(event) {
  const name = (isTrouble(event) ? "trouble " : "") + (findingEvents.has(event.n) ? "finding " : "") + (event.n === list.chosen ? "chosen" : "");
  const what = make("td", { class: "what" }, event.text);
  if (saleByBasket.has(event.basket)) what.append(" ", make("a", { href: "#sale=" + event.basket }, "basket " + event.basket));
  return make("tr", { class: name, id: "event-" + event.n },
    make("td", { class: "num" }, String(event.n)), make("td", { class: "time" }, clock(event.t, 0.5e9)),
    make("td", { class: "who" }, event.who + (event.gen > 1 ? " ·" + event.gen : "")), make("td", { class: "kind" }, event.kind), what);
}

function foldRow(fold) {
  const open = make("button", { type: "button" }, "Show them");
  open.addEventListener("click", () => { unfold(fold); fillEvents(); });
  return make("tr", {}, make("td", { class: "fold", colspan: "5" }, foldWords(fold) + " ", open));
}

function unfold(fold) {
  const at = list.shown.indexOf(fold);
  list.shown = [...list.shown.slice(0, at), ...fold.hidden, ...list.shown.slice(at + 1)];
}

// showEvent turns to the page of an event; a filter that hides it is dropped.
function showEvent(n) {
  if (!eventOf(n)) return;
  list.chosen = n;
  const place = () => list.shown.findIndex((row) => row === n || (row.hidden && row.hidden.includes(n)));
  if (place() < 0) {
    byId("find").value = byId("by-kind").value = byId("by-who").value = "";
    byId("books").checked = bookkeeping.has(eventOf(n).kind);
    filterEvents();
  }
  if (list.shown[place()].hidden) unfold(list.shown[place()]);
  list.page = Math.floor(list.shown.indexOf(n) / PAGE);
  fillEvents();
  byId("event-" + n).scrollIntoView({ block: "center" });
}

function pointAt(n) { if (n > 0) location.hash = "event=" + n; }

function listenToEvents() {
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["find", "by-kind", "by-who", "books"]) byId(id).addEventListener("input", filterEvents);
  byId("page-back").addEventListener("click", () => { list.page--; fillEvents(); });
  byId("page-on").addEventListener("click", () => { list.page++; fillEvents(); });
}
