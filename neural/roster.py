"""The neural side of every task: a label and the name of a recipe each."""

NETS: dict[str, dict[str, str]] = {
    "tone": {
        "LSTM": "tone/lstm",
        "LSTM + sine fit": "tone/lstm+sine-fit",
        "heterodyne LSTM": "tone/heterodyne-lstm",
    },
    "burst": {"LSTM": "burst/lstm", "Elman RNN": "burst/elman"},
    "burst-noise-free": {
        "LSTM": "burst-noise-free/lstm",
        "Elman RNN": "burst-noise-free/elman",
    },
    "ewma": {
        "LSTM": "ewma/lstm",
        "equivariant LSTM": "ewma/equivariant-lstm",
        "linear RNN": "ewma/linear-rnn",
    },
    "witness": {"LSTM": "witness/lstm", "product LSTM": "witness/product-lstm"},
}
