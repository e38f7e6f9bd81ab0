"""Workers end with the process that started them, however it ends; SIGTERM acts as Ctrl-C does."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]
LONG = 120.0  # seconds that an event may take on a busy machine; none is waited for that long
COMMAND = """
import sys, time
from pathlib import Path
from cyclopts import App
from filelock import FileLock
from dspvnn.command_line import run_command
from dspvnn.sweep import Cell, Sweep

folder = Path(sys.argv[1])
app = App(suppress_keyboard_interrupt=False)

def work(name):
    with FileLock(folder / f"{name}.lock"):  # which a process that is gone no longer holds
        (folder / f"{name}.working").touch()
        time.sleep(3600)

@app.default
def sweep():
    try:
        Sweep(2).run([Cell(name, (name,), work, (name,)) for name in "ab"])
    finally:
        (folder / "cleaned").touch()

run_command(app, "dspvnn", [])
"""


def until(happens):
    """Wait for an event."""
    end = time.monotonic() + LONG
    while not happens():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def working(tmp_path):
    """A command whose two workers are at work in a folder."""
    command = [sys.executable, "-c", COMMAND, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        until(lambda: run.poll() is not None or len(list(tmp_path.glob("*.working"))) == 2)
        assert run.poll() is None, run.stderr.read()
        yield run, tmp_path
        run.kill()


def workers_are_gone(folder):
    for name in "ab":
        with FileLock(folder / f"{name}.lock", timeout=LONG):
            pass


@pytest.mark.slow
def test_workers_end_after_kill_9_of_their_parent(working):
    run, folder = working
    run.kill()
    run.wait()
    workers_are_gone(folder)
    assert not (folder / "cleaned").exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sigterm_ends_a_command_as_ctrl_c_does(working, number):
    run, folder = working
    run.send_signal(number)
    _, said = run.communicate(timeout=LONG)
    assert run.returncode == 128 + number
    assert said == "dspvnn: stopped\n"
    assert (folder / "cleaned").exists()
    workers_are_gone(folder)


def test_sigterm_is_left_alone_by_what_a_command_does_not_own():
    """Outside a command, in another thread, and where something else handles it."""
    from threading import Thread

    from dspvnn.command_line.stop import sigterm_as_ctrl_c

    def handler():
        with sigterm_as_ctrl_c():
            return signal.getsignal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    seen = []
    thread = Thread(target=lambda: seen.append(handler()))
    thread.start()
    thread.join()
    assert seen == [before]
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        assert handler() is signal.SIG_IGN
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        assert handler() not in (signal.SIG_DFL, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
