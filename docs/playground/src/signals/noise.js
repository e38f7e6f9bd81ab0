// Noise, and what sensors do to a signal. `std` is the standard deviation of the noise whatever its
// distribution or spectrum, so that an SNR means the same everywhere.

import { fill } from "./random.js";

export const IMPULSE_RATIO = 10; // standard deviation of an impulse over that of the background

/** Return the sigma that gives SNR = 10 log10(A^2 / (2 sigma^2)) dB. */
export const noiseStd = (amplitude, snrDb) => (amplitude * 10 ** (-snrDb / 20)) / Math.SQRT2;

export const white = (draws, std, n) => fill(n, draws.normal).map((value) => std * value);

/** Return Student t noise; `tail` in [0, 1/2) is 1 / degrees of freedom (Bailey, Math. Comp. 62, 1994). */
export function studentT(draws, std, tail, n) {
  const clipped = Math.min(Math.max(tail, 1e-6), 0.499);
  const [first, second] = [fill(n, draws.random), fill(n, draws.random)];
  return first.map((u, t) => {
    const radius = Math.sqrt(Math.expm1(-2 * clipped * Math.log1p(-u)) / clipped);
    return std * Math.sqrt(1 - 2 * clipped) * radius * Math.cos(2 * Math.PI * second[t]);
  });
}

/** Return Bernoulli-Gauss noise: a `share` of the samples has `IMPULSE_RATIO` times the deviation. */
export function impulsive(draws, std, share, n) {
  const hit = fill(n, draws.random).map((u) => (u < share ? IMPULSE_RATIO : 1));
  const background = std / Math.sqrt(1 + share * (IMPULSE_RATIO ** 2 - 1));
  return fill(n, draws.normal).map((value, t) => background * hit[t] * value);
}

/** Return stationary noise e[t] = coefficient e[t-1] + white. */
export function autoregressive(draws, std, coefficient, n) {
  const gain = Math.sqrt(1 - coefficient ** 2);
  let level = 0;
  return fill(n, draws.normal).map((fresh, t) => {
    level = t === 0 ? fresh : coefficient * level + gain * fresh;
    return std * level;
  });
}

export const clip = (x, low, high) => x.map((value) => Math.min(Math.max(value, low), high));

/** Return `x` with a `share` of its samples missing (NaN), independently of each other. */
export function drop(draws, x, share) {
  const missing = fill(x.length, draws.random).map((u) => (u < share ? 1 : 0));
  return x.map((value, t) => (missing[t] ? NaN : value));
}
