"""A comparison that goes wrong in five of its ten steps: material for exercise 4 of lesson 10."""

from functools import cache
from typing import Any

import numpy as np
from scipy.stats import ttest_ind

from dspvnn.lineup import lineup
from dspvnn.tasks import TASKS
from dspvnn.tasks.tone.task import ToneCondition

Cell = tuple[int, float, float]  # SNR in dB, rms error of the net over that of the fit, p-value


@cache
def made(label: str) -> Any:
    """Return an estimator of the toolkit's line-up for the tone."""
    return next(c for c in lineup("tone", "cpu") if c.label == label).make()


class Comparison:
    """Does an LSTM name a tone's frequency better than a sine fit? Ten steps, five of them wrong."""

    snrs_db = (-9, -6, -3, 0)
    n_records = 150

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def step_1_records(self, snr_db: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw tones of 0.05 to 0.25 cycles per sample, in noise whose deviation follows from the SNR."""
        condition = ToneCondition("", frequency_range=(0.05, 0.25), snr_range_db=(snr_db, snr_db))
        trials = TASKS["tone"].draw(self.rng, self.n_records, condition)
        return trials.signals, trials.target

    def step_2_nets(self) -> list[Any]:
        """Take all three trainings of the LSTM; they learned on other records, of 0.05 to 0.25."""
        return [made(f"LSTM, seed {seed}") for seed in range(3)]

    def step_3_fit(self) -> Any:
        """Take the sine fit, as it comes; it searches from 0 to 0.5 cycles per sample."""
        return made("sine fit")

    def step_4_answers(self, estimators: list[Any], signals: np.ndarray) -> np.ndarray:
        """Let every estimator answer on the same records."""
        return np.array([estimator.predict(signals) for estimator in estimators])

    def step_5_training(self, losses: np.ndarray) -> np.ndarray:
        """Of the trainings, keep the one with the smallest mean squared error on these records."""
        best = np.argmin(losses.mean(axis=1))
        return np.asarray(losses[best])

    def step_6_failures(self, net: np.ndarray, fit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Leave out records where the net is more than 0.05 off: something must have gone wrong."""
        return net[net < 0.05**2], fit

    def step_7_ratio(self, net: np.ndarray, fit: np.ndarray) -> float:
        """Divide the root of the net's mean squared error by that of the fit's."""
        return float(np.sqrt(net.mean() / fit.mean()))

    def step_8_p_value(self, net: np.ndarray, fit: np.ndarray) -> float:
        """Test, on both sides, whether the mean squared errors differ (Welch's test)."""
        return float(ttest_ind(net, fit, equal_var=False).pvalue)

    def step_9_headline(self, cells: list[Cell]) -> list[Cell]:
        """Report the SNR that shows best what the net can do."""
        return [min(cells, key=lambda cell: cell[1])]

    def step_10_words(self, cells: list[Cell]) -> str:
        """Say SNR, number of records, ratio and p-value of what is reported."""
        return "\n".join(
            f"{snr:3d} dB, {self.n_records} records: the LSTM's rms error is {ratio:.2f} times the sine "
            f"fit's (p = {p_value:.1g})"
            for snr, ratio, p_value in cells
        )

    def cells(self) -> list[Cell]:
        """Go through the steps at every SNR, and return what is to be reported."""
        cells = []
        for snr_db in self.snrs_db:
            signals, truth = self.step_1_records(snr_db)
            estimators = [*self.step_2_nets(), self.step_3_fit()]
            losses = (self.step_4_answers(estimators, signals) - truth) ** 2
            net, fit = self.step_6_failures(self.step_5_training(losses[:-1]), losses[-1])
            cells.append((snr_db, self.step_7_ratio(net, fit), self.step_8_p_value(net, fit)))
        return self.step_9_headline(cells)

    def __str__(self) -> str:
        return self.step_10_words(self.cells())
