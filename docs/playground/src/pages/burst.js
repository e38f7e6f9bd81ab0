// The page of the burst: its settings, and what is computed from them.

import { html } from "lit-html";
import { ESTIMATORS } from "../roster.js";
import { white } from "../signals/noise.js";
import { drawsOf } from "../signals/random.js";
import { halfSine } from "../signals/waveforms.js";
import { button, shadingNote, slider } from "../ui/controls.js";
import { fixed, percent } from "../ui/numbers.js";
import { inSlices } from "../ui/slices.js";
import { burstRecordFigure, evidenceFigure, rocFigure } from "./burst_figures.js";
import { BURST_TASKS } from "./burst_tasks.js";

const IDS = ["matched-filter", "bayes-filter", "burst/lstm", "burst/elman"];
const N_SAMPLES = 130;
const N_DRAWS = 1000;
const CALIBRATION_SEED = 2 ** 29;

const SPECS = {
  strength: { label: "Strength d", value: 5, min: 0, max: 20, step: 0.5, format: (v) => fixed(v, 1), range: [3, 20] },
  time: { label: "Time of its beginning", unit: "samples", value: 20, min: 0, max: 109, step: 0.25, format: (v) => fixed(v, 2), range: [0, 50] },
  width: { label: "Width", unit: "samples", value: 10, min: 4, max: 20, step: 1, range: [9.8, 10.2] },
  alarms: {
    label: "Threshold: false alarms allowed", value: 0.01, min: 0.001, max: 0.5, step: 0.02, log: true, format: (v) => percent(v, v < 0.1 ? 1 : 0),
  },
  seed: { value: 1, min: 0, max: 1e9, whole: true },
};

const lastEvidence = (record) => IDS.map((id) => ESTIMATORS[id](record).at(-1));

/** Return a record: noise of unit variance and a burst of energy strength^2. */
function burstIn(noise, { strength, time, width }) {
  const shape = halfSine(N_SAMPLES, time, width);
  return noise.map((value, t) => value + strength * Math.sqrt(2 / width) * shape[t]);
}

export function burstPage(again) {
  const onNoise = []; // the last evidence of every detector on records of noise alone
  let [key, burstKey, current, onBursts, stop] = ["", "", null, [], () => {}];

  function update(values) {
    const { alarms, ...setting } = values;
    const { seed, ...burst } = setting;
    const [asked, askedBurst] = [JSON.stringify(setting), JSON.stringify(burst)];
    if (asked !== key) current = answersTo(values);
    if (askedBurst !== burstKey) {
      stop();
      onBursts = [];
      const [noise, bursts] = [drawsOf(CALIBRATION_SEED), drawsOf(CALIBRATION_SEED + 1)];
      const draw = (i) => {
        if (onNoise.length <= i) onNoise.push(lastEvidence(white(noise, 1, N_SAMPLES)));
        else white(noise, 1, N_SAMPLES);
        onBursts.push(lastEvidence(burstIn(white(bursts, 1, N_SAMPLES), values)));
      };
      stop = inSlices(N_DRAWS, draw, again);
    }
    [key, burstKey] = [asked, askedBurst];
  }

  function answersTo(values) {
    const record = burstIn(white(drawsOf(values.seed), 1, N_SAMPLES), values);
    return { record, clean: burstIn(new Float64Array(N_SAMPLES), values), evidence: IDS.map((id) => ESTIMATORS[id](record)) };
  }

  /** Return of every detector the threshold that a share `alarms` of the noise records exceeds, and its ROC. */
  function detectors({ alarms }) {
    return IDS.map((id, i) => {
      const noise = onNoise.map((evidence) => evidence[i]).sort((a, b) => b - a);
      const bursts = onBursts.map((evidence) => evidence[i]).sort((a, b) => b - a);
      const threshold = noise[Math.floor(alarms * noise.length + 1e-9)];
      const found = (limit) => bursts.filter((value) => value > limit).length / bursts.length;
      return { id, evidence: current.evidence[i], threshold, found: found(threshold), roc: rocOf(noise, bursts) };
    });
  }

  function view(values, { change }) {
    const shown = detectors(values);
    const controls = html`
      ${["strength", "time", "width", "alarms"].map((name) => slider(name, SPECS[name], values[name], change))}
      <p class="note">d is the root of the burst's energy over the standard deviation of the noise. One slider moves all four
        thresholds: each is exceeded in this share of ${N_DRAWS.toLocaleString("en")} records of noise alone.</p>
      ${shadingNote()}
      <div class="buttons">${button("New noise", () => change("seed", values.seed + 1), "primary")}</div>`;
    const counts = { bursts: onBursts.length, total: N_DRAWS };
    const figures = [burstRecordFigure(values, current), evidenceFigure(values, shown), rocFigure(values, shown, counts)];
    return { controls, figures };
  }

  return {
    name: "Burst",
    heading: "Is there a burst in this noise?",
    intro: html`A half-sine burst may stand anywhere in a record of noise. After every sample each detector states its
      <em>evidence</em> that a burst has come and ended; above a threshold it says so. The Bayes filter knows shape, strengths and times that are
      possible, and is the best there is as long as they are right. The nets have learned from examples.`,
    specs: SPECS,
    tasks: BURST_TASKS,
    update,
    view,
    adjust: () => "",
  };
}

/** Return the points [false-alarm rate, share of bursts found] of all thresholds; both lists fall. */
function rocOf(noise, bursts) {
  let j = 0;
  return noise.map((threshold, i) => {
    while (j < bursts.length && bursts[j] > threshold) j++;
    return [i / noise.length, j / bursts.length];
  });
}
