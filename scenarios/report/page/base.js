"use strict";
// What all parts of the page share. Texts of the run go into the document
// through textContent only, never as HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const NS = 1e6; // ns in a ms
const EVENT = { t: 0, gen: 1, who: 2, kind: 3, text: 4, basket: 5 };
const saleByBasket = new Map(data.sales.map((sale) => [sale.b, sale]));
const findingEvents = new Set(data.findings.flatMap((finding) => finding.events));

function byId(id) { return document.getElementById(id); }

// make builds an element; children are elements or text.
function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "class") node.className = value; else node.setAttribute(key, value);
  }
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

const svgSpace = document.querySelector("#lanes svg").namespaceURI;

function draw(name, attributes, parent) {
  const node = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  if (parent) parent.append(node);
  return node;
}

function pad(number, width) { return String(number).padStart(width, "0"); }

// clock writes a time of the run as the shop's clock shows it. How fine it
// must be is the length of what is looked at, in ns.
function clock(t, fine) {
  const ms = Math.floor(data.opens + t / NS);
  const at = new Date(ms);
  let text = pad(at.getUTCHours(), 2) + ":" + pad(at.getUTCMinutes(), 2);
  if (fine === undefined || fine < 60e9) text += ":" + pad(at.getUTCSeconds(), 2);
  if (fine !== undefined && fine < 1e9) text += "." + pad(ms - Math.floor(ms / 1000) * 1000, 3);
  return text;
}

function eventOf(n) {
  const row = data.events[n - 1];
  if (!row) return null;
  return {
    n, t: row[EVENT.t], gen: row[EVENT.gen], who: data.who[row[EVENT.who]],
    kind: data.kinds[row[EVENT.kind]], text: row[EVENT.text], basket: row[EVENT.basket],
  };
}

const troubles = new Set(["fault", "cut", "disk", "disk-work", "clock", "leak"]);

function isTrouble(event) {
  return troubles.has(event.kind) || (event.kind === "power" && event.text.startsWith("power lost")) ||
    (event.kind === "link" && event.text.startsWith("link down"));
}

// folded brings events that come again and again to one, as the trace does: in
// the place of the others stands {period, hidden}.
function folded(events) {
  const out = [];
  for (let i = 0; i < events.length;) {
    const [period, times] = cycle(events, i);
    if (times < 4) { out.push(events[i++]); continue; }
    out.push(...events.slice(i, i + period), { period, hidden: events.slice(i + period, i + period * times) });
    i += period * times;
  }
  return out;
}

function cycle(events, i) {
  const says = (n) => { const row = data.events[n - 1]; return `${row[EVENT.who]} ${row[EVENT.kind]} ${row[EVENT.text]}`; };
  for (let period = 1; period <= 6; period++) {
    let end = i + period;
    while (end < events.length && says(events[end]) === says(events[end - period])) end++;
    const times = Math.floor((end - i) / period);
    if (times >= 4) return [period, times];
  }
  return [1, 1];
}

function foldWords(fold) {
  const { t } = eventOf(fold.hidden[fold.hidden.length - 1]);
  return `the same${fold.period > 1 ? ` ${fold.period} lines` : ""} ${fold.hidden.length / fold.period} times more, until ${clock(t, 1e9)}`;
}
