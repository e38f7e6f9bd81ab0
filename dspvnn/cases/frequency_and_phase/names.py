"""The names of the case's variants, in the order of its table."""

from dspvnn.cases.frequency_and_phase.posed import ONE_LAYER_UNITS

POSTED = "as asked: as posted, offsets 0"
ANSWER = "the answer: no ReLU"
SCALED = "changed: targets scaled"
SCALED_ANSWER = "changed: targets scaled, no ReLU as in the answer"
ONE_LAYER = f"changed: one LSTM({ONE_LAYER_UNITS})"
ONE_STEP = "changed: one step of 200 features"
OF_TRAINING = {
    "as-posted": POSTED,
    "answer": ANSWER,
    "scaled": SCALED,
    "scaled-answer": SCALED_ANSWER,
    "one-layer": ONE_LAYER,
    "one-step": ONE_STEP,
}
WITH_PHASES = {
    f"{name}-phases": f"{'as asked: ReLU' if label == POSTED else label}, with phases"
    for name, label in OF_TRAINING.items()
}
CONSTANT = "classical: a constant"
BAYES = "classical: posterior mean"
RAW = "ours: the answer's net on raw samples, targets scaled"
RAW_ONE_STEP = "ours: the same, one step of 200 features"
BASEBAND = "ours: peak of the spectrum, phase slopes and LSTM, least-squares phase"
NO_LSTM = "ours: the same without the LSTM"
FIT = "classical: sine fit"
FIT_NO_CONSTANT = "classical: sine fit without a constant"
BOUND = "classical: Cramér-Rao bound, amplitude and constant unknown"


def with_phases(label: str) -> str:
    """Return the name of the same net where the records have phases."""
    return WITH_PHASES[f"{next(name for name, own in OF_TRAINING.items() if own == label)}-phases"]
