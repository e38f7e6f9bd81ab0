// Three things to try with a tone.

export const TONE_TASKS = [
  {
    title: "Leave the training range",
    text: "Drag the frequency slowly to the right, out of the shaded range, and watch the answers.",
    setting: { frequency: 0.24, snr: 20, draws: 1 },
    question: "Which method lets go, which ones stay, and why can it not do otherwise?",
    answer:
      "Past 0.25 the LSTM on samples is soon wrong by thousands of bounds, and nothing in its answer says so: it chooses " +
      "one of 64 bins between 0.05 and 0.25, so no answer it can give is right. The sine fit searches all " +
      "frequencies. The heterodyne LSTM only sees the record after it has been moved to baseband, where all " +
      "frequencies look alike.",
  },
  {
    title: "Find the threshold",
    text: "Lower the SNR in steps of 2 dB down to −14 dB and watch the histogram of the sine fit.",
    setting: { frequency: 0.12, snr: 0, draws: 1 },
    question: "At which SNR do errors stop following the bound's curve, and what do the wrong answers have in common?",
    answer:
      "Near −6 dB some answers begin to land anywhere in the band: a peak of the noise is then higher than the " +
      "tone's. A few of them are enough to make the rms error many times the bound. Below this threshold the " +
      "bound, which looks only at small errors, is no longer the truth about what is possible.",
  },
  {
    title: "Be wrong about the model",
    text: "A weaker tone stands two bins away. Move its severity, then the SNR, and watch where the histograms stand.",
    setting: { frequency: 0.12, snr: 30, kind: "interfering tone", severity: 0.3, draws: 1 },
    question: "Press “New noise” a few times: how often does the interval of the sine fit hold the true frequency? Does less noise help?",
    answer:
      "The fit assumes one tone. The second one pulls it to a side, to which one its phase decides, and by an amount " +
      "that no SNR removes. The standard error takes what is left of the record for white noise, so that the interval " +
      "misses the truth in about half of the records. The remedy is a fit of two tones; the bound shown is that of " +
      "somebody who knows that there are two.",
  },
];
