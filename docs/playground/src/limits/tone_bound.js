// The Cramér-Rao bound on a tone's frequency, as a standard deviation in cycles per sample: the best that an
// unbiased estimator can reach which knows the kind and the law of the mismatch (dspvnn/limits/mismatch.py).

import { above, density, hazard } from "../dsp/gaussian.js";
import { IMPULSE_RATIO } from "../signals/noise.js";
import { boundOfFirst } from "./fisher.js";
import { toneModel } from "./tone_models.js";

/** Return the bound for a record of kind `kind` drawn with p = {frequency, ..., std, severity}. */
export function toneBound(kind, record, p) {
  const { mean, columns } = toneModel(kind, record.length, p);
  if (kind === "autoregressive noise") {
    const seen = columns.map((column) => whitened(column, p.severity));
    return boundOfFirst(seen, mean.map(() => p.std ** -2));
  }
  return boundOfFirst(columns, informationOf(kind, mean, record, p));
}

/** Return what every sample tells of its own mean: 1 / sigma^2 in Gaussian noise. */
function informationOf(kind, mean, record, { std, severity, low, high }) {
  const all = (value) => mean.map(() => value / std ** 2);
  if (kind === "Student t noise") return all((1 + severity) / (1 + 3 * severity) / (1 - 2 * severity));
  if (kind === "impulses") return all(impulsiveInformation(severity));
  if (kind === "clipping") return mean.map((m) => clippedInformation((low - m) / std, (high - m) / std) / std ** 2);
  return mean.map((_, t) => (Number.isNaN(record[t]) ? 0 : std ** -2));
}

/** Return the information of a Gaussian sample of unit deviation that is held between two rails. */
function clippedInformation(low, high) {
  const between = above(low) - above(high) - high * density(high) + low * density(low);
  return between + density(high) * hazard(high) + density(low) * hazard(-low);
}

/** Return the information of Bernoulli-Gauss noise of unit deviation: the integral of p'^2 / p, trapezoid rule. */
function impulsiveInformation(share) {
  const narrow = 1 / Math.sqrt(1 + share * (IMPULSE_RATIO ** 2 - 1));
  const wide = IMPULSE_RATIO * narrow;
  const step = narrow / 20;
  let total = 0;
  for (let x = step; x < 12 * wide; x += step) {
    const ofNarrow = ((1 - share) * density(x / narrow)) / narrow;
    const ofWide = (share * density(x / wide)) / wide;
    const slope = x * (ofNarrow / narrow ** 2 + ofWide / wide ** 2);
    if (ofNarrow + ofWide > 0) total += slope ** 2 / (ofNarrow + ofWide);
  }
  return 2 * step * total; // the integrand is even, and 0 at 0
}

/** Return a column as first-order autoregressive noise of unit deviation sees it. */
function whitened(column, coefficient) {
  const gain = Math.sqrt(1 - coefficient ** 2);
  return column.map((value, t) => (t === 0 ? value : (value - coefficient * column[t - 1]) / gain));
}
