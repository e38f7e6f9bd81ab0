"""Runtime ratios, measured side by side in one process: `make bench`.

10,000 records of 128 samples, one thread. The first line of each group is the reference.
"""

import pytest
from scipy import fft
from scipy.signal import lfilter, oaconvolve
from threadpoolctl import threadpool_limits

import neural
from baselines import EWMA, FFTPeak, MatchedFilter, SineFit
from baselines.roster import burst_templates
from dspvnn.randomness import stream
from dspvnn.tasks import TASKS

TONE = TASKS["tone"]
SIGNALS = TONE.draw(stream(0, "test", "bench"), 10_000, TONE.training).signals
LONG = stream(0, "test", "bench long").random((100, 10_000))


@pytest.fixture(autouse=True)
def _one_thread():
    with threadpool_limits(1):
        yield


TONE_METHODS = {
    "reference: rfft, 4 x padded": lambda: fft.rfft(SIGNALS, 512),
    "FFTPeak, Candan": lambda: FFTPeak("candan").predict(SIGNALS),
    "FFTPeak, Aboutanios-Mulgrew less image": lambda: FFTPeak("aboutanios-mulgrew-image").predict(SIGNALS),
    "SineFit": lambda: SineFit().predict(SIGNALS),
}


@pytest.mark.benchmark(group="tone, 10,000 signals")
@pytest.mark.parametrize("name", TONE_METHODS)
def test_tone(benchmark, name):
    benchmark(TONE_METHODS[name])


@pytest.mark.benchmark(group="tone net, 10,000 signals")
def test_tone_net(benchmark):
    net = neural.load("tone/lstm", device="cpu")
    benchmark.pedantic(net.predict, args=(SIGNALS,), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="ewma, 10^6 samples")
@pytest.mark.parametrize("name", ["reference: lfilter", "EWMA"])
def test_ewma(benchmark, name):
    methods = {
        "reference: lfilter": lambda: lfilter([0.2], [1, -0.8], LONG, axis=1),
        "EWMA": lambda: EWMA(0.2).predict(LONG),
    }
    benchmark(methods[name])


@pytest.mark.benchmark(group="matched filter, 10^6 samples")
@pytest.mark.parametrize("name", ["reference: oaconvolve", "MatchedFilter"])
def test_matched_filter(benchmark, name):
    template = burst_templates(n_onsets=1)
    methods = {
        "reference: oaconvolve": lambda: oaconvolve(LONG, template[:, ::-1], axes=1),
        "MatchedFilter": lambda: MatchedFilter(template).predict(LONG),
    }
    benchmark(methods[name])
