"""The best that anyone could do: exact bounds, posterior means and optimal detectors, a task a file."""

from dspvnn.limits.burst import BurstModel, burst_average_likelihood_ratio, burst_forward_filter
from dspvnn.limits.burst_closed_form import (
    burst_generalised_likelihood_ratio,
    burst_grid_error,
    burst_known_detection,
    burst_onset_bound,
)
from dspvnn.limits.ewma import ewma_level_variance, ewma_optimal_alpha, kalman_level
from dspvnn.limits.harmonic import harmonic_bound
from dspvnn.limits.tone import tone_bound, tone_bound_asymptotic, tone_fisher_information, tone_variance
from dspvnn.limits.tone_average import tone_bound_phase_average, tone_pair_error, tone_ziv_zakai_bound
from dspvnn.limits.tone_bayes import Posterior, TonePrior, tone_posterior

__all__ = [
    "BurstModel",
    "Posterior",
    "TonePrior",
    "burst_average_likelihood_ratio",
    "burst_forward_filter",
    "burst_generalised_likelihood_ratio",
    "burst_grid_error",
    "burst_known_detection",
    "burst_onset_bound",
    "ewma_level_variance",
    "ewma_optimal_alpha",
    "harmonic_bound",
    "kalman_level",
    "tone_bound",
    "tone_bound_asymptotic",
    "tone_bound_phase_average",
    "tone_fisher_information",
    "tone_pair_error",
    "tone_posterior",
    "tone_variance",
    "tone_ziv_zakai_bound",
]
