// Three things to try with a burst.

export const BURST_TASKS = [
  {
    title: "Watch the evidence arrive",
    text: "Follow the four lines of evidence through the burst, then move the time of its beginning.",
    setting: { strength: 8, time: 25 },
    question: "When can a detector know that a burst has ended? Which of them speaks earlier than it should?",
    answer:
      "Nobody can know before the last sample of the burst. The matched filter rises while the burst passes, since it " +
      "asks only how well the last samples fit. The Bayes filter holds back until the end: it weighs “ended” against " +
      "“still going on”. The nets were trained on that same question and have learned to wait as well.",
  },
  {
    title: "A burst at another time",
    text: "Move the time past 50, the latest that the nets were trained on, and look at evidence and ROC.",
    setting: { strength: 6, time: 45 },
    question: "Which detectors lose the burst, which keep it, and what do the losers have in common?",
    answer:
      "The Bayes filter was told that bursts begin before 50: later ones do not exist for it, so it never finds them. " +
      "The matched filter was told nothing about time and does not notice. The LSTM, " +
      "trained on the same times, finds fewer and fewer; the Elman net happens to go on. Nothing promised either.",
  },
  {
    title: "The price of certainty",
    text: "Move the threshold from 50 % to 0.1 % false alarms, then make the burst weaker and do it again.",
    setting: { strength: 4, time: 20, alarms: 0.1 },
    question: "How many bursts does one false alarm in a thousand records cost? Why is the line of the known time out of reach?",
    answer:
      "At d = 4 more than nine in ten bursts are found at 10 % false alarms; at 0.1 % about one in four is lost. Whoever knows the " +
      "time looks at ten samples only; whoever must search meets about a hundred chances for noise to look like a burst.",
  },
];
