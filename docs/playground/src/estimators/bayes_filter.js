// The optimal burst detector: the exact log odds, sample by sample, that the burst has ended. It knows the shape,
// the noise level and the priors that the nets were trained on: onset uniform on 0 to 50, strength d uniform on
// 3 to 20, a burst in half of the records. Bayes' rule on a grid of onsets and strengths (dspvnn/limits/burst.py).

import { halfSine } from "../signals/waveforms.js";

const [LATEST, WIDTH, STEP] = [50, 10, 0.25];
const ONSETS = Array.from({ length: LATEST / STEP }, (_, i) => (i + 0.5) * STEP);
const STRENGTHS = Array.from({ length: 24 }, (_, i) => 3 + ((i + 0.5) * 17) / 24);
const IMPOSSIBLE = -1000; // stands for log odds of minus infinity: no burst can have ended yet
const NO_BURST = Math.log(0.5 * ONSETS.length);
const PRIOR = Math.log(0.5);

/** Return the log odds after every sample. */
export function bayesFilter(record) {
  const hypotheses = ONSETS.map((onset) => ({ onset, shape: shapeFrom(onset), correlation: 0, energy: 0, ratio: 0 }));
  let ended = -Infinity;
  return Float64Array.from(record, (value, t) => {
    const pending = [];
    let notBegun = 0;
    for (const hypothesis of hypotheses) {
      const { onset } = hypothesis;
      if (onset >= t) notBegun++;
      else if (onset + WIDTH > t) pending.push(update(hypothesis, value, t));
      else if (onset + WIDTH > t - 1) ended = logSum([ended, hypothesis.ratio]);
    }
    const open = PRIOR + logSum([Math.log(Math.max(notBegun, 1e-300)), ...pending]);
    return Math.max(PRIOR + ended - logSum([open, NO_BURST]), IMPOSSIBLE);
  });
}

/** Return the unit-energy samples of a burst from the first one after its onset. */
function shapeFrom(onset) {
  const first = Math.ceil(onset);
  return { first, samples: halfSine(WIDTH + 1, onset - first, WIDTH).map((value) => value * Math.sqrt(2 / WIDTH)) };
}

/** Count one sample into a hypothesis and return the log of its likelihood ratio, averaged over the strength. */
function update(hypothesis, value, t) {
  const template = hypothesis.shape.samples[t - hypothesis.shape.first];
  const c = (hypothesis.correlation += value * template);
  const e = (hypothesis.energy += template * template);
  const likeliest = Math.min(Math.max(c / e, STRENGTHS[0]), STRENGTHS.at(-1));
  const largest = likeliest * c - (likeliest ** 2 / 2) * e; // taken out of the sum, so that nothing overflows
  let total = 0;
  for (const d of STRENGTHS) total += Math.exp(d * c - (d ** 2 / 2) * e - largest);
  return (hypothesis.ratio = largest + Math.log(total / STRENGTHS.length));
}

function logSum(values) {
  const largest = Math.max(...values);
  if (largest === -Infinity) return largest;
  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
}
