// The nets that follow a moving average: neural/estimators/ewma.py.

import { mean } from "../dsp/statistics.js";
import { recursion } from "../estimators/ewma.js";
import { sequenceNet } from "./sequence_net.js";
import { weightsOf } from "./weights.js";

/** Return the answers of the LSTM that reads the samples as they are. */
export const averageLstm = (record) => sequenceNet("ewma/lstm", record, mean(record));

/** Return the three weights that the one-unit net has learned: {wY, wX, bias}. */
export function learnedWeights() {
  const { w_y: [wY], w_x: [wX], bias: [bias] } = weightsOf("ewma/linear-rnn");
  return { wY, wX, bias };
}

export function linearRnn(record) {
  const { wY, wX, bias } = learnedWeights();
  return recursion(record, wY, wX, bias);
}

/** Return the answers of the LSTM that reads samples freed of level and scale.
 *
 * The scale of a sample is the power of two at or above the largest distance from the start so far. The net runs
 * once for every scale that the record passes through, up to the last sample of that scale.
 */
export function equivariantLstm(record) {
  const start = mean(record);
  const distance = Float64Array.from(record, (value) => value - start);
  let reach = 1e-300;
  const exponents = Array.from(distance, (value) => Math.ceil(Math.log2((reach = Math.max(reach, Math.abs(value))))));
  const average = new Float64Array(record.length);
  for (const exponent of new Set(exponents)) {
    const [first, last] = [exponents.indexOf(exponent), exponents.lastIndexOf(exponent)];
    const unit = 2 ** exponent;
    const answer = sequenceNet("ewma/equivariant-lstm", distance.subarray(0, last + 1).map((value) => value / unit));
    for (let t = first; t <= last; t++) average[t] = start + unit * answer[t];
  }
  return average;
}
