"""The command line: python -m dspvnn.report, and the same as the console script `dspvnn report`.

Nothing heavy is imported before it is known that a comparison is to be made: `--help` answers at once.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import App

from dspvnn.command_line import Debug, package_version, run_command
from dspvnn.report.request import FLAG, Request

DEFAULTS = Request()

report_app = App(
    name="dspvnn report",
    help="Compare classical signal processing with neural networks and write a PDF of it.",
    version_flags=["--version"],
    version=package_version,
)


@report_app.default
def report(
    *,
    request: Request = DEFAULTS,
    write_config: Annotated[bool, FLAG] = False,
    debug: Debug = False,
) -> None:
    """Write comparison.pdf, results.csv, run.json, figures/*.svg and their numbers into a folder.

    Parameters
    ----------
    write_config
        Print a commented example of the file for --config and do nothing else.
    """
    if write_config:
        print((Path(__file__).parents[1] / "problem" / "example.toml").read_text(encoding="utf-8"), end="")
        return
    from dspvnn.report.command import make_report

    make_report(request)


if __name__ == "__main__":
    run_command(report_app)
