// What the address says is what is open: #sale=12, #event=803.

function followHash() {
  const [, kind, number] = /^#(sale|event)=(\d+)$/.exec(location.hash) || [];
  if (kind === "sale") openSale(Number(number));
  else closeSale();
  if (kind === "event") showEvent(Number(number));
}

async function copyLine() {
  const button = byId("copy");
  try {
    await navigator.clipboard.writeText(byId("line").textContent);
    button.textContent = "Copied";
  } catch (error) { // a page from a file may not copy: select it for the reader
    getSelection().selectAllChildren(byId("line"));
    button.textContent = "Selected";
  }
}

// showFinding looks at the events of the first violation and what lies around
// them.
function showFinding() {
  const times = [...document.querySelectorAll(".steps .at")].map((link) => eventOf(Number(link.hash.slice(7))))
    .filter((event) => event && event.kind !== "entry" && event.kind !== "state").map((event) => event.t);
  if (times.length > 0) {
    const a = Math.min(...times), b = Math.max(...times), around = Math.max(2e9, (b - a) * 0.15);
    show(a - around, b + around);
  }
  byId("day").scrollIntoView();
}

function listen() {
  listenToLanes();
  listenToEvents();
  addEventListener("hashchange", followHash);
  addEventListener("keydown", (event) => { if (event.key === "Escape") closeSale(); });
  document.querySelector(".sales").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-sale]");
    if (row && !event.target.closest("a")) location.hash = "sale=" + row.dataset.sale;
  });
  byId("all-stock").addEventListener("input", (event) => byId("stock").classList.toggle("everything", event.target.checked));
  if (byId("copy")) byId("copy").addEventListener("click", copyLine);
  if (byId("show-finding")) byId("show-finding").addEventListener("click", showFinding);
}

buildLanes();
if (lanes.width < 600) showStorm(); // a telephone begins with what matters
fillFilters();
filterEvents();
listen();
followHash();
