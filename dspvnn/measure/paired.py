"""Paired comparisons: two estimators on the same signals, their difference with interval and p-value.

Of two estimators scored by an rms, the difference of a trial is log(error) - log(error of the reference),
and the row's value its exponential: the geometric mean of the error ratios. Of two scored by a rate or a
mean, it is the difference of their losses. Every training of a net counts: the interval is a bootstrap over
signals and seeds, both drawn again. With three seeds no test of trainings in general has power, so the
p-value is of these trainings: a t-test of their mean difference over the signals.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import ttest_1samp
from statsmodels.stats.multitest import multipletests

from dspvnn.results.metrics import DIFFERENCE, RATIO
from dspvnn.results.rows import CONFIDENCE, Row, without_seed
from dspvnn.tasks.base import Metric, Pair


def paired_rows(
    pairs: Sequence[Pair],
    cell: Row,
    losses: Mapping[str, np.ndarray],
    metric: Metric,
    weights: np.ndarray,
    rng: np.random.Generator,
) -> list[Row]:
    """Return a row for each of the pairs that has the cell's metric.

    Parameters
    ----------
    pairs : sequence of Pair
        Of the task.
    cell : Row
        Any row of the cell in that metric: where the comparison stands.
    losses : mapping
        The loss of every trial, ``(n_signals,)``, by label, seeds apart.
    weights : array, ``(n_resamples, n_signals)``
        Of `dspvnn.measure.statistics.resampling_weights`.
    """
    rows = []
    for pair in pairs:
        mine = [values for label, values in losses.items() if without_seed(label) == pair.label]
        if pair.metric != cell.metric or not mine or pair.reference not in losses:
            continue
        difference = _differences(np.array(mine), losses[pair.reference], metric)
        if difference is None:
            continue
        mean, low, high, p_value = paired_test(difference, weights, rng)
        shown = np.exp([mean, low, high]) if metric.root else np.array([mean, low, high])
        rows.append(
            replace(
                cell, estimator=pair.label, metric=RATIO if metric.root else DIFFERENCE,
                unit="" if metric.root else metric.unit, kind="paired",
                side_information=frozenset(), reference=pair.reference, compared=pair.metric,
                value=float(shown[0]), ci_low=float(shown[1]), ci_high=float(shown[2]), p_value=p_value,
                limit=math.nan, ratio_to_limit=math.nan, ratio_low=math.nan, ratio_high=math.nan,
                n_failed=0,
            )
        )  # fmt: skip
    return rows


def _differences(mine: np.ndarray, reference: np.ndarray, metric: Metric) -> np.ndarray | None:
    """Return the difference of every seed and trial, or None where an exact answer has no logarithm."""
    if not metric.root:
        return mine - reference
    if not (mine.all() and reference.all()):
        return None
    return np.asarray(np.log(mine) - np.log(reference)) / 2


def paired_test(
    difference: np.ndarray, weights: np.ndarray, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Return mean, ends of the interval and p-value of differences ``(n_seeds, n_signals)``."""
    by_seed = weights @ difference.T
    seeds = rng.integers(len(difference), size=by_seed.shape)
    resampled = np.take_along_axis(by_seed, seeds, axis=1).mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    mean = float(difference.mean())
    each = difference.mean(axis=0)
    if not np.ptp(each) > 0:
        return mean, float(low), float(high), 1.0 if mean == 0 else math.nan
    return mean, float(low), float(high), float(ttest_1samp(each, 0).pvalue)


def holm(rows: Sequence[Row]) -> list[tuple[Row, float]]:
    """Return the paired rows with their p-values as Holm raises them, over all of them as one family."""
    tested = [row for row in rows if row.kind == "paired" and not math.isnan(row.p_value)]
    if not tested:
        return []
    adjusted = multipletests([row.p_value for row in tested], method="holm")[1]
    return list(zip(tested, map(float, adjusted), strict=True))
