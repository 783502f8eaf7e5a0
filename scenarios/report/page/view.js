// Moving through the lanes: mouse, touch, keys and buttons all end in show.

const whole = { a: data.t0, b: Math.max(data.t1, data.t0 + 1e9) };
const LEAST = 20e6; // ns: no closer than 20 ms across

// show looks at the stretch from a to b, kept within the run.
function show(a, b) {
  const span = Math.min(Math.max(b - a, LEAST), whole.b - whole.a);
  const middle = (a + b) / 2;
  const from = Math.min(Math.max(middle - span / 2, whole.a), whole.b - span);
  lanes.view = { a: from, b: from + span };
  placeLanes();
}

function zoom(factor, at) {
  const { a, b } = lanes.view;
  const t = at === undefined ? (a + b) / 2 : at;
  show(t - (t - a) * factor, t + (b - t) * factor);
}

function pan(share) {
  const { a, b } = lanes.view;
  show(a + (b - a) * share, b + (b - a) * share);
}

function timeAt(clientX) {
  const box = lanes.box.getBoundingClientRect();
  const share = (clientX - box.left - lanes.left - MARGIN) / (lanes.width - lanes.left - 2 * MARGIN);
  return lanes.view.a + share * (lanes.view.b - lanes.view.a);
}

function showStorm() {
  const storms = data.storm || [];
  if (storms.length === 0) return show(whole.a, whole.b);
  const a = storms[0].t0, b = storms[storms.length - 1].t1;
  show(a - (b - a) * 0.04, b + (b - a) * 0.04);
}

const zoomTools = {
  in: () => zoom(0.5), out: () => zoom(2), left: () => pan(-0.4), right: () => pan(0.4),
  all: () => show(whole.a, whole.b), storm: showStorm,
};
const zoomKeys = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", 0: "all", s: "storm" };

const hands = new Map(); // pointers that are down: id to place
const drag = { from: null, moved: false, view: null, gap: 0 };

function startDrag() {
  const places = [...hands.values()];
  drag.view = lanes.view;
  drag.from = places.reduce((sum, x) => sum + x, 0) / places.length;
  drag.gap = places.length > 1 ? Math.abs(places[0] - places[1]) : 0;
}

function onPointerDown(event) {
  if (event.button !== 0) return;
  if (hands.size === 0) drag.moved = false;
  hands.set(event.pointerId, event.clientX);
  startDrag();
}

function onPointerMove(event) {
  if (!hands.has(event.pointerId)) return;
  hands.set(event.pointerId, event.clientX);
  const places = [...hands.values()];
  const middle = places.reduce((sum, x) => sum + x, 0) / places.length;
  if (!drag.moved && Math.abs(middle - drag.from) < 5 && places.length === 1) return;
  if (!drag.moved) lanes.box.setPointerCapture(event.pointerId);
  drag.moved = true;
  lanes.box.classList.add("dragging");
  const { a, b } = drag.view;
  const room = lanes.width - lanes.left - 2 * MARGIN;
  const factor = places.length > 1 && drag.gap > 0 ? drag.gap / Math.max(20, Math.abs(places[0] - places[1])) : 1;
  const fixed = a + ((drag.from - lanes.box.getBoundingClientRect().left - lanes.left - MARGIN) / room) * (b - a);
  const share = (middle - lanes.box.getBoundingClientRect().left - lanes.left - MARGIN) / room;
  const span = (b - a) * factor;
  show(fixed - share * span, fixed + (1 - share) * span);
}

function onPointerUp(event) {
  hands.delete(event.pointerId);
  if (hands.size > 0) startDrag(); else lanes.box.classList.remove("dragging");
}

function onWheel(event) {
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!event.ctrlKey && !event.metaKey && !sideways && !event.shiftKey) return; // the page scrolls
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY * 0.0022), timeAt(event.clientX));
  else pan((sideways ? event.deltaX : event.deltaY) / lanes.width);
}

// onLaneClick finds the event that is next to a click on a lane.
function onLaneClick(event) {
  if (drag.moved) { event.preventDefault(); event.stopPropagation(); return; }
  if (event.target.closest("a")) return;
  const y = event.clientY - lanes.box.getBoundingClientRect().top;
  const row = lanes.rows.find((one) => y >= one.y && y < one.y + one.h);
  if (row && event.detail < 2) pointAt(nearestEvent(row.lane.id.split("/")[0], timeAt(event.clientX)));
}

function nearestEvent(who, t) {
  let best = 0, gap = Infinity;
  const place = data.who.indexOf(who);
  data.events.forEach((row, index) => {
    if (!row) return;
    const away = Math.abs(row[EVENT.t] - t);
    if (row[EVENT.who] === place && away < gap) { best = index + 1; gap = away; }
  });
  return best;
}

function listenToLanes() {
  const box = lanes.box;
  box.addEventListener("pointerdown", onPointerDown);
  box.addEventListener("pointermove", onPointerMove);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) box.addEventListener(name, onPointerUp);
  box.addEventListener("wheel", onWheel, { passive: false });
  box.addEventListener("click", onLaneClick, true);
  box.addEventListener("dblclick", (event) => zoom(0.33, timeAt(event.clientX)));
  box.addEventListener("dragstart", (event) => event.preventDefault());
  box.addEventListener("keydown", (event) => {
    const tool = zoomKeys[event.key];
    if (!tool || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    zoomTools[tool]();
  });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoomTools[button.dataset.zoom]());
  }
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth !== width) { width = box.clientWidth; buildLanes(); }
  }).observe(box);
}
