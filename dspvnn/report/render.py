"""Rows, run and the tasks' pages in, PDF and page out: the same give the same report, byte for byte."""

import json
import math
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from dspvnn.figures import curves as figures
from dspvnn.problem.description import Problem
from dspvnn.problem.task import NAME as PROBLEM
from dspvnn.problem.words import problem_lead, problem_nets
from dspvnn.report.figure_list import pictures_of
from dspvnn.report.html.page import web_page
from dspvnn.report.words.cases import case_pictures, case_sections, cases_of, without_cases
from dspvnn.report.words.gap import gap_table
from dspvnn.report.words.own_estimators import about_yours
from dspvnn.report.words.verdicts import Verdict, lead, verdicts
from dspvnn.results.displayable import displayable, escape_math, font_file, in_every_text
from dspvnn.results.metrics import RATIO
from dspvnn.results.numbers import NO_LIMIT, has_no_limit, number, p_text, seconds
from dspvnn.results.rows import ROUNDING, Row, median_training, write_rows
from dspvnn.results.side_information import in_words
from dspvnn.tasks import TASKS, Task

HERE = Path(__file__).parent
FORMATS = ("pdf", "html")


def render(
    rows: Sequence[Row],
    run: dict[str, Any],
    folder: Path,
    formats: Sequence[str] = ("pdf",),
    tasks: Mapping[str, Task] = TASKS,
) -> None:
    """Write ``figures/*.svg``, the numbers of each as ``.csv``, and ``comparison.*`` into `folder`.

    Whatever text rows and run hold is shown, and characters that cannot be are escaped: here, once for all.
    tasks: by name, every task that has rows.
    """
    rows, run = in_every_text(displayable, list(rows)), in_every_text(displayable, run)
    pictures = folder / "figures"
    pictures.mkdir(parents=True, exist_ok=True)
    found = pictures_of(rows, tasks)
    shown = {picture.name: mine for picture, mine in found.items()}
    draw = {picture.name: picture.draw for picture in found}
    for case, mine in cases_of(rows):
        shown[f"case-{case.name}"], draw[f"case-{case.name}"] = mine, case.draw
    drawn = {name: draw[name](in_every_text(escape_math, mine)) for name, mine in shown.items()}
    for name, figure in drawn.items():
        figures.save(figure, pictures / f"{name}.svg")
        write_rows(pictures / f"{name}.csv", shown[name])
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        stage(root, pictures, _content(rows, run, tasks), tasks)
        if "pdf" in formats:
            pdf = typst.compile(
                str(root / "document.typ"), root=str(root), ignore_system_fonts=True,
                font_paths=[str(root / "fonts")], pdf_standards=["ua-1"],
            )  # fmt: skip
            (folder / "comparison.pdf").write_bytes(pdf)
        if "html" in formats:
            numbers = {
                n: {"head": COLUMNS, "body": [_cells(r, tasks) for r in mine]} for n, mine in shown.items()
            }
            (folder / "comparison.html").write_bytes(web_page(drawn, numbers, root))


def stage(root: Path, pictures: Path, content: dict[str, Any], tasks: Mapping[str, Task] = TASKS) -> None:
    """Put what the document is made of into `root`, where Typst finds it."""
    shutil.copytree(pictures, root / "figures")
    for part in HERE.rglob("*.typ"):
        shutil.copy(part, root)
    (root / "tasks").mkdir()
    for task in tasks.values():
        if task.page.text is not None:
            shutil.copy(task.page.text, root / "tasks" / f"{task.name}.typ")
    (root / "fonts").mkdir()
    shutil.copy(font_file(), root / "fonts")
    (root / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _content(
    every: Sequence[Row], run: dict[str, Any], known: Mapping[str, Task] = TASKS
) -> dict[str, Any]:
    rows = without_cases(every)
    found = verdicts(rows, known)
    configuration = run["configuration"]
    problem = configuration.get("problem")
    tasks = [known[name] for name in dict.fromkeys(r.task for r in rows)]
    return {
        "lead": _lead(rows, found),
        "cases": case_sections(every),
        "verdicts": [_verdict_cells(v) for v in found],
        "figures": {
            p.name: {"caption": p.caption, "alt": p.alternative(mine)}
            for p, mine in pictures_of(rows, known).items()
        }
        | case_pictures(every),
        "no_limit": _without_limit(rows, tasks),
        "front": tasks[0].page.front if tasks else "",
        "tasks": [_section(rows, task) for task in tasks],
        "recordings": run["handling"],
        "nets": problem_nets(Problem(**problem), configuration["training_share"]) if problem else "",
        "yours": about_yours(rows, known),
        "pairs": _pairs(rows),
        "gaps": gap_table(rows, known),
        "trend": [_trend_cells(r) for r in rows if r.kind == "trend"],
        "recorded": _recorded_tables(rows),
        "costs": _costs([r for r in rows if r.metric == "training time"], known),
        "device": run["device"],
        "how": _how(run),
        "n_rows": len(rows),
    }


def _without_limit(rows: Sequence[Row], tasks: Sequence[Task]) -> list[str]:
    """Return the tasks, with their metrics, of which no limit is known."""
    said = []
    for task in tasks:
        mine = [r for r in rows if r.task == task.name and r.region != "recorded"]
        limits = {m: [r.limit for r in mine if r.metric == m] for m in task.metrics}
        unknown = [m for m, found in limits.items() if found and all(map(math.isnan, found))]
        said += [f"{task.title} ({', '.join(unknown)})"] if unknown else []
    return said


def _lead(rows: Sequence[Row], found: Sequence[Verdict]) -> str:
    if not rows:
        return "Questions from the field, reproduced, explained and settled."
    return problem_lead(rows).strip() if any(r.task == PROBLEM for r in rows) else lead(found)


def _verdict_cells(verdict: Verdict) -> list[str]:
    cells = asdict(verdict)
    names = ("classical", "net", "inside", "outside", "speed", "training")
    return [verdict.headline.question, *(str(cells[name]) for name in names)]


COLUMNS = (
    "Condition", "Estimator", "Metric", "Value", "95 % interval", "Limit", "Ratio to limit", "Signals",
    "Failed", "Side information",
)  # fmt: skip


def _cells(row: Row, tasks: Mapping[str, Task]) -> list[str]:
    ratio, limit = "–", number(row.limit)
    if row.task in tasks and row.metric in tasks[row.task].metrics and has_no_limit(row):
        ratio = limit = NO_LIMIT
    if math.isfinite(row.ratio_to_limit):
        ratio = f"{number(row.ratio_to_limit)} ({number(row.ratio_low)}–{number(row.ratio_high)})"
    return [
        row.condition, row.estimator, row.metric, number(row.value),
        f"{number(row.ci_low)} – {number(row.ci_high)}", limit, ratio,
        str(row.n_signals), str(row.n_failed), in_words(row.side_information) or "nothing",
    ]  # fmt: skip


def _costs(rows: Sequence[Row], known: Mapping[str, Task]) -> list[list[str]]:
    """Return one line a net: the median time of its trainings, the fastest and the slowest."""
    lines = []
    for task, label in dict.fromkeys((r.task, r.entry) for r in rows):
        mine = [r for r in rows if (r.task, r.entry) == (task, label)]
        times = [r.value for r in mine]
        spread = f"{seconds(median_training(mine).value)} [{seconds(min(times))}–{seconds(max(times))}]"
        seen = f"{median_training(mine, 'n_signals').n_signals:,}"
        where = f"trained on {mine[0].device}"
        lines.append([known[task].title, label, str(len(mine)), spread, seen, where])
    return lines


def _section(rows: Sequence[Row], task: Task) -> dict[str, Any]:
    """Return what the section of a task is made of; its Typst file, if it has one, lies in ``tasks/``."""
    metric = next(iter(task.metrics))
    mine = [r for r in rows if (r.task, r.metric) == (task.name, metric) and r.region != "recorded"]
    return {
        "key": task.name,
        "title": task.title,
        "text": task.page.text is not None,
        "words": list(task.page.words),
        "pictures": [picture.name for picture in task.page.pictures if not picture.timing],
        "timing": [picture.name for picture in task.page.pictures if picture.timing],
        "table": _table(mine, metric, task.page.overview),
        "own": task.page.content([r for r in rows if r.task == task.name]),
    }


def _pairs(rows: Sequence[Row]) -> list[list[str]]:
    """Return one line a paired comparison outside the mismatch map."""
    lines = []
    for row in rows:
        if row.kind != "paired" or math.isnan(row.p_value) or row.region == "mismatch":
            continue
        change = f"{number(row.value)} × the error" if row.metric == RATIO else number(row.value)
        interval = f"{number(row.ci_low)} – {number(row.ci_high)}"
        pair = [row.condition, row.estimator, row.reference]
        lines.append([*pair, change, interval, p_text(row.p_adjusted), str(row.n_signals)])
    return lines


def _trend_cells(row: Row) -> list[str]:
    p_value = "–" if math.isnan(row.p_value) else p_text(row.p_value)
    return [row.estimator, number(row.value), f"{number(row.ci_low)} – {number(row.ci_high)}", p_value]


def _recorded_tables(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one table a metric: recordings whose truth is known, and others."""
    recorded = [r for r in rows if r.region == "recorded"]
    metrics = dict.fromkeys(r.metric for r in recorded)
    return [_table([r for r in recorded if r.metric == m], m, None) for m in metrics]


def _table(rows: Sequence[Row], metric: str, chosen: Sequence[str] | None) -> dict[str, Any]:
    """Return an overview: estimators down, conditions across, the seeds of a net in one line.

    It holds ratios to the limit or, where the limit is 0, rounding or unknown, the values themselves.
    chosen: its conditions, all for None.
    """
    conditions = [c for c in dict.fromkeys(r.condition for r in rows) if chosen is None or c in chosen]
    floors = [r for r in rows if r.kind == "floor" and r.condition == rows[0].condition]
    exact = bool(floors) and all(not r.limit > ROUNDING for r in floors)
    recorded = rows[0].region == "recorded"
    unknown = not recorded and all(map(has_no_limit, rows))
    as_values = exact or unknown or recorded
    body = []
    for label in dict.fromkeys(r.entry for r in rows):
        mine = [r for r in rows if r.entry == label]
        seeds = len({r.estimator for r in mine})
        name = label if seeds == 1 else f"{label}, {seeds} seeds"
        body.append(
            [name, *(_spread([r for r in mine if r.condition == c], as_values) for c in conditions)]
        )
    return {"head": conditions, "body": body, "metric": metric, "values": as_values, "unknown": unknown}


def _spread(rows: Sequence[Row], as_values: bool) -> str:
    """Return the median of several seeds with the best and the worst, or one row with its interval."""
    if not rows:
        return "–"  # not among those of this condition
    if len(rows) == 1 and as_values:
        return f"{number(rows[0].value)} ({number(rows[0].ci_low)}–{number(rows[0].ci_high)})"
    if len(rows) == 1:
        return (
            f"{number(rows[0].ratio_to_limit)} ({number(rows[0].ratio_low)}–{number(rows[0].ratio_high)})"
        )
    column = "value" if as_values else "ratio_to_limit"
    values = [getattr(r, column) for r in rows]
    middle = getattr(median_training(rows, column), column)
    return f"{number(middle)} [{number(min(values))}–{number(max(values))}]"


def _settings(configuration: dict[str, Any]) -> str:
    """Return what is set; options that were left out, and lists that are empty, say nothing."""
    said = {k: v for k, v in configuration.items() if v or (v == 0 and v is not False)}
    return "; ".join(f"{k} = {_setting(v)}" for k, v in said.items())


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return f"({_settings(value)})"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _how(run: dict[str, Any]) -> list[list[str]]:
    configuration = run["configuration"]
    return [
        ["Command", run["command"]],
        ["Commit", run["commit"]],
        ["Versions", ", ".join(f"{name} {v}" for name, v in run["versions"].items())],
        ["Machine", f"{run['cpu']}, {run['cores']} cores, {run['system']}"],
        ["Threads", f"{run['threads']} for every estimator"],
        ["Device of the nets", run["device"]],
        ["Seed", str(configuration["seed"])],
        ["Configuration", _settings(configuration)],
        ["Time taken", seconds(run["seconds"])],
    ]
