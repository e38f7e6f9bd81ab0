"""What the rows of this case are called: variants, conditions and metrics."""

from pathlib import Path

from dspvnn.cases.original import read_original

ORIGINAL = read_original(Path(__file__).parent)
MAX_FREQS = tuple(ORIGINAL["the first answer"]["max_freq"])
REPORTED = dict(
    zip(MAX_FREQS, ORIGINAL["the first answer"]["reported error on the training records"], strict=False)
)

NET_A = "as asked: net A, Dense(100) and a rectified output"
NET_B = "as asked: net B, LSTM(100) and a rectified output"
A_LINEAR = "changed: net A, linear output"
A_SQUARED = "changed: net A, mean squared error"
B_SHORT = "changed: net B, 250 samples a record"
FIRST = {m: f"the answer: first, max_freq {m}" for m in MAX_FREQS}
NO_DROPOUT = "changed: first answer, max_freq 10, no dropout"
LINEAR = "changed: first answer, max_freq 10, linear output"
REAL = "changed: first answer, max_freq 10, real frequencies"
SECOND = "the answer: second, on net A; amounts ours"
THIRD = "the answer: third, LSTM(10) and Dense(100)"
THIRD_DENSE = "the answer: third, Dense, all linear"
BASEBAND = {
    m: f"ours: spectrum's peak, phase slopes with an LSTM's correction, max_freq {m}" for m in (10, 30)
}
BASEBAND_ASKED = "ours: the same on the question's records"
MIDDLE = "classical: always the middle of 1 to 100"
ARCSINE = "classical: arcsine of the second sample, the question's records"
SINE_FIT = "classical: sine fit, the question's records"
LEAST_SQUARES = "classical: least squares on the samples, the third answer's records"
FFT_PEAK = "classical: FFT peak (Candan), max_freq 30"
SINE_FIT_30 = "classical: sine fit, max_freq 30"

SCORED, UNSEEN, ABOVE = "scored as its author did", "unseen, inside the range", "f in (max, 2 max)"
ERROR, SPREAD, ZERO = "mean absolute error", "spread of the answers", "share of answers that are 0"
DEAD = "share of first weights that answer 0 to every record"
PREDICTED = "predicted frequency"
