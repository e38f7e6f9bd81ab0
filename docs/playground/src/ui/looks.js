// Colour, marker and line of every estimator, as in the report's figures.

export const LOOKS = {
  "fft-peak": { name: "FFT peak", color: "var(--fft)", marker: "triangle", dash: "2 3" },
  "sine-fit": { name: "sine fit", color: "var(--fit)", marker: "circle" },
  "tone/lstm": { name: "LSTM on samples", color: "var(--lstm)", marker: "square" },
  "tone/heterodyne-lstm": { name: "heterodyne LSTM", color: "var(--pink)", marker: "diamond" },
  "matched-filter": { name: "matched filter", color: "var(--fit)", marker: "circle" },
  "bayes-filter": { name: "Bayes filter", color: "var(--green)", marker: "diamond" },
  "burst/lstm": { name: "LSTM", color: "var(--lstm)", marker: "square" },
  "burst/elman": { name: "Elman RNN", color: "var(--pink)", marker: "triangle", dash: "6 3" },
  "recursion": { name: "your recursion", color: "var(--fit)", dash: "7 3" },
  "ewma/lstm": { name: "LSTM", color: "var(--lstm)" },
  "ewma/equivariant-lstm": { name: "equivariant LSTM", color: "var(--pink)", dash: "3 2" },
};

export const legendOf = (...ids) => ids.map((id) => ({ name: LOOKS[id].name, look: LOOKS[id] }));
