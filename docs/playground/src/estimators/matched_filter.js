// The matched filter: the correlation of the last samples with the burst's shape, over the shape's norm. In noise
// of unit variance it is a standard normal, at the end of a burst it is d more. The evidence is its largest value
// so far, over four onsets between two samples (Kay, Detection Theory, 1998, sec. 7.5).

import { rms } from "../dsp/statistics.js";
import { halfSine } from "../signals/waveforms.js";

const WIDTH = 10;
const TEMPLATES = [0, 0.25, 0.5, 0.75].map((early) => {
  const shape = halfSine(WIDTH + 1, -early, WIDTH);
  const norm = rms(shape) * Math.sqrt(shape.length);
  return shape.map((value) => value / norm);
});

/** Return the evidence after every sample that a burst has ended. */
export function matchedFilter(record) {
  let largest = -Infinity;
  return Float64Array.from(record, (_, t) => {
    for (const template of TEMPLATES) largest = Math.max(largest, correlation(record, t, template));
    return largest;
  });
}

function correlation(record, last, template) {
  let total = 0;
  for (let j = Math.max(0, WIDTH - last); j <= WIDTH; j++) total += record[last - WIDTH + j] * template[j];
  return total;
}
