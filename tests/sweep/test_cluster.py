"""The same sweep on a real dask scheduler with worker processes, one of which is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from events import PATIENCE, wait_until

from baselines.roster import BASELINES
from dspvnn.measure.compare import Contestant
from dspvnn.sweep import Cell, Shelf, Sweep, WorkersError, comparison_cell
from dspvnn.sweep.workers import on_dask
from dspvnn.tasks import TASKS

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]
LOOPBACK = "tcp://127.0.0.1"


def dask(*words):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *map(str, words)], env=environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def address_in(file):
    """Return what a scheduler has written of itself, or None while it has not."""
    with suppress(OSError, ValueError):
        return json.loads(file.read_text())["address"]


@contextmanager
def cluster(n_workers):
    """A scheduler on a port that the system chooses, and workers that have found it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        place = ("--host", "127.0.0.1", "--port", 0, "--scheduler-file", file)
        processes = [dask("scheduler", *place, "--no-dashboard")]

        def all_alive():
            assert [process.poll() for process in processes] == [None] * len(processes)

        try:
            address = wait_until(lambda: address_in(file), all_alive)
            worker = ("worker", address, "--nthreads", 1, "--no-nanny", "--no-dashboard")
            processes += [dask(*worker) for _ in range(n_workers)]
            with distributed.Client(address, timeout=PATIENCE, set_as_default=False) as client:
                wait_until(lambda: len(client.nthreads()) == n_workers, all_alive)
            yield address, processes
        finally:
            for process in processes:
                kill(process)


@contextmanager
def closed_address():
    """An address where nobody listens: the port is taken, so that nobody else can."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"{LOOPBACK}:{taken.getsockname()[1]}"


def comparison():
    contestants = [Contestant(label, make) for label, make in BASELINES["ewma"].items()]
    return [
        comparison_cell("ewma", c, contestants, 20, s) for c in TASKS["ewma"].conditions for s in (0, 1)
    ]


def stopping_after(n_cells, cells, log):
    """The same cells, each with a line in a log; those that begin after `n_cells` wait for a file "go"."""

    def work(cell):
        own = f"{os.getpid()} {cell.key}\n"
        with log.open("a") as file:
            file.write(own)
        if log.read_text().splitlines(keepends=True).index(own) >= n_cells:
            while not log.with_name("go").exists():
                time.sleep(0.02)
        return cell.work(*cell.arguments)

    return [Cell(cell.name, cell.configuration, work, (cell,)) for cell in cells]


def lines(log):
    return [line.split() for line in log.read_text().splitlines()] if log.exists() else []


@pytest.mark.slow
def test_a_worker_is_killed_nothing_is_lost_nothing_doubled(tmp_path):
    expected = Sweep().run(comparison())
    log, names = tmp_path / "log", []
    killed = ""

    def progress(name, n_done):
        nonlocal killed
        names.append((name, n_done))
        if n_done == 3:
            wait_until(lambda: len(lines(log)) == 5)  # both have another one in hand
            killed = lines(log)[-1][0]
            os.kill(int(killed), signal.SIGKILL)
            (tmp_path / "go").touch()

    with cluster(2) as (address, _):
        work = stopping_after(3, comparison(), log)
        with Shelf(tmp_path / "cells") as shelf:
            assert repr(Sweep(dask=address, shelf=shelf).run(work, progress)) == repr(expected)
        assert len({pid for pid, _ in lines(log)}) == 2  # both took part
        assert [n for _, n in names] == list(range(1, len(work) + 1))
        assert sorted(name for name, _ in names) == sorted(cell.name for cell in work)
        assert len(list((tmp_path / "cells").glob("*.json"))) == len(work)
        # What the dead one had in hand was done twice, and maybe the cell whose result had just come.
        again = {key for _, key in lines(log) if [k for _, k in lines(log)].count(key) > 1}
        begun = [key for pid, key in lines(log) if pid == killed]
        assert begun[-1] in again
        assert len(again) <= 2
        assert again <= set(begun)
        assert repr(Sweep(dask=address).run(comparison())) == repr(expected)  # by the one that is left


@pytest.mark.slow
def test_the_last_worker_dies_and_the_finished_cells_are_kept(tmp_path):
    log = tmp_path / "log"
    with cluster(1) as (address, (_, worker)), Shelf(tmp_path / "cells") as shelf:
        work = stopping_after(3, comparison(), log)

        def patient(cells):
            return on_dask(cells, address, patience=2)

        sweep = Sweep(dask=address, shelf=shelf)
        object.__setattr__(sweep, "_do", patient)
        with pytest.raises(
            WorkersError, match=r"has had no worker for 2 s; 3 of 10 cells are done, the same"
        ):
            sweep.run(work, lambda name, n_done: kill(worker) if n_done == 3 else None)
    (tmp_path / "go").touch()
    with Shelf(tmp_path / "cells") as shelf:
        assert repr(Sweep(shelf=shelf).run(work)) == repr(Sweep().run(comparison()))
    keys = [key for _, key in lines(log)]
    assert len(set(keys)) == len(work)
    assert len(keys) <= len(work) + 1


@pytest.mark.slow
def test_the_scheduler_dies(tmp_path):
    with cluster(1) as (address, (scheduler, _)), Shelf(tmp_path / "cells") as shelf:
        work = stopping_after(2, comparison(), tmp_path / "log")
        with pytest.raises(WorkersError, match=r"the dask scheduler .* 2 of 10 cells are done"):
            Sweep(dask=address, shelf=shelf).run(
                work, lambda name, n_done: kill(scheduler) if n_done == 2 else None
            )


@pytest.mark.slow
def test_a_cell_that_kills_its_workers():
    def work():
        os.kill(os.getpid(), signal.SIGKILL)

    with (
        cluster(4) as (address, _),
        pytest.raises(WorkersError, match=r"a cell killed its workers, several times over"),
    ):
        Sweep(dask=address).run([Cell("deadly", (), work, ())])


@pytest.mark.slow
def test_an_error_comes_through_and_other_code_is_refused(monkeypatch):
    def work():
        raise ValueError("the rule, and what was received")

    cell = Cell("wrong", (), work, ())
    with cluster(1) as (address, _):
        with pytest.raises(ValueError, match="the rule, and what was received"):
            Sweep(dask=address).run([cell])
        monkeypatch.setattr("dspvnn.sweep.workers.code_version", lambda: "another version")
        with pytest.raises(ValueError, match="a worker runs other code or libraries than this process"):
            Sweep(dask=address).run([cell])


@pytest.mark.parametrize("address", ["closed", "silent", "no address", "tcp://", "tcp://no.invalid:1"])
def test_a_scheduler_that_does_not_answer(address):
    with socket.socket() as silent, closed_address() as closed:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        if address == "silent":
            address = f"{LOOPBACK}:{silent.getsockname()[1]}"
        elif address == "closed":
            address = closed
        with pytest.raises(WorkersError, match=r"the dask scheduler .* does not answer") as stop:
            next(on_dask(comparison(), address, connect=1))
        assert len(str(stop.value).splitlines()) == 1


def test_a_server_of_another_kind_is_no_scheduler():
    with socket.socket() as web:
        web.bind(("127.0.0.1", 0))
        web.listen()

        def answer():
            call, _ = web.accept()
            with call:
                call.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + 100 * b" ")
                call.recv(1000)

        Thread(target=answer, daemon=True).start()
        address = f"{LOOPBACK}:{web.getsockname()[1]}"
        with pytest.raises(WorkersError, match=f"the dask scheduler {address} does not answer") as stop:
            next(on_dask(comparison(), address, connect=5))
        assert len(str(stop.value).splitlines()) == 1


@pytest.mark.slow
def test_the_command_says_it_in_one_line(tmp_path):
    with closed_address() as address:
        words = ["--preset", "quick", "--task", "ewma", "--dask", address, "--out", str(tmp_path / "out")]
        run = subprocess.run(
            [sys.executable, "-m", "dspvnn.report", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 2
    assert run.stderr.startswith(f"dspvnn: the dask scheduler {address} does not answer")
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert not (tmp_path / "out").exists()
