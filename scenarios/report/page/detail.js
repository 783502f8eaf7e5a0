// The detail of a sale: what was wanted, what happened, what the books, the
// card host and the paper say of it.

const quiet = new Set(["span", "delivered"]);

function openSale(basket) {
  const sale = saleByBasket.get(basket);
  const panel = byId("detail");
  if (!sale) return closeSale();
  panel.replaceChildren(
    saleHead(sale), saleSummary(sale), ...saleFindings(sale),
    make("div", { class: "halves" },
      make("div", {}, saleBasket(sale), saleFlow(sale), saleEntries(sale), saleHost(sale)), salePapers(sale)),
  );
  panel.hidden = false;
  panel.scrollTop = 0;
  choose(sale);
  panel.querySelector("h2").focus({ preventScroll: true });
}

function closeSale() {
  const panel = byId("detail");
  if (panel.hidden) return;
  panel.hidden = true;
  const row = document.querySelector("tr.chosen[data-sale] a");
  if (location.hash.startsWith("#sale=")) history.replaceState(null, "", location.pathname + location.search);
  if (row) row.focus({ preventScroll: true });
}

function choose(sale) {
  for (const old of document.querySelectorAll(".sale.chosen, tr[data-sale].chosen")) old.classList.remove("chosen");
  if (sale.node) sale.node.classList.add("chosen");
  const row = document.querySelector(`tr[data-sale="${sale.b}"]`);
  if (row) row.classList.add("chosen");
}

function saleHead(sale) {
  const at = data.sales.indexOf(sale);
  const go = (step, sign, name) => {
    const other = data.sales[at + step];
    const button = make("button", { type: "button", "aria-label": name }, sign);
    button.disabled = !other;
    if (other) button.addEventListener("click", () => { location.hash = "sale=" + other.b; });
    return button;
  };
  const close = make("button", { type: "button", "aria-label": "Close" }, "✕");
  close.addEventListener("click", closeSale);
  const name = sale.number ? `Sale ${sale.number}` : `Basket ${sale.b}`;
  return make("div", { class: "head" }, make("h2", { id: "detail-h", tabindex: "-1" }, name),
    go(-1, "◀", "Sale before"), go(1, "▶", "Next sale"), close);
}

function saleSummary(sale) {
  const words = `Basket ${sale.b} at ${sale.till}, ${clock(sale.t)}: ${[sale.tender, sale.money].filter(Boolean).join(" ")}. `;
  const look = make("button", { type: "button" }, "Show on the lanes");
  look.addEventListener("click", () => {
    const around = Math.max(5e9, (sale.t1 - sale.t0) * 0.15);
    show(sale.t0 - around, sale.t1 + around);
    if (innerWidth < 900) closeSale();
    lanes.box.scrollIntoView({ block: "start" });
  });
  const jumps = [["Journal", ".journal"], ["Card host", ".host"], ["Paper", ".paper"]].map(([name, part]) => {
    const button = make("button", { type: "button", class: "jump" }, name);
    button.addEventListener("click", () => byId("detail").querySelector(part).scrollIntoView({ block: "start" }));
    return button;
  });
  return make("div", {}, make("p", {}, words, ...sale.chips.map(chipOf)), make("p", { class: "acts" }, look, ...jumps));
}

function chipOf(chip) { return make("span", { class: "chip " + chip.class }, chip.text); }

function saleFindings(sale) {
  return (sale.findings || []).map((text) => make("p", {}, make("span", { class: "chip bad" }, "violated"), " ", text));
}

// madeUp marks money that an import made up.
function madeUp() {
  return data.invented ? make("p", { class: "note hatch made-up" }, `Made up by the import: ${data.invented}.`) : "";
}

function saleBasket(sale) {
  const rows = sale.wanted.map((item) => make("tr", {},
    make("th", { scope: "row" }, item.label, make("span", { class: "sub" }, item.sku)),
    make("td", { class: "num" }, String(item.qty)), make("td", { class: data.invented ? "num hatch" : "num" }, item.price)));
  return make("div", {}, make("h3", {}, "What the shopper wanted"), madeUp(),
    make("table", {}, make("thead", {}, make("tr", {}, make("th", {}, "Article"), make("th", { class: "num" }, "Pieces"),
      make("th", { class: "num" }, "Price in the morning"))), make("tbody", {}, ...rows)));
}

function saleFlow(sale) {
  const list = make("ol", { class: "flow" });
  let away = false, shown = "";
  const events = sale.events.filter((n) => {
    const { kind, text } = eventOf(n), again = kind === "screen" && text === shown;
    if (kind === "screen") shown = text;
    return !quiet.has(kind) && !again;
  });
  for (const row of folded(events)) {
    if (row.hidden) {
      list.append(make("li", { class: "gap" }, foldWords(row)));
      continue;
    }
    const event = eventOf(row);
    if (!away && event.t > sale.t1) {
      away = true;
      list.append(make("li", { class: "gap" }, "after the shopper had left"));
    }
    list.append(flowRow(sale, event));
  }
  return make("div", { class: "happened" }, make("h3", {}, "What happened"), list);
}

function flowRow(sale, event) {
  const name = findingEvents.has(event.n) ? "finding" : isTrouble(event) ? "trouble" : "";
  const at = make("a", { class: "at", href: "#event=" + event.n, title: "event " + event.n }, clock(event.t, 0.5e9));
  const what = event.kind === "screen" ? screenOf(event) : make("span", {}, event.text);
  return make("li", { class: name }, at, make("div", {}, make("span", { class: "who" }, event.who + " "), what));
}

function screenOf(event) {
  const [title, ...lines] = event.text.split(" │ ");
  return make("span", { class: "screen" }, make("b", {}, title), lines.length ? "\n" + lines.join("\n") : "");
}

function saleEntries(sale) {
  const box = make("div", { class: "journal" }, make("h3", {}, `Journal entries (${sale.entries.length})`));
  if (sale.entries.length === 0) box.append(make("p", { class: "note" }, "No entry of any journal names this sale."));
  for (const place of sale.entries) box.append(entryOf(data.entries[place]));
  return box;
}

function entryOf(entry) {
  const held = entry.holders.length ? "held at the end by " + entry.holders.join(", ") : "held by nobody at the end";
  const box = make("details", { class: "entry" },
    make("summary", {}, make("b", {}, entry.key), " ", factsOf(entry.payload), " ", make("span", { class: "holders" }, held)),
    make("code", { class: "hash" }, "hash " + entry.hash));
  if (entry.prev) box.append(make("code", { class: "hash" }, "prev " + entry.prev));
  box.append(make("pre", {}, pretty(entry.payload)));
  if (entry.holders.length === 0) box.querySelector(".holders").className = "chip bad";
  if (/"sale":/.test(entry.payload)) box.open = true;
  return box;
}

// factsOf names the facts of an entry.
function factsOf(payload) {
  try {
    const entry = JSON.parse(payload);
    return (entry.facts || []).flatMap((fact) => Object.keys(fact)).join(", ") +
      (entry.intents ? " → " + entry.intents.flatMap((intent) => Object.keys(intent).filter((key) => key !== "id")).join(", ") : "");
  } catch (error) {
    return "(not an entry)";
  }
}

// pretty indents JSON as text: its numbers are wider than JavaScript's, so it
// must not pass through a parser.
function pretty(text) {
  let out = "", depth = 0, quoted = false;
  const line = () => "\n" + "  ".repeat(depth);
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      out += c;
      if (c === "\\") out += text[++i] || "";
      else if (c === '"') quoted = false;
    } else if (c === '"') { quoted = true; out += c;
    } else if (c === "{" || c === "[") {
      depth++;
      out += text[i + 1] === "}" || text[i + 1] === "]" ? c : c + line();
    } else if (c === "}" || c === "]") {
      depth--;
      out += text[i - 1] === "{" || text[i - 1] === "[" ? c : line() + c;
    } else out += c === "," ? c + line() : c === ":" ? ": " : c;
  }
  return out;
}

function saleHost(sale) {
  const rows = sale.events.map(eventOf).filter((event) => event.kind === "request" || event.kind === "ledger");
  const box = make("div", { class: "host" }, make("h3", {}, "Card host"));
  if (rows.length === 0) box.append(make("p", { class: "note" }, "The card host never heard of it."));
  else box.append(make("ol", { class: "flow" }, ...rows.map((event) => flowRow(sale, event))));
  return box;
}

function salePapers(sale) {
  const box = make("div", { class: "paper" }, make("h3", {}, "Paper"), sale.papers.length > 0 ? madeUp() : "");
  if (sale.papers.length === 0) box.append(make("p", { class: "note" }, "No paper came out for it."));
  box.append(make("div", { class: "papers" }, ...sale.papers.map((place) => paperOf(data.papers[place]))));
  return box;
}

function paperOf(paper) {
  const name = (paper.number ? "Receipt " + paper.number : "Paper") + ": " + paper.state + (paper.mark ? ", marked " + paper.mark : "");
  const text = make("details", {}, make("summary", {}, "as text"), make("pre", {}, paper.lines.join("\n")));
  const figure = make("figure", {});
  if (paper.png) {
    figure.append(make("img", { src: "data:image/png;base64," + paper.png, alt: name, width: paper.w, height: paper.h }));
  } else text.open = true;
  figure.append(make("figcaption", {}, name + (paper.png ? "" : " (its picture is in the evidence folder)")), text);
  return figure;
}
