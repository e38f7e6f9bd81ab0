"""Maximum likelihood for a tone that is not just a tone, or whose noise is not white Gaussian.

theta, the parameters of a model of `dspvnn.signals.tone_models`, climbs the likelihood of a law of
`baselines.sample_laws` by Fisher scoring with Levenberg's and Marquardt's damping,

    (J' I J + damping diag) step = J' s,   J the Jacobian, s the scores, I the informations,

all records at once; the law's scale follows by expectation-maximisation. A step that lowers the
likelihood is taken back and damped more. Each estimator starts from a sine fit.
Source: Kay, Fundamentals of Statistical Signal Processing I (1993), sec. 7.7.
"""

import numpy as np

from baselines import sample_laws
from baselines.sample_laws import Law
from baselines.sine_fit import SineFit
from baselines.tone_estimator import ToneEstimator
from dspvnn.estimator import SideInformation
from dspvnn.signals.tone_models import MODELS, N_PARAMETERS, tone_parameters
from dspvnn.tasks.metrics import wrap_phase

ITERATIONS = 60
TOLERANCE = 1e-4  # of the log-likelihood: a step that gains less is the last
BLOCK = 256  # records at once


class ModelFit(ToneEstimator):
    """Base of the maximum-likelihood fits: a subclass names a model of the tone and a law of the noise.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"
        Phase is that at the first sample, as far as the model has one; amplitude that of the fundamental.
    """

    model = "tone"
    law: Law = staticmethod(sample_laws.gaussian)

    def __init__(self, sample_rate: float = 1.0, outputs: tuple[str, ...] = ("frequency",)) -> None:
        self.sample_rate = sample_rate
        self.outputs = outputs

    side_information = frozenset({SideInformation.KIND_OF_MISMATCH})
    frequency_range = None

    def _min_samples(self) -> int:
        return 16

    def _fit_block(self, X: np.ndarray) -> dict[str, np.ndarray]:
        climbed = [self.climb(X[first : first + BLOCK])[0] for first in range(0, len(X), BLOCK)]
        frequency, a, b, offset = np.concatenate(climbed)[:, :4].T
        phase = np.arctan2(-b, a) - np.pi * frequency * (X.shape[1] - 1)
        return {"frequency": frequency, "phase": wrap_phase(phase), "amplitude": np.hypot(a, b),
                "offset": offset}  # fmt: skip

    def climb(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the parameters of highest likelihood and that log-likelihood, of records X."""
        return climb(X, self._start(X), self.model, type(self).law)

    def _start(self, X: np.ndarray) -> np.ndarray:
        """Return the parameters that the climb starts from: the sine fit, and nothing beside it."""
        return np.pad(sine_parameters(X), ((0, 0), (0, N_PARAMETERS[self.model] - 4)))


def sine_parameters(X: np.ndarray) -> np.ndarray:
    """Return frequency, a, b, offset of the sine fit of records X, ``(n_signals, 4)``."""
    fit = SineFit(outputs=("frequency", "phase", "amplitude", "offset")).predict(X)
    return tone_parameters(X.shape[1], *fit.T)


def climb(X: np.ndarray, theta: np.ndarray, model: str, law: Law) -> tuple[np.ndarray, np.ndarray]:
    """Return the parameters of highest likelihood near `theta`, ``(n_signals, n_parameters)``, and that
    log-likelihood, ``(n_signals,)``.
    """
    n, theta = X.shape[1], theta.copy()
    least = 1e-12 * np.nanstd(X, axis=1)  # a record without noise is fitted to rounding
    scale = np.maximum(np.nanstd(X - MODELS[model](theta, n)[0], axis=1), least)
    damping, likelihood = np.full(len(X), 1e-2), np.full(len(X), -np.inf)
    active = np.arange(len(X))
    for _ in range(ITERATIONS):
        mean, jacobian = MODELS[model](theta[active], n)
        here = law(X[active], mean, scale[active])
        trial = theta[active] + _step(jacobian, here, damping[active])
        there = law(X[active], MODELS[model](trial, n)[0], scale[active])
        gain = there.log_likelihood - here.log_likelihood
        better = gain >= 0
        won = active[better]
        theta[won] = trial[better]
        scale[won] = np.maximum(there.next_scale[better], least[won])
        likelihood[active] = np.where(better, there.log_likelihood, here.log_likelihood)
        damping[active] = np.where(better, damping[active] / 5, damping[active] * 5)
        active = active[~better & (damping[active] < 1e6) | (gain > TOLERANCE)]
        if len(active) == 0:
            break
    return theta, likelihood


def _step(jacobian: np.ndarray, here: sample_laws.Scatter, damping: np.ndarray) -> np.ndarray:
    slope = np.einsum("snp,sn->sp", jacobian, here.score)
    fisher = (jacobian * here.information[:, :, None]).mT @ jacobian
    diagonal = np.sqrt(np.diagonal(fisher, axis1=1, axis2=2))
    diagonal = np.where(diagonal > 0, diagonal, 1.0)
    scaled = fisher / diagonal[:, :, None] / diagonal[:, None, :]
    scaled += (damping[:, None] + 1e-12)[:, :, None] * np.eye(fisher.shape[1])
    return np.linalg.solve(scaled, (slope / diagonal)[:, :, None])[:, :, 0] / diagonal
