"""Finished cells are kept at once, whole, by one run at a time; what is kept is what would be done."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from events import wait_until

from baselines.roster import BASELINES
from dspvnn.measure.compare import Contestant, compare_cell
from dspvnn.results.rows import write_rows
from dspvnn.sweep import Cell, Shelf, Sweep, WorkersError, code_version, comparison_cell, rows_of
from dspvnn.tasks import TASKS

ROOT = Path(__file__).parents[2]
CONDITIONS = TASKS["ewma"].conditions


def lineup(digest=""):
    return [Contestant(label, make, digest=digest) for label, make in BASELINES["ewma"].items()]


def cells(n_signals=20, seed=0, digest=""):
    return [comparison_cell("ewma", c, lineup(digest), n_signals, seed) for c in CONDITIONS]


def counting(log, names="abcd"):
    """Cells that leave a line in a log for every time they are done."""

    def work(name):
        with Path(log).open("a") as file:
            file.write(f"{name}\n")
        return {"name": name, "draw": np.random.default_rng(ord(name)).random(3), "none": np.nan}

    return [Cell(name, ("counting", name), work, (name,)) for name in names]


def done(log):
    return sorted(log.read_text().split()) if log.exists() else []


# --- what comes back -------------------------------------------------------------------------------


def test_rows_of_a_sweep_are_those_of_the_cells(tmp_path):
    swept = [row for result in Sweep().run(cells()) for row in rows_of(result)]
    plain = [row for c in CONDITIONS for row in compare_cell("ewma", c, lineup(), 20, 0)]
    write_rows(tmp_path / "swept.csv", swept)
    write_rows(tmp_path / "plain.csv", plain)
    assert (tmp_path / "swept.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()


def test_two_processes_and_the_shelf_give_the_rows_of_one_process(tmp_path):
    one = repr(Sweep().run(cells()))
    assert repr(Sweep(jobs=2).run(cells())) == one
    for _ in range(2):  # done, then read
        with Shelf(tmp_path / "cells") as shelf:
            assert repr(Sweep(shelf=shelf).run(cells())) == one


def test_every_float_survives(tmp_path):
    numbers = [0.1, 1e-320, np.pi * 1e300, -0.0, np.float64(1) / 3, np.nextafter(1, 2)]
    cell = Cell("floats", (), lambda: [np.array(numbers), np.float32(0.1), np.int64(7), np.inf], ())
    ((found, single, seven, infinity),) = Sweep().run([cell])
    assert np.array(found).tobytes() == np.array(numbers).tobytes()
    assert (np.float32(single), seven, infinity) == (np.float32(0.1), 7, np.inf)


# --- the key ---------------------------------------------------------------------------------------


def test_a_key_stands_for_all_that_the_result_depends_on(monkeypatch):
    keys = [c.key for c in (*cells(), *cells(21), *cells(seed=1), *cells(digest="other weights"))]
    keys.append(comparison_cell("ewma", CONDITIONS[0], lineup()[:1], 20, 0).key)
    assert len(set(keys)) == len(keys)
    assert [c.key for c in cells()] == keys[: len(CONDITIONS)]
    monkeypatch.setattr("dspvnn.sweep.cell.code_version", lambda: "other code")
    assert not {c.key for c in cells()} & set(keys)


def test_the_code_version_reads_every_source_but_the_reports():
    from dspvnn.sweep.version import _source_files

    names = {name for name, _ in _source_files()}
    assert {
        "dspvnn/measure/compare.py",
        "dspvnn/limits/tone.py",
        "baselines/ewma.py",
        "neural/networks.py",
    } <= names
    assert not [name for name in names if name.startswith("dspvnn/report/")]
    code = "from dspvnn.sweep import code_version; print(code_version())"
    again = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert again.stdout.strip() == code_version()


@pytest.mark.parametrize("extra", ["numba", "onnxruntime"])
def test_cells_of_a_machine_without_an_extra_are_done_again_quietly(tmp_path, monkeypatch, extra):
    from dspvnn.sweep import version

    log, said = tmp_path / "log", []
    with Shelf(tmp_path / "cells") as shelf:
        Sweep(shelf=shelf).run(counting(log, "a"))
    installed = version.version_of
    with monkeypatch.context() as without:
        without.setattr(version, "version_of", lambda name: "none" if name == extra else installed(name))
        version.code_version.cache_clear()
        with Shelf(tmp_path / "cells", say=said.append) as shelf:
            Sweep(shelf=shelf).run(counting(log, "a"))
    version.code_version.cache_clear()
    with Shelf(tmp_path / "cells", say=said.append) as shelf:
        Sweep(shelf=shelf).run(counting(log, "a"))
    assert (done(log), said) == (["a", "a"], [])


def test_the_weights_of_a_net_count(tmp_path):
    import neural
    from dspvnn.lineup import lineup as everyone

    shutil.copytree(Path(neural.__file__).parent / "weights" / "ewma", tmp_path / "ewma")
    shipped, copied = everyone("ewma", "cpu"), everyone("ewma", "cpu", tmp_path)
    assert [c.digest for c in shipped] == [c.digest for c in copied]
    path = neural.weight_path("ewma/lstm", 0, tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    changed = zip(shipped, everyone("ewma", "cpu", tmp_path), strict=True)
    assert [a.label for a, b in changed if a.digest != b.digest] == ["LSTM, seed 0"]
    path.unlink()
    with pytest.raises(neural.WeightsError, match="cannot be read: No such file"):
        everyone("ewma", "cpu", tmp_path)


# --- interruptions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_resume_does_what_is_left_and_fresh_everything(tmp_path, jobs):
    log = tmp_path / "log"
    with Shelf(tmp_path / "cells") as shelf:
        first = Sweep(shelf=shelf).run(counting(log, "ac"))
    with Shelf(tmp_path / "cells") as shelf:
        both = Sweep(jobs, shelf=shelf).run(counting(log))
    assert done(log) == ["a", "b", "c", "d"]
    assert repr(both[::2]) == repr(first)
    with Shelf(tmp_path / "cells", resume=False) as shelf:
        assert repr(Sweep(shelf=shelf).run(counting(log))) == repr(both)
    assert done(log) == sorted("aabbccdd")


@pytest.mark.parametrize("jobs", [1, 2])
def test_cells_are_asked_for_some_at_a_time(tmp_path, monkeypatch, jobs):
    """Nine cells, four at a time, some of them kept: never more than four are there and not yet done."""
    monkeypatch.setattr("dspvnn.sweep.run.MANY", 4)
    log = tmp_path / "log"
    asked, finished = [], []

    class Asked(Sequence):
        def __len__(self):
            return 9

        def __getitem__(self, i):
            asked.append(i)
            assert len(asked) - len(finished) <= 4
            return counting(log, "abcdefghi"[i])[0]

    with Shelf(tmp_path / "cells") as shelf:
        Sweep(shelf=shelf).run(counting(log, "bfgh"))
    with Shelf(tmp_path / "cells") as shelf:
        found = dict(Sweep(jobs, shelf=shelf).each(Asked(), lambda name, n: finished.append((name, n))))
    assert sorted(asked) == list(range(9))
    assert [n for _, n in finished] == list(range(1, 10))
    assert sorted(name for name, _ in finished) == list("abcdefghi")
    expected = Sweep().run(counting(tmp_path / "other", "abcdefghi"))
    assert repr([found[i] for i in range(9)]) == repr(expected)
    assert done(log) == list("abcdefghi")


KILLED = """
import sys
from pathlib import Path
from dspvnn.sweep import Cell, Shelf, Sweep
log, folder = Path(sys.argv[1]), Path(sys.argv[2])
def work(name):
    with log.open("a") as file:
        file.write(name + "\\n")
    if name == "c" and len(sys.argv) > 3:
        sys.stdin.read()  # until the test closes it, or ends
    return name
with Shelf(folder) as shelf:
    print(Sweep(shelf=shelf).run([Cell(n, (n,), work, (n,)) for n in "abcd"]))
"""


@pytest.mark.slow
def test_kill_9_in_the_middle_loses_nothing_that_was_finished(tmp_path):
    log, folder = tmp_path / "log", tmp_path / "cells"
    command = [sys.executable, "-c", KILLED, str(log), str(folder)]
    run = subprocess.Popen([*command, "hang"], cwd=ROOT, start_new_session=True, stdin=subprocess.PIPE)

    def still_at_work():
        assert run.poll() is None

    try:
        wait_until(lambda: done(log) == ["a", "b", "c"], still_at_work)
        other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "another run is at work in this folder" in other.stderr
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
    (folder / f".{'0' * 32}.json.123.part").write_bytes(b"what a killed writer leaves")
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert again.stdout.strip() == "['a', 'b', 'c', 'd']"
    assert done(log) == ["a", "b", "c", "c", "d"]
    assert not list(folder.glob(".*.part"))


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b.replace(b"0.", b"1.", 1), lambda b: b[1:]],
    ids=["half written", "empty", "a digit", "a byte less"],
)
def test_a_damaged_cell_is_said_and_done_again(tmp_path, damage):
    log, said = tmp_path / "log", []
    with Shelf(tmp_path / "cells") as shelf:
        whole = Sweep(shelf=shelf).run(counting(log))
    path = next(p for p in (tmp_path / "cells").glob("*.json") if b'"cell": "b"' in p.read_bytes())
    content = path.read_bytes()
    path.write_bytes(damage(content))
    with Shelf(tmp_path / "cells", say=said.append) as shelf:
        assert repr(Sweep(shelf=shelf).run(counting(log))) == repr(whole)
    assert said == [f"{path}: damaged, b is done again"]
    assert done(log) == ["a", "b", "b", "c", "d"]
    assert path.read_bytes() == content


# --- what stops a sweep ----------------------------------------------------------------------------


def test_two_runs_at_once(tmp_path):
    another = pytest.raises(ValueError, match="cells: another run is at work in this folder")
    with Shelf(tmp_path / "cells"), another:
        Shelf(tmp_path / "cells").__enter__()
    assert not (tmp_path / "cells").exists()  # nothing was kept
    with Shelf(tmp_path / "cells"):
        pass


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / (1000 * "x")):
        with pytest.raises(ValueError, match="finished cells cannot be kept here: "):
            Shelf(folder).__enter__()


@contextmanager
def an_ordinary_user():
    """Be nobody in particular for a while: root may write anywhere."""
    if not hasattr(os, "geteuid"):
        pytest.skip("folders are made read-only in another way on this system")
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError as error:
        pytest.skip(f"root cannot be another user here: {error}")
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder(tmp_path):
    folder = tmp_path / "cells"
    with Shelf(folder) as shelf:
        Sweep(shelf=shelf).run(counting(tmp_path / "log", "a"))
    for path in (folder, folder / ".lock"):
        path.chmod(0o555)
    for path in (tmp_path, *tmp_path.parents[:2]):  # pytest closes its folders to other users
        if path.stat().st_uid == os.geteuid():
            path.chmod(0o755)
    with an_ordinary_user(), pytest.raises(ValueError, match="kept here: Permission denied"):
        Shelf(folder).__enter__()
    assert len(list(folder.glob("*.json"))) == 1
    folder.chmod(0o755)  # so that the folder can be removed


FULL = """
import resource, sys
from pathlib import Path
from dspvnn.sweep import Cell, Shelf, Sweep
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
with Shelf(Path(sys.argv[1])) as shelf:
    Sweep(shelf=shelf).run([Cell(str(n), (n,), "x".__mul__, (n,)) for n in (10, 20, 100_000, 30)])
"""


def test_a_write_that_breaks_off_keeps_what_was_finished(tmp_path):
    """A limit on the size of files stops a write half way, as a full disk does."""
    pytest.importorskip("resource", reason="the system limits no file's size")
    folder = tmp_path / "cells"
    run = subprocess.run(
        [sys.executable, "-c", FULL, folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert f"ValueError: {folder}: 100000 cannot be kept: File too large" in run.stderr
    assert len(list(folder.iterdir())) == 3  # two cells and the lock: no half of the third


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Shelf(tmp_path / "cells") as shelf:
        Sweep(shelf=shelf).run(counting(tmp_path / "log", "ab"))
        monkeypatch.setattr("dspvnn.sweep.shelf.write_whole", full)
        with pytest.raises(ValueError, match="cells: c cannot be kept: No space left on device"):
            Sweep(shelf=shelf).run(counting(tmp_path / "log"))
    assert len(list((tmp_path / "cells").glob("*.json"))) == 2


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system kills no process at once")
def test_a_process_that_dies_keeps_what_was_finished(tmp_path):
    log = tmp_path / "log"

    def work(name):
        if name == "c" and not log.exists():
            log.touch()
            while len(list((tmp_path / "cells").glob("*.json"))) < 3:  # the others are to be kept first
                time.sleep(0.02)
            os.kill(os.getpid(), signal.SIGKILL)
        return name

    some = [Cell(name, (name,), work, (name,)) for name in "abcd"]
    with Shelf(tmp_path / "cells") as shelf:
        with pytest.raises(
            WorkersError, match=r"a worker process died: .* 3 of 4 cells are done, the same"
        ):
            Sweep(2, shelf=shelf).run(some)
        assert Sweep(2, shelf=shelf).run(some) == list("abcd")


def test_a_cells_own_error_comes_through(tmp_path):
    def work(name):
        if name == "b":
            raise ValueError("b: the rule, and what was received")
        return name

    some = [Cell(name, (name,), work, (name,)) for name in "ab"]
    for jobs in (1, 2):
        with pytest.raises(ValueError, match="b: the rule, and what was received"):
            Sweep(jobs).run(some)


def test_results_must_be_json():
    with pytest.raises(TypeError, match="a cell's result must be JSON, sets or arrays, got object"):
        Sweep().run([Cell("object", (), object, ())])
