// The nets that answer at every sample: a recurrent layer and a linear read-out of its state.

import { below, dense, elman, lstm } from "./layers.js";
import { weightsOf } from "./weights.js";

/** Return a net's answers to the samples of a record; `start`, where it is given, sets the first state. */
export function sequenceNet(net, record, start) {
  const weights = weightsOf(net);
  const x = Float64Array.from(record)
  const layer = below(weights, "recurrent");
  const states = net.endsWith("elman") ? elman(layer, "l0", x, 1) : lstm(layer, "l0", x, 1, { start: begin(weights, start) });
  const [weight, bias] = [weights["read_out.weight"], weights["read_out.bias"]];
  return Float64Array.from(record, (_, t) => dense(weight, bias, states, t * weight.length, weight.length)[0]);
}

/** Return the first state as a linear map of `start`: its first half, and its second the LSTM's cell. */
function begin(weights, start) {
  if (start === undefined) return undefined;
  const both = dense(weights["start.weight"], weights["start.bias"], Float64Array.of(start));
  return { state: both.subarray(0, both.length / 2), cell: both.subarray(both.length / 2) };
}
