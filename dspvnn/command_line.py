"""What every command shares: a mistake of the user's ends in one line, `--debug` shows the trace.

Nothing heavy is imported here: `--help` and `--version` answer at once.
"""

import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError


def package_version() -> str:
    """Return the line that `--version` prints."""
    from importlib.metadata import version

    return f"dspvnn {version('dspvnn')}"


def run_command(command: App, program: str = "dspvnn", arguments: Sequence[str] | None = None) -> None:
    """Run a command line; a mistake of the user's ends in one line of `program` and exit status 2."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        command(arguments, exit_on_error=False, print_error=False)
    except (CycloptsError, ValueError, OSError) as error:
        if "--debug" in arguments:
            traceback.print_exception(error)
        print(f"{program}: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt as stop:
        print(f"{program}: {str(stop) or 'stopped'}", file=sys.stderr)
        sys.exit(130)
