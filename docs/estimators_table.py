"""Writes the table of all estimators: from the rosters, and from the rows of the reference report."""

import inspect
import math
from pathlib import Path

import pandas as pd

import neural
from baselines.roster import BASELINES
from dspvnn.results.numbers import number
from dspvnn.results.side_information import in_words
from dspvnn.tasks import TASKS
from neural.roster import NETS

HEAD = "| estimator | class | what it is | side information | over the limit |\n|---|---|---|---|---|\n"


def write_table(path: Path, results: Path) -> None:
    """Write a section a task with a line an estimator; `results` is a results.csv."""
    rows = pd.read_csv(results, keep_default_na=False, na_values={"ratio_to_limit": "", "value": ""})
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(_section(task, rows) for task in TASKS))


def _section(task: str, rows: pd.DataFrame) -> str:
    makers = dict(BASELINES[task])
    makers |= {label: neural.RECIPES[name].make for label, name in NETS[task].items()}
    condition, metric = _cell(task)
    mine = rows[(rows.task == task) & (rows.condition == condition) & (rows.metric == metric)]
    lines = []
    for label, make in makers.items():
        estimator = make()
        what = (
            (inspect.getdoc(type(estimator)) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        )
        information = in_words(estimator.side_information) or "nothing"
        name = f"`{type(estimator).__name__}`"
        lines.append(f"| {label} | {name} | {what.rstrip('.')} | {information} | {_ratio(mine, label)} |\n")
    return f"## {TASKS[task].title}\n\nThe cell: {condition}; {metric}.\n\n{HEAD}{''.join(lines)}"


def _cell(task: str) -> tuple[str, str]:
    """Return the cell that stands for a task: its headline's, or its first."""
    for headline in TASKS[task].page.headlines:
        return headline.condition, headline.metric
    return TASKS[task].conditions[0].name, next(iter(TASKS[task].metrics))


def _ratio(rows: pd.DataFrame, label: str) -> str:
    """Return the median over a net's trainings of the ratio, or the value where there is no limit."""
    mine = rows[rows.estimator.str.split(", seed ").str[0] == label]
    if mine.empty:
        return "–"
    ratio, value, limit = (
        float(mine[c].astype(float).median()) for c in ("ratio_to_limit", "value", "limit")
    )
    if math.isnan(ratio) or limit < 1e-12:
        return f"{number(value)} (no limit)" if limit else f"{number(value)} (limit 0)"
    return f"{number(ratio)} ×"
