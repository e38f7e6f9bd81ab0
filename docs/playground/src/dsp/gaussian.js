// The standard normal distribution: density, distribution function, upper tail, hazard and quantile.

const ROOT = Math.sqrt(2 * Math.PI);
const FAR = 2; // from here on the continued fraction converges faster than the series

export const density = (x) => Math.exp((-x * x) / 2) / ROOT;

/** Return P(X <= x). */
export const below = (x) => (x < FAR ? 1 - above(x) : 1 - density(x) / hazard(x));

/** Return P(X > x), without loss of digits far out. */
export function above(x) {
  if (x > FAR) return density(x) / hazard(x);
  if (x < -FAR) return 1 - density(x) / hazard(-x);
  return 0.5 - series(x);
}

/** Return density(x) / P(X > x). Far out by Laplace's continued fraction: x + 1 / (x + 2 / (x + ...)). */
export function hazard(x) {
  if (x <= FAR) return density(x) / above(x);
  let fraction = x;
  for (let k = Math.ceil(40 + 600 / (x * x)); k > 0; k--) fraction = x + k / fraction;
  return fraction;
}

/** Return the x that is exceeded with probability p, by Newton's method. */
export function quantileAbove(p) {
  let x = 0;
  for (let i = 0; i < 100; i++) {
    const step = Math.max(-1, Math.min(1, (above(x) - p) / density(x)));
    x += step;
    if (Math.abs(step) < 1e-12) break;
  }
  return x;
}

/** Return P(0 < X < x): density(x) (x + x^3 / 3 + x^5 / (3 5) + ...). */
function series(x) {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return density(x) * sum;
}
