// The LSTM that names a tone's frequency in any band: neural/estimators/heterodyne.py and neural/heterodyne.py.
//
// The record is moved to baseband: fitted with a tone at a trial frequency, what the fit leaves is turned back by
// that frequency, divided by the fitted amplitude and averaged into 16 complex frames. From these the net names
// the offset that is left, in bins; the trial frequency moves there, four times.

import { transform } from "../dsp/fft.js";
import { freed, isConstant, largestIndex, mean } from "../dsp/statistics.js";
import { toneBound } from "../limits/tone_bound.js";
import { below, bothWays, dense } from "./layers.js";
import { weightsOf } from "./weights.js";

const [FRAMES, PASSES] = [16, 4];
export const SHORTEST = 2 * FRAMES;

/** Return {frequency, std} in cycles per sample. */
export function heterodyneLstm(record) {
  if (isConstant(record)) return { frequency: NaN, std: NaN };
  const n = record.length;
  const weights = weightsOf("tone/heterodyne-lstm");
  let [frequency, inside] = [peakFrequency(record), 0];
  for (let pass = 0; pass < PASSES; pass++) {
    const frames = basebandFrames(project(record, inside || frequency), n);
    frequency = (inside || frequency) + offsetOf(below(weights, "offset"), frames) / n;
    inside = Math.min(Math.max(frequency, 0.1 / n), 0.5 - 0.1 / n);
  }
  return { frequency, std: standardError(record, project(record, inside), inside, below(weights, "scale")) };
}

/** Return the frequency of the largest bin of a twice zero-padded transform. */
function peakFrequency(record) {
  const { re, im } = transform(freed(record), 2 * record.length);
  const k = largestIndex(re.map((value, i) => value ** 2 + im[i] ** 2), 1, record.length - 1);
  return k / (2 * record.length);
}

/** Return the least-squares tone at a frequency: waves, what the tone has of each, and what is left. */
function project(record, frequency) {
  const n = record.length;
  const wave = (f) => Float64Array.from(record, (_, t) => f(2 * Math.PI * frequency * (t - (n - 1) / 2)));
  const [cos, sin] = [wave(Math.cos), wave(Math.sin)];
  const [free, cosFree, meanCos] = [freed(record), freed(cos), mean(cos)];
  const [ofCos, ofSin] = [share(free, cosFree), share(free, sin)];
  const residual = free.map((value, t) => value - ofCos * cosFree[t] - ofSin * sin[t]);
  const noisePower = residual.reduce((total, value) => total + value * value, 0) / (n - 4);
  return { cos, sin, ofCos, ofSin, offset: mean(record) - ofCos * meanCos, residual, noisePower };
}

function share(free, wave) {
  let [product, square] = [0, 0];
  wave.forEach((value, t) => {
    product += free[t] * value;
    square += value * value;
  });
  return product / Math.max(square, 1e-9 * wave.length);
}

/** Return the complex frames, real and imaginary part by turns; a frame may begin within a sample. */
function basebandFrames({ cos, sin, ofCos, ofSin, residual }, n) {
  const scale = 2 / Math.max(ofCos ** 2 + ofSin ** 2, 1e-300);
  const frames = new Float64Array(2 * FRAMES);
  for (let k = 0; k < FRAMES; k++) {
    const [start, end] = [(k * n) / FRAMES, ((k + 1) * n) / FRAMES];
    let [real, imaginary] = [0, 0];
    for (let t = Math.floor(start); t < end; t++) {
      const part = ((Math.min(end, t + 1) - Math.max(start, t)) * FRAMES) / n;
      real += residual[t] * cos[t] * part;
      imaginary -= residual[t] * sin[t] * part;
    }
    frames[2 * k] = 1 + scale * (real * ofCos - imaginary * ofSin);
    frames[2 * k + 1] = scale * (real * ofSin + imaginary * ofCos);
  }
  return frames;
}

/** Return the offset in bins: a linear path, and an LSTM that fades as the frames come near 1. */
function offsetOf(weights, frames) {
  const imaginary = frames.filter((_, i) => i % 2 === 1);
  const square = frames.reduce((total, value, i) => total + (i % 2 ? value : value - 1) ** 2, 0) / FRAMES;
  const mirrored = frames.map((value, i) => (i % 2 ? -value : value));
  const odd = (ofLstm(weights, frames) - ofLstm(weights, mirrored)) / 2;
  return dense(weights["linear.weight"], null, imaginary)[0] + (square / (1 + square)) * odd;
}

function ofLstm(weights, frames) {
  const states = bothWays(below(weights, "recurrent"), "l0", frames, 2);
  const inner = dense(weights["head.0.weight"], weights["head.0.bias"], states).map(Math.tanh);
  return dense(weights["head.2.weight"], weights["head.2.bias"], inner)[0];
}

/** Return the bound at the estimates times a learned factor of the estimated SNR, 1 at least. */
function standardError(record, fit, frequency, weights) {
  const n = record.length;
  const [power, std] = [fit.ofCos ** 2 + fit.ofSin ** 2, Math.sqrt(fit.noisePower)];
  if (!(power > 0 && std > 0)) return 0;
  const snr = Math.min(Math.max(power / Math.max(2 * fit.noisePower, 1e-300), 1e-6), 1e14);
  const inner = dense(weights["0.weight"], weights["0.bias"], Float64Array.of(Math.log(snr))).map(Math.tanh);
  const logFactor = Math.max(dense(weights["2.weight"], weights["2.bias"], inner)[0], 0);
  const phase = Math.atan2(-fit.ofSin, fit.ofCos) - Math.PI * frequency * (n - 1);
  const bound = toneBound("none", record, { frequency, phase, amplitude: Math.sqrt(power), offset: fit.offset, std });
  return bound * Math.exp(logFactor);
}
