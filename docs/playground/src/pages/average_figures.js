// The four figures of the page of the moving average.

import { html, svg } from "lit-html";
import { figure, line, marks, powerOfTen, upright } from "../ui/chart.js";
import { LOOKS, legendOf } from "../ui/looks.js";
import { digits, fixed } from "../ui/numbers.js";

const IDS = ["recursion", "ewma/lstm", "ewma/equivariant-lstm"];
const LEAST = 1e-17; // where an error of 0 is drawn
const ERROR_AXIS = { domain: [LEAST, 1e3], log: true, ticks: [LEAST, 1e-12, 1e-8, 1e-4, 1], format: (v) => (v === LEAST ? "0" : powerOfTen(v)) };
const points = (values) => Array.from(values, (value, t) => [t, value]);

export function averageFigure({ alpha }, { record, average, followers }) {
  const [low, high] = [Math.min(...record), Math.max(...record)];
  const near = followers.flatMap(({ answer }) => Array.from(answer)).filter((v) => v > 1.5 * low - 0.5 * high && v < 1.5 * high - 0.5 * low);
  const [bottom, top] = [Math.min(low, ...near), Math.max(high, ...near)];
  const margin = 0.06 * (top - bottom || 1);
  return figure({
    id: "average-record",
    title: "Samples, their average, and the answers",
    legend: [
      { name: "samples", look: { color: "var(--muted)", marker: "circle", dash: null } },
      { name: "the average", look: { color: "var(--ink)" } },
      ...legendOf(...IDS),
    ],
    x: { domain: [-1, record.length], label: "sample" },
    y: { domain: [bottom - margin, top + margin], label: "value" },
    layers: [
      marks(points(record), { color: "var(--muted)", size: 1.8 }),
      line(points(average), { color: "var(--ink)", width: 4, opacity: 0.35 }),
      ...followers.map(({ id, answer }) => line(points(answer), { ...LOOKS[id], width: 1.8 })),
    ],
    height: 350,
    summary: `${record.length} samples between ${digits(low, 3)} and ${digits(high, 3)} and their average with α = ${fixed(alpha, 3)}. Closest to it: ${
      [...followers].sort((a, b) => a.relative - b.relative).map(({ id }) => LOOKS[id].name).join(", then ")}.`,
  });
}

const errorTable = (followers) => html`<table>
  <thead><tr><th scope="col">Who answers</th><th scope="col">Relative rms error</th></tr></thead>
  <tbody>${followers.map(({ id, relative }) => html`<tr><th scope="row">${LOOKS[id].name}</th><td>${digits(relative, 3)}</td></tr>`)}</tbody>
</table>`;

export function errorFigure(values, { record, followers }) {
  return figure({
    id: "average-error",
    title: "Error at every sample",
    legend: legendOf(...IDS),
    x: { domain: [0, record.length - 1], label: "sample" },
    y: { ...ERROR_AXIS, label: "error / std of average" },
    layers: followers.map(({ id, errors }) => line(points(errors.map((error) => Math.max(Math.abs(error), LEAST))), LOOKS[id])),
    below: errorTable(followers),
    summary: `Largest errors, in standard deviations of the average: ${followers
      .map(({ id, errors }) => `${LOOKS[id].name} ${digits(Math.max(...errors.map(Math.abs)), 2)}`).join(", ")}.`,
  });
}

export function memoryFigure({ alpha, wy, wx }) {
  const lags = Array.from({ length: 25 }, (_, k) => k);
  const [exact, own] = [lags.map((k) => alpha * (1 - alpha) ** k), lags.map((k) => wx * wy ** k)];
  const all = [0, ...exact, ...own];
  const [low, high] = [Math.max(-1, Math.min(...all)), Math.min(2, Math.max(...all))];
  const bars = ({ x, y }) => lags.map((k) => {
    const [zero, end] = [y(0), y(exact[k])];
    return svg`<rect x=${x(k) - 5} width="10" y=${end} height=${Math.max(0, zero - end)} style="fill:var(--ink);opacity:.3" />`;
  });
  return figure({
    id: "average-memory",
    title: "How much a past sample counts",
    legend: [{ name: "in the average", look: { color: "color-mix(in srgb, var(--ink) 30%, transparent)", area: true } }, { name: LOOKS.recursion.name, look: { ...LOOKS.recursion, marker: "circle" } }],
    x: { domain: [-0.6, 24.6], label: "samples ago" },
    y: { domain: [low < 0 ? low * 1.1 : 0, high * 1.1 || 1], label: "weight" },
    layers: [bars, line(lags.map((k) => [k, own[k]]), { ...LOOKS.recursion, width: 1.4 }), marks(lags.map((k) => [k, own[k]]), { color: LOOKS.recursion.color, size: 3.4 })],
    summary: `With every step back a sample counts ${fixed(1 - alpha, 3)} times as much in the average, ${fixed(wy, 3)} times in your recursion. All weights together: 1 in the average, ${
      Math.abs(wy) < 1 ? fixed(wx / (1 - wy), 3) : "without limit"} in yours${Math.abs(wy) < 1 ? "" : ", which does not forget"}.`,
  });
}

export function scaleFigure(byScale, scales) {
  const curve = (id) => byScale.map(({ scale, followers }) => [scale, Math.max(followers.find((f) => f.id === id).relative, LEAST)]);
  const at = (id, wanted) => byScale.find(({ scale }) => Math.abs(Math.log10(scale / wanted)) < 1e-6)?.followers.find((f) => f.id === id).relative;
  return figure({
    id: "average-scale",
    title: "Error when samples lie between 0 and another number",
    legend: [...legendOf(...IDS), { name: "training", look: { color: "var(--ink)", dash: "4 3" } }],
    x: { domain: [scales[0], scales.at(-1)], log: true, label: "samples lie between 0 and" },
    y: { ...ERROR_AXIS, label: "relative rms error" },
    layers: [upright(1, { color: "var(--ink)", dash: "4 3" }), ...IDS.map((id) => line(curve(id), LOOKS[id]))],
    summary: `Between 0 and 1: ${IDS.map((id) => `${LOOKS[id].name} ${digits(at(id, 1) ?? NaN, 2)}`).join(", ")}. Between 0 and 10: ${
      IDS.map((id) => `${LOOKS[id].name} ${digits(at(id, 10) ?? NaN, 2)}`).join(", ")}.`,
  });
}
