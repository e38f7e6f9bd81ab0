"""The checks of lesson 9, when the model is wrong."""

from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.frequencies import BIN, frequency_fault, rms
from dspvnn.course.verdict import Fault, check
from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.task import MismatchCondition, mismatch_bound

HIT = MismatchCondition("impulses", kind="impulses", severity=0.05)
AT_MOST = 1.4  # times the bound: the fit of the lesson has 1.08, the sine fit 2.1; 600 records tell to 4 %


@check
def robust_scale(answer: Any, rng: np.random.Generator) -> str:
    """``robust_scale(residuals)`` returns 1.4826 times the median absolute deviation."""
    sizes = rng.uniform(0.5, 3, (40, 1))
    residuals = sizes * rng.standard_normal((40, 101)) + rng.uniform(2, 4, (40, 1))
    residuals += 20 * sizes * (rng.random((40, 101)) < 0.1)
    middle = np.median(residuals, axis=1, keepdims=True)
    distances = np.abs(residuals - middle)
    mad = np.median(distances, axis=1)
    about_0 = np.median(np.abs(residuals), axis=1)
    about_mean = np.median(np.abs(residuals - residuals.mean(axis=1, keepdims=True)), axis=1)
    mistakes = {
        "the standard deviation, in which the impulses count most.": residuals.std(axis=1),
        "the median absolute deviation without the factor 1.4826.": mad,
        "the median absolute deviation divided by 1.4826: multiply.": mad / 1.4826,
        "the median distance from 0: subtract the median of the record first.": 1.4826 * about_0,
        "the median distance from the mean, which impulses move: subtract the median.": 1.4826 * about_mean,
        "the mean distance from the median: its median is asked.": 1.4826 * distances.mean(axis=1),
        "one scale for all records: each has its own.": np.full(40, 1.4826 * np.median(distances)),
    }
    got = call(answer, residuals, shape=(40,))
    agree(name_of(answer), got, 1.4826 * mad, mistakes, 1e-3)  # 1 / 0.6745 is as good
    ratio, of_std = (np.mean(scale / sizes[:, 0]) for scale in (got, residuals.std(axis=1)))
    return (
        f"{name_of(answer)} finds {ratio:.2f} times the ordinary noise on average, with a tenth of the "
        f"samples hit; the standard deviation is {of_std:.1f} times it."
    )


@check
def weighted_fit(answer: Any, rng: np.random.Generator) -> str:
    """``weighted_fit(signals, weights, frequency)`` returns the fitted samples."""
    n_signals, n = 6, 60
    frequency = rng.uniform(0.06, 0.4, n_signals)
    weights = rng.uniform(0.2, 3, (n_signals, n)) * (rng.random((n_signals, n)) < 0.8)
    complete = 2 * np.cos(2 * np.pi * frequency[:, None] * np.arange(n) + 1) + 3
    complete = complete + rng.standard_normal((n_signals, n))
    signals = np.where(weights > 0, complete, np.nan)
    got = call(answer, signals, weights, frequency, shape=(n_signals, n))
    filled = np.where(weights > 0, signals, 0)
    mistakes = {
        "a fit with the squares of the weights: they stand once in each sum.": _fits(
            filled, weights**2, frequency
        ),
        "a fit with the roots of the weights.": _fits(filled, np.sqrt(weights), frequency),
        "a fit in which every sample that is there counts alike: use the weights.": _fits(
            filled, (weights > 0) * 1.0, frequency
        ),
        "a fit in which missing samples count as zeros.": _fits(filled, np.ones_like(weights), frequency),
        "a fit without the constant.": _fits(filled, weights, frequency, constant=False),
        "the weights times the fit: the fitted samples are asked.": weights
        * _fits(filled, weights, frequency),
    }
    worst = agree(name_of(answer), got, _fits(filled, weights, frequency), mistakes, 1e-8)
    return f"{name_of(answer)} agrees with NumPy's least squares to {worst:.0e}, gaps and weights and all."


def _fits(
    signals: np.ndarray, weights: np.ndarray, frequency: np.ndarray, constant: bool = True
) -> np.ndarray:
    """Return the fitted samples by least squares of rows times the root of their weights."""
    fits = np.zeros_like(signals)
    for fit, signal, weight, f in zip(fits, signals, weights, frequency, strict=True):
        angle = 2 * np.pi * f * np.arange(len(signal))
        columns = np.stack([np.cos(angle), np.sin(angle)] + [np.ones_like(angle)] * constant, axis=1)
        root = np.sqrt(weight)
        fit[:] = columns @ np.linalg.lstsq(root[:, None] * columns, root * signal)[0]
    return fits


@check
def robust_frequency(answer: Any, rng: np.random.Generator) -> str:
    """``robust_frequency(signals)`` is near the bound of who knows the law of the impulses."""
    trials = TASKS["tone-mismatch"].draw(rng, 600, HIT)
    got, name = call(answer, trials.signals, shape=(600,)), name_of(answer)
    frequency_fault(name, got, trials.target)
    bound = float(np.sqrt(np.mean(mismatch_bound(HIT, trials))))
    errors = got - trials.target
    far = int(np.sum(np.abs(errors) > BIN))
    if far:
        raise Fault(
            f"{name} is more than one bin away from the truth for {far} of 600 signals: start from the "
            "sine fit, and look at the sign of the fourth column."
        )
    ratio = rms(errors) / bound
    found = (
        f"{name} has an rms error of {rms(errors):.3g} cycles per sample with 5 % of the samples hit, "
        f"{ratio:.2f} times the bound, which is {bound:.3g}"
    )
    if ratio > AT_MOST:
        why = " (a fit without weights has about 2.1 times)" if ratio > 1.8 else ""
        raise Fault(f"{found}: at most {AT_MOST:g} times is asked{why}.")
    return f"{found} (600 fresh signals)."


@check
def chosen(answer: Any, rng: np.random.Generator) -> str:
    """``chosen(log_likelihoods, n_parameters, n_samples)`` returns the model of least BIC."""
    n_signals, n_samples = 400, 200
    n_parameters = np.array([5, 4, 7, 8])
    fit = rng.uniform(-600, -300, (n_signals, 1))
    gains = rng.uniform(0, 4 * n_parameters, (n_signals, 4))  # around the price of a parameter, 2.65
    likelihoods = fit + gains
    got = call(answer, likelihoods, n_parameters, n_samples, shape=(n_signals,))
    right = _least(likelihoods, n_parameters * np.log(n_samples) / 2)
    mistakes = {
        "the model of highest likelihood: each parameter has a price.": _least(likelihoods, 0),
        "the choice of AIC, whose price does not grow with the samples.": _least(likelihoods, n_parameters),
        "the model of largest BIC: the smallest is asked.": np.argmax(
            n_parameters * np.log(n_samples) - 2 * likelihoods, axis=1
        ),
        "the choice at twice the price: the log-likelihood counts twice.": _least(
            likelihoods, n_parameters * np.log(n_samples)
        ),
        "the choice with the logarithm of base 10: ln is the natural one.": _least(
            likelihoods, n_parameters * np.log10(n_samples) / 2
        ),
        "the model with the fewest parameters, always.": np.full(n_signals, np.argmin(n_parameters)),
        "numbers that count the models from 1: the first is 0.": right + 1,
    }
    agree(name_of(answer), got, right, mistakes)
    others = np.mean(right != np.argmax(likelihoods, axis=1))
    return (
        f"{name_of(answer)} chooses as BIC does for all {n_signals} records, and for {others:.0%} of them "
        "another model than the likelihood alone."
    )


def _least(likelihoods: np.ndarray, price: Any) -> np.ndarray:
    return np.asarray(np.argmax(likelihoods - price, axis=1))
