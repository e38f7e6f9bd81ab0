"""What every command shares: a mistake of the user's ends in one line, `--debug` shows the trace.

Nothing heavy is imported here: `--help` and `--version` answer at once.
"""

import signal
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper

from cyclopts import App, CycloptsError

from dspvnn.displayable import printable
from dspvnn.stop import sigterm_as_ctrl_c


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
