"""Wrong answers to the exercises of lesson 1, and words that the check's sentence holds."""

import numpy as np

truth = np.linspace(0.05, 0.25, 1000)  # what a notebook might hold beside its signals


def centred(signals):
    return signals - signals.mean(axis=1, keepdims=True)


def table(signals, sign=-1, first=0, bins=None):
    n_samples = signals.shape[1]
    k = np.arange(n_samples // 2 + 1 if bins is None else bins)
    return signals @ np.exp(sign * 2j * np.pi * np.outer(first + np.arange(n_samples), k) / n_samples)


def wrong_sign(signals):
    return table(signals, sign=1)


def divided(signals):
    return table(signals) / signals.shape[1]


def all_bins(signals):
    return table(signals, bins=signals.shape[1])


def magnitude(signals):
    return np.abs(table(signals))


def from_one(signals):
    return table(signals, first=1)


def misspelt(signals):
    return signals @ np.outter(signals, signals)


def transposed(signals):
    return table(signals).T


def with_its_mean(signals):
    return np.argmax(np.abs(np.fft.rfft(signals)), axis=1) / signals.shape[1]


def in_bins(signals):
    return np.argmax(np.abs(np.fft.rfft(centred(signals))), axis=1)


def in_radians(signals):
    return 2 * np.pi * in_bins(signals) / signals.shape[1]


def mirrored(signals):
    return 1 - in_bins(signals) / signals.shape[1]


def in_half_rates(signals):
    return np.argmax(np.abs(np.fft.rfft(centred(signals))), axis=1) / (signals.shape[1] // 2)


def largest_magnitude(signals):
    return np.abs(np.fft.rfft(centred(signals))).max(axis=1)


def constant(signals):
    return np.full(len(signals), 0.15)


def reads_the_truth(signals):
    return truth[: len(signals)]


def changes_its_input(signals):
    signals -= signals.mean(axis=1, keepdims=True)
    return in_bins(signals) / signals.shape[1]


def nothing(signals):
    in_bins(signals)


def not_a_number(signals):
    estimates = in_bins(signals) / signals.shape[1]
    estimates[::10] = np.nan
    return estimates


def one_for_all(signals):
    return np.argmax(np.abs(np.fft.rfft(signals.mean(axis=0)))) / signals.shape[1]


def second_neighbour(signals):
    return (in_bins(signals) + 1) / signals.shape[1]


def largest_complex(signals):
    return np.argmax(np.fft.rfft(centred(signals)), axis=1) / signals.shape[1]


def always_sixteen(signals, padding):
    return padded_bin(signals, 16) / (16 * signals.shape[1])


def short_length(signals, padding):
    return padded_bin(signals, padding) / signals.shape[1]


def padded_bin(signals, padding):
    return np.argmax(np.abs(np.fft.rfft(centred(signals), padding * signals.shape[1])), axis=1)


def no_zeros(signals, padding):
    return in_bins(signals) / signals.shape[1]


def padded_first(signals, padding):
    padded = np.pad(signals, ((0, 0), (0, (padding - 1) * signals.shape[1])))
    return np.argmax(np.abs(np.fft.rfft(centred(padded))), axis=1) / padded.shape[1]


def fixed_padding(signals, padding):
    return padded_bin(signals, 4) / (4 * signals.shape[1])


def forgets_padding(signals):
    return in_bins(signals) / signals.shape[1]


def three_bins(signals, window=1.0, first=1):
    spectrum = np.fft.rfft(centred(signals) * window)
    rows, k = np.arange(len(signals)), first + np.argmax(np.abs(spectrum[:, 1:-1]), axis=1)
    return k, [spectrum[rows, k + step] for step in (-1, 0, 1)]


def jacobsen_backwards(signals):
    k, (before, peak, after) = three_bins(signals)
    return (k - ((before - after) / (2 * peak - before - after)).real) / signals.shape[1]


def jacobsen_in_cycles(signals):
    k, (before, peak, after) = three_bins(signals)
    return k / signals.shape[1] + ((before - after) / (2 * peak - before - after)).real


def jacobsen_of_magnitudes(signals):
    k, (before, peak, after) = three_bins(signals)
    a, b, c = abs(before), abs(peak), abs(after)
    return (k + (a - c) / (2 * b - a - c)) / signals.shape[1]


def jacobsen_complex(signals):
    k, (before, peak, after) = three_bins(signals)
    return (k + (before - after) / (2 * peak - before - after)) / signals.shape[1]


def parabola_without_a_window(signals):
    k, bins = three_bins(signals)
    a, b, c = np.log(np.abs(bins))
    return (k + (a - c) / (2 * (a - 2 * b + c))) / signals.shape[1]


def parabola_backwards(signals):
    k, bins = three_bins(signals, np.hanning(signals.shape[1]))
    a, b, c = np.log(np.abs(bins))
    return (k - (a - c) / (2 * (a - 2 * b + c))) / signals.shape[1]


def parabola_of_magnitudes(signals):
    k, bins = three_bins(signals, np.hanning(signals.shape[1]))
    a, b, c = np.abs(bins)
    return (k + (a - c) / (2 * (a - 2 * b + c))) / signals.shape[1]


def jacobsen_with_a_window(signals):
    k, (before, peak, after) = three_bins(signals, np.hanning(signals.shape[1]))
    return (k + ((before - after) / (2 * peak - before - after)).real) / signals.shape[1]


def jacobsen_in_parts(signals):
    k, (before, peak, after) = three_bins(signals)
    return (k + (before - after).real / (2 * peak - before - after).real) / signals.shape[1]


def without_adding_one(signals):
    k, (before, peak, after) = three_bins(signals, first=0)
    return (k + ((before - after) / (2 * peak - before - after)).real) / signals.shape[1]


def away_from_the_truth(signals):
    k, (before, peak, after) = three_bins(signals)
    return (k - 2 * ((before - after) / (2 * peak - before - after)).real) / signals.shape[1]


def not_refined(signals):
    return in_bins(signals) / signals.shape[1]


WRONG = {
    "dft": (
        (wrong_sign, "sign in the exponent is minus"),
        (divided, "divided by N"),
        (all_bins, "but shape (4, 13) is asked"),
        (magnitude, "magnitude of the DFT"),
        (from_one, "first sample has n = 0"),
        (misspelt, "raised an error in line"),
        (transposed, "shape (13, 4)"),
        (3.0, "needs the function itself"),
    ),
    "peak_frequency": (
        (with_its_mean, "subtract it first"),
        (in_bins, "numbers of bins"),
        (in_radians, "radians per sample"),
        (in_half_rates, "half the sample rate, twice too large"),
        (mirrored, "mirror image"),
        (constant, "the same number, 0.15"),
        (reads_the_truth, "reads the variable `truth`"),
        (changes_its_input, "changes its input"),
        (nothing, "returns nothing"),
        (not_a_number, "NaN or infinity in 100 of 1000"),
        (one_for_all, "shape ()"),
        (largest_magnitude, "outside 0 to 0.5"),
        (largest_complex, "take their magnitudes with np.abs"),
        (second_neighbour, "times the error of the nearest bin"),
    ),
    "padded_peak": (
        (short_length, "4 times too large (divide by the length with the zeros)"),
        (no_zeros, "multiples of 1 / 128"),
        (padded_first, "subtract it first"),
        (fixed_padding, "nearest bin of a record 16 times as long"),
        (always_sixteen, "no multiples of 1 / (4 * 128)"),
        (forgets_padding, "takes 1 positional argument but 2 were given"),
    ),
    "refined_peak": (
        (jacobsen_backwards, "the sign of its correction turned"),
        (jacobsen_of_magnitudes, "it takes the complex values"),
        (jacobsen_with_a_window, "it needs the record without one"),
        (jacobsen_in_parts, "the real part is taken of their ratio"),
        (without_adding_one, "so add 1"),
        (parabola_backwards, "the sign of its correction turned"),
        (parabola_of_magnitudes, "take their logarithms"),
        (away_from_the_truth, "leads away from the truth"),
        (jacobsen_in_cycles, "outside 0 to 0.5"),
        (jacobsen_complex, "complex numbers"),
        (not_refined, "the correction between the bins is missing"),
        (parabola_without_a_window, "multiply the record by np.hanning"),
    ),
}
