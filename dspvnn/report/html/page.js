"use strict";
// Figures become panels that zoom and tell values; tables sort. Without this script the tables are there, too.

const figures = JSON.parse(document.getElementById("figures").textContent);
const touch = matchMedia("(pointer: coarse)").matches;
const config = {
  displaylogo: false, responsive: true, plotlyServerURL: "", topojsonURL: "",
  modeBarButtons: [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]], // none that shares
};

function draw(box, panel) {
  const narrow = box.clientWidth < 520;
  const layout = structuredClone(panel.layout);
  const ends = layout.annotations.filter((a) => a.name === "end");
  if (narrow && ends.length) { // no room beside the lines: their names go below
    layout.margin.r = 16;
    layout.showlegend = true;
    layout.height += 22 * ends.length;
  }
  const missing = [...(narrow ? ["end"] : []), ...(box.clientWidth < 380 ? ["small"] : [])];
  layout.annotations = layout.annotations.filter((a) => !missing.includes(a.name));
  const { type, range, dtick } = layout.xaxis;
  if (narrow && type === "log" && dtick === 1 && range[1] - range[0] > 3) layout.xaxis.dtick = 2;
  if (narrow && type === "log" && layout.yaxis.ticktext) namesAbove(layout);
  if (touch) layout.dragmode = false; // a finger on a figure scrolls the page
  Plotly.newPlot(box, panel.data, layout, config);
}

function drawNow(box) {
  near.unobserve(box);
  waiting.delete(box);
  draw(box, figures[box.dataset.figure].panels[box.dataset.panel]);
}

const waiting = new Set();
const near = new IntersectionObserver(
  (entries) => entries.forEach((entry) => entry.isIntersecting && drawNow(entry.target)),
  { rootMargin: "800px" },
);
addEventListener("beforeprint", () => waiting.forEach(drawNow));

for (const plot of document.querySelectorAll(".plot")) {
  const { panels, numbers, note } = figures[plot.dataset.figure];
  const grid = plot.appendChild(made("div", { className: "panels" }));
  panels.forEach((panel, i) => {
    const box = grid.appendChild(made("div", { className: "panel" }));
    box.style.minHeight = panel.layout.height + "px";
    if (panel.layout.annotations.some((a) => a.name === "beside")) box.style.minWidth = "54rem";
    Object.assign(box.dataset, { figure: plot.dataset.figure, panel: i });
    waiting.add(box);
    near.observe(box);
  });
  if (note) plot.append(made("p", { className: "note", textContent: note }));
  plot.parentElement.append(numbersOf(plot.dataset.figure, numbers));
}

function namesAbove(layout) { // a name stands above its row, so that the row has the width of the page
  const { tickvals, ticktext, range } = layout.yaxis;
  layout.annotations.push(...tickvals.map((y, i) => ({
    x: 0, xref: "x domain", xanchor: "left", y, yref: "y", yanchor: "bottom", yshift: 5, showarrow: false,
    text: ticktext[i].replaceAll(/(-?)<br>/g, (_, hyphen) => hyphen || " ").replace(/(.{1,46})( |$)/g, "$1<br>"), align: "left",
    font: { size: 11 }, bgcolor: "rgba(255,255,255,0.75)",
  })));
  Object.assign(layout.yaxis, { showticklabels: false, range: [range[0], range[1] + 0.4] });
  layout.margin.l = 16;
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

// What a figure's points say on hover, for the keyboard: a table, made when it is opened.
function numbersOf(name, { head, body }) {
  const details = made("details", {});
  details.append(made("summary", { textContent: "Numbers of this figure" }));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const region = details.appendChild(made("div", { className: "scroll", tabIndex: 0 }));
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", `Numbers of the figure ${name}`);
    const table = region.appendChild(made("table", {}));
    table.createCaption().append(made("span", { textContent: `The same as figures/${name}.csv, rounded.` }));
    const top = table.createTHead().insertRow();
    for (const text of head) top.append(made("th", { scope: "col", textContent: text }));
    const rows = table.createTBody();
    for (const line of body) {
      const row = rows.insertRow();
      line.forEach((text, i) => row.append(made(i ? "td" : "th", { textContent: text })));
      row.cells[0].scope = "row";
    }
    sortable(table);
  });
  return details;
}

function sortable(table) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = made("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(table.tBodies[0], column, down ? -1 : 1);
    });
  }
}

function sort(body, column, sign) {
  const keyed = [...body.rows].map((row) => [key(row.cells[column].textContent), row]);
  keyed.sort(([a], [b]) => sign * compare(a, b));
  body.append(...keyed.map(([, row]) => row));
}

function compare(a, b) {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
}

// A cell that begins with a number is that number, in seconds where it is a time; any other is its words.
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const UNITS = { ns: 1e-9, "µs": 1e-6, ms: 1e-3 };
function key(text) {
  if (text.startsWith("∞")) return Infinity;
  const found = /^(?:< )?([−-]?[\d,]*\.?\d+)(?:·10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: (ns|µs|ms)\b)?(?![\w])/.exec(text);
  if (!found) return text;
  const [, digits, minus, raised, unit] = found;
  const power = raised ? Number([...raised].map((sign) => RAISED.indexOf(sign)).join("")) : 0;
  return Number(digits.replace("−", "-").replaceAll(",", "")) * 10 ** (minus ? -power : power) * (UNITS[unit] ?? 1);
}

document.querySelectorAll("main table").forEach(sortable);
