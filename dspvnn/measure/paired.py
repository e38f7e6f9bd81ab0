"""Paired comparisons: two estimators on the same signals, their difference with interval and p-value.

Of two estimators scored by an rms, the difference of a trial is log(error) - log(error of the reference),
and the row's value its exponential: the geometric mean of the error ratios. Of two scored by a rate or a
mean, and where an answer is exact and its error has no logarithm, it is the difference of their losses.
Every training of a net counts: the interval is a bootstrap over signals and seeds, both drawn again. With
three seeds no test of trainings in general has power, so the p-value is of these trainings: a t-test of
their mean difference over the signals.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import ttest_1samp
from statsmodels.stats.multitest import multipletests

from dspvnn.results.metrics import DIFFERENCE, RATIO
from dspvnn.results.rows import CONFIDENCE, Row
from dspvnn.tasks.base import Metric, Pair, Task


def pairs_of(task: Task) -> tuple[Pair, ...]:
    """Return the task's pairs, and those that decide the headlines of its page where they are others."""
    known = {(p.label, p.reference, p.metric) for p in task.pairs}
    asked = dict.fromkeys((h.net, h.classical, h.metric) for h in task.page.headlines)
    return (*task.pairs, *(Pair(*trio, "a headline") for trio in asked if trio not in known))


def paired_rows(
    pairs: Sequence[Pair],
    cell: Row,
    losses: Mapping[str, Sequence[np.ndarray]],
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
        The losses of the trials, by entry of the line-up: of every training one array ``(n_signals,)``.
    weights : array, ``(n_resamples, n_signals)``
        Of `dspvnn.measure.statistics.resampling_weights`.
    """
    rows = []
    for pair in pairs:
        if pair.metric != cell.metric or not {pair.label, pair.reference} <= losses.keys():
            continue
        (reference,) = losses[pair.reference]  # whoever others are compared with has one training
        difference, in_logs = _differences(np.array(losses[pair.label]), reference, metric)
        mean, low, high, p_value = paired_test(difference, weights, rng)
        shown = np.exp([mean, low, high]) if in_logs else np.array([mean, low, high])
        rows.append(
            replace(
                cell, estimator=pair.label, entry=pair.label, training_seed=None,
                metric=RATIO if in_logs else DIFFERENCE,
                unit="" if in_logs else f"({metric.unit})²" if metric.root else metric.unit, kind="paired",
                side_information=frozenset(), reference=pair.reference, compared=pair.metric,
                value=float(shown[0]), ci_low=float(shown[1]), ci_high=float(shown[2]), p_value=p_value,
                limit=math.nan, ratio_to_limit=math.nan, ratio_low=math.nan, ratio_high=math.nan,
                n_failed=0,
            )
        )  # fmt: skip
    return rows


def _differences(mine: np.ndarray, reference: np.ndarray, metric: Metric) -> tuple[np.ndarray, bool]:
    """Return the difference of every seed and trial, and whether it is one of logs."""
    if metric.root and mine.all() and reference.all():
        return np.asarray(np.log(mine) - np.log(reference)) / 2, True
    return mine - reference, False


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


def adjusted(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, those of pairs with their p-values adjusted by Holm: every task is one family.

    Source: Holm, Scand. J. Statist. 6 (1979).
    """
    found = list(rows)
    tested = [i for i, row in enumerate(rows) if row.kind == "paired" and not math.isnan(row.p_value)]
    for task in dict.fromkeys(rows[i].task for i in tested):
        family = [i for i in tested if rows[i].task == task]
        p_values = multipletests([rows[i].p_value for i in family], method="holm")[1]
        for i, p_value in zip(family, p_values, strict=True):
            found[i] = replace(rows[i], p_adjusted=float(p_value))
    return found
