// The four figures of the page of the tone.

import { html, svg } from "lit-html";
import { transform } from "../dsp/fft.js";
import { density } from "../dsp/gaussian.js";
import { freed } from "../dsp/statistics.js";
import { N_SAMPLES, TRAINING_RANGE } from "../nets/tone_lstm.js";
import { figure, level, line, marks, shape, span, upright, words } from "../ui/chart.js";
import { LOOKS, legendOf } from "../ui/looks.js";
import { digits, fixed, percent } from "../ui/numbers.js";

const REACH = 6; // bounds to either side
const BIN = 0.4; // bounds

export function recordFigure({ frequency, length, snr, kind }, { record, answers }) {
  const fit = answers[1];
  const curve = Array.from({ length: 4 * length - 3 }, (_, i) => {
    const t = i / 4;
    return [t, fit.amplitude * Math.cos(2 * Math.PI * fit.frequency * t + fit.phase) + fit.offset];
  });
  const samples = Array.from(record, (value, t) => [t, value]);
  const missing = samples.filter(([, value]) => Number.isNaN(value)).length;
  return figure({
    id: "tone-record",
    title: "The record",
    legend: [{ name: "samples", look: { color: "var(--ink)", marker: "circle", dash: null } }, { name: "the sine that was fitted", look: { color: "var(--fit)" } }],
    x: { domain: [-1, length], label: "sample" },
    y: { domain: reach(record), label: "value" },
    layers: [
      line(curve, { color: "var(--fit)", width: 1.5 }),
      marks(samples, { color: "var(--ink)", size: length > 200 ? 1.6 : 2.2 }),
    ],
    summary: `${length} samples of a tone at ${fixed(frequency, 4)} cycles per sample (${fixed(frequency * length, 1)} cycles in the record), SNR ${fixed(snr, 0)} dB${
      kind === "none" ? "" : `, with ${kind}`}${missing ? `, ${missing} of them missing and interpolated for the estimators` : ""}.`,
  });
}

function reach(record) {
  const present = record.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...present), Math.max(...present)];
  const margin = 0.06 * (high - low || 1);
  return [low - margin, high + margin];
}

export function spectrumFigure({ frequency }, { filled, answers }) {
  const n = filled.length;
  const points = (length) => {
    const { re, im } = transform(freed(filled), length);
    return Array.from(re, (value, k) => [k / length, 20 * Math.log10((2 * Math.hypot(value, im[k])) / n + 1e-12)]);
  };
  const [fine, bins] = [points(8 * n), points(n)];
  const top = Math.max(...fine.map(([, value]) => value));
  return figure({
    id: "tone-spectrum",
    title: "Its spectrum",
    legend: [
      { name: "bins of the FFT", look: { color: "var(--fft)", marker: "circle", dash: null } },
      { name: "between the bins", look: { color: "var(--muted)" } },
      { name: "true frequency", look: { color: "var(--ink)", dash: "4 3" } },
      { name: "training range", look: { color: "var(--shade)", area: true } },
    ],
    x: { domain: [0, 0.5], label: "frequency (cycles per sample)" },
    y: { domain: [top - 65, top + 6], label: "amplitude (dB)" },
    layers: [
      span(...TRAINING_RANGE),
      line(fine, { color: "var(--muted)", width: 1.2 }),
      marks(bins, { color: "var(--fft)", size: n > 200 ? 1.7 : 2.4 }),
      upright(frequency, { color: "var(--ink)", dash: "4 3" }),
    ],
    summary: `A bin is ${digits(1 / n)} cycles per sample wide. Interpolated between its neighbours, the highest bin errs by ${digits(Math.abs(answers[0].frequency - frequency) * n, 2)} bins.`,
  });
}

export function answersFigure(values, { answers, p, bound }) {
  const rows = answers.map((answer) => ({ ...answer, ...LOOKS[answer.id], error: (answer.frequency - p.frequency) / bound }));
  const known = rows.filter(({ error }) => Number.isFinite(error));
  const far = known.filter(({ error }) => Math.abs(error) > REACH);
  return figure({
    id: "tone-answers",
    title: "Every estimator's answer",
    x: { domain: [-REACH, REACH], label: "error (1 = the Cramér-Rao bound)" },
    y: { domain: [rows.length, 0], hidden: true },
    height: 46 * rows.length + 56,
    layers: [
      span(-1.96, 1.96, "var(--soft)"),
      upright(0, { color: "var(--ink)", dash: "4 3" }),
      ...rows.map((row, i) => answerRow(row, i, bound)),
    ],
    below: answersTable(rows),
    summary: `One bound is ${digits(bound)} cycles per sample; the grey band holds 95 % of the errors of the best possible estimator. ${
      far.length ? `Farther than ${REACH} bounds from the truth: ${far.map(({ name, error }) => `${name} (${digits(error, 3)})`).join(", ")}.` : `All answers lie within ${REACH} bounds of the truth.`}`,
  });
}

/** Return a layer: the name, the error and its 95 % interval; an arrow where the error lies beyond the chart. */
function answerRow({ name, color, marker, error, std }, i, bound) {
  return ({ x, y, left }) => {
    const [base, top] = [y(i + 0.68), y(i + 0.36)];
    const label = svg`<text class="name" x=${left + 4} y=${top}>${name}</text>`;
    if (!Number.isFinite(error)) return svg`${label}<text class="note" x=${left + 4} y=${base + 4}>reads records of ${N_SAMPLES} samples only</text>`;
    const at = x(Math.max(-REACH + 0.25, Math.min(REACH - 0.25, error)));
    if (Math.abs(error) > REACH) {
      const right = error > 0;
      const points = right ? "0,-6 10,0 0,6" : "0,-6 -10,0 0,6";
      return svg`${label}<polygon transform="translate(${at} ${base})" points=${points} style="fill:${color}" />
        <text class="note" x=${at + (right ? -8 : 8)} y=${base + 4} text-anchor=${right ? "end" : "start"}>${digits(Math.abs(error), 3)} bounds too ${right ? "high" : "low"}</text>`;
    }
    const half = (1.96 * std) / bound;
    const whisker = Number.isFinite(half) ? svg`<line x1=${x(error - half)} x2=${x(error + half)} y1=${base} y2=${base} style="stroke:${color}" stroke-width="2" />` : "";
    return svg`${label}${whisker}${shape(marker, at, base, 5, color)}`;
  };
}

const answersTable = (rows) => html`<table>
  <thead><tr><th scope="col">Estimator</th><th scope="col">Frequency</th><th scope="col">Its standard error</th><th scope="col">Error / bound</th></tr></thead>
  <tbody>${rows.map(({ name, frequency, std, error }) => html`<tr><th scope="row">${name}</th>
    <td>${fixed(frequency, 6)}</td><td>${Number.isFinite(std) ? digits(std, 2) : "names none"}</td><td>${Math.abs(error) < 100 ? fixed(error, 2) : digits(error, 3)}</td></tr>`)}</tbody>
</table>`;

export function histogramFigure(values, current, errors, total) {
  const rows = current.answers.map(({ id }, i) => ({ ...LOOKS[id], ...histogramOf(errors?.of[i].scaled ?? []), ratio: errors ? errors.ratio(i) : NaN }));
  const bell = Array.from({ length: 121 }, (_, i) => -REACH + (i * REACH) / 60);
  const told = rows.filter(({ count }) => count).map(({ name, ratio }) => `${name} ${digits(ratio, 3)}`);
  return figure({
    id: "tone-histogram",
    title: "Errors over a thousand draws",
    legend: [{ name: "the bound's Gaussian", look: { color: "var(--ink)" } }],
    x: { domain: [-REACH, REACH], label: "error (1 = the Cramér-Rao bound)" },
    y: { domain: [rows.length, 0], hidden: true },
    height: 86 * rows.length + 52,
    layers: rows.flatMap((row, i) => histogramRow(row, i, bell)),
    below: errors && errors.done < total ? html`<progress aria-label="Records drawn" max=${total} value=${errors.done}></progress>` : "",
    summary: errors && errors.done < total ? "Drawing a thousand records …" : errors
      ? `${total.toLocaleString("en")} draws. Rms error over the bound (1 is perfect): ${told.join(", ")}.`
      : "Tick “Draw a thousand records” to fill the histograms.",
  });
}

function histogramOf(scaled) {
  const bins = new Array(Math.round((2 * REACH) / BIN)).fill(0);
  let [low, high] = [0, 0];
  for (const error of scaled) {
    if (error < -REACH) low++;
    else if (error >= REACH) high++;
    else bins[Math.floor((error + REACH) / BIN)]++;
  }
  return { count: scaled.length, bins, low, high };
}

/** Return the layers of one histogram: bars of area 1, the curve, how much lies beyond the chart. */
function histogramRow({ name, color, bins, count, low, high, ratio }, i, bell) {
  const height = (value) => i + 0.97 - 1.5 * value;
  const bars = ({ x, y }) => bins.map((n, k) => n ? svg`<rect x=${x(-REACH + k * BIN) + 0.5} width=${x(BIN) - x(0) - 1} y=${y(Math.max(i + 0.2, height(n / count / BIN)))}
    height=${y(i + 0.97) - y(Math.max(i + 0.2, height(n / count / BIN)))} style="fill:${color};opacity:.75" />` : "");
  const beyond = (share, end, text) => (share ? [words([end, i + 0.6], text, { anchor: end < 0 ? "start" : "end", shift: [end < 0 ? 4 : -4, 0] })] : []);
  return [
    bars,
    line(bell.map((value) => [value, height(density(value))]), { color: "var(--ink)", width: 1.3 }),
    level(i + 0.97, { color: "var(--rule)", width: 1 }),
    words([-REACH, i], name, { shift: [4, 14], strong: true }),
    ...(count ? [words([REACH, i], `rms ${digits(ratio, 3)} × bound`, { anchor: "end", shift: [-4, 14] })] : []),
    ...beyond(low, -REACH, `◂ ${percent(low / count, 1)}`),
    ...beyond(high, REACH, `${percent(high / count, 1)} ▸`),
  ];
}
