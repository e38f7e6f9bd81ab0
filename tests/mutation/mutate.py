"""How many small mistakes in the source the tests would notice: `make mutants`.

A mutant is the source with one operator, comparison, number, truth value or condition changed. cosmic-ray
makes it, the test files that `mutants.toml` names for its module are to fail on it; a mutant that they pass
has survived. `places.py` draws the sample.

Mutants are written into a copy of the project below build/mutants/, never into the working tree. Each one
is tested in a fork of this process, which has the libraries loaded already. Results are kept in
build/mutants/, in cosmic-ray's own format, under the seed and a hash of the source: a run that was stopped
goes on, and mutants that survived are tested again, for tests may have been added.
"""

import argparse
import difflib
import hashlib
import importlib
import os
import resource
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult
from places import sample
from statsmodels.stats.proportion import proportion_confint

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "mutants"
NOT_COPIED = shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info", "latest")
LOADED = (
    "hypothesis",
    "numba",
    "pandas",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.base",
    "statsmodels.api",
)
OPTIONS = ["-x", "-p", "no:cacheprovider", "-m", "not slow"]
PATIENCE = 600  # seconds of CPU, whatever else the machine does; a mutant may never end
TIMED_OUT = "timed out"


def read(name: str) -> dict:
    """Return one of the configuration files beside this one."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


# --- one mutant -----------------------------------------------------------------------------------


def passes(tests: list[str], log: Path) -> tuple[bool, float]:
    """Return whether tests pass, in a fork of this process, and the seconds of CPU that they took."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        with log.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os._exit(pytest.main([*OPTIONS, *tests]))
    _, status, used = os.wait4(child, 0)
    return status == 0, used.ru_utime + used.ru_stime


def differs(before: str, after: str) -> str:
    """Return the lines that a mutation changed, as a diff without context."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def tested(mutation: MutationSpec, tests: list[str], log: Path) -> tuple[WorkResult, float]:
    """Return what the tests say of a mutant, which is on disk while they run, and their seconds."""
    operator = get_operator(mutation.operator_name)()
    with use_mutation(mutation.module_path, operator, mutation.occurrence) as (before, after):
        survived, seconds = passes(tests, log)
    result = WorkResult(
        worker_outcome=WorkerOutcome.NORMAL,
        output=TIMED_OUT if seconds > PATIENCE - 1 else log.read_text(encoding="utf-8", errors="replace"),
        test_outcome=TestOutcome.SURVIVED if survived else TestOutcome.KILLED,
        diff=differs(before, after),
    )
    return result, seconds


# --- the run --------------------------------------------------------------------------------------


def run(work: WorkDB, modules: dict[str, list[str]]) -> None:
    """Test every mutant of the sample that has not been killed yet, after the source as it is."""
    log = BUILD / "tests.log"
    killed = {item.job_id for item, result in work.completed_work_items if result.is_killed}
    pending = sorted((i for i in work.work_items if i.job_id not in killed), key=lambda item: item.job_id)
    needed = dict.fromkeys(test for item in pending for test in modules[str(item.mutations[0].module_path)])
    passed, seconds = passes(list(needed), log)
    if not passed:
        raise SystemExit(f"tests fail without any mutant:\n{log.read_text(encoding='utf-8')}")
    print(f"{'as it is':9} {seconds:4.0f} s  {' '.join(needed)}", flush=True)
    for item in pending:
        (mutation,) = item.mutations
        result, seconds = tested(mutation, modules[str(mutation.module_path)], log)
        work.set_result(item.job_id, result)
        outcome = TIMED_OUT if result.output == TIMED_OUT else result.test_outcome.value
        print(f"{outcome:9} {seconds:4.0f} s  {one_line(item, result)}", flush=True)


# --- the report -----------------------------------------------------------------------------------


def changed(result: WorkResult) -> tuple[str, str]:
    """Return the line of the source that was changed, as it was and as it is in the mutant."""
    lines = result.diff.splitlines()
    return tuple(" ".join(x[1:].strip() for x in lines if x.startswith(sign)) for sign in "-+")


def one_line(item: WorkItem, result: WorkResult) -> str:
    """Return module, line number and change of a mutant."""
    was, now = changed(result)
    return f"{item.mutations[0].module_path}:{item.mutations[0].start_pos[0]}  {was}  ->  {now}"


def excuse(item: WorkItem, result: WorkResult, listed: list[dict]) -> dict | None:
    """Return the entry of `equivalent.toml` that says why a mutant need not be noticed, if there is one."""
    was, now = changed(result)
    for entry in listed:
        here = entry["module"] == str(item.mutations[0].module_path) and entry["was"] == was
        if here and entry.get("now", now) == now:
            return entry
    return None


def report(work: WorkDB) -> str:
    """Return the figures of a run, with its survivors."""
    listed = read("equivalent.toml")["mutant"]
    killed, timeouts, survivors, excused = 0, 0, [], []
    for item, result in work.completed_work_items:
        entry = excuse(item, result, listed)
        if entry is not None:
            excused.append(f"{one_line(item, result)}\n    {entry['kind']}: {entry['reason']}")
        elif result.is_killed:
            killed += 1
            timeouts += result.output == TIMED_OUT
        else:
            survivors.append(one_line(item, result))
    n = killed + len(survivors)
    low, high = proportion_confint(killed, max(n, 1), method="beta")
    return "\n".join(
        [
            "\nequivalent, or free constants:",
            *excused,
            "\nsurvived:",
            *survivors,
            f"\n{work.num_results} of {work.num_work_items} mutants tested, {len(excused)} not counted",
            f"of the other {n}: {killed} killed ({timeouts} by time), {len(survivors)} survived",
            f"killed: {killed / max(n, 1):.1%}, 95 % interval {low:.1%} to {high:.1%} (Clopper-Pearson)",
        ]
    )


def main() -> None:
    """Draw the sample, test it, say what survived."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sample", type=int, default=145, help="number of mutants")
    options.add_argument("--seed", type=int, default=0, help="of the sample")
    options.add_argument("--only", default="", help="modules whose path begins so")
    asked = options.parse_args()
    about = read("mutants.toml")
    modules = {m: tests for m, tests in about["tests"].items() if m.startswith(asked.only)}
    tree = BUILD / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    os.chdir(tree)
    os.environ |= {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    sys.path[:] = [str(tree), *(p for p in sys.path if Path(p).resolve() not in (HERE, ROOT))]
    sys.dont_write_bytecode = True  # two mutants within a second would share it
    for name in LOADED:
        importlib.import_module(name)
    content = [repr(about["left_out"]), *(Path(m).read_text(encoding="utf-8") for m in modules)]
    key = hashlib.sha256("".join(content).encode()).hexdigest()[:8]
    with use_db(BUILD / f"sample-{asked.sample}-seed-{asked.seed}-{key}.sqlite") as work:
        if not work.num_work_items:
            drawn = sample(modules, about["left_out"], asked.sample, asked.seed)
            work.add_work_items(WorkItem.single(f"{i:04}", mutation) for i, mutation in enumerate(drawn))
        run(work, modules)
        print(report(work))


if __name__ == "__main__":
    main()
