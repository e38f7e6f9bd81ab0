// window.playground: what the page computes, for tests and for whoever opens the browser's console.
//
// playground.estimators                    the names of the estimators
// playground.estimate(name, records)       their answers to records, plain arrays: the frequencies and standard
//                                          errors of tones, {frequency, std}; of the others an answer a sample
// playground.draw(kind, length, p, uniform, normal)
//                                          a tone's record under a kind of mismatch, from given random numbers,
//                                          and its bound: {record, bound}
// playground.firstAnswer                   milliseconds from opening the page to its first answers

import { toneBound } from "./limits/tone_bound.js";
import { ESTIMATORS } from "./roster.js";
import { KINDS } from "./signals/mismatch.js";

function estimate(name, records) {
  if (!(name in ESTIMATORS)) throw new Error(`the estimators are ${Object.keys(ESTIMATORS).join(", ")}; got ${name}`);
  const answers = records.map((record) => ESTIMATORS[name](Float64Array.from(record)));
  if (answers.length && !("frequency" in answers[0])) return answers.map((answer) => Array.from(answer));
  return { frequency: answers.map(({ frequency }) => frequency), std: answers.map(({ std }) => std) };
}

function draw(kind, length, p, uniform, normal) {
  const given = { random: () => uniform.shift(), normal: () => normal.shift() };
  const parameters = { ...p };
  const record = KINDS[kind].draw(given, length, parameters);
  return { record: Array.from(record), bound: toneBound(kind, record, parameters) };
}

export const api = { estimators: Object.keys(ESTIMATORS), estimate, draw };
