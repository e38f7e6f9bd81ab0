"""How the time of a call grows with the number of records and with their length.

Baselines in turn on every size, one thread, as `dspvnn.measure.runtime` does it. The slope of log2 time on
log2 size, by least squares over the four largest sizes, where fixed costs are small, is the exponent: 1 is
proportional, and n log n lies between 1.1 and 1.2 at these sizes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import statsmodels.api as sm
from threadpoolctl import threadpool_limits

from dspvnn.measure.compare import Contestant
from dspvnn.measure.runtime import interleaved
from dspvnn.results.metrics import EXPONENT, TIME_OF_A_CALL
from dspvnn.results.rows import CONFIDENCE, Row
from dspvnn.signals.randomness import stream

RECORDS = (1, 4, 16, 64, 256, 1024, 4096)  # of LENGTH samples
LENGTHS = (64, 128, 256, 512, 1024, 2048)  # of N_RECORDS records
LENGTH, N_RECORDS = 128, 64


def growth_rows(task_name: str, contestants: Sequence[Contestant], rounds: int, seed: int) -> list[Row]:
    """Return the seconds of a call, and the exponents, of all contestants that learn nothing.

    Rows of sweep "records" and "length"; an exponent's position is the number of sizes it is fitted to.
    """
    estimators = [(c, c.make()) for c in contestants if not c.learns]
    noise = stream(seed, "test", task_name, TIME_OF_A_CALL)
    rows = []
    with threadpool_limits(1):
        for sweep, sizes in (("records", RECORDS), ("length", LENGTHS)):
            shapes = [(n, LENGTH) if sweep == "records" else (N_RECORDS, n) for n in sizes]
            times = np.stack(
                [
                    interleaved([e for _, e in estimators], noise.standard_normal(shape), rounds)
                    for shape in shapes
                ]
            )  # (n_sizes, n_estimators, rounds)
            for i, (contestant, estimator) in enumerate(estimators):
                rows += _rows(task_name, sweep, sizes, contestant, estimator, times[:, i], seed)
    return rows


def _rows(
    task_name: str,
    sweep: str,
    sizes: Sequence[int],
    contestant: Contestant,
    estimator: Any,
    times: np.ndarray,
    seed: int,
) -> list[Row]:
    def row(metric: str, unit: str, position: float, numbers: Sequence[float], n: int) -> Row:
        value, low, high = map(float, numbers)
        return Row(
            task=task_name, condition=f"growth with {sweep}", region="inside", snr_db=np.nan,
            **contestant.named, kind=estimator.kind, metric=metric, unit=unit, value=value, ci_low=low,
            ci_high=high, n_signals=n, side_information=estimator.side_information, seed=seed,
            sweep=sweep, position=position,
        )  # fmt: skip

    quartiles = np.quantile(times, (0.5, 0.25, 0.75), axis=1).T
    rows = [
        row(TIME_OF_A_CALL, "s", size, numbers, times.shape[1])
        for size, numbers in zip(sizes, quartiles, strict=True)
    ]
    upper = slice(-4, None)
    fit = sm.OLS(np.log2(quartiles[upper, 0]), sm.add_constant(np.log2(sizes[upper]))).fit()
    low, high = fit.conf_int(1 - CONFIDENCE)[1]
    n_sizes = len(sizes[upper])
    return [*rows, row(EXPONENT, "log2 time per log2 size", n_sizes, (fit.params[1], low, high), n_sizes)]
