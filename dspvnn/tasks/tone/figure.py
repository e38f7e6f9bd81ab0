"""The figure of the tone: error against SNR and against frequency. Rows in, figure out."""

from collections.abc import Collection, Sequence

from matplotlib.figure import Figure

from dspvnn.figures.curves import SHADE, lines, new_figure, styled
from dspvnn.results.rows import Row
from dspvnn.tasks.tone.task import SWEEP_SNR_DB, TRAINING_RANGE


@styled
def tone_front(rows: Sequence[Row], leave_out: Collection[str] = ()) -> Figure:
    """Draw the error of the frequency against SNR and against frequency, with the bound."""
    figure, (by_snr, by_frequency) = new_figure(3.9, 2, sharey=True)
    lines(by_snr, [r for r in rows if r.sweep == "snr"], "Cramér-Rao bound", leave_out)
    by_snr.set(
        xlabel="SNR (dB)", ylabel="rms error of the frequency (cycles/sample)",
        title="Inside the training range",
    )  # fmt: skip
    by_frequency.axvspan(*TRAINING_RANGE, color=SHADE, alpha=0.35, lw=0)
    by_frequency.text(
        sum(TRAINING_RANGE) / 2, 0.985, "training range", ha="center", va="top",
        transform=by_frequency.get_xaxis_transform(),
    )  # fmt: skip
    lines(by_frequency, [r for r in rows if r.sweep == "frequency"], "bound", leave_out)
    by_frequency.set(xlabel="frequency (cycles/sample)", title=f"Across the band, at {SWEEP_SNR_DB} dB")
    return figure
