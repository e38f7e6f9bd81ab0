// The shipped weights, inlined as they lie in neural/weights: safetensors files in base64, decoded at first use.

import burstElman from "../../../../neural/weights/burst/elman-seed0.safetensors";
import burstLstm from "../../../../neural/weights/burst/lstm-seed0.safetensors";
import equivariantLstm from "../../../../neural/weights/ewma/equivariant-lstm-seed0.safetensors";
import linearRnn from "../../../../neural/weights/ewma/linear-rnn-seed0.safetensors";
import averageLstm from "../../../../neural/weights/ewma/lstm-seed0.safetensors";
import heterodyneLstm from "../../../../neural/weights/tone/heterodyne-lstm-seed0.safetensors";
import toneLstm from "../../../../neural/weights/tone/lstm-seed0.safetensors";

const FILES = {
  "burst/elman": burstElman,
  "burst/lstm": burstLstm,
  "ewma/equivariant-lstm": equivariantLstm,
  "ewma/linear-rnn": linearRnn,
  "ewma/lstm": averageLstm,
  "tone/heterodyne-lstm": heterodyneLstm,
  "tone/lstm": toneLstm,
};
const ARRAYS = { F32: Float32Array, F64: Float64Array };
const decoded = new Map();

/** Return the tensors of a net: {name: flat Float64Array of its rows}. */
export function weightsOf(net) {
  if (!decoded.has(net)) decoded.set(net, tensors(bytesOf(FILES[net])));
  return decoded.get(net);
}

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Return the tensors of a safetensors file: eight bytes of length, a JSON table, the numbers. */
function tensors(bytes) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const table = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  delete table.__metadata__;
  return Object.fromEntries(
    Object.entries(table).map(([name, { dtype, data_offsets: [start, end] }]) => [
      name,
      Float64Array.from(new ARRAYS[dtype](bytes.buffer.slice(8 + length + start, 8 + length + end))),
    ]),
  );
}
