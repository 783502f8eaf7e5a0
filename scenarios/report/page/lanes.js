// The swim lanes: built once; a change of view only moves what is there.

const lanes = {
  box: byId("lanes"), svg: document.querySelector("#lanes svg"),
  left: 0, width: 0, height: 0, view: { a: data.t0, b: data.t1 },
  bands: [], marks: [], ticks: [], rows: [], layer: {},
};

const TOP = 24;
const MARGIN = 20; // ns of the view's ends fall this far from the edges

function laneHeight(lane) { return lane.tall ? 30 : lane.group === "Till " + lane.name && lane.marks.some(isAbove) ? 48 : 24; }

// isAbove tells which marks lie above a till's band.
function isAbove(mark) { return mark.c === "fault" || mark.c === "disk" || mark.c === "clock"; }

// middle is where a lane's bands lie. A till's faults have a line of their
// own above it: there is most to see.
function middle(row) { return row.h > 40 ? row.y + 34 : row.y + row.h / 2; }

function layOut() {
  lanes.width = Math.max(320, lanes.box.clientWidth);
  lanes.left = lanes.width < 600 ? 82 : 138;
  let y = TOP;
  lanes.rows = data.lanes.map((lane) => {
    if (lane.group) y += 20;
    const row = { lane, y, h: laneHeight(lane) };
    y += row.h;
    return row;
  });
  lanes.height = y + 8;
}

function buildLanes() {
  layOut();
  lanes.svg.replaceChildren();
  lanes.svg.setAttribute("viewBox", `0 0 ${lanes.width} ${lanes.height}`);
  lanes.svg.setAttribute("height", lanes.height);
  lanes.bands = []; lanes.marks = []; lanes.ticks = [];
  const clip = draw("clipPath", { id: "inside" }, draw("defs", {}, lanes.svg));
  draw("rect", { x: lanes.left, y: 0, width: lanes.width - lanes.left, height: lanes.height }, clip);
  const inside = draw("g", { "clip-path": "url(#inside)" }, lanes.svg);
  for (const name of ["storm", "grid", "bands", "ticks", "names", "marks", "pins"]) {
    lanes.layer[name] = draw("g", { class: name === "grid" ? "grid" : "" }, inside);
  }
  buildStorm();
  for (const row of lanes.rows) buildLane(row);
  buildPins();
  buildSide();
  placeLanes();
}

function buildStorm() {
  for (const band of data.storm || []) {
    const rect = draw("rect", { class: "storm", y: 0, height: lanes.height }, lanes.layer.storm);
    const name = draw("text", { class: "stormname", y: TOP + 15 }, lanes.layer.storm);
    name.textContent = "storm";
    lanes.bands.push({ node: rect, t0: band.t0, t1: band.t1, least: 2, name, room: 40 });
  }
  for (const act of data.acts.filter((mark) => mark.c === "calm")) {
    const line = draw("line", { class: "act", y1: 0, y2: lanes.height, x1: 0, x2: 0 }, draw("g", {}, lanes.layer.storm));
    draw("title", {}, line).textContent = act.d;
    lanes.marks.push({ node: line.parentNode, t: act.t, y: 0 });
  }
}

function buildLane(row) {
  const { lane, y, h } = row;
  const at = middle(row);
  draw("line", { class: "row", x1: lanes.left, x2: lanes.width, y1: y + h, y2: y + h }, lanes.layer.grid);
  lane.bands.forEach((band, index) => buildBand(row, band, index));
  for (const name of Object.keys(lane.ticks).sort()) {
    const node = draw("path", { class: "tick " + name }, lanes.layer.ticks);
    const from = name === "sale" ? -7 : name === "checkpoint" ? -7 : name === "recovery" ? 1 : -4;
    lanes.ticks.push({ node, times: lane.ticks[name], y0: at + from, y1: at + (name === "checkpoint" ? -1 : name === "commit" || name === "work" ? 4 : 7) });
  }
  row.marks = lane.marks.map((mark) => buildMark(row, mark));
  if (lane.tall) buildSales(row);
}

function buildBand(row, band, index) {
  const thin = band.c === "up" ? 4 : band.c === "lie" ? 12 : band.c === "job" || band.c === "ruined" ? 10 : 14;
  const odd = band.c === "life" && index % 4 === 2 ? " odd" : "";
  const node = draw("rect", { class: "b-" + band.c + odd, y: middle(row) - thin / 2, height: thin, rx: 1.5 }, lanes.layer.bands);
  draw("title", {}, node).textContent = `${row.lane.id}: ${band.d}, ${clock(band.t0)} to ${clock(band.t1)}`;
  const item = { node, t0: band.t0, t1: band.t1, least: band.c === "up" ? 0 : 1.5 };
  const said = row.lane.marks.some((mark) => mark.l && mark.t === band.t0); // a fault says it there
  if ((band.c === "life" || band.c === "down" || band.c === "lie") && !said) {
    const short = band.d.split(":")[0];
    item.name = draw("text", { class: "bandname", y: middle(row) + 4 }, lanes.layer.names);
    item.name.textContent = short;
    item.room = short.length * 6.4 + 10;
  }
  lanes.bands.push(item);
}

// shapes are drawn around the middle of the lane.
const shapes = {
  fault: "M0-9L9 0L0 9L-9 0Z", cut: "M0 5L-5-4L5-4Z", started: "M0-5L-5 4L5 4Z", host: "M-3.5-3.5H3.5V3.5H-3.5Z",
  refused: "M-4-4L4 4M4-4L-4 4", people: "M-3.5 0A3.5 3.5 0 1 0 3.5 0A3.5 3.5 0 1 0-3.5 0Z", clock: "M0-6L6 0L0 6L-6 0Z", disk: "M0-6L6 0L0 6L-6 0Z",
};

function buildMark(row, mark) {
  const node = draw("a", { class: "m-" + mark.c, href: "#event=" + mark.n, "aria-label": `${clock(mark.t)} ${row.lane.id}: ${mark.d}` }, lanes.layer.marks);
  if (mark.c !== "fault" && mark.c !== "cut") node.setAttribute("tabindex", "-1");
  draw("title", {}, node).textContent = `${clock(mark.t)} ${row.lane.id}: ${mark.d}`;
  draw("path", { class: "face", d: shapes[mark.c] || shapes.people }, node);
  const item = { node, t: mark.t, y: isAbove(mark) && row.h > 40 ? row.y + 13 : middle(row), shift: mark.c === "started" ? 5 : 0 };
  if (mark.c === "fault") {
    const number = String(data.numbers[mark.n] || "!");
    draw("text", { class: number.length > 1 ? "no two" : "no", y: 3 }, node).textContent = number;
  }
  if (mark.l) {
    item.label = draw("text", { class: "label", x: 12, y: 4 }, node);
    item.label.textContent = mark.l;
    item.room = mark.l.length * 6.3 + 24;
  }
  lanes.marks.push(item);
  return item;
}

function buildSales(row) {
  const till = row.lane.id.slice(0, row.lane.id.lastIndexOf("/"));
  for (const sale of data.sales) {
    if (sale.till !== till) continue;
    const y = row.y + row.h / 2;
    const stay = draw("rect", { class: "b-up", y: y - 1.5, height: 3 }, lanes.layer.bands);
    lanes.bands.push({ node: stay, t0: sale.t0, t1: sale.t1, least: 0 });
    const words = `${clock(sale.t)} basket ${sale.b}, ${sale.tender} ${sale.money}: ${sale.chips.map((chip) => chip.text).join(", ")}`;
    const node = draw("a", { class: `sale ${sale.tender} ${sale.class}`, href: "#sale=" + sale.b, "aria-label": words }, lanes.layer.marks);
    draw("title", {}, node).textContent = words;
    draw("circle", { class: "ring", r: 8 }, node);
    draw("path", { class: "face", d: sale.tender === "card" ? "M-4.5-4.5H4.5V4.5H-4.5Z" : "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z" }, node);
    sale.node = node;
    lanes.marks.push({ node, t: sale.t, y });
  }
}

// buildPins marks the events that show a violation, through all lanes: all of
// what came about first, and where each of the others began.
function buildPins() {
  lanes.pins = [];
  data.findings.slice(0, data.lead).reverse().forEach((finding, index, all) => { // the first lies on top
    const lead = index === all.length - 1;
    const events = finding.events.map(eventOf).filter((event) => event && event.kind !== "entry" && event.kind !== "state");
    for (const event of lead ? events : events.slice(-1)) {
      const node = draw("g", { class: lead ? "pin" : "pin later" }, lanes.layer.pins);
      draw("line", { y1: 20, y2: lanes.height, x1: 0, x2: 0 }, node);
      draw("rect", { x: -13, y: 6, width: 26, height: 15, rx: 3 }, node);
      draw("text", { y: 17 }, node).textContent = finding.id;
      draw("title", {}, node).textContent = finding.id + ": " + finding.text;
      const mark = { node, t: event.t, y: 0 };
      lanes.marks.push(mark);
      lanes.pins.unshift(mark);
    }
  });
}

// placePins leaves out the flag of a pin that would lie on another's: what came
// about first keeps its own.
function placePins() {
  const taken = [];
  for (const pin of lanes.pins) {
    const free = pin.at !== null && taken.every((at) => Math.abs(at - pin.at) > 27);
    if (free) taken.push(pin.at);
    pin.node.classList.toggle("bare", !free);
  }
}

function buildSide() {
  const side = draw("g", {}, lanes.svg);
  draw("rect", { class: "side", x: 0, y: 0, width: lanes.left, height: lanes.height }, side);
  draw("line", { class: "row", x1: lanes.left, x2: lanes.left, y1: 0, y2: lanes.height }, side);
  for (const { lane, y, h } of lanes.rows) {
    if (lane.group) {
      const head = draw("text", { class: "group", x: 8, y: y - 5 }, side);
      head.textContent = lane.group;
    }
    const name = draw("text", { class: "soft", x: lane.sub ? 20 : 12, y: middle({ y, h }) + 4 }, side);
    name.textContent = lane.name;
  }
}

function scale() {
  const { a, b } = lanes.view;
  const room = lanes.width - lanes.left - 2 * MARGIN;
  return { x: (t) => lanes.left + MARGIN + ((t - a) / (b - a)) * room, room };
}

function placeLanes() {
  const { x, room } = scale();
  const far = lanes.width + 60;
  placeGrid(x, room);
  for (const band of lanes.bands) placeBand(band, x, far);
  for (const mark of lanes.marks) {
    const at = x(mark.t) + (mark.shift || 0);
    const away = at < lanes.left - 20 || at > far;
    mark.at = away ? null : at;
    mark.node.setAttribute("visibility", away ? "hidden" : "visible");
    if (!away) mark.node.setAttribute("transform", `translate(${at.toFixed(1)} ${mark.y})`);
  }
  for (const tick of lanes.ticks) tick.node.setAttribute("d", tickPath(tick, x, far));
  for (const row of lanes.rows) placeLabels(row);
  placePins();
}

function placeBand(band, x, far) {
  const from = Math.max(x(band.t0), lanes.left - 20);
  const to = Math.min(x(band.t1), far);
  const gone = to < lanes.left - 20 || from > far;
  band.node.setAttribute("visibility", gone ? "hidden" : "visible");
  if (!gone) {
    band.node.setAttribute("x", from.toFixed(1));
    band.node.setAttribute("width", Math.max(band.least, to - from).toFixed(1));
  }
  if (!band.name) return;
  const start = Math.max(from, lanes.left) + 5;
  const shown = !gone && Math.min(to, lanes.width) - start > band.room - 8;
  band.name.setAttribute("visibility", shown ? "visible" : "hidden");
  band.name.setAttribute("x", start.toFixed(1));
}

// tickPath draws one stroke a pixel, however many ticks fall on it.
function tickPath(tick, x, far) {
  let path = "", last = -1;
  for (const t of tick.times) {
    const at = Math.round(x(t));
    if (at === last || at < lanes.left || at > far) continue;
    last = at;
    path += `M${at + 0.5} ${tick.y0}V${tick.y1}`;
  }
  return path;
}

// placeLabels shows the words of a fault where there is room for them: to its
// right, to its left, or not before one zooms in. Every mark on its line is in
// the way, not only those that have words.
function placeLabels(row) {
  let free = lanes.left;
  const marks = row.marks.filter((mark) => mark.at !== null && mark.y === (row.marks.find((one) => one.label) || mark).y).sort((a, b) => a.at - b.at);
  for (const mark of row.marks) if (mark.label && mark.at === null) mark.label.setAttribute("visibility", "hidden");
  marks.forEach((mark, index) => {
    const shown = true;
    const next = marks[index + 1];
    const limit = next ? next.at - 10 : lanes.width;
    if (!mark.label) { free = Math.max(free, mark.at + 10); return; }
    let side = "none";
    if (shown && mark.at + mark.room < limit) side = "right";
    else if (shown && mark.at - mark.room > free) side = "left";
    mark.label.setAttribute("visibility", side === "none" ? "hidden" : shown ? "visible" : "hidden");
    mark.label.setAttribute("x", side === "left" ? -12 : 12);
    mark.label.setAttribute("text-anchor", side === "left" ? "end" : "start");
    if (shown) free = mark.at + (side === "right" ? mark.room : 10);
  });
}

const steps = [1, 10, 100, 1000, 2000, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000, 7200000, 14400000, 86400000];

function placeGrid(x, room) {
  for (const old of lanes.layer.grid.querySelectorAll(".hour")) old.remove();
  const span = (lanes.view.b - lanes.view.a) / NS;
  const step = steps.find((ms) => (ms / span) * room > 62) || steps[steps.length - 1];
  const first = Math.ceil((data.opens + lanes.view.a / NS) / step) * step;
  for (let ms = first; ms <= data.opens + lanes.view.b / NS; ms += step) {
    const t = (ms - data.opens) * NS;
    const at = x(t).toFixed(1);
    const group = draw("g", { class: "hour" }, lanes.layer.grid);
    draw("line", { x1: at, x2: at, y1: 24, y2: lanes.height }, group);
    draw("text", { x: at, y: 17, "text-anchor": "middle" }, group).textContent = clock(t, step * NS);
  }
}
