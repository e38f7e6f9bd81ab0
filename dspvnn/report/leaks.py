"""Rows below their limit: a bug or a leak where the limit binds everyone, else worth no more than a word.

The Cramér-Rao bound binds unbiased estimators, and near and below the threshold SNR there are none: answers
that stay inside a band have a bounded error, while the bound grows without end. So it proves no leak in a
problem of the user's own, whose SNRs may be any. The least error of all binds everyone at every SNR: the
loss of the Bayes posterior mean under the draw itself. It is known in the cells that cover the whole range
at one SNR in white noise, as the limit of estimators that have been given the range; there it binds the
others, too. The tasks that ship are posed where their limits hold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from dspvnn.results.rows import Row, beaten
from dspvnn.tasks import TASKS, Task
from dspvnn.tasks.tone.task import KNOWS_RANGE


def leaks(rows: Iterable[Row], tasks: Mapping[str, Task] = TASKS) -> list[Row]:
    """Return the rows below a limit that binds everyone, beyond their interval.

    A task whose limit does not always bind everyone has a method ``is_least_error(condition, given)``,
    which says where it does.
    """
    return beaten(row for row in _with_least_error([*rows], tasks) if _binds_everyone(row, tasks))


def passed_over(rows: Iterable[Row], tasks: Mapping[str, Task] = TASKS) -> str:
    """Return a sentence on the rows below a limit that does not bind everyone; empty for none."""
    below = beaten(row for row in rows if not _binds_everyone(row, tasks))
    if not below:
        return ""
    return (
        f"{len(below)} {'row lies' if len(below) == 1 else 'rows lie'} below a limit that does not bind "
        f"everyone, at {_snrs(below)}, and {'is' if len(below) == 1 else 'are'} not counted as leaks: the "
        "Cramér-Rao bound binds no biased estimator, and the least error over the whole range none that is "
        "good in a part of it only"
    )


def _with_least_error(rows: Sequence[Row], tasks: Mapping[str, Task]) -> list[Row]:
    """Return the rows with the least error of their cell for a limit, where it is known only to some."""
    some = [r for r in rows if _least_error(r, tasks) is not None]
    least = {(r.task, r.condition, r.metric): r.limit for r in some if _binds_everyone(r, tasks)}

    def held(row: Row) -> Row:
        limit = least.get((row.task, row.condition, row.metric))
        if not limit or _binds_everyone(row, tasks):
            return row
        return replace(row, side_information=KNOWS_RANGE, limit=limit, ratio_to_limit=row.value / limit,
                       ratio_low=row.ci_low / limit, ratio_high=row.ci_high / limit)  # fmt: skip

    return [held(row) for row in rows]


def _binds_everyone(row: Row, tasks: Mapping[str, Task]) -> bool:
    """Whether nobody can have less error than the limit of a row, on average."""
    least = _least_error(row, tasks)
    if least is None:
        return True
    task = tasks[row.task]
    condition = next((c for c in task.conditions if c.name == row.condition), None)
    return condition is not None and least(condition, row.side_information)


def _least_error(row: Row, tasks: Mapping[str, Task]) -> Callable[..., bool] | None:
    """Return what tells where the limit of the row's task binds everyone; None if it does everywhere."""
    return getattr(tasks.get(row.task), "is_least_error", None)


def _snrs(rows: Sequence[Row]) -> str:
    """Return the SNRs of rows, from the lowest to the highest; the names of their cells where they vary."""
    snrs = sorted({row.snr_db for row in rows if row.snr_db == row.snr_db})
    if not snrs:
        return ", ".join(dict.fromkeys(row.condition for row in rows))
    return f"{snrs[0]:g} dB" if len(snrs) == 1 else f"{snrs[0]:g} to {snrs[-1]:g} dB"
