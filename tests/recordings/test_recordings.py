"""Recorded series: what ships, what is done to them, and files of anyone's own."""

import warnings

import numpy as np
import pytest
from scipy.io import wavfile

from baselines import FFTPeak, SineFit, TrainingMean
from dspvnn.estimator import EstimationWarning
from dspvnn.limits import tone_bound
from dspvnn.measure.compare import Contestant
from dspvnn.recordings.files import RecordingWarning, read_samples
from dspvnn.recordings.series import (
    MOST_WINDOWS,
    WINDOW,
    Recording,
    compare_recording,
    read_recording,
    shipped_recordings,
    windows,
    without_gaps,
)

FIT = [Contestant("sine fit", SineFit)]


def hum(n, frequency=50.0, rate=1000.0, noise=0.1, seed=0):
    rng = np.random.default_rng(seed)
    return np.cos(2 * np.pi * frequency / rate * np.arange(n) + 1) + noise * rng.standard_normal(n)


# --- what ships -----------------------------------------------------------------------------------


@pytest.mark.parametrize("recording", shipped_recordings(), ids=lambda r: r.name)
def test_shipped_series_hold_a_yearly_cycle(recording):
    estimates = SineFit(sample_rate=recording.sample_rate).predict(recording.windows)
    # The cycle is no pure tone, and the shortest windows hold two and a half of it: 5 %.
    np.testing.assert_allclose(estimates, 1.0, atol=0.05)
    assert recording.truth == 1.0
    assert recording.windows.shape[1] == WINDOW
    assert np.isfinite(recording.windows).all()


def test_what_was_done_is_said():
    weekly, monthly, sea = (recording.handling for recording in shipped_recordings())
    # 2284 weeks of which 59 have no number, as the data set's own description says.
    assert weekly == (
        "2284 samples; 59 gaps filled by linear interpolation; "
        "trend of degree 3 over the whole series removed"
    )
    assert "gaps filled by linear interpolation; trend of degree 3" in monthly
    assert sea == "732 samples; 0 gaps filled by linear interpolation; mean removed"


def test_gaps_in_a_straight_line_are_filled_exactly():
    line = 3 * np.arange(50.0) - 7
    missing = np.isin(np.arange(50), [5, 6, 7, 30])
    filled, n_gaps = without_gaps("line", np.where(missing, np.nan, line))
    np.testing.assert_allclose(filled, line, rtol=1e-14)
    assert n_gaps == 4


def test_a_gap_at_either_end_holds_the_next_number():
    with pytest.warns(RecordingWarning, match="line: 2 of 4 samples are missing"):
        filled, n_gaps = without_gaps("line", np.array([np.nan, 2.0, 4.0, np.nan]))
    np.testing.assert_array_equal(filled, [2, 2, 4, 4])
    assert n_gaps == 2


def test_windows_lie_side_by_side():
    values = np.arange(2 * WINDOW + 5.0)
    np.testing.assert_array_equal(windows(values).ravel(), values[: 2 * WINDOW])
    assert len(windows(np.zeros((MOST_WINDOWS + 3) * 4), length=4)) == MOST_WINDOWS


# --- files ----------------------------------------------------------------------------------------


def test_wav_file_takes_the_first_channel_and_its_own_rate(tmp_path):
    samples = np.stack([hum(1000), hum(1000, frequency=200.0)], axis=1)
    wavfile.write(tmp_path / "hum.wav", 1000, (1e4 * samples).astype(np.int16))
    recording = read_recording(tmp_path / "hum.wav", None, 50.0)
    (row,) = compare_recording(recording, FIT, 0)
    assert recording.sample_rate == 1000
    assert row.value < 0.2  # Hz; a bin is 8 Hz
    assert (row.n_signals, row.n_failed, row.unit) == (7, 0, "Hz")


@pytest.mark.parametrize("header", ["", "time;volt\n", "\ufefftime;volt\n"])
@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("decimal", [",", "."])
def test_csv_files_of_other_countries(tmp_path, header, separator, decimal):
    values = np.round(np.cos(np.arange(300)), 4)
    lines = [separator.join((f"{i:.1f}", f"{v:.4f}")).replace(".", decimal) for i, v in enumerate(values)]
    (tmp_path / "a.csv").write_text(header.replace(";", separator) + "\n".join(lines), encoding="utf-8")
    found = read_samples(tmp_path / "a.csv")
    assert found.rate is None
    assert np.array_equal(found.values, values)


@pytest.mark.parametrize("header", ["", "time,volt\n", "# a comment\ntime,volt\n"])
def test_csv_file_takes_the_last_column(tmp_path, header):
    x = hum(300)
    lines = [f"{i / 1000},{v!r}\n" for i, v in enumerate(x.tolist())]
    lines[17] = "0.017,\n"  # a gap
    (tmp_path / "hum.csv").write_text(header + "".join(lines))
    recording = read_recording(tmp_path / "hum.csv", 1000.0, None)
    x[17] = (x[16] + x[18]) / 2
    np.testing.assert_allclose(recording.windows.ravel(), x[: 2 * WINDOW], rtol=1e-12)
    assert "300 samples at 1000 Hz; 1 gaps" in recording.handling


def test_given_sample_rate_stands_above_the_files_own(tmp_path):
    wavfile.write(tmp_path / "hum.wav", 1000, hum(300))
    assert read_recording(tmp_path / "hum.wav", 500.0, None).sample_rate == 500


def write_bad(path):
    numbers = "\n".join(map(str, range(200)))
    contents = {
        "broken.wav": "this is no RIFF file",
        "empty.csv": "",
        "words.csv": "a,b\nc,d\n",
        "short.csv": "1\n2\n3\n",
        "good.csv": numbers,
        "constant.csv": "3\n" * 200,
        "infinite.csv": numbers + "\ninf\n" + numbers,
        "notes.txt": numbers,
    }
    if path.name in contents:
        path.write_text(contents[path.name])


@pytest.mark.parametrize(
    ("name", "rate", "truth", "rule"),
    [
        ("absent.wav", 1.0, None, "{path}: no such recording"),
        ("notes.txt", 1.0, None, "{path}: a recording must be a .wav, .flac, .ogg, .mp3, .csv or .npy"),
        ("broken.wav", None, None, "{path}: not a readable WAV file: "),
        ("empty.csv", 1.0, None, "{path}: it holds no numbers"),
        ("words.csv", 1.0, None, "{path}: it holds no numbers"),
        ("short.csv", 1.0, None, "{path}: a recording needs at least 128 samples, got 3"),
        ("good.csv", None, None, "{path}: a CSV file has no sample rate, give one with --sample-rate HZ"),
        (
            "good.csv", 100.0, 50.0,
            "{path}: sample rate and truth must satisfy 0 < truth < sample rate / 2, "
            "got truth 50.0 at 100 Hz",
        ),
        ("good.csv", -1.0, None, "{path}: sample rate and truth must satisfy"),
        ("good.csv", 0.0, None, "{path}: sample rate and truth must satisfy"),
        ("good.csv", float("nan"), None, "{path}: sample rate and truth must satisfy"),
        ("constant.csv", 1.0, None, "{path}: the recording is constant, 3, and has no frequency"),
        ("infinite.csv", 1.0, None, "{path}: signals must be finite, but input contains NaN or inf"),
    ],
)  # fmt: skip
def test_unusable_recording_gets_one_clear_line(tmp_path, name, rate, truth, rule):
    path = tmp_path / name
    write_bad(path)
    with pytest.raises(ValueError) as error:  # noqa: PT011
        read_recording(path, rate, truth)
    assert str(error.value).startswith(rule.format(path=path))
    assert "\n" not in str(error.value)


# --- scores ---------------------------------------------------------------------------------------


def recording(samples, truth=50.0, rate=1000.0):
    return Recording("hum", windows(samples), rate, "Hz", truth, "")


def test_error_of_a_recorded_tone_is_that_of_the_bound():
    n_windows, noise = 400, 0.1
    (row,) = compare_recording(recording(hum(n_windows * WINDOW, noise=noise)), FIT, 0)
    bound = 1000 * np.sqrt(tone_bound(WINDOW, 0.05, 0.0, 1.0, noise)["frequency"][0])
    assert row.limit == pytest.approx(bound, rel=0.05)  # the phase, and so the bound, varies
    assert row.ratio_low < 1 < row.ratio_high
    assert (row.region, row.metric, row.unit) == ("recorded", "frequency rmse", "Hz")


def test_unit_of_the_samples_does_not_matter():
    contestants = [*FIT, Contestant("fft", FFTPeak), Contestant("floor", TrainingMean)]
    x = hum(4 * WINDOW)
    rows = compare_recording(recording(x), contestants, 0)
    scaled = compare_recording(recording(1e-6 * x), contestants, 0)
    for a, b in zip(rows, scaled, strict=True):
        assert (a.value, a.ratio_to_limit) == pytest.approx((b.value, b.ratio_to_limit), rel=1e-6)


def test_without_a_truth_the_answer_is_the_median_frequency():
    (row,) = compare_recording(recording(hum(20 * WINDOW), truth=None), FIT, 0)
    assert row.metric == "median frequency"
    assert row.ci_low <= row.value <= row.ci_high
    assert row.value == pytest.approx(50, abs=0.1)
    assert np.isnan(row.limit)


def test_a_dead_window_is_counted_and_not_dropped():
    x = hum(4 * WINDOW)
    x[:WINDOW] = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        (row,) = compare_recording(recording(x), FIT, 0)
    assert (row.n_signals, row.n_failed) == (4, 1)
    # Scored as the mean of the training range, 0.15 cycles per sample: 100 Hz off, one time in four.
    assert row.value == pytest.approx(50, abs=4)  # three standard errors of that mean
