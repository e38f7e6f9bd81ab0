"""The console script `dspvnn` (and python -m dspvnn): one command for each thing it does."""

from cyclopts import App

from dspvnn.command_line import package_version, run_command
from dspvnn.recordings.__main__ import estimate_app
from dspvnn.report.__main__ import report_app

app = App(
    name="dspvnn",
    help="Classical signal processing against neural networks.",
    version=package_version,
)
app.command(report_app, name="report")
app.command(estimate_app, name="estimate")
# By their paths: they are imported, and NumPy and torch with them, when they are called.
app.command(
    "dspvnn.rates.__main__:rates", name="rates", help="Measure burst detectors at low false-alarm rates."
)
app.command("neural.train:main", name="train", help="Train the shipped nets afresh.")


def main() -> None:
    """Run the command line."""
    run_command(app)


if __name__ == "__main__":
    main()
