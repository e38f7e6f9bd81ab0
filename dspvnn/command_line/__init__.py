"""The one door of every command: whatever happens inside it ends in one line and an exit status.

========  =============================================================================================
status    what happened
========  =============================================================================================
0         the work is done
2         a mistake of the user's, or a file or folder that cannot be read or written
70        an error that nobody foresaw; its trace is saved in the temporary folder, the line says where
130       Ctrl-C
141       the reader of the standard output is gone, `head` for instance; nothing is printed then
143       SIGTERM, which ends a command as Ctrl-C does
========  =============================================================================================

`--debug` prints the trace of an error before its line. Nothing heavy is imported here: `--help` and
`--version` answer at once.
"""

import io
import os
import platform
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, TextIO

from cyclopts import App, CycloptsError, Parameter

from dspvnn.command_line.stop import sigterm_as_ctrl_c
from dspvnn.results.displayable import printable

Debug = Annotated[bool, Parameter(negative=(), help="Show the trace of an error.")]
LONGEST = 1000  # characters of a message: a value may be longer than anyone reads


def package_version() -> str:
    """Return the line that `--version` prints."""
    from importlib.metadata import version

    return f"dspvnn {version('dspvnn')}"


def run_command(command: App, program: str = "dspvnn", arguments: Sequence[str] | None = None) -> None:
    """Run a command line and exit; `program` begins the one line that says what went wrong."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    command.suppress_keyboard_interrupt = False  # Ctrl-C comes here, with its message
    _make_streams_usable()
    warnings.showwarning = partial(_show_warning, program)
    with sigterm_as_ctrl_c() as terminated:
        status, line = _outcome(command, arguments)
    if terminated and status == 130:
        status = 128 + signal.SIGTERM
    if line:
        with suppress(OSError):  # nobody may read the standard error either
            print(f"{program}: {one_line(line)}", file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        _close(stream)
    sys.exit(status)


def _show_warning(program: str, message: Warning | str, *_: Any, **__: Any) -> None:
    with suppress(OSError):
        print(f"{program}: warning: {one_line(str(message))}", file=sys.stderr)


def _outcome(command: App, arguments: list[str]) -> tuple[int, str]:
    """Return exit status and message of a command; the message is empty where there is nothing to say."""
    try:
        command(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except BrokenPipeError:
        return 141, ""
    except SystemExit as stop:  # of rich, when it meets a broken pipe
        return (141 if isinstance(stop.__context__, BrokenPipeError) else int(stop.code or 0)), ""
    except KeyboardInterrupt as stop:
        return 130, str(stop) or "stopped"
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exception(error)
        if isinstance(error, CycloptsError | ValueError | OSError):
            return 2, str(error) or type(error).__name__
        return 70, f"unexpected {_named(error)}; {_saved_trace(error, arguments)}"
    return 0, ""


def _named(error: Exception) -> str:
    said = str(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _saved_trace(error: Exception, arguments: Sequence[str]) -> str:
    """Save the trace of an error; return the words that say where it is."""
    about = f"{package_version()}, Python {platform.python_version()}, {platform.platform()}\n{arguments}\n"
    content = about + "".join(traceback.format_exception(error))
    try:
        file, path = tempfile.mkstemp(prefix="dspvnn-", suffix=".txt")
        with os.fdopen(file, "w", encoding="utf-8", errors="backslashreplace") as opened:
            opened.write(content)
    except OSError as why:
        return f"its trace cannot be saved ({why}), --debug shows it"
    return f"its trace is in {path}"


def one_line(message: str) -> str:
    r"""Return a message as one line: no line ends, no control characters, nothing that is overlong.

    >>> one_line("got '\x1b[2J'\n at line 3")
    "got '\\u{1b}[2J' at line 3"
    """
    line = printable(" ".join(message.split()))
    left_out = len(line) - LONGEST
    if left_out <= 0:
        return line
    return f"{line[: LONGEST // 2]} [{left_out} characters] {line[-LONGEST // 2 :]}"


def _make_streams_usable() -> None:
    """Let every text be printed: in any encoding, and where the shell has closed a stream.

    A character that the terminal's encoding lacks is printed as its escape. A stream that was closed
    is replaced by one that keeps nothing: else the next file that is opened would get its number.
    """
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115
        elif name == "stdout" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _close(stream: TextIO) -> None:
    """Flush a stream; one that cannot be written must not fail again when Python exits."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
