// The page of the tone: its settings, and what is computed from them.

import { html } from "lit-html";
import { fillGaps } from "../dsp/gaps.js";
import { toneBound } from "../limits/tone_bound.js";
import { N_SAMPLES, TRAINING_RANGE } from "../nets/tone_lstm.js";
import { ESTIMATORS } from "../roster.js";
import { KINDS } from "../signals/mismatch.js";
import { noiseStd } from "../signals/noise.js";
import { drawsOf } from "../signals/random.js";
import { button, choice, shadingNote, slider, tick } from "../ui/controls.js";
import { fixed } from "../ui/numbers.js";
import { inSlices } from "../ui/slices.js";
import { answersFigure, histogramFigure, recordFigure, spectrumFigure } from "./tone_figures.js";
import { TONE_TASKS } from "./tone_tasks.js";

const IDS = ["fft-peak", "sine-fit", "tone/lstm", "tone/heterodyne-lstm"];
const N_DRAWS = 1000;

const SPECS = {
  frequency: {
    label: "Frequency", unit: "cycles/sample", value: 0.12, min: 0.005, max: 0.495, step: 0.0005,
    format: (value) => fixed(value, 4), range: TRAINING_RANGE,
  },
  snr: { label: "SNR", unit: "dB", value: 10, min: -20, max: 60, step: 1, format: (v) => fixed(v, 0), range: [-10, 60] },
  length: { label: "Length", unit: "samples", whole: true, value: 128, min: 32, max: 512, step: 16, range: [124, 132] },
  amplitude: {
    label: "Amplitude", value: 1, min: 0.125, max: 8, step: 0.05, log: true, format: (v) => fixed(v, 2), range: [0.5, 2],
  },
  phase: { label: "Phase", unit: "rad", value: 0, min: -3.14, max: 3.14, step: 0.02, format: (v) => fixed(v, 2), range: [-3.14, 3.14] },
  offset: { label: "Offset", value: 0, min: -5, max: 5, step: 0.1, format: (v) => fixed(v, 1), range: [-1, 1] },
  kind: { value: "none", options: Object.keys(KINDS) },
  severity: { label: "Severity", value: 0, min: 0, max: 4, step: 0.01 },
  seed: { value: 1, min: 0, max: 1e9, whole: true },
  draws: { value: 0, min: 0, max: 1, whole: true },
};

/** Draw a record of the setting and let every estimator answer. */
function trial(values, draws) {
  const { frequency, snr, length, amplitude, phase, offset, kind, severity } = values;
  const p = { frequency, phase, amplitude, offset, severity, std: noiseStd(amplitude, snr) };
  const record = KINDS[kind].draw(draws, length, p);
  const filled = fillGaps(record);
  const answers = IDS.map((id) => ({ id, ...ESTIMATORS[id](filled) }));
  return { record, filled, p, answers, bound: toneBound(kind, record, p) };
}

/** Errors over many draws, each over the bound of its own record. */
class Errors {
  constructor() {
    this.done = 0;
    this.boundSquares = 0;
    this.of = IDS.map((id) => ({ id, scaled: [], squares: 0 }));
  }

  add({ answers, bound, p }) {
    this.done++;
    this.boundSquares += bound ** 2;
    answers.forEach(({ frequency }, i) => {
      if (!Number.isFinite(frequency)) return;
      this.of[i].scaled.push((frequency - p.frequency) / bound);
      this.of[i].squares += (frequency - p.frequency) ** 2;
    });
  }

  /** Return the rms error over the rms bound. */
  ratio = (i) => Math.sqrt(this.of[i].squares / this.boundSquares);
}

export function tonePage(again) {
  let [key, current, errors, stop] = ["", null, null, () => {}];

  /** Compute what a new setting asks for; the thousand draws follow in slices. */
  function update(values) {
    const { draws, ...setting } = values;
    const asked = JSON.stringify(setting);
    if (asked !== key) current = trial(values, drawsOf(values.seed));
    if (asked !== key || Boolean(errors) !== Boolean(draws)) {
      stop();
      errors = draws ? new Errors() : null;
      const stream = drawsOf(values.seed + 2 ** 30); // another stream than the shown record's
      if (draws) stop = inSlices(N_DRAWS, () => errors.add(trial(values, stream)), again);
    }
    key = asked;
  }

  function view(values, { change }) {
    const { levels, severity } = KINDS[values.kind];
    const severitySpec = { ...SPECS.severity, max: levels[2], step: levels[2] / 100, format: (v) => fixed(v, 2) };
    const controls = html`
      ${["frequency", "snr", "length", "amplitude", "phase", "offset"].map((name) => slider(name, SPECS[name], values[name], change))}
      ${choice("kind", "What is wrong with the model", SPECS.kind.options, values.kind, change)}
      ${values.kind === "none" ? "" : html`${slider("severity", severitySpec, values.severity, change)}
        <p class="note">${capital(severity)}: ${levels.join(", ")} are light, moderate and heavy.</p>`}
      ${shadingNote()}
      <div class="buttons">${button("New noise", () => change("seed", values.seed + 1), "primary")}</div>
      ${tick("draws", "Draw a thousand records of this setting", values.draws, change)}`;
    const figures = [recordFigure, spectrumFigure, answersFigure, histogramFigure];
    return { controls, figures: figures.map((of) => of(values, current, errors, N_DRAWS)) };
  }

  /** Keep the severity on the scale of its kind, and say if it was not; a new kind begins at moderate. */
  function adjust(values, changed) {
    const [, moderate, heavy] = KINDS[values.kind].levels;
    if (changed === "kind") values.severity = moderate;
    if (values.severity <= heavy) return "";
    const complaint = `severity of kind “${values.kind}” must be a number from 0 to ${heavy}, got “${values.severity}”`;
    values.severity = heavy;
    return complaint;
  }

  return {
    name: "Tone",
    heading: "What is the frequency of this tone?",
    intro: html`A record holds one tone and noise. Two classical methods and two nets name its frequency. The
      <em>Cramér-Rao bound</em> is the least standard error that any unbiased method can have; errors are counted in it.
      The LSTM that reads samples has been trained on ${N_SAMPLES} samples at the frequencies that are shaded.`,
    specs: SPECS,
    tasks: TONE_TASKS,
    update,
    view,
    adjust,
  };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);
