// What may be wrong with the model of a sine in white noise: the kinds of dspvnn/tasks/mismatch.py.
//
// Every kind has one severity; 0 is a pure tone in white Gaussian noise. `draw(draws, n, p)` returns the record
// of the tone p = {frequency, phase, amplitude, offset, std, severity} and notes in p what it has drawn besides.

import { autoregressive, clip, drop, impulsive, studentT, white } from "./noise.js";
import { uniform } from "./random.js";
import { chirp, decayingTone, harmonicTone, tone } from "./waveforms.js";

const INTERFERER_BINS = 2;
const HARMONICS = [1, 1, 0.5]; // amplitudes of the second and the third, times the severity, over the first's

const plus = (x, y) => x.map((value, t) => value + y[t]);
const inWhite = (draws, clean, p) => plus(clean, white(draws, p.std, clean.length));

function interfered(draws, n, p) {
  const sign = draws.random() < 0.5 ? 1 : -1;
  p.second = {
    frequency: p.frequency + (sign * INTERFERER_BINS) / n,
    phase: uniform(draws, -Math.PI, Math.PI),
    amplitude: p.severity * p.amplitude,
    offset: 0,
  };
  return inWhite(draws, plus(tone(n, p), tone(n, p.second)), p);
}

function distorted(draws, n, p) {
  p.phases = HARMONICS.map((_, k) => (k ? uniform(draws, -Math.PI, Math.PI) : p.phase));
  p.amplitudes = HARMONICS.map((share, k) => p.amplitude * (k ? p.severity * share : 1));
  return inWhite(draws, harmonicTone(n, p, p.phases, p.amplitudes), p);
}

function clipped(draws, n, p) {
  const reach = (1 - p.severity) * p.amplitude;
  [p.low, p.high] = [p.offset - reach, p.offset + reach];
  return clip(inWhite(draws, tone(n, p), p), p.low, p.high);
}

/** Severity: what it measures, and its values at light, moderate and heavy. */
export const KINDS = {
  "none": { severity: "", levels: [0, 0, 0], draw: (draws, n, p) => inWhite(draws, tone(n, p), p) },
  "Student t noise": {
    severity: "1 / degrees of freedom", levels: [0.1, 0.2, 0.4],
    draw: (draws, n, p) => plus(tone(n, p), studentT(draws, p.std, p.severity, n)),
  },
  "impulses": {
    severity: "share of samples hit", levels: [0.01, 0.05, 0.15],
    draw: (draws, n, p) => plus(tone(n, p), impulsive(draws, p.std, p.severity, n)),
  },
  "autoregressive noise": {
    severity: "coefficient", levels: [0.5, 0.9, 0.98],
    draw: (draws, n, p) => plus(tone(n, p), autoregressive(draws, p.std, p.severity, n)),
  },
  "interfering tone": {
    severity: `relative amplitude, ${INTERFERER_BINS} bins away`, levels: [0.1, 0.3, 0.7], draw: interfered,
  },
  "harmonics": { severity: "relative amplitude of the second", levels: [0.1, 0.3, 0.7], draw: distorted },
  "clipping": { severity: "share of the amplitude cut off", levels: [0.1, 0.2, 0.3], draw: clipped },
  "missing samples": {
    severity: "share missing", levels: [0.1, 0.3, 0.6],
    draw: (draws, n, p) => drop(draws, inWhite(draws, tone(n, p), p), p.severity),
  },
  "chirp": {
    severity: "cycles per record, over the record", levels: [0.5, 1, 3],
    draw: (draws, n, p) => inWhite(draws, chirp(n, p, p.severity), p),
  },
  "decay": {
    severity: "log of first over last amplitude", levels: [1, 2, 4],
    draw: (draws, n, p) => inWhite(draws, decayingTone(n, p, p.severity), p),
  },
};
