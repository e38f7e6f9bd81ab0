// Charts as SVG: axes, and layers that are drawn between them. Text keeps its size, whatever the width.

import { scaleLinear, scaleLog } from "d3-scale";
import { html, svg } from "lit-html";
import { widthOf } from "./widths.js";

const MARGIN = { top: 10, right: 14, bottom: 42, left: 68 };

/** Return a figure, {template, summary}: title, legend, chart, and a sentence that says what the chart shows.
 *
 * x, y: {domain, label, log, ticks, format}; layers: functions of the frame {x, y, left, right, top, bottom};
 * legend: [{name, look}]; below: what stands between chart and sentence.
 */
export function figure({ id, title, legend = [], summary, wide = false, below, ...chart }) {
  const template = html`<figure class=${wide ? "wide" : ""} aria-labelledby="${id}-title">
    <h3 id="${id}-title">${title}</h3>
    ${legend.length ? html`<ul class="legend">${legend.map(legendEntry)}</ul>` : ""}
    <div class="plot" data-plot=${id}>${draw({ id, title, ...chart })}</div>
    ${below ?? ""}
    <figcaption id="${id}-summary">${summary}</figcaption>
  </figure>`;
  return { template, summary: `${title}: ${summary}` };
}

const legendEntry = ({ name, look }) =>
  html`<li><svg width="26" height="14" aria-hidden="true">${swatch(look)}</svg>${name}</li>`;

function swatch({ color, dash = "", marker, area }) {
  if (area) return svg`<rect x="2" y="1" width="22" height="12" style="fill:${color}" />`;
  const line = dash === null ? "" : svg`<line x1="1" x2="25" y1="7" y2="7" stroke-dasharray=${dash} style="stroke:${color}" stroke-width="2.2" />`;
  return svg`${line}${marker ? shape(marker, 13, 7, 4.5, color) : ""}`;
}

function draw({ id, title, x, y, layers, height = 240 }) {
  const width = widthOf(id);
  const box = { left: y.hidden ? 12 : MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const frame = { ...box, x: scale(x, [box.left, box.right]), y: scale(y, [box.bottom, box.top]) };
  return svg`<svg role="img" aria-label=${title} aria-describedby="${id}-summary" width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    <clipPath id="${id}-inside"><rect x=${box.left} y=${box.top - 1} width=${box.right - box.left} height=${box.bottom - box.top + 2} /></clipPath>
    ${y.hidden ? "" : yAxis(frame, y)}${xAxis(frame, x)}
    <g clip-path="url(#${id}-inside)">${layers.map((layer) => layer(frame))}</g>
  </svg>`;
}

const scale = ({ domain, log }, range) => (log ? scaleLog() : scaleLinear()).domain(domain).range(range);

function ticksOf(axis, scale, count) {
  const ticks = axis.ticks ?? scale.ticks(count);
  const format = axis.format ?? (axis.log ? powerOfTen : scale.tickFormat(count));
  const kept = axis.log && !axis.ticks ? ticks.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9) : ticks;
  return kept.map((value) => [scale(value), format(value)]);
}

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
export const powerOfTen = (value) => {
  const power = Math.round(Math.log10(value));
  if (power >= -3 && power <= 2) return `${10 ** power}`;
  return `10${[...`${power}`].map((digit) => SUPERSCRIPTS[digit]).join("")}`;
};

function xAxis({ x, left, right, top, bottom }, axis) {
  const count = Math.max(3, Math.min(9, Math.floor((right - left) / 80)));
  return svg`${ticksOf(axis, x, count).map(([at, text]) => svg`
      <line class="grid" x1=${at} x2=${at} y1=${top} y2=${bottom} />
      <text class="tick" x=${at} y=${bottom + 17} text-anchor="middle">${text}</text>`)}
    <line class="axis" x1=${left} x2=${right} y1=${bottom} y2=${bottom} />
    <text class="label" x=${(left + right) / 2} y=${bottom + 36} text-anchor="middle">${axis.label}</text>`;
}

function yAxis({ y, left, right, top, bottom }, axis) {
  const count = Math.max(3, Math.min(6, Math.floor((bottom - top) / 40)));
  return svg`${ticksOf(axis, y, count).map(([at, text]) => svg`
      <line class="grid" x1=${left} x2=${right} y1=${at} y2=${at} />
      <text class="tick" x=${left - 7} y=${at + 4} text-anchor="end">${text}</text>`)}
    <text class="label" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${axis.label}</text>`;
}

// ---- layers

const path = (points, x, y) => {
  let [d, pen] = ["", "M"];
  for (const [a, b] of points) {
    if (!Number.isFinite(b)) pen = "M"; // a missing sample leaves a gap
    else {
      d += `${pen}${x(a).toFixed(1)} ${y(b).toFixed(1)}`;
      pen = "L";
    }
  }
  return d;
};

/** A line through points [x, y]; a NaN interrupts it. */
export const line = (points, { color, dash = "", width = 1.8, opacity = 1 }) => ({ x, y }) =>
  svg`<path d=${path(points, x, y)} fill="none" stroke-dasharray=${dash} stroke-width=${width} stroke-linejoin="round" style="stroke:${color};opacity:${opacity}" />`;

/** The area between points and the bottom of the chart. */
export const area = (points, { color, opacity = 0.25 }) => ({ x, y, bottom }) =>
  points.length ? svg`<path d="${path(points, x, y)}L${x(points.at(-1)[0])} ${bottom}L${x(points[0][0])} ${bottom}Z" style="fill:${color};opacity:${opacity}" />` : "";

/** A mark at every point. */
export const marks = (points, { color, marker = "circle", size = 2.6 }) => ({ x, y }) =>
  points.map(([a, b]) => (Number.isFinite(b) ? shape(marker, x(a), y(b), size, color) : ""));

/** The range from one x to another, shaded from top to bottom. */
export const span = (from, to, color = "var(--shade)") => ({ x, top, bottom }) =>
  svg`<rect x=${x(from)} width=${Math.max(0, x(to) - x(from))} y=${top} height=${bottom - top} style="fill:${color}" />`;

/** A vertical line at x. */
export const upright = (at, { color, dash = "", width = 1.6 }) => ({ x, top, bottom }) =>
  svg`<line x1=${x(at)} x2=${x(at)} y1=${top} y2=${bottom} stroke-dasharray=${dash} stroke-width=${width} style="stroke:${color}" />`;

/** A horizontal line at y. */
export const level = (at, { color, dash = "", width = 1.6 }) => ({ y, left, right }) =>
  svg`<line x1=${left} x2=${right} y1=${y(at)} y2=${y(at)} stroke-dasharray=${dash} stroke-width=${width} style="stroke:${color}" />`;

/** Words at [x, y], moved by `shift` pixels. */
export const words = (at, text, { anchor = "start", shift = [0, 0], strong = false } = {}) => ({ x, y }) =>
  svg`<text class=${strong ? "name" : "note"} x=${x(at[0]) + shift[0]} y=${y(at[1]) + shift[1]} text-anchor=${anchor}>${text}</text>`;

export function shape(marker, x, y, size, color) {
  const style = `fill:${color};stroke:var(--surface);stroke-width:.6`;
  if (marker === "square") return svg`<rect x=${x - size} y=${y - size} width=${2 * size} height=${2 * size} style=${style} />`;
  if (marker === "circle") return svg`<circle cx=${x} cy=${y} r=${size} style=${style} />`;
  const reach = 1.35 * size;
  const corners = { diamond: `0,${-reach} ${reach},0 0,${reach} ${-reach},0`, triangle: `${-reach},${-size} ${reach},${-size} 0,${reach}` };
  return svg`<polygon transform="translate(${x} ${y})" points=${corners[marker]} style=${style} />`;
}
