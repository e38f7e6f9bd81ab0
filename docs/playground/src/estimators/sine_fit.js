// The least-squares sine fit: maximum likelihood for one tone in white Gaussian noise (IEEE Std 1057-2017).
//
// On time m counted from the middle of the record, a sine of frequency f explains R(f) = C^2 / Gc + S^2 / Gs of
// the record freed of its mean: C = sum x cos(2 pi f m), S = sum x sin(2 pi f m), Gc and Gs the energies of the
// cosine freed of its mean and of the sine. A grid of a quarter bin shows the maxima; Newton's method climbs
// those that come near the highest.

import { transform } from "../dsp/fft.js";
import { freed, isConstant, mean } from "../dsp/statistics.js";
import { toneBound } from "../limits/tone_bound.js";
import { tone } from "../signals/waveforms.js";

const EDGE = 0.01; // cycles per record: nearer to 0 or 0.5, a sine cannot be told from a constant
const SEEN = 0.9; // of a maximum's height, which the grid sees at least
const grids = new Map();

/** Return {frequency, std, phase, amplitude, offset}; std is the standard error of the frequency. */
export function sineFit(record) {
  if (isConstant(record)) return { frequency: NaN, std: NaN, phase: NaN, amplitude: NaN, offset: NaN };
  const x = freed(record);
  const best = climbedMaxima(x).reduce((one, other) => (other.explained > one.explained ? other : one));
  const fit = parameters(record, best);
  const residual = tone(record.length, fit).map((value, t) => record[t] - value);
  const power = residual.reduce((total, value) => total + value * value, 0);
  const std = Math.sqrt(power / (record.length - 4));
  return { ...fit, std: std > 0 ? toneBound("none", record, { ...fit, std }) : 0, noise: std };
}

/** Return phase, amplitude and offset of the least-squares sine at the frequency that was found. */
function parameters(record, { frequency, c, s, of }) {
  const n = record.length;
  const [a, b] = [c / of.cos, s / of.sin];
  const turned = Math.atan2(-b, a) - Math.PI * frequency * (n - 1);
  const phase = turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI));
  return { frequency, phase, amplitude: Math.hypot(a, b), offset: mean(record) - (a * of.sum) / n };
}

function climbedMaxima(x) {
  const { frequencies, energies } = gridOf(x.length);
  const { re, im } = transform(x, 2 * (frequencies.length - 1));
  const explained = frequencies.map((frequency, k) => {
    if (k === 0 || k === frequencies.length - 1) return explainedAt(x, frequency).explained; // an end of the band
    const turn = Math.PI * frequency * (x.length - 1);
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    return (re[k] * cos - im[k] * sin) ** 2 / energies[k].cos + (re[k] * sin + im[k] * cos) ** 2 / energies[k].sin;
  });
  const top = Math.max(...explained);
  const last = frequencies.length - 1;
  return frequencies.flatMap((frequency, k) => {
    const [before, after] = [Math.max(k - 1, 0), Math.min(k + 1, last)];
    const peak = explained[k] >= explained[before] && explained[k] >= explained[after];
    return peak && explained[k] >= SEEN * top ? [climb(x, frequency, frequencies[before], frequencies[after])] : [];
  });
}

/** Return the multiples of a quarter bin (or a little less) with the two ends of the band in place of 0 and 0.5. */
function gridOf(n) {
  if (!grids.has(n)) {
    const half = 2 ** Math.ceil(Math.log2(2 * n));
    const frequencies = Array.from({ length: half + 1 }, (_, k) => k / (2 * half));
    [frequencies[0], frequencies[half]] = [EDGE / n, 0.5 - EDGE / n];
    const silent = new Float64Array(n);
    grids.set(n, { frequencies, energies: frequencies.map((f) => explainedAt(silent, f).of) });
  }
  return grids.get(n);
}

/** Return the maximum of R between `lower` and `upper`: Newton on R' = 0, bisection where Newton leaves them. */
function climb(x, start, lower, upper) {
  let here = start;
  for (let i = 0; i < 60; i++) {
    const { slope, curvature } = explainedAt(x, here);
    if (slope > 0) lower = here;
    else upper = here;
    const step = here - slope / curvature;
    const good = curvature < 0 && step >= lower && step <= upper;
    const there = good ? step : (lower + upper) / 2;
    const moved = Math.abs(there - here) * x.length;
    here = there;
    if (moved <= (good ? 1e-7 : 1e-13)) break; // the error after a step of Newton's is about its square
  }
  return explainedAt(x, here);
}

/** Return R at a frequency with C, S, the energies, and the first two derivatives of R by the frequency. */
function explainedAt(x, frequency) {
  const n = x.length;
  let [c, c1, c2, s, s1, s2] = [0, 0, 0, 0, 0, 0]; // C, S and their derivatives by w = 2 pi f
  let [d, d1, d2, square, product, difference] = [0, 0, 0, 0, 0, 0]; // D = sum cos and its; sums over cos and sin
  for (let t = 0; t < n; t++) {
    const m = t - (n - 1) / 2;
    const [cos, sin] = [Math.cos(2 * Math.PI * frequency * m), Math.sin(2 * Math.PI * frequency * m)];
    c += x[t] * cos;
    s += x[t] * sin;
    c1 -= m * x[t] * sin;
    s1 += m * x[t] * cos;
    c2 -= m * m * x[t] * cos;
    s2 -= m * m * x[t] * sin;
    d += cos;
    d1 -= m * sin;
    d2 -= m * m * cos;
    square += sin * sin;
    product += 2 * m * sin * cos;
    difference += 2 * m * m * (cos * cos - sin * sin);
  }
  const ofCos = [n - square - (d * d) / n, -product - (2 * d * d1) / n, -difference - (2 * (d1 * d1 + d * d2)) / n];
  const ofSin = [square, product, difference];
  const [cosPart, sinPart] = [quotient([c, c1, c2], ofCos), quotient([s, s1, s2], ofSin)];
  return {
    frequency, c, s, of: { cos: ofCos[0], sin: ofSin[0], sum: d },
    explained: cosPart[0] + sinPart[0],
    slope: 2 * Math.PI * (cosPart[1] + sinPart[1]),
    curvature: (2 * Math.PI) ** 2 * (cosPart[2] + sinPart[2]),
  };
}

/** Return p^2 / g and its first two derivatives from those of p and g. */
function quotient([p, p1, p2], [g, g1, g2]) {
  const q = p / g;
  const q1 = (p1 - q * g1) / g;
  return [q * p, 2 * q * p1 - q * q * g1, 2 * (q1 * p1 + q * p2) - 2 * q * q1 * g1 - q * q * g2];
}
