"""The neural side of every task: a label and the name of a recipe each."""

NETS: dict[str, dict[str, str]] = {
    "tone": {"LSTM": "tone/lstm", "heterodyne LSTM": "tone/heterodyne-lstm"},
    "tone-mismatch": {
        "heterodyne LSTM": "tone/heterodyne-lstm",
        "mixture LSTM": "tone-mismatch/mixture-lstm",
    },
    "burst": {"LSTM": "burst/lstm", "Elman RNN": "burst/elman"},
    "burst-noise-free": {
        "LSTM": "burst-noise-free/lstm",
        "Elman RNN": "burst-noise-free/elman",
    },
    "ewma": {"LSTM": "ewma/lstm", "linear RNN": "ewma/linear-rnn"},
    "witness": {"LSTM": "witness/lstm"},
}
