// The LSTM that names a tone's frequency from its samples: neural/estimators/tone.py.
//
// The record, freed of its mean and scaled to unit power, is cut into overlapping frames. Two LSTM layers run
// over them both ways. Each of the 64 bins of the training range gets a score and a distance from its centre;
// the answer is the centre of the bin with the highest score plus its distance.

import { below as shareBelow } from "../dsp/gaussian.js";
import { freed, isConstant, largestIndex, rms } from "../dsp/statistics.js";
import { below, bothWays, dense } from "./layers.js";
import { weightsOf } from "./weights.js";

export const TRAINING_RANGE = [0.05, 0.25];
export const N_SAMPLES = 128; // the one record length that it can read
const [FRAME, HOP, BINS] = [16, 8, 64];

/** Return the frequency in cycles per sample; NaN for a constant record or one of another length. */
export function toneLstm(record) {
  if (record.length !== N_SAMPLES || isConstant(record)) return NaN;
  const weights = weightsOf("tone/lstm");
  const layers = below(weights, "recurrent");
  const first = bothWays(layers, "l0", frames(standardised(record)), FRAME);
  const states = bothWays(layers, "l1", first, (2 * layers.bias_hh_l0.length) / 4);
  const inner = dense(weights["head.0.weight"], weights["head.0.bias"], states).map((x) => x * shareBelow(x)); // GELU
  const out = dense(weights["head.2.weight"], weights["head.2.bias"], inner);
  const best = largestIndex(out, 0, BINS - 1);
  const [low, high] = TRAINING_RANGE;
  return low + ((best + 0.5 + out[BINS + best]) * (high - low)) / BINS;
}

function standardised(record) {
  const x = freed(record);
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scaled = x.map((value) => value / largest);
  const power = rms(scaled);
  return scaled.map((value) => value / power)
}

function frames(x) {
  const count = Math.floor((x.length - FRAME) / HOP) + 1;
  const out = new Float64Array(count * FRAME);
  for (let i = 0; i < count; i++) out.set(x.subarray(i * HOP, i * HOP + FRAME), i * FRAME);
  return out;
}
