// Recurrent and dense layers as PyTorch defines them, in double precision. A sequence is a flat array, step by step.

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Return weight x + bias, bias null for none, for the `width` numbers of `x` that begin at `from`. */
export function dense(weight, bias, x, from = 0, width = x.length) {
  const out = bias ? Float64Array.from(bias) : new Float64Array(weight.length / width);
  addProduct(out, weight, x, from, width);
  return out;
}

/** Add weight x to `out`. All arrays are Float64Array, which keeps this innermost loop quick. */
function addProduct(out, weight, x, from, width) {
  const even = width - (width % 4);
  for (let row = 0, at = 0; row < out.length; row++) {
    let a = 0, b = 0, c = 0, d = 0; // four sums at once: the processor need not wait for the last one
    let i = from;
    for (; i < from + even; i += 4, at += 4) {
      a += weight[at] * x[i];
      b += weight[at + 1] * x[i + 1];
      c += weight[at + 2] * x[i + 2];
      d += weight[at + 3] * x[i + 3];
    }
    for (; i < from + width; i++, at++) a += weight[at] * x[i];
    out[row] += a + b + c + d;
  }
}

/** Return the states of a recurrent layer, flat, as many steps as x has. `backwards`: from the last step on.
 *
 * `step(sums, state)` writes the next state, given the sums of what input and last state bring to every gate.
 */
function recurrent(weights, suffix, x, width, backwards, begin, step) {
  const ofInput = weights[`weight_ih_${suffix}`], ofState = weights[`weight_hh_${suffix}`];
  const bias = weights[`bias_ih_${suffix}`].map((value, i) => value + weights[`bias_hh_${suffix}`][i]);
  const hidden = ofState.length / bias.length;
  const steps = x.length / width;
  const states = new Float64Array(steps * hidden);
  const state = Float64Array.from(begin ?? new Float64Array(hidden));
  const sums = new Float64Array(bias.length);
  for (let i = 0; i < steps; i++) {
    const t = backwards ? steps - 1 - i : i;
    sums.set(bias);
    addProduct(sums, ofInput, x, t * width, width);
    addProduct(sums, ofState, state, 0, hidden);
    step(sums, state);
    states.set(state, t * hidden);
  }
  return states;
}

/** Return the states of an LSTM; `start` is {state, cell}. Gates in the order input, forget, candidate, output. */
export function lstm(weights, suffix, x, width, { backwards = false, start } = {}) {
  const hidden = weights[`bias_hh_${suffix}`].length / 4;
  const cell = Float64Array.from(start?.cell ?? new Float64Array(hidden));
  return recurrent(weights, suffix, x, width, backwards, start?.state, (gates, state) => {
    for (let j = 0; j < hidden; j++) {
      const candidate = Math.tanh(gates[2 * hidden + j]);
      cell[j] = sigmoid(gates[hidden + j]) * cell[j] + sigmoid(gates[j]) * candidate;
      state[j] = sigmoid(gates[3 * hidden + j]) * Math.tanh(cell[j]);
    }
  });
}

/** Return the states of an Elman layer. */
export const elman = (weights, suffix, x, width) =>
  recurrent(weights, suffix, x, width, false, undefined, (sums, state) => {
    for (let j = 0; j < state.length; j++) state[j] = Math.tanh(sums[j]);
  });

/** Return the states of an LSTM that runs both ways, the two side by side at every step. */
export function bothWays(weights, suffix, x, width) {
  const forwards = lstm(weights, suffix, x, width);
  const back = lstm(weights, `${suffix}_reverse`, x, width, { backwards: true });
  const steps = x.length / width;
  const hidden = forwards.length / steps;
  const states = new Float64Array(2 * forwards.length);
  for (let t = 0; t < steps; t++) {
    states.set(forwards.subarray(t * hidden, (t + 1) * hidden), 2 * t * hidden);
    states.set(back.subarray(t * hidden, (t + 1) * hidden), (2 * t + 1) * hidden);
  }
  return states;
}

/** Return the tensors below a prefix, under their names without it. */
export const below = (weights, prefix) =>
  Object.fromEntries(
    Object.entries(weights).flatMap(([name, values]) =>
      name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), values]] : [],
    ),
  );
