"""What every command shares: a mistake of the user's ends in one line, `--debug` shows the trace.

Nothing heavy is imported here: `--help` and `--version` answer at once.
"""

import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper

from cyclopts import App, CycloptsError

from dspvnn.results.displayable import printable
from dspvnn.stop import sigterm_as_ctrl_c

Progress = Callable[[str, int, int], None]


def package_version() -> str:
    """Return the line that `--version` prints."""
    from importlib.metadata import version

    return f"dspvnn {version('dspvnn')}"


def run_command(command: App, program: str = "dspvnn", arguments: Sequence[str] | None = None) -> None:
    """Run a command line; a mistake of the user's ends in one line of `program` and exit status 2."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file's name may hold what the terminal's encoding lacks
            stream.reconfigure(errors="backslashreplace")
    with sigterm_as_ctrl_c() as terminated:
        _run(command, program, arguments, terminated)


def _run(command: App, program: str, arguments: Sequence[str], terminated: Sequence[int]) -> None:
    try:
        command(arguments, exit_on_error=False, print_error=False)
    except (CycloptsError, ValueError, OSError) as error:
        if "--debug" in arguments:
            traceback.print_exception(error)
        print(f"{program}: {printable(' '.join(str(error).split()))}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt as stop:
        print(f"{program}: {str(stop) or 'stopped'}", file=sys.stderr)
        sys.exit(128 + (terminated[0] if terminated else signal.SIGINT))


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Yield a progress function: one line with the time left, quiet when not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as ProgressBar

    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description:<44.44}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with ProgressBar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("comparing", total=1.0)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done / total)

        yield progress
