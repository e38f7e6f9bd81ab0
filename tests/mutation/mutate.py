"""How many small mistakes in the source the tests would notice: `make mutants`.

A mutant is the source with one operator, comparison, number, truth value or condition changed. cosmic-ray
makes it, the test files that `mutants.toml` names for its module are to fail on it; a mutant that they pass
has survived. A sample is drawn by place: every place in the source that can be changed is as likely, and of
the changes at that place one is taken.

Mutants are written into a copy of the project below build/mutants/, never into the working tree. Results
are kept there, in cosmic-ray's own format, under the seed and a hash of the source: a run that was stopped
goes on, and mutants that survived are tested again, for tests may have been added.
"""

import argparse
import ast
import hashlib
import os
import random
import re
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.testing import run_tests
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkItem, WorkResult
from statsmodels.stats.proportion import proportion_confint

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "mutants"
NOT_COPIED = shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info", "latest")
SHORTEST, LONGEST = 60, 600  # seconds of patience; between them ten times what the tests take unchanged


def read(name: str) -> dict:
    """Return one of the configuration files beside this one."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def command(tests: Iterable[str]) -> str:
    """Return the command that runs a module's tests, up to the first that fails."""
    return f"{sys.executable} -m pytest -x -p no:cacheprovider -m 'not slow' {' '.join(tests)}"


# --- the sample -----------------------------------------------------------------------------------


def not_code(source: str, texts: Iterable[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where type annotations, and texts that are left out, begin and end: (line, column) each."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if part is not None:
                found.append(((part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)))
    for number, line in enumerate(source.splitlines(), 1):
        for match in re.finditer("|".join(texts), line):
            found.append(((number, match.start()), (number, match.end())))
    return found


def every_mutation(modules: Iterable[str], left_out: dict[str, list[str]]) -> Iterator[MutationSpec]:
    """Yield all that cosmic-ray can change in the modules, less what is left out and annotations."""
    unwanted = re.compile("|".join(left_out["operators"]))
    with tempfile.TemporaryDirectory() as folder, use_db(f"{folder}/all.sqlite") as every:
        init([Path(m) for m in modules], every, {})
        mutations = [item.mutations[0] for item in every.work_items]
    spans = {m: not_code(Path(m).read_text(encoding="utf-8"), left_out["texts"]) for m in modules}
    for mutation in mutations:
        at = mutation.start_pos
        if not unwanted.fullmatch(mutation.operator_name.removeprefix("core/")) and not any(
            begin <= at < end for begin, end in spans[str(mutation.module_path)]
        ):
            yield mutation


def sample(mutations: Iterable[MutationSpec], n: int, seed: int) -> list[MutationSpec]:
    """Return one mutation each of n places, both drawn at random."""
    places: dict[tuple, list[MutationSpec]] = {}
    for m in sorted(
        mutations, key=lambda m: (str(m.module_path), m.start_pos, m.operator_name, m.occurrence)
    ):
        places.setdefault((str(m.module_path), m.start_pos), []).append(m)
    rng = random.Random(seed)
    chosen = rng.sample(list(places), min(n, len(places)))
    return [rng.choice(places[place]) for place in chosen]


# --- the run --------------------------------------------------------------------------------------


def usual_seconds(modules: dict[str, list[str]]) -> dict[str, float]:
    """Return how long each module's tests take on the source as it is; they must pass there."""
    seconds: dict[str, float] = {}
    taken: dict[str, float] = {}
    for module, tests in modules.items():
        line = command(tests)
        if line not in taken:
            before = time.monotonic()
            outcome, output = run_tests(line, LONGEST)
            if outcome is not TestOutcome.SURVIVED:
                raise SystemExit(f"the tests of {module} fail without any mutant:\n{output}")
            taken[line] = time.monotonic() - before
        seconds[module] = taken[line]
    return seconds


def run(work: WorkDB, modules: dict[str, list[str]]) -> None:
    """Test every mutant of the sample that has not been killed yet."""
    killed = {item.job_id for item, result in work.completed_work_items if result.is_killed}
    pending = sorted((i for i in work.work_items if i.job_id not in killed), key=lambda item: item.job_id)
    concerned = {str(item.mutations[0].module_path) for item in pending}
    seconds = usual_seconds({m: tests for m, tests in modules.items() if m in concerned})
    for item in pending:
        module = str(item.mutations[0].module_path)
        patience = min(max(10 * seconds[module], SHORTEST), LONGEST)
        before = time.monotonic()
        result = mutate_and_test(item.mutations, command(modules[module]), patience)
        work.set_result(item.job_id, result)
        outcome = "timed out" if result.output == "timeout" else str(result.test_outcome.value)
        print(f"{outcome:9} {time.monotonic() - before:4.0f} s  {one_line(item, result)}", flush=True)


def changed(result: WorkResult) -> tuple[str, str]:
    """Return the line of the source that was changed, as it was and as it is in the mutant."""
    lines = [line for line in (result.diff or "").splitlines() if not line.startswith(("---", "+++"))]
    was = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    now = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return was, now


def one_line(item: WorkItem, result: WorkResult) -> str:
    """Return module, line number and change of a mutant."""
    mutation = item.mutations[0]
    was, now = changed(result)
    return f"{mutation.module_path}:{mutation.start_pos[0]}  {was}  ->  {now}"


# --- the report -----------------------------------------------------------------------------------


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
            excused.append(f"{entry['kind']:10} {one_line(item, result)}\n           {entry['reason']}")
        elif result.is_killed:
            killed += 1
            timeouts += result.output == "timeout"
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
    content = [repr(about["left_out"]), *(Path(m).read_text(encoding="utf-8") for m in modules)]
    key = hashlib.sha256("".join(content).encode()).hexdigest()[:8]
    with use_db(BUILD / f"sample-{asked.sample}-seed-{asked.seed}-{key}.sqlite") as work:
        if not work.num_work_items:
            chosen = sample(every_mutation(modules, about["left_out"]), asked.sample, asked.seed)
            work.add_work_items(WorkItem.single(f"{i:04}", m) for i, m in enumerate(chosen))
        run(work, modules)
        print(report(work))


if __name__ == "__main__":
    main()
