"""What has to be said of the user's own estimators: what they raised, and limits that they beat."""

from collections.abc import Sequence

from dspvnn.results.rows import Row, beaten
from dspvnn.tasks import TASKS


def about_yours(rows: Sequence[Row]) -> list[str]:
    """Return one sentence an error and one a beaten limit; none when all is well."""
    cells = [r for r in rows if r.kind == "yours" and r.metric in TASKS[r.task].metrics]
    said = []
    for task, label in dict.fromkeys((r.task, r.estimator) for r in cells if r.error):
        mine = [r for r in cells if (r.task, r.estimator) == (task, label)]
        failed = {r.condition: r.error for r in mine if r.error}
        total = dict.fromkeys(r.condition for r in mine)
        first = next(iter(failed.values()))
        said.append(f"{label} ({task}) failed in {len(failed)} of {len(total)} cells, {first}")
    for row in beaten(rows):
        if row.kind == "yours":
            said.append(
                f"{row.estimator} ({row.task}) is below the limit in {row.condition!r}: it knows something "
                "that its told does not say, or a truth leaked into it"
            )
    return said
