// The page of the moving average: its settings, and what is computed from them.

import { html } from "lit-html";
import { rms, variance } from "../dsp/statistics.js";
import { ewma, recursion } from "../estimators/ewma.js";
import { averageLstm, equivariantLstm, learnedWeights } from "../nets/average_nets.js";
import { drawsOf, fill } from "../signals/random.js";
import { button, choice, shadingNote, slider } from "../ui/controls.js";
import { digits, fixed } from "../ui/numbers.js";
import { inSlices } from "../ui/slices.js";
import { averageFigure, errorFigure, memoryFigure, scaleFigure } from "./average_figures.js";
import { AVERAGE_TASKS } from "./average_tasks.js";

const SCALES = Array.from({ length: 33 }, (_, i) => 10 ** (-2 + i / 8)); // of the samples' spread: 0.01 to 100

const SPECS = {
  alpha: { label: "α, weight of the newest sample", value: 0.2, min: 0.015625, max: 1, step: 0.02, log: true, format: (v) => fixed(v, 3), range: [0.19, 0.21] },
  wy: { label: html`w<sub>y</sub>, weight of the last answer`, value: 0.8, min: -1, max: 1.1, step: 0.005, format: (v) => fixed(v, 3) },
  wx: { label: html`w<sub>x</sub>, weight of the newest sample`, value: 0.2, min: -0.5, max: 1, step: 0.005, format: (v) => fixed(v, 3) },
  bias: { label: "Bias", value: 0, min: -0.5, max: 0.5, step: 0.005, format: (v) => fixed(v, 3) },
  level: { label: "Level of the samples", value: 0.5, min: -10, max: 10, step: 0.25, format: (v) => fixed(v, 2), range: [0.4, 0.6] },
  spread: { label: "Spread of the samples", value: 1, min: 0.015625, max: 64, step: 0.05, log: true, format: (v) => digits(v, 3), range: [0.93, 1.07] },
  shape: { value: "uniform", options: ["uniform", "normal"] },
  length: { label: "Length", unit: "samples", whole: true, value: 100, min: 50, max: 400, step: 10, range: [98, 102] },
  seed: { value: 1, min: 0, max: 1e9, whole: true },
};
const RECURSION = ["wy", "wx", "bias"];

/** Return samples of mean 0 and the standard deviation of numbers uniform on 0 to 1. */
function drawn({ shape, length, seed }) {
  const draws = drawsOf(seed);
  return shape === "normal" ? fill(length, draws.normal).map((v) => v / Math.sqrt(12)) : fill(length, draws.random).map((v) => v - 0.5);
}

/** Return the average and the answers of all who follow it, with their relative rms errors. */
function follow(record, { alpha, wy, wx, bias }) {
  const average = ewma(record, alpha);
  const answers = {
    "recursion": recursion(record, wy, wx, bias),
    "ewma/lstm": averageLstm(record),
    "ewma/equivariant-lstm": equivariantLstm(record),
  };
  const unit = Math.sqrt(variance(average));
  const followers = Object.entries(answers).map(([id, answer]) => {
    const errors = answer.map((value, t) => (value - average[t]) / unit);
    return { id, answer, errors, relative: rms(errors) };
  });
  return { record, average, followers };
}

export function averagePage(again) {
  let [key, current, byScale, stop] = ["", null, [], () => {}];

  function update(values) {
    const asked = JSON.stringify(values);
    if (asked === key) return;
    key = asked;
    const samples = drawn(values);
    current = follow(samples.map((v) => values.level + values.spread * v), values);
    stop();
    byScale = [];
    const at = (scale) => follow(samples.map((v) => scale * (0.5 + v)), values); // 1: what the nets were trained on
    stop = inSlices(SCALES.length, (i) => byScale.push({ scale: SCALES[i], followers: at(SCALES[i]).followers }), again);
  }

  function view(values, { change, apply }) {
    const { wY, wX, bias } = learnedWeights();
    const controls = html`
      ${slider("alpha", SPECS.alpha, values.alpha, change)}
      <fieldset><legend>Your recursion</legend>
        <p class="formula">y[t] = w<sub>y</sub> y[t−1] + w<sub>x</sub> x[t] + bias</p>
        ${RECURSION.map((name) => slider(name, SPECS[name], values[name], change))}
        <div class="buttons">${button("Set to 1 − α, α, 0", () => apply({ wy: 1 - values.alpha, wx: values.alpha, bias: 0 }, true))}
          ${button("As a net learned them", () => apply({ wy: wY, wx: wX, bias }, true))}</div>
      </fieldset>
      ${["level", "spread", "length"].map((name) => slider(name, SPECS[name], values[name], change))}
      ${choice("shape", "Distribution of the samples", SPECS.shape.options, values.shape, change)}
      ${shadingNote()}
      <div class="buttons">${button("New samples", () => change("seed", values.seed + 1), "primary")}</div>`;
    const figures = [averageFigure(values, current), errorFigure(values, current), memoryFigure(values), scaleFigure(byScale, SCALES)];
    return { controls, figures };
  }

  return {
    name: "Moving average",
    heading: "Can a net learn a moving average?",
    intro: html`The exponentially weighted average, <span class="formula">y[t] = (1 − α) y[t−1] + α x[t]</span>, is a recurrent net of one linear unit with
      three weights: set them yourself. Two LSTMs have learned it from samples between 0 and 1 at α = 0.2; the equivariant one reads
      samples freed of level and scale. All start at the mean of the record.`,
    specs: SPECS,
    tasks: AVERAGE_TASKS,
    update,
    view,
    adjust: () => "",
  };
}
