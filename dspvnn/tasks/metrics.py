"""Errors per trial: arrays in, arrays out. Phase is circular; nothing is dropped or averaged here."""

import numpy as np


def wrap_phase(phase: np.ndarray) -> np.ndarray:
    """Return `phase` in radians wrapped into (-pi, pi]."""
    wrapped = np.pi - (np.pi - np.asarray(phase)) % (2 * np.pi)
    return np.where(wrapped <= -np.pi, np.pi, wrapped)  # the remainder can round up to 2 pi


def phase_error(truth: np.ndarray, estimate: np.ndarray) -> np.ndarray:
    """Return the circular error in radians, in (-pi, pi]."""
    return wrap_phase(np.asarray(estimate) - np.asarray(truth))


def relative_power(truth: np.ndarray, estimate: np.ndarray) -> np.ndarray:
    """Return per record mean((estimate - truth)^2) / var(truth), shape ``(n_signals,)``.

    Free of scale and of offset. Its square root is the relative rms error; 10 log10 of it is in dB.
    """
    error = np.mean((estimate - truth) ** 2, axis=1)
    return np.asarray(error / np.var(truth, axis=1), dtype=float)


def quantile_thresholds(
    noise_statistic: np.ndarray, false_alarm_rate: float, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the threshold that a share `false_alarm_rate` of the noise-only statistics exceeds.

    The first is of the statistics as they are, the others of the resamples that the rows of `weights`
    make of them: how much the threshold itself is uncertain.
    """
    if len(noise_statistic) * false_alarm_rate < 1:
        raise ValueError(
            f"a false-alarm rate of {false_alarm_rate:g} needs at least {1 / false_alarm_rate:g} "
            f"noise-only records, got {len(noise_statistic)}"
        )
    order = np.argsort(noise_statistic)[::-1]
    as_they_are = np.full((1, len(order)), 1 / len(order))
    every = as_they_are if weights is None else np.concatenate([as_they_are, weights])
    share_above = np.cumsum(every[:, order], axis=1)
    # The last statistic that may not be exceeded: counted from the top, the first with a full share.
    first = np.argmax(share_above > false_alarm_rate * (1 + 1e-9), axis=1)
    return noise_statistic[order[first]]


def best_threshold(statistic: np.ndarray, positive: np.ndarray) -> float:
    """Return the threshold on `statistic` with the fewest errors when ``statistic > threshold``
    decides `positive` (both flat, of the same length).
    """
    order = np.argsort(statistic, kind="stable")
    ranked = positive[order].astype(np.int64)
    ordered = statistic[order]
    # errors when everything up to and including rank i is called negative
    errors = np.concatenate([[len(ranked) - ranked.sum()], 0 * ranked])
    errors[1:] = np.cumsum(ranked) + (len(ranked) - ranked.sum()) - np.cumsum(1 - ranked)
    boundary = np.concatenate([[True], ordered[:-1] < ordered[1:], [True]])
    best = int(np.argmin(np.where(boundary, errors, len(ranked) + 1)))
    if best == 0:
        return -np.inf
    return float(ordered[best - 1])
