// The moving average y[t] = (1 - alpha) y[t-1] + alpha x[t], started at the mean of the record, and the recursion
// with any three weights, y[t] = wY y[t-1] + wX x[t] + bias, of which it is one.

import { mean } from "../dsp/statistics.js";

/** Return the recursion's answer after every sample. */
export function recursion(record, wY, wX, bias) {
  let level = mean(record);
  return Float64Array.from(record, (value) => (level = wY * level + wX * value + bias));
}

export const ewma = (record, alpha = 0.2) => recursion(record, 1 - alpha, alpha, 0);
