// The three figures of the page of the burst.

import { html } from "lit-html";
import { knownDetection } from "../limits/burst_known.js";
import { figure, level, line, marks, span, upright, words } from "../ui/chart.js";
import { LOOKS, legendOf } from "../ui/looks.js";
import { digits, fixed, percent } from "../ui/numbers.js";

const FLOOR = -15; // log odds below which the chart of the Bayes filter is cut
const points = (values) => Array.from(values, (value, t) => [t, value]);

export function burstRecordFigure({ strength, time, width }, { record, clean }) {
  return figure({
    id: "burst-record",
    title: "The record",
    wide: true,
    legend: [
      { name: "samples", look: { color: "var(--ink)", marker: "circle" } },
      { name: "the burst without noise", look: { color: "var(--lstm)" } },
      { name: "while it lasts", look: { color: "var(--shade)", area: true } },
    ],
    x: { domain: [-1, record.length], label: "sample" },
    y: { domain: [Math.min(-3.5, ...record) - 0.3, Math.max(3.5, ...record) + 0.3], label: "value (noise: 1)" },
    height: 230,
    layers: [
      ...(strength ? [span(time, time + width), line(points(clean), { color: "var(--lstm)", width: 2 })] : []),
      line(points(record), { color: "var(--muted)", width: 1 }),
      marks(points(record), { color: "var(--ink)", size: 2 }),
    ],
    summary: strength
      ? `A burst of strength ${fixed(strength, 1)} from sample ${digits(time, 4)} to ${digits(time + width, 4)}; its peak is ${fixed(strength * Math.sqrt(2 / width), 2)} standard deviations of the noise.`
      : "Noise alone: there is no burst in this record.",
  });
}

export function evidenceFigure({ strength, time, width }, detectors) {
  const burst = strength ? [span(time, time + width), upright(time + width, { color: "var(--ink)", dash: "4 3" })] : [];
  return figure({
    id: "burst-evidence",
    title: "Evidence that a burst has come and ended",
    legend: [
      { name: "threshold", look: { color: "var(--ink)", dash: "2 3" } },
      { name: "end of the burst", look: { color: "var(--ink)", dash: "4 3" } },
    ],
    x: { domain: [-1, 130], label: "sample" },
    y: { domain: [detectors.length, 0], hidden: true },
    height: 112 * detectors.length + 52,
    layers: [...burst, ...detectors.flatMap(evidenceRow)],
    summary: `${detectors.map(verdict).join(" ")}`,
  });
}

function verdict({ id, evidence, threshold }) {
  const { name } = LOOKS[id];
  if (threshold === undefined) return `${capital(name)}: its threshold is being set.`;
  const since = risen(evidence, threshold);
  return `${capital(name)}: ${since < evidence.length ? `found, above its threshold from sample ${since} on` : "nothing found"}.`;
}

/** Return the sample from which on the evidence stays above the threshold; the record's length if it does not. */
const risen = (evidence, threshold) => evidence.findLastIndex((value) => value <= threshold) + 1;

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** Return the layers of one detector, on a scale of its own. */
function evidenceRow({ id, evidence, threshold }, i) {
  const { name, color } = LOOKS[id];
  const shown = Array.from(evidence, (value) => Math.max(value, FLOOR));
  const limits = threshold === undefined ? shown : [...shown, threshold];
  const [low, high] = [Math.min(...limits), Math.max(...limits)];
  const place = (value) => i + 0.95 - (0.66 * (value - low)) / (high - low || 1);
  const since = threshold === undefined ? evidence.length : risen(evidence, threshold);
  return [
    level(i + 1, { color: "var(--rule)", width: 1 }),
    line(shown.map((value, t) => [t, place(value)]), { color, width: 2.2 }),
    ...(threshold === undefined ? [] : [level(place(threshold), { color: "var(--ink)", dash: "2 3", width: 1.3 })]),
    ...(since < evidence.length ? [marks([[since, place(shown[since])]], { color, size: 5 })] : []),
    words([-1, i], name, { shift: [4, 16], strong: true }),
    words([130, i], `${fixed(low, 1)} to ${fixed(high, 1)}`, { anchor: "end", shift: [-4, 16] }),
  ];
}

export function rocFigure({ strength, alarms }, detectors, { bursts, total }) {
  const rates = Array.from({ length: 61 }, (_, i) => 10 ** (-3 + i / 20));
  return figure({
    id: "burst-roc",
    title: "ROC: bursts found against false alarms",
    legend: [
      ...legendOf(...detectors.map(({ id }) => id)).map(({ name, look }) => ({ name, look: { ...look, dash: look.dash ?? "" } })),
      { name: "limit: the time is known", look: { color: "var(--ink)" } },
      { name: "threshold", look: { color: "var(--ink)", dash: "2 3" } },
    ],
    x: { domain: [1e-3, 1], log: true, label: "share of false alarms" },
    y: { domain: [0, 1], label: "share of bursts found", format: (v) => percent(v) },
    height: 300,
    layers: [
      line(rates.map((rate) => [rate, knownDetection(strength, Math.min(rate, 1 - 1e-9))]), { color: "var(--ink)", width: 1.5 }),
      upright(alarms, { color: "var(--ink)", dash: "2 3" }),
      ...detectors.flatMap(({ id, roc, found }) => [
        line(roc.map(([x, y]) => [Math.max(x, 1e-4), y]), LOOKS[id]),
        ...(Number.isFinite(found) ? [marks([[alarms, found]], { ...LOOKS[id], size: 5 })] : []),
      ]),
    ],
    below: html`${bursts < total ? html`<progress aria-label="Records drawn" max=${total} value=${bursts}></progress>` : ""}${rocTable(detectors, strength, alarms)}`,
    summary: bursts < total ? "Drawing a thousand records of noise and a thousand with this burst …" : `At ${percent(alarms, 1)} false alarms, of a thousand bursts: ${
      detectors.map(({ id, found }) => `${LOOKS[id].name} ${percent(found, 1)}`).join(", ")}; 95 % intervals reach ±3 % of the bursts at most.`,
  });
}

const rocTable = (detectors, strength, alarms) => html`<table>
  <thead><tr><th scope="col">Detector</th><th scope="col">Its threshold</th><th scope="col">Bursts found</th></tr></thead>
  <tbody>
    ${detectors.map(({ id, threshold, found }) => html`<tr><th scope="row">${LOOKS[id].name}</th><td>${digits(threshold, 3)}</td><td>${Number.isFinite(found) ? percent(found, 1) : "–"}</td></tr>`)}
    <tr><th scope="row">limit: the time is known</th><td>–</td><td>${percent(knownDetection(strength, alarms), 1)}</td></tr>
  </tbody>
</table>`;
