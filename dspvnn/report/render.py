"""Rows and run in, PDF out: the report is a pure function of the two, byte for byte."""

import json
import math
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst
from matplotlib.figure import Figure

from dspvnn import figures
from dspvnn.report.verdicts import Verdict, lead, number, seconds, verdicts
from dspvnn.results import Row
from dspvnn.tasks import TASKS
from dspvnn.timing import RUNTIME

DOCUMENT = Path(__file__).with_name("document.typ")


def render(rows: Sequence[Row], run: dict[str, Any], folder: Path) -> None:
    """Write ``figures/*.svg`` and ``comparison.pdf`` into `folder`."""
    pictures = folder / "figures"
    pictures.mkdir(parents=True, exist_ok=True)
    drawn = _figures(rows)
    for name, (figure, _, _) in drawn.items():
        figures.save(figure, pictures / f"{name}.svg")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        shutil.copytree(pictures, root / "figures")
        shutil.copy(DOCUMENT, root / "document.typ")
        content = _content(rows, run, drawn)
        (root / "content.json").write_text(json.dumps(content, ensure_ascii=False))
        pdf = typst.compile(
            str(root / "document.typ"), root=str(root), ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )  # fmt: skip
    (folder / "comparison.pdf").write_bytes(pdf)


Drawn = dict[str, tuple[Figure, str, str]]  # figure, caption, alternative text


def _figures(rows: Sequence[Row]) -> Drawn:
    """Draw every figure that the rows hold the numbers of."""
    drawn: Drawn = {}
    accuracy = [r for r in rows if r.metric not in (RUNTIME, "training time")]

    def of(task: str, *regions: str, metric: str = "") -> list[Row]:
        return [
            r
            for r in accuracy
            if r.task == task and r.region in regions and (not metric or r.metric == metric)
        ]

    if of("tone", "inside"):
        drawn["tone"] = (
            figures.tone_front(rows),
            "Error of the frequency against SNR and against frequency. Black: the Cramér-Rao bound, "
            "which no unbiased estimator beats. Shaded: the range that the net was trained on.",
            _alt(of("tone", "inside", "below", "above"), "rms error of the frequency"),
        )
    known = of("tone", "recorded", metric="frequency rmse")
    if known:
        drawn["recorded"] = (
            figures.dots(known, "rms error of the frequency, in the unit of the recording", "white noise"),
            "Recorded series whose truth is known. The black line is the Cramér-Rao bound as if "
            "everything but the cycle were white noise: a yardstick here, not a bound.",
            _alt(known, "rms error of the frequency on recorded series"),
        )
    if of("burst", "inside"):
        drawn["burst"] = (
            figures.burst_sweep(rows),
            "Bursts in noise: wrong samples and missed bursts against the strength of the burst. "
            "Black: the best that is possible for one who knows the strength.",
            _alt(of("burst", "inside"), "sample error and miss rate of burst detection"),
        )
        beyond = of("burst", "beyond", metric="sample error rate")
        drawn["burst-beyond"] = (
            figures.dots(beyond, "share of wrong samples", "Bayes filter"),
            "The same where the bursts are not those of the training range.",
            _alt(beyond, "share of wrong samples outside the training range"),
        )
    quiet = of("burst-noise-free", "inside", "beyond")
    if quiet:
        drawn["burst-noise-free"] = (
            figures.dots(quiet, "share of wrong samples (open: none)"),
            "A burst without noise, every seed of the nets a dot. The limit is 0.",
            _alt(quiet, "share of wrong samples without noise"),
        )
    averages = of("ewma", "inside", "beyond")
    if averages:
        drawn["ewma"] = (
            figures.dots(averages, "rms error over the standard deviation of y", "rounding"),
            "The moving average inside the training range (left) and outside it.",
            _alt(averages, "relative rms error of the moving average"),
        )
    witness = of("witness", "inside", "beyond")
    if witness:
        drawn["witness"] = (
            figures.dots(witness, "rms residual over the rms contamination", "least squares"),
            "What is left of the contamination on unseen noise. 0.01 is −40 dB. An estimator that was "
            "told the carriers has a limit of its own.",
            _alt(witness, "relative residual of the contamination"),
        )
    for task in dict.fromkeys(r.task for r in rows if r.metric == RUNTIME):
        times = [r for r in rows if r.task == task and r.metric == RUNTIME]
        drawn[f"runtime-{task}"] = (
            figures.runtime(times),
            f"{TASKS[task].title}: time per signal, one thread, NumPy array in to NumPy array out.",
            _alt(times, "seconds per signal"),
        )
    return drawn


def _alt(rows: Sequence[Row], what: str) -> str:
    """Return the figure in words: what it shows, and every estimator's range of values."""
    parts = []
    for label in dict.fromkeys(r.estimator for r in rows):
        values = [r.value for r in rows if r.estimator == label]
        parts.append(f"{label} from {number(min(values))} to {number(max(values))}")
    return f"Plot of the {what}: " + "; ".join(parts) + "."


def _content(rows: Sequence[Row], run: dict[str, Any], drawn: Drawn) -> dict[str, Any]:
    found = verdicts(rows)
    tasks = list(dict.fromkeys(r.task for r in rows))
    return {
        "lead": lead(found),
        "verdicts": [_verdict_cells(v) for v in found],
        "figures": {
            name: {"caption": caption, "alt": alt} for name, (_, caption, alt) in drawn.items()
        },
        "tasks": [{"key": t, "title": TASKS[t].title, "table": _table(rows, t)} for t in tasks],
        "recordings": run["handling"],
        "recorded": [_cells(r) for r in rows if r.region == "recorded"],
        "costs": [_cost_cells(r) for r in rows if r.metric == "training time"],
        "how": _how(run),
        "all": {
            t: [_cells(r) for r in rows if r.task == t and r.metric not in (RUNTIME, "training time")]
            for t in tasks
        },
        "runtimes": {t: [_runtime_cells(r) for r in rows if (r.task, r.metric) == (t, RUNTIME)]
                     for t in tasks},
    }  # fmt: skip


def _verdict_cells(verdict: Verdict) -> list[str]:
    cells = asdict(verdict)
    names = ("classical", "net", "inside", "outside", "speed", "training")
    return [verdict.headline.question, *(str(cells[name]) for name in names)]


def _cells(row: Row) -> list[str]:
    ratio = "–"
    if math.isfinite(row.ratio_to_limit):
        ratio = f"{number(row.ratio_to_limit)} ({number(row.ratio_low)}–{number(row.ratio_high)})"
    return [
        row.condition, row.estimator, row.metric, number(row.value),
        f"{number(row.ci_low)} – {number(row.ci_high)}", number(row.limit), ratio,
        str(row.n_signals), str(row.n_failed), row.told or "nothing",
    ]  # fmt: skip


def _runtime_cells(row: Row) -> list[str]:
    interval = f"{seconds(row.ci_low)} – {seconds(row.ci_high)}"
    return [row.condition, row.estimator, seconds(row.value), interval, str(row.n_signals)]


def _cost_cells(row: Row) -> list[str]:
    signals = number(row.n_signals) if row.n_signals >= 1e5 else str(row.n_signals)
    return [TASKS[row.task].title, row.estimator, seconds(row.value), signals, row.condition]


def _table(rows: Sequence[Row], task: str) -> dict[str, Any]:
    """Return the ratios to the limit (values, where it is 0): estimators down, conditions across."""
    metric = next(iter(TASKS[task].metrics))
    mine = [r for r in rows if (r.task, r.metric) == (task, metric) and r.region != "recorded"]
    conditions = [c for c in dict.fromkeys(r.condition for r in mine) if _in_overview(task, c)]
    cells = {(r.estimator, r.condition): r for r in mine}
    exact = not any(math.isfinite(r.ratio_to_limit) for r in mine)
    body = []
    for label in dict.fromkeys(r.estimator for r in mine):
        line = [cells[label, condition] for condition in conditions]
        shown = [r.value if exact else r.ratio_to_limit for r in line]
        body.append([label, *(number(value) for value in shown)])
    return {"head": conditions, "body": body, "metric": metric, "exact": exact}


def _in_overview(task: str, condition: str) -> bool:
    """Keep the overview as wide as the page: a choice of the tone's 23 cells and the burst's 12."""
    chosen = {
        "tone": (
            "inside, 0 dB", "inside, 10 dB", "inside, 20 dB", "inside, 40 dB",
            "f in [0.01, 0.02], 20 dB", "f in [0.035, 0.05], 20 dB", "f in [0.25, 0.3], 20 dB",
            "f in [0.45, 0.49], 20 dB",
        ),
        "burst": (
            "inside, d from 3 to 20", "inside, d = 4", "inside, d = 6", "inside, d = 12",
            "later onsets, 50 to 110, d = 6", "records 10 x longer, d = 6", "half the width, d = 6",
            "twice the width, d = 6",
        ),
    }  # fmt: skip
    return task not in chosen or condition in chosen[task]


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
        ["Configuration", ", ".join(f"{k} = {v}" for k, v in configuration.items())],
        ["Time taken", seconds(run["seconds"])],
    ]
