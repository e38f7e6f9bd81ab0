"""Files of every kind at the doors that read them: the numbers that stand there, or one line; no trace."""

import io
import math

import numpy as np
import pytest
from attacks import attacks, check_one_line
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.io import wavfile

from dspvnn.problem import Problem, read_problem
from dspvnn.recordings.files import RecordingWarning, read_samples

pytestmark = pytest.mark.filterwarnings("ignore::dspvnn.recordings.files.RecordingWarning")
assert RecordingWarning  # the filter above names it

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=200)
CSV_TEXT = st.text(st.sampled_from("0123456789.,;:\t -+eE\"'#\r\nabNn_/x\u00a0\u2009\ufeff"), max_size=300)
WORDS = ("sample_rate", "record_length", "frequency_range", "snr_range", "noise", "severity", "estimators")
TOML_VALUES = st.one_of(
    st.integers(), st.integers(10**300, 10**320), st.floats(), st.booleans(),
    st.sampled_from(["white", "impulses", "heavy", "", "a.b:C"]).map(lambda s: f'"{s}"'),
    st.lists(st.one_of(st.integers(-5, 5000), st.floats(-1e3, 1e3)), max_size=3).map(repr),
    st.integers(1, 3000).map(lambda depth: "[" * depth + "]" * depth), ANY_TEXT,
)  # fmt: skip


def refused_or(read, path):
    """Return what a reader gives, or None if it refuses the file in one line."""
    try:
        return read(path)
    except ValueError as error:
        check_one_line(error, path)
        return None


@attacks(300)
@given(lines=st.lists(st.tuples(st.one_of(st.sampled_from(WORDS), ANY_TEXT), TOML_VALUES), max_size=8))
def test_a_problem_file_is_a_problem_or_one_line(tmp_path, lines):
    path = tmp_path / "problem.toml"
    path.write_text("\n".join(f"{word} = {value}" for word, value in lines), encoding="utf-8")
    found = refused_or(read_problem, path)
    assert found is None or isinstance(found, Problem)


@attacks(200)
@given(content=st.binary(max_size=300))
def test_a_problem_file_of_any_bytes(tmp_path, content):
    path = tmp_path / "problem.toml"
    path.write_bytes(content)
    refused_or(read_problem, path)


@pytest.mark.slow
@attacks(3000)
@given(text=st.one_of(CSV_TEXT, ANY_TEXT), encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_a_csv_of_any_text(tmp_path, text, encoding):
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode(encoding))
    found = refused_or(read_samples, path)
    assert found is None or (found.values.ndim == 1 and len(found.values) > 0)


def written(value, decimal, digits):
    return f"{value:.{digits}f}".replace(".", decimal)


@pytest.mark.slow
@attacks(3000)
@given(
    values=st.lists(st.floats(-1e4, 1e4), min_size=8, max_size=30),
    n_columns=st.integers(1, 3), decimal=st.sampled_from(".,"), delimiter=st.sampled_from(",;\t"),
    digits=st.integers(1, 6), header=st.booleans(), end=st.sampled_from(["\n", "\r\n", "\r"]),
)  # fmt: skip
def test_a_csv_that_a_program_wrote_is_read_right_or_refused(
    tmp_path, values, n_columns, decimal, delimiter, digits, header, end
):
    """Whatever dialect the numbers stand in, they never become other numbers in silence."""
    assume(decimal != delimiter or n_columns == 1)
    lines = [delimiter.join([written(v, decimal, digits)] * n_columns) for v in values]
    path = tmp_path / "written.csv"
    names = delimiter.join(f"name {i}" for i in range(n_columns))
    path.write_bytes((end.join([names, *lines] if header else lines) + end).encode())
    found = refused_or(read_samples, path)
    if found is not None:
        np.testing.assert_allclose(found.values, [round(v, digits) for v in values], atol=10.0**-digits)


def a_wav(rate=8000, n=64, dtype=np.int16):
    buffer = io.BytesIO()
    wavfile.write(buffer, rate, (1000 * np.sin(np.arange(n))).astype(dtype))
    return buffer.getvalue()


WAVS = [a_wav(), a_wav(dtype=np.float32), a_wav(dtype=np.uint8)]


@pytest.mark.slow
@attacks(3000)
@given(
    wav=st.sampled_from(WAVS), cut=st.integers(0, 400),
    changes=st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), max_size=6),
)  # fmt: skip
def test_a_wav_with_a_damaged_header(tmp_path, wav, cut, changes):
    content = bytearray(wav)
    for place, value in changes:
        content[place] = value
    path = tmp_path / "damaged.wav"
    path.write_bytes(bytes(content[: len(content) - cut]))
    found = refused_or(read_samples, path)
    if found is not None:
        assert found.values.ndim == 1
        assert found.rate is None or (found.rate > 0 and math.isfinite(found.rate))


@attacks(300)
@given(content=st.binary(max_size=400), kind=st.sampled_from([".npy", ".wav", ".flac"]))
def test_a_file_of_any_bytes(tmp_path, content, kind):
    path = tmp_path / f"any{kind}"
    path.write_bytes(content)
    refused_or(read_samples, path)
