// Three things to try with a moving average.

export const AVERAGE_TASKS = [
  {
    title: "Three weights are enough",
    text: "The weights are a little off. Move them until the error of your recursion is as small as it can be.",
    setting: { wy: 0.9, wx: 0.2, bias: 0 },
    question: "Which sum must the two weights have so that a constant comes out as it went in? How small does the error get?",
    answer:
      "w_y + w_x = 1 and no bias keep a constant as it is; w_x = α makes the recursion forget at the right speed. At " +
      "0.8, 0.2 and 0 nothing is left of the error but rounding, if anything. A linear net of one unit finds these weights in ten steps of training.",
  },
  {
    title: "Another scale",
    text: "Move the spread up to 10 and beyond, then the level, and watch which answers follow.",
    setting: { spread: 8, level: 4 },
    question: "Why does the LSTM stop following, and why does the equivariant LSTM not care?",
    answer:
      "The LSTM's state is bounded: its tanh saturates on samples larger than those it has seen. The equivariant LSTM " +
      "first takes level and scale away and gives them back afterwards, so that every record looks like one from its " +
      "training. Nothing was learned better; the question was put better.",
  },
  {
    title: "Another memory",
    text: "Move α away from 0.2 and let your recursion follow.",
    setting: { alpha: 0.05 },
    question: "Which weights must change? Can the nets follow, too?",
    answer:
      "Set w_x = α and w_y = 1 − α: two numbers, and the recursion is exact again. In the LSTMs the speed of forgetting " +
      "is spread over more than four thousand weights; they know α = 0.2 and nothing else, and would have to be trained again.",
  },
];
