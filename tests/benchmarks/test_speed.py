"""Runtime ratios, measured side by side in one process: `make bench`.

A row's reference runs before every timed call of its method, on one thread. The calls are taken in
groups of three pairs or more: the shortest of a group, since other processes only ever add, and the median
ratio of the groups, since the machine's own speed changes. No absolute second is asserted.
"""

import time
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from scipy import fft
from scipy.signal import lfilter, oaconvolve
from threadpoolctl import threadpool_limits

import neural
from baselines import EWMA, FFTPeak, MatchedFilter, SineFit
from baselines.fft_peak import CLOSED_FORMS
from baselines.roster import BASELINES, burst_templates
from baselines.training_mean import TrainingMean
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from neural.export import exported
from tests.baselines.test_sine_fit import fit_from_the_peak

FEW = 100  # signals of the 10,000 that curve_fit gets


class Row(NamedTuple):
    """`method` takes at most `most` times the time of `reference`, on `share` of the signals."""

    method: Callable[[], object]
    reference: Callable[[], object]
    most: float
    share: float = 1.0
    shown_only: str = ""  # why the figure is not met, and so not asserted


@cache
def signals(name, n_signals):
    task, condition = TASKS[name], TASKS[name].training
    return task.draw(stream(0, "test", "bench"), n_signals, condition).signals


@cache
def noise(*shape):
    return stream(0, "test", "bench").standard_normal(shape)


@cache
def table(*shape):
    return pd.DataFrame(noise(*shape).T)  # a column a record, as pandas wants it


@cache
def net(name, device):
    return neural.load(name, device=device)


@cache
def session(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        exported(net(name, "cpu")), options, providers=["CPUExecutionProvider"]
    )


def padded():
    return fft.rfft(signals("tone", 10_000), 4 * 128)


def convolved(*shape):
    return oaconvolve(noise(*shape), burst_templates(n_onsets=1)[:, ::-1], axes=1)


ROWS = {
    "SineFit / curve_fit from the FFT peak, per signal": Row(
        lambda: SineFit().predict(signals("tone", 10_000)),
        lambda: [fit_from_the_peak(x) for x in signals("tone", 10_000)[:FEW]],
        most=1 / 80,
        share=FEW / 10_000,
    ),
    "SineFit / rfft, 4 x padded": Row(lambda: SineFit().predict(signals("tone", 10_000)), padded, 4),
}
for name in CLOSED_FORMS:
    ROWS[f"FFTPeak, {name} / rfft, 4 x padded"] = Row(
        lambda name=name: FFTPeak(name).predict(signals("tone", 10_000)), padded, 1.5
    )
for shape in ((1, 10**7), (1000, 10**4)):
    of = f"{shape[0]} x {shape[1]}"
    ROWS[f"EWMA / lfilter, {of}"] = Row(
        lambda s=shape: EWMA(0.2).predict(noise(*s)),
        lambda s=shape: lfilter([0.2], [1, -0.8], noise(*s), axis=1),
        1.3,
    )
    ROWS[f"EWMA / pandas ewm, {of}"] = Row(
        lambda s=shape: EWMA(0.2).predict(noise(*s)),
        lambda s=shape: table(*s).ewm(alpha=0.2, adjust=False).mean(),
        1,
    )
    ROWS[f"MatchedFilter / oaconvolve, {of}"] = Row(
        lambda s=shape: MatchedFilter(burst_templates(n_onsets=1)).predict(noise(*s)),
        partial(convolved, *shape),
        1.3,
    )
for name in ("tone/lstm", "tone/heterodyne-lstm", "burst/lstm", "ewma/lstm"):
    for batch, device in ((1, "cpu"), (1, "onnx"), (1024, "cpu")):
        ROWS[f"{name}, batch {batch}, device {device} / ONNX Runtime"] = Row(
            lambda name=name, n=batch, d=device: net(name, d).predict(signals(name.split("/")[0], n)),
            lambda name=name, n=batch: session(name).run(None, {"signals": signals(name.split("/")[0], n)}),
            1.5,
            shown_only="PyTorch's LSTM alone takes longer than ONNX Runtime's net"
            if (batch, device) == (1, "cpu")
            else "",
        )


def ratio_of(benchmark, method, reference, seconds=2.0, least=15):
    """Return the time of `method` over that of `reference`, called in turn."""
    of_reference = []

    def timed_reference():
        start = time.perf_counter()
        reference()
        of_reference.append(time.perf_counter() - start)

    with threadpool_limits(1):
        timed_reference()  # warm: what is drawn, loaded and compiled on the first call is not counted
        method()
        timed_reference()
        rounds = int(np.clip(seconds / 2 / of_reference[-1], least, 500))
        of_reference.clear()
        benchmark.pedantic(method, setup=timed_reference, rounds=rounds)
    pairs = np.array([benchmark.stats.stats.data, of_reference])
    groups = np.array_split(pairs, np.clip(rounds // 3, 1, 20), axis=1)
    return np.median([np.divide(*group.min(axis=1)) for group in groups])


@pytest.mark.benchmark(group="method / reference")
@pytest.mark.parametrize("name", ROWS)
def test_ratio(benchmark, name):
    row = ROWS[name]
    ratio = ratio_of(benchmark, row.method, row.reference) * row.share
    benchmark.stats.name = f"{name}: {ratio:.3g} (asked: {row.most:.3g})"
    if not row.shown_only:
        assert ratio <= row.most


GROWING = [
    (task, label) for task in ("tone", "tone-mismatch", "burst", "ewma") for label in BASELINES[task]
    if BASELINES[task][label] is not TrainingMean
]  # fmt: skip


@pytest.mark.benchmark(group="eight times the records or samples / as they are")
@pytest.mark.parametrize("what", ["records", "samples"])
@pytest.mark.parametrize(("task", "label"), GROWING)
def test_no_baseline_grows_faster_than_n_log_n(benchmark, task, label, what):
    """A quadratic one takes 64 times as long. What no longer fits a cache, or memory that the process has
    already, costs up to three times as much a sample: that is no growth.
    """
    few = 32 if task == "tone-mismatch" or label == "Bayes filter" else 512
    small, large = {
        "records": ((few, 128), (8 * few, 128)),
        "samples": ((few // 16, 512), (few // 16, 4096)),
    }[what]
    estimator, wave = BASELINES[task][label](), np.cos(0.7 * np.arange(4096))
    short, long = (0.1 * noise(*shape) + wave[: shape[1]] for shape in (small, large))
    n = small[what == "samples"]
    most = 3 * 8 * np.log(8 * n) / np.log(n)
    methods = (partial(estimator.predict, long), partial(estimator.predict, short))
    ratio = ratio_of(benchmark, *methods, seconds=0.2, least=3)
    benchmark.stats.name = f"{label}, {what}: {ratio:.3g} (at most {most:.3g})"
    assert ratio <= most
