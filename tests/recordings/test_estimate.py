"""`dspvnn estimate` on files of every kind: its numbers, its picture, its refusals."""

import json
import subprocess
import sys

import numpy as np
import pytest
from scipy.io import wavfile

from baselines import SineFit
from dspvnn.command_line import run_command
from dspvnn.limits import tone_bound
from dspvnn.recordings.__main__ import estimate_app
from dspvnn.recordings.estimates import estimate_part
from dspvnn.recordings.files import read_samples
from dspvnn.recordings.part import MOST, Part, Selection, read_part

RATE, FREQUENCY = 1000, 50.02


def hum(n=2000, noise=0.1, seed=0):
    rng = np.random.default_rng(seed)
    time = np.arange(n) / RATE
    return 0.5 * np.cos(2 * np.pi * FREQUENCY * time + 1) + 0.1 + noise * rng.standard_normal(n)


def write(path, samples):
    """Write the samples, stereo where the kind of file has channels; the second one is another tone."""
    both = np.stack([samples, np.sin(np.arange(len(samples)))], axis=1)
    if path.suffix == ".wav":
        wavfile.write(path, RATE, both)
    elif path.suffix == ".flac":
        pytest.importorskip("soundfile").write(path, both, RATE, subtype="PCM_24")
    elif path.suffix == ".npy":
        np.save(path, both)
    else:
        path.write_text("time,volt\n" + "".join(f"{i},{x!r}\n" for i, x in enumerate(samples.tolist())))
    return path


def estimate(capsys, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["dspvnn estimate", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        run_command(estimate_app)
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


def good(*arguments):
    status, out, err = estimate(*arguments)
    assert (status, err) == (0, "")
    return out


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rate", "tolerance"),
    [("a.wav", RATE, 0), ("a.flac", RATE, 2.0**-23), ("a.csv", None, 0), ("a.npy", None, 0)],
)
def test_every_kind_of_file_gives_its_first_channel(tmp_path, name, rate, tolerance):
    found = read_samples(write(tmp_path / name, hum()))
    np.testing.assert_allclose(found.values, hum(), atol=tolerance, rtol=0)
    assert found.rate == rate


def test_numpy_file_of_one_series(tmp_path):
    np.save(tmp_path / "one.npy", np.arange(5))
    np.testing.assert_array_equal(read_samples(tmp_path / "one.npy").values, np.arange(5.0))


@pytest.mark.parametrize("array", [np.zeros((2, 2, 2)), np.array(["a"]), np.zeros(3, complex), np.zeros(0)])
def test_numpy_file_of_something_else(tmp_path, array):
    np.save(tmp_path / "bad.npy", array)
    with pytest.raises(ValueError, match=r"bad\.npy: not a readable NPY file: samples must be real"):
        read_samples(tmp_path / "bad.npy")


def test_a_pickle_is_not_opened(tmp_path):
    np.save(tmp_path / "bad.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="not a readable NPY file: Array can't be memory-mapped"):
        read_samples(tmp_path / "bad.npy")


def test_without_soundfile_flac_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "a.flac").write_bytes(b"fLaC")
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(ValueError, match=r"pip install 'dspvnn\[audio\]', or save it as WAV"):
        read_samples(tmp_path / "a.flac")


# --- the part and its numbers ---------------------------------------------------------------------


def test_start_and_length_are_seconds(tmp_path):
    path = write(tmp_path / "a.wav", hum())
    part = read_part(path, None, Selection(0.5, 0.25))
    np.testing.assert_array_equal(part.samples, hum()[500:750])
    assert (part.start, part.seconds) == (0.5, 0.25)
    assert len(read_part(path, None, Selection(1.5, 99.0)).samples) == 500  # to the end
    assert len(read_part(path, 500.0, Selection(1.0, 1.0)).samples) == 500  # a given rate stands above


def test_gaps_are_filled_and_counted(tmp_path):
    samples = hum()
    samples[[7, 8, 100]] = np.nan
    part = read_part(write(tmp_path / "a.csv", samples), RATE, Selection())
    assert part.n_gaps == 3
    assert np.isfinite(part.samples).all()


@pytest.mark.parametrize("window", [None, "hann", "flattop"])
def test_spectrum_of_a_tone_peaks_at_its_amplitude(window):
    time = np.arange(1000) / RATE
    part = Part("", 3 + 0.7 * np.cos(2 * np.pi * 50 * time), RATE, window=window)
    frequency, amplitude = part.spectrum()
    assert frequency[amplitude.argmax()] == pytest.approx(50)
    # Exact but for the leakage of the negative frequency.
    assert amplitude.max() == pytest.approx(0.7, rel=1e-3)


@pytest.fixture(scope="module")
def estimated():
    return estimate_part(Part("hum", hum(), RATE), nets=True, device="cpu")


def test_everyone_who_was_told_nothing_answers(estimated):
    estimates, _ = estimated
    labels = [e.estimator for e in estimates]
    assert {"FFT peak", "FFT, Quinn", "sine fit", "heterodyne LSTM"} <= set(labels)
    assert not {"training mean", "sine fit, given the range", "LSTM"} & set(labels)
    bin_width = RATE / len(hum())
    assert {"robust fit", "two-tone fit", "fit chosen by BIC", "harmonic series fit"} <= set(labels)
    assert len(labels) == len(set(labels))
    for e in estimates:
        assert e.note or abs(e.frequency - FREQUENCY) < bin_width, e
    assert {e.note for e in estimates} == {"", "no sample is missing", "no sample lies on a rail"}


def test_sine_fit_is_the_sine_fit_and_its_error_the_bound(estimated):
    estimates, fit = estimated
    expected, std = SineFit(sample_rate=RATE).predict([hum()], return_std=True)
    mine = next(e for e in estimates if e.estimator == "sine fit")
    assert (mine.frequency, mine.standard_error) == (expected[0], std[0])
    bound = RATE * np.sqrt(tone_bound(2000, FREQUENCY / RATE, 1.0, 0.5, 0.1)["frequency"][0])
    assert mine.standard_error == pytest.approx(bound, rel=0.1)  # 2,000 samples tell the noise to 2 %
    assert abs(fit.frequency - FREQUENCY) < 4 * bound
    assert fit.residual_std == pytest.approx(0.1, rel=0.1)
    assert fit.snr_db == pytest.approx(20 * np.log10(0.5 / 0.1 / 2**0.5), abs=0.5)
    for name, truth in {"amplitude": 0.5, "phase": 1.0, "offset": 0.1}.items():
        assert abs(getattr(fit, name) - truth) < 4 * fit.errors[name]


def test_too_short_for_one_is_said_and_the_others_answer():
    estimates, _ = estimate_part(Part("short", hum(20), RATE), nets=True, device="cpu")
    net = next(e for e in estimates if e.estimator == "heterodyne LSTM")
    assert np.isnan(net.frequency)
    assert "20 sample(s)" in net.note
    assert all(np.isfinite(e.frequency) for e in estimates if not e.note)
    assert len(estimates) > 5


# --- the command ----------------------------------------------------------------------------------


def test_table(tmp_path, capsys, monkeypatch):
    text = good(capsys, monkeypatch, write(tmp_path / "a.wav", hum()), "--window", "hann")
    assert "a.wav: 2000 samples, 2 s from 0 s at 1000 Hz" in text
    assert "FFT, parabolic, hann" in text
    (line,) = (line for line in text.splitlines() if line.startswith("sine fit "))
    frequency, error = map(float, line.split()[2:])
    assert abs(frequency - FREQUENCY) < 5 * error


def test_json_is_strict_and_complete(tmp_path, capsys, monkeypatch):
    text = good(capsys, monkeypatch, write(tmp_path / "a.npy", hum()), "--sample-rate", RATE, "--json")
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (found["sample_rate"], found["n_samples"], found["unit"]) == (RATE, 2000, "Hz")
    errors = {e["estimator"]: e["standard_error"] for e in found["estimates"]}
    assert errors["FFT peak"] is None
    assert errors["sine fit"] > 0
    assert found["fit"]["amplitude"] == pytest.approx(0.5, abs=0.02)


def test_decimal_commas_in_one_column_are_50_hertz(tmp_path, capsys, monkeypatch):
    """As two columns these samples were 100.0005 +- 0.006 Hz."""
    path = tmp_path / "a.csv"
    path.write_text("".join(f"{x:.6f}\n".replace(".", ",") for x in hum()))
    text = good(capsys, monkeypatch, path, "--sample-rate", RATE)
    assert "one column, comma as the decimal sign" in text
    (line,) = (line for line in text.splitlines() if line.startswith("sine fit "))
    frequency, error = map(float, line.split()[2:])
    assert abs(frequency - FREQUENCY) < 5 * error


def test_the_answer_says_which_column_was_read(tmp_path, capsys, monkeypatch):
    path = write(tmp_path / "a.csv", hum())
    words = (path, "--sample-rate", RATE, "--json")
    said = "column 2 of 2 (volt), comma as the delimiter, point as the decimal sign"
    assert json.loads(good(capsys, monkeypatch, *words))["taken"] == said
    again = json.loads(good(capsys, monkeypatch, *words, "--column", "volt", "--delimiter", "comma"))
    assert again["taken"] == said


def test_many_gaps_are_said_on_a_line(tmp_path, capsys, monkeypatch):
    samples = hum()
    samples[::5] = np.nan
    path = write(tmp_path / "a.csv", samples)
    status, out, said = estimate(capsys, monkeypatch, path, "--sample-rate", RATE)
    assert status == 0
    missing = "400 of 2000 samples are missing or no numbers and are interpolated"
    assert said == f"dspvnn: warning: {path}: {missing}\n"
    assert "400 gaps filled" in out


@pytest.mark.parametrize(
    ("name", "magic"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")]
)
def test_figure(tmp_path, capsys, monkeypatch, name, magic):
    recording = write(tmp_path / "a.wav", hum())
    for _ in range(2):
        text = good(capsys, monkeypatch, recording, "--figure", tmp_path / name)
        content = (tmp_path / name).read_bytes()
    assert content.startswith(magic)
    assert name in text.replace("\n", "")


def test_a_sine_without_noise_can_be_drawn(tmp_path, capsys, monkeypatch):
    recording = write(tmp_path / "a.wav", hum(noise=0.0))
    text = good(capsys, monkeypatch, recording, "--figure", tmp_path / "a.svg")
    assert "50.02" in text


def test_the_answer_comes_first(tmp_path, capsys, monkeypatch):
    text = good(capsys, monkeypatch, write(tmp_path / "a.wav", hum()))
    answer, nothing = text.splitlines()[1:3]
    frequency, error = map(float, (answer.split()[0], answer.split()[2]))
    assert abs(frequency - FREQUENCY) < 5 * error
    assert answer.endswith(" Hz (sine fit, standard error)")
    assert nothing == "Nothing was found that speaks against one steady tone in white noise."


def test_who_does_not_apply_says_why(tmp_path, capsys, monkeypatch):
    text = good(capsys, monkeypatch, write(tmp_path / "a.wav", hum()))
    assert "Not in the table: fit that skips gaps (no sample is missing)." in text
    assert "Not in the table: censored fit (no sample lies on a rail)." in text
    assert "LSTM" not in text  # the nets are asked with --nets


def test_two_channels_two_tones(tmp_path, capsys, monkeypatch):
    path = write(tmp_path / "a.wav", hum())
    second = json.loads(good(capsys, monkeypatch, path, "--channel", 2, "--json"))
    assert second["answer"]["frequency"] == pytest.approx(RATE / (2 * np.pi), abs=0.01)


def test_band_trend_and_unit(tmp_path, capsys, monkeypatch):
    """Two hundred years of a yearly cycle that is weaker than a slow wander and a trend."""
    time = np.arange(2400) / 12
    x = np.sin(2 * np.pi * time) + 3 * np.sin(2 * np.pi * time / 60) + 0.1 * time
    np.save(tmp_path / "a.npy", x + 0.1 * np.random.default_rng(0).standard_normal(2400))
    words = (tmp_path / "a.npy", "--sample-rate", 12, "--unit", "1/year")
    wander = json.loads(good(capsys, monkeypatch, *words, "--json"))["answer"]
    assert wander["frequency"] < 0.1
    cycle = json.loads(good(capsys, monkeypatch, *words, "--band", 0.5, 1.5, "--detrend", 1, "--json"))
    assert cycle["answer"]["frequency"] == pytest.approx(1, abs=5 * cycle["answer"]["standard_error"])
    assert cycle["unit"] == "1/year"
    text = good(capsys, monkeypatch, *words, "--band", 0.5, 1.5)
    assert "1/year (sine fit" in text
    assert "(no band can be given to it)" in text
    assert " Hz (" not in text


def test_track_follows_a_sweep(tmp_path, capsys, monkeypatch):
    time = np.arange(4000) / RATE
    write(tmp_path / "a.wav", np.sin(2 * np.pi * (50 * time + 2.5 * time**2)))  # 50 to 70 Hz
    table = tmp_path / "track.csv"
    words = (tmp_path / "a.wav", "--track", 0.2, "--track-file", table)
    good(capsys, monkeypatch, *words)
    text = good(capsys, monkeypatch, *words, "--figure", tmp_path / "a.png")  # its own file is written over
    middle, frequency, error = np.loadtxt(table, delimiter=",", skiprows=1).T
    np.testing.assert_allclose(frequency, 50 + 5 * middle, atol=0.05)
    assert np.all(error > 0)
    assert "Track: 39 windows of 0.2 s" in text
    assert "no error bar" in text
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_compressed_files(tmp_path, capsys, monkeypatch, suffix):
    soundfile = pytest.importorskip("soundfile")
    if suffix[1:].upper() not in soundfile.available_formats():
        pytest.skip(f"this build of libsndfile cannot write {suffix}")
    rate = 16_000
    x = 0.5 * np.sin(2 * np.pi * 440.3 * np.arange(rate) / rate)
    soundfile.write(tmp_path / f"a{suffix}", x, rate)
    text = good(capsys, monkeypatch, tmp_path / f"a{suffix}")
    assert float(text.splitlines()[1].split()[0]) == pytest.approx(440.3, abs=0.01)


BAD = {
    ("a.wav", "--channel", 3): "--channel must be a number from 1 to 2, got 3",
    ("a.csv", "--sample-rate", 1, "--channel", 2): "a CSV file has columns: take --column in place of",
    (
        "a.wav",
        "--band",
        40,
        600,
    ): "--band must satisfy 0 <= LOW < HIGH <= half the sample rate, 500 Hz, got",
    ("a.wav", "--band", 60, 40): "--band must satisfy 0 <= LOW < HIGH",
    ("a.wav", "--band", 40): "--band",
    ("a.wav", "--band", "nan", 40): "--band",
    ("a.wav", "--detrend", 11): "--detrend must be a degree from 0 to 10, got 11",
    ("a.wav", "--track", 3): "--track must hold from 8 samples (0.008 s) to the whole part (2 s), got 3 s",
    ("a.wav", "--track-file", "t.csv"): "--track-file needs --track SECONDS, the length of a window",
    (
        "a.wav",
        "--track",
        1,
        "--track-file",
        "a.csv",
    ): "a.csv: this file is there and is no track of dspvnn's",
    ("a.wav", "--track", 1, "--track-file", "t.txt"): "--track-file must end in .csv, got 't.txt'",
    ("absent.wav",): "no such recording",
    ("a.wav", "--start", 2): "--start must lie inside the recording, 0 to 2 s, got 2",
    ("a.wav", "--start", -1): "--start must lie inside",
    ("a.wav", "--start", "nan"): "--start: must be a finite number, got 'nan'",
    ("a.wav", "--length", 0): "--length: must be a positive number, got '0'",
    ("a.wav", "--length", "inf"): "--length: must be a positive number, got 'inf'",
    ("a.wav", "--length", 0.002): "a fit needs at least 8 samples, this part has 2",
    ("a.wav", "--window", "kaiser"): "--window must be a window of scipy.signal.get_window",
    ("a.wav", "--figure", "nowhere/a.svg"): "--figure must lie in a folder that is there, got 'nowhere",
    ("a.wav", "--figure", "a.gif"): "--figure must end in .png, .svg, .pdf, got 'a.gif'",
    ("a.wav", "--sample-rate", 0): "--sample-rate: must be a frequency from 1e-18 to 1e+18 Hz, got '0'",
    ("a.csv",): "a CSV file has no sample rate, give one with --sample-rate HZ",
    ("huge.npy", "--sample-rate", 1): "samples must lie from -1e+150 to 1e+150, else squares overflow",
    ("flat.wav",): "this part is constant, 1, and has no frequency",
    ("long.npy", "--sample-rate", 1): f"this part has {MOST + 1} samples, {MOST} are the most: choose",
    ("a.wav", "--column", 1): "--column, --delimiter and --decimal are for CSV files, got a.wav",
    ("a.csv", "--sample-rate", 1, "--column", 3): "--column must be a number from 1 to 2, or of time, volt",
    ("a.csv", "--sample-rate", 1, "--delimiter", "ab"): "--delimiter must be comma, semicolon, tab, space",
    ("half.csv", "--sample-rate", 1): "99 of 100 samples are missing or no numbers, more than half",
    (): "requires an argument",
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input_ends_in_one_line(tmp_path, capsys, monkeypatch, words):
    write(tmp_path / "a.wav", hum())
    write(tmp_path / "a.csv", hum())
    wavfile.write(tmp_path / "flat.wav", RATE, np.ones(500))
    np.save(tmp_path / "long.npy", np.zeros(MOST + 1))
    np.save(tmp_path / "huge.npy", np.array([1e308, -1e308] * 9))
    gaps = "".join(f"{i},{'' if i % 100 else 1}\n" for i in range(100))
    (tmp_path / "half.csv").write_text(f"t,v\n{gaps}")
    monkeypatch.chdir(tmp_path)
    status, _, said = estimate(capsys, monkeypatch, *words)
    assert status == 2
    assert BAD[words] in said
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said


def test_debug_shows_the_trace(capsys, monkeypatch):
    _, _, said = estimate(capsys, monkeypatch, "absent.wav", "--debug")
    assert said.startswith("Traceback")
    assert said.endswith("dspvnn: absent.wav: no such recording\n")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["estimate", "--help"], ["report", "--help"]])
def test_answers_without_anything_heavy(words):
    code = (
        "import sys, runpy; sys.argv = ['dspvnn', *sys.argv[1:]]\n"
        "try: runpy.run_module('dspvnn', run_name='__main__', alter_sys=True)\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'torch', 'scipy', 'matplotlib', 'statsmodels'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "dspvnn" in done.stdout
