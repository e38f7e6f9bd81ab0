"""A batch of any size takes its input, its output and the temporaries of one block."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from baselines import EWMA, FFTPeak
from baselines.filled import Filled
from baselines.roster import BASELINES
from dspvnn.signals.randomness import stream

ROOT = Path(__file__).parents[2]
MOST = 256  # bytes beside input and output for a signal more: 256 MB for a million
SIZES = {"tone-mismatch": (1024, 2048)}  # more signals than are worked on at once; fits that climb are slow
EVERY = [
    pytest.param(task, label, marks=[pytest.mark.slow] if label == "fit chosen by BIC" else [])
    for task in BASELINES
    for label in BASELINES[task]
    if label != "bilinear, given the carriers"  # of a record length of its own; predicts as the others do
]


def noise(n_signals, task="tone"):
    shape = (n_signals, 128, 2) if task == "witness" else (n_signals, 128)
    return stream(0, "memory").standard_normal(shape)


def peak_beside_output(estimator, X):
    """Return the most bytes that NumPy held during `predict`, less the answer's own."""
    tracemalloc.start()
    try:
        answer = estimator.predict(X)
        return tracemalloc.get_traced_memory()[1] - answer.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("task", "label"), EVERY)
def test_more_signals_take_hardly_more_memory(task, label):
    few, many = SIZES.get(task, (2048, 4096))
    X = noise(many, task)
    estimator = BASELINES[task][label]().fit(X[:16], X[:16].reshape(16, 128, -1)[..., 0])
    estimator.predict(X[:16])  # what a first call imports is not counted
    growth = peak_beside_output(estimator, X) - peak_beside_output(estimator, X[:few])
    assert growth <= MOST * (many - few)


@pytest.mark.parametrize("estimator", [EWMA(), Filled(FFTPeak())], ids=["EWMA", "Filled"])
def test_gaps_take_no_more(estimator):
    X = noise(4096)
    X[::3, 5] = np.nan
    growth = peak_beside_output(estimator, X) - peak_beside_output(estimator, X[:2048])
    assert growth <= MOST * 2048


# The same of the whole process, at the size that is asked for: what the allocator and the transforms, which
# NumPy does not know of, hold is in it. Memory only grows while the signals are drawn in place, so that
# what is counted before is imports and input. Linux names the peak of this process; `resource.getrusage`
# begins with the memory of the process that started it.
STATUS = Path("/proc/self/status")
PEAK = """
import re, sys
import numpy as np
from baselines.roster import BASELINES
X = np.empty((1_000_000, 128))
np.random.default_rng(0).standard_normal(out=X)
estimator = BASELINES[sys.argv[1]][sys.argv[2]]().fit(X[:10], X[:10, 0])
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
before = peak()
answer = estimator.predict(X)
print(peak() - before - answer.nbytes / 1024)
"""
MILLION = [
    ("tone", "FFT, Candan"), ("tone", "sine fit"), ("ewma", "exact recursion"), ("burst", "matched filter"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(
    not STATUS.exists() or "VmHWM" not in STATUS.read_text(), reason="the system does not name peak memory"
)
@pytest.mark.parametrize(("task", "label"), MILLION)
def test_a_million_signals_take_256_mb_beside_input_and_output(task, label):
    run = subprocess.run(
        [sys.executable, "-c", PEAK, task, label], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(run.stdout) < 256e6 / 1024  # kilobytes
