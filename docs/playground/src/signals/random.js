// Random numbers from a seed: the same seed draws the same record on every machine.

import { randomNormal } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Return {random, normal}: draws uniform on [0, 1) and standard normal ones. */
export function drawsOf(seed) {
  const generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
  const random = () => uniformFloat64(generator);
  return { random, normal: randomNormal.source(random)() };
}

export const fill = (n, draw) => Float64Array.from({ length: n }, () => draw());

/** Return a number uniform on [low, high). */
export const uniform = (draws, low, high) => low + (high - low) * draws.random();
