"""The trend of error with SNR: slopes that are known, and the sandwich written out."""

import numpy as np
import pytest

from dspvnn.lineup import lineup
from dspvnn.measure.compare import Contestant
from dspvnn.measure.trend import SLOPE, _clustered, trend_rows
from dspvnn.signals.randomness import stream


def test_slopes_are_found_with_their_clustered_errors():
    rng = stream(0, "trend")
    snr = np.repeat([0.5, 1.0, 2.0, 4.0], 100)
    shared = rng.normal(size=400)  # the signal's own luck, the same for both methods
    values = np.stack([1 - 0.5 * snr + shared, 2 - 0.4 * snr + shared + 0.1 * rng.normal(size=400)])
    fit = _clustered(values, snr)
    assert fit.params == pytest.approx([1, 2, -0.5, -0.4], abs=0.2)
    # Their difference knows nothing of the shared luck: its error is that of the method's own 0.1.
    contrast = np.array([0, 0, -1.0, 1.0])
    error = float(np.sqrt(contrast @ fit.cov_params() @ contrast))
    assert error == pytest.approx(0.1 / np.sqrt(np.sum((snr - snr.mean()) ** 2)), rel=0.2)


def test_the_sine_fit_falls_as_the_bound_does():
    chosen = [c for c in lineup("tone", "cpu") if c.label in ("sine fit", "FFT peak")]
    rows = {r.estimator: r for r in trend_rows(chosen, 200, 0)}
    fit, peak = rows["sine fit"], rows["FFT peak"]
    assert fit.metric == SLOPE
    assert fit.ci_low < -0.5 < fit.ci_high
    assert peak.value == pytest.approx(0, abs=0.05)  # the grid's error does not hear of the noise
    assert np.isnan(fit.p_value)
    assert peak.p_value < 1e-6


def test_the_reference_must_take_part():
    chosen = [Contestant(c.label, c.make) for c in lineup("tone", "cpu") if c.label == "FFT peak"]
    with pytest.raises(ValueError, match="sine fit"):
        trend_rows(chosen, 10, 0)
