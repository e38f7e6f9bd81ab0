"""Detectors at low false-alarm rates, and how long they take, as a figure. Rows in, figure out."""

from collections.abc import Collection, Sequence

from matplotlib.figure import Figure

from dspvnn.figures.curves import lines, new_figure, styled
from dspvnn.results.metrics import DELAY, MISS_AT_RATE
from dspvnn.results.rows import Row


@styled
def rates(rows: Sequence[Row], leave_out: Collection[str] = ()) -> Figure:
    """Draw missed bursts against the false-alarm rate, and delay against the run between false alarms."""
    figure, (by_rate, by_run) = new_figure(2.9, 2)
    lines(by_rate, [r for r in rows if r.metric == MISS_AT_RATE], "likelihood ratio", leave_out)
    by_rate.set(xscale="log", xlabel="false-alarm rate per record", ylabel="share of missed bursts")
    by_rate.set_title("Once a record, d = 5")
    lines(by_run, [r for r in rows if r.metric == DELAY], "", leave_out)
    by_run.set(xscale="log", xlabel="samples between false alarms", ylabel="delay (samples from the onset)")
    by_run.set_title("After every sample, d = 8")
    return figure
