// Every estimator of the playground under its name: from a record to an answer.
//
// A tone's answer is {frequency, std}, std NaN where the estimator names none; the others answer at every sample.
// The names of nets are those of neural.load.

import { bayesFilter } from "./estimators/bayes_filter.js";
import { ewma } from "./estimators/ewma.js";
import { fftPeak } from "./estimators/fft_peak.js";
import { matchedFilter } from "./estimators/matched_filter.js";
import { sineFit } from "./estimators/sine_fit.js";
import { averageLstm, equivariantLstm, linearRnn } from "./nets/average_nets.js";
import { heterodyneLstm } from "./nets/heterodyne_lstm.js";
import { sequenceNet } from "./nets/sequence_net.js";
import { toneLstm } from "./nets/tone_lstm.js";

export const ESTIMATORS = {
  "fft-peak": (record) => ({ frequency: fftPeak(record), std: NaN }),
  "sine-fit": sineFit,
  "tone/lstm": (record) => ({ frequency: toneLstm(record), std: NaN }),
  "tone/heterodyne-lstm": heterodyneLstm,
  "matched-filter": matchedFilter,
  "bayes-filter": bayesFilter,
  "burst/lstm": (record) => sequenceNet("burst/lstm", record),
  "burst/elman": (record) => sequenceNet("burst/elman", record),
  "ewma": (record) => ewma(record),
  "ewma/lstm": averageLstm,
  "ewma/equivariant-lstm": equivariantLstm,
  "ewma/linear-rnn": linearRnn,
};
