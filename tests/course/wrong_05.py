"""Wrong answers to the exercises of lesson 5, and words that the check's sentence holds."""

import numpy as np


def turned(signals, frequency, sign=-1, first=0, circle=2 * np.pi):
    n = first + np.arange(signals.shape[1])
    return signals * np.exp(sign * 1j * circle * frequency[:, None] * n)


def forwards(signals, frequency):
    return turned(signals, frequency, sign=1)


def without_circle(signals, frequency):
    return turned(signals, frequency, circle=1)


def from_one(signals, frequency):
    return turned(signals, frequency, first=1)


def by_a_cosine(signals, frequency):
    return turned(signals, frequency).real


def arrow_alone(signals, frequency):
    return turned(np.ones_like(signals), frequency)


def one_frequency(signals, frequency):
    return turned(signals, np.full(len(signals), frequency[0]))


def no_axis(signals, frequency):
    return signals * np.exp(-2j * np.pi * frequency * np.arange(signals.shape[1]))


def sums(baseband, n_frames):
    return baseband.reshape(len(baseband), n_frames, -1).sum(axis=2)


def apart(baseband, n_frames):
    return baseband.reshape(len(baseband), -1, n_frames).mean(axis=1)


def picked(baseband, n_frames):
    return baseband[:, :: baseband.shape[1] // n_frames]


def magnitudes(baseband, n_frames):
    return np.abs(baseband.reshape(len(baseband), n_frames, -1).mean(axis=2))


def real(baseband, n_frames):
    return baseband.real.reshape(len(baseband), n_frames, -1).mean(axis=2)


def n_frames_long(baseband, n_frames):
    return baseband.reshape(len(baseband), -1, n_frames).mean(axis=2)


def slope(frames, hop, aligned=True):
    u = frames / frames.mean(axis=1, keepdims=True) if aligned else frames
    t = hop * (np.arange(frames.shape[1]) - (frames.shape[1] - 1) / 2)
    return u.imag @ t / (2 * np.pi * np.sum(t**2))


def not_aligned(frames, hop):
    return slope(frames, hop, aligned=False)


def phase_alone(frames, hop):
    middle = frames.mean(axis=1, keepdims=True)
    return slope(frames * middle.conj() / np.abs(middle), hop, aligned=False)


def radians(frames, hop):
    return 2 * np.pi * slope(frames, hop)


def per_frame(frames, hop):
    return hop * slope(frames, hop)


def wrong_sign(frames, hop):
    return -slope(frames, hop)


def neighbours(frames, hop):
    turns = np.sum(frames[:, 1:] * frames[:, :-1].conj(), axis=1)
    return np.angle(turns) / (2 * np.pi * hop)


def ends(frames, hop):
    turn = np.angle(frames[:, -1] / frames[:, 0])
    return turn / (2 * np.pi * hop * (frames.shape[1] - 1))


def of_the_real_part(frames, hop):
    return slope(1j * frames / frames.mean(axis=1, keepdims=True), hop, aligned=False)


def centred(signals):
    return signals - signals.mean(axis=1, keepdims=True)


def peak(signals, top=None):
    return np.argmax(np.abs(np.fft.rfft(signals, 256))[:, :top], axis=1) / 256


def step(signals, trial, direction=1):
    pieces = turned(signals, trial).reshape(len(signals), 16, -1).mean(axis=2)
    return trial + direction * slope(pieces, signals.shape[1] / 16)


def peak_alone(signals):
    return peak(centred(signals))


def from_the_middle(signals):
    return np.clip(step(signals, np.full(len(signals), 0.15)), 0.05, 0.45)


def backwards(signals):
    return np.clip(step(centred(signals), peak(centred(signals)), direction=-1), 0.03, 0.47)


def with_its_mean(signals):
    return np.clip(step(signals, peak(signals)), 0, 0.5)


def training_range(signals):
    return step(centred(signals), peak(centred(signals), top=65))


def offset_alone(signals):
    trial = peak(centred(signals))
    return step(centred(signals), trial) - trial


def in_bins(signals):
    return 128 * step(centred(signals), peak(centred(signals)))


WRONG = {
    "heterodyne": (
        (forwards, "sign in the exponent is minus"),
        (without_circle, "2 pi is missing"),
        (from_one, "first sample has n = 0"),
        (by_a_cosine, "the complex arrow is asked"),
        (arrow_alone, "multiply the record by it"),
        (one_frequency, "wrong values"),
        (no_axis, "raised an error"),
    ),
    "frames": (
        (sums, "the mean of each piece"),
        (apart, "neighbouring samples"),
        (picked, "average over the piece"),
        (magnitudes, "the frames are complex"),
        (real, "the real part alone"),
        (n_frames_long, "shape (3, 4), but shape (3, 6) is asked"),
    ),
    "offset": (
        (not_aligned, "divide them by their mean first"),
        (phase_alone, "divide them by their mean first"),
        (radians, "radians per sample"),
        (per_frame, "cycles per frame"),
        (wrong_sign, "of the wrong sign"),
        (neighbours, "fit a line through all frames"),
        (ends, "fit a line through all frames"),
        (of_the_real_part, "frames without noise"),
    ),
    "baseband_frequency": (
        (peak_alone, "the step at baseband is missing"),
        (from_the_middle, "is more than one bin away"),
        (backwards, "times the Cramér-Rao bound"),
        (with_its_mean, "near 0"),
        (training_range, "tones from 0.3 to 0.45"),
        (offset_alone, "outside 0 to 0.5"),
        (in_bins, "numbers of bins"),
    ),
}
