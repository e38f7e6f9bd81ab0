"""Recordings as programs of all countries write them: read right, or refused with what is ambiguous."""

import os
import re
import struct
import time

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.io import wavfile

from dspvnn.recordings.csv_readings import Dialect
from dspvnn.recordings.files import MOST_READ, RecordingWarning, read_samples
from dspvnn.recordings.series import read_recording, without_gaps

N = 60
WAVE = np.round(np.cos(0.9 * np.arange(N) + 1), 4)


def table(row, values=WAVE, start=""):
    return start + "".join(row(i, float(v)) for i, v in enumerate(values))


def comma(value, form=".4f"):
    return format(value, form).replace(".", ",")


def read(tmp_path, content, **dialect):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_samples(path, Dialect(**dialect))


def german(value):
    return format(value, ",.2f").translate(str.maketrans(",.", ".,"))


# --- what is certain ------------------------------------------------------------------------------

LARGE = np.round(5000 * WAVE, 2)
THREE = np.round(WAVE + 5, 3)
WHOLE = np.arange(N) * 7 % 100 + 100.0

CERTAIN = {
    "one column": (table(lambda i, v: f"{v}\n"), WAVE, "one column, point"),
    "one column with decimal commas": (
        table(lambda i, v: f"{comma(v)}\n"), WAVE, "one column, comma as the decimal sign"
    ),
    "the same above zero, with a name": (
        table(lambda i, v: f"{comma(v + 5, '.1f')}\n", start="Spannung\n"), np.round(WAVE + 5, 1),
        "one column (Spannung), comma as the decimal sign",
    ),
    "two columns of whole numbers with names": (
        table(lambda i, v: f"{i % 3},{v:.0f}\n", WHOLE, "channel,counts\n"), WHOLE,
        "column 2 of 2 (counts), comma as the delimiter",
    ),
    "an index and whole numbers": (
        table(lambda i, v: f"{i},{v:.0f}\n", WHOLE), WHOLE, "column 2 of 2, comma as the delimiter"
    ),
    "a time and whole numbers": (
        table(lambda i, v: f"{i / 1000},{v:.0f}\n", WHOLE), WHOLE, "column 2 of 2, comma as the delimiter"
    ),
    "semicolons and commas": (
        table(lambda i, v: f"{comma(i / 10)};{comma(v)}\n"), WAVE,
        "column 2 of 2, semicolon as the delimiter, comma as the decimal sign",
    ),
    "semicolons and points": (table(lambda i, v: f"{i};{v}\n"), WAVE, "semicolon as the delimiter, point"),
    "tabs": (table(lambda i, v: f"{i}\t{comma(v)}\n"), WAVE, "tab as the delimiter, comma"),
    "spaces": (table(lambda i, v: f" {i}   {v}\n"), WAVE, "space as the delimiter, point"),
    "spaces and decimal commas": (table(lambda i, v: f"{i} {comma(v)}\n"), WAVE, "space as the delimiter"),
    "commas with spaces": (table(lambda i, v: f"{i}, {v}\n"), WAVE, "column 2 of 2"),
    "pipes": (table(lambda i, v: f"{i}|{v}\n"), WAVE, "pipe as the delimiter"),
    "quoted thousands": (
        table(lambda i, v: f'{i},"{v:,.2f}"\n', LARGE, "t,v\n"), LARGE, "comma between thousands"
    ),
    "quoted decimal commas": (table(lambda i, v: f'"{i}","{comma(v)}"\n'), WAVE, "comma as the decimal"),
    "thousands as the Swiss write them": (
        table(lambda i, v: f"{i};{v:,.2f}\n".replace(",", "’"), LARGE), LARGE, "apostrophe between"
    ),
    "thousands as the French write them": (
        table(lambda i, v: f"{i};{v:,.2f}\n".translate(str.maketrans(",.", "\u202f,")), LARGE), LARGE,
        "comma as the decimal sign, no-break space between thousands",
    ),
    "thousands as the Germans write them": (
        table(lambda i, v: f"{i};{german(v)}\n", LARGE), LARGE,
        "comma as the decimal sign, point between thousands",
    ),
    "three decimals": (table(lambda i, v: f"{v:.3f}\n", THREE), THREE, "point as the decimal"),
    "exponents": (table(lambda i, v: f"{v:.5e}\n"), WAVE, "one column"),
    "exponents and commas": (table(lambda i, v: f"{comma(v, '.3E')}\n", THREE), THREE, "one column, comma"),
    "header, units and what the instrument says": (
        table(lambda i, v: f"{i},{v}\n", start="Scope\nDate,2024-01-01\nRate,1000\n\ntime,volt\ns,V\n"),
        WAVE, "column 2 of 2 (V)",
    ),
    "words in the last column": (
        table(lambda i, v: f"{i},{v},ok\n", start="t,v,flag\n"), WAVE, "column 2 of 3 (v)"
    ),
    "a trailing delimiter": (table(lambda i, v: f"{i};{v};\n", start="t;v\n"), WAVE, "column 2 of 3"),
    "dates": (table(lambda i, v: f"2024-01-01 12:00:{i:02d},{v}\n"), WAVE, "column 2 of 2"),
    "line ends of the old Macintosh": (table(lambda i, v: f"{v}\r"), WAVE, "one column"),
    "every other line empty": (table(lambda i, v: f"{v}\r\r\n"), WAVE, "one column"),
    "empty lines around": ("\n\n" + table(lambda i, v: f"{i},{v}\n") + "\n\n", WAVE, "column 2"),
    "Excel's first line": (table(lambda i, v: f"{i};{comma(v)}\n", start="sep=;\n"), WAVE, "semicolon"),
    "a minus sign of typographers": (table(lambda i, v: f"{v}\n".replace("-", "−")), WAVE, "one column"),
    "comments": (table(lambda i, v: f"{v} # volt\n", start="# a\n# b,c\n"), WAVE, "one column"),
    "leading zeros": (table(lambda i, v: f"{v:06.0f}\n", WHOLE), WHOLE, "one column"),
}  # fmt: skip


@pytest.mark.parametrize("name", CERTAIN)
def test_what_is_certain_is_read_right_and_said(tmp_path, name):
    content, expected, said = CERTAIN[name]
    found = read(tmp_path, content)
    np.testing.assert_array_equal(found.values, expected)
    assert said in found.taken


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"]
)
def test_every_encoding(tmp_path, encoding):
    text = table(lambda i, v: f"{i};{comma(v)}\n", start="Zeit;Höhe (µm)\n")
    found = read(tmp_path, text.encode(encoding))
    np.testing.assert_array_equal(found.values, WAVE)
    assert "(Höhe (µm))" in found.taken


MISSING = ("", "nan", "NaN", "NA", "N/A", "n/a", "-", "--", "?", "null", "None", "#N/A", "#NV")


@pytest.mark.parametrize("cell", MISSING)
@pytest.mark.parametrize("row", ["{i},{v}\n", "{v}\n"])
def test_missing_samples_keep_their_place(tmp_path, cell, row):
    gaps = {0, 7, 8, N - 1} if cell or "i" in row else {7, 8}  # an empty line at an end is no sample
    found = read(tmp_path, table(lambda i, v: row.format(i=i, v=cell if i in gaps else v)))
    assert set(np.flatnonzero(np.isnan(found.values))) == gaps
    keep = [i for i in range(N) if i not in gaps]
    np.testing.assert_array_equal(found.values[keep], WAVE[keep])


def test_words_among_numbers_are_missing_samples(tmp_path):
    words = {3: "error", 9: "0x1F", 14: "1_000", 20: "٣", 21: "True", 30: "12:30", 31: "5 V"}
    found = read(tmp_path, table(lambda i, v: f"{i},{words.get(i, v)}\n"))
    assert set(np.flatnonzero(np.isnan(found.values))) == set(words)


# --- what is ambiguous ----------------------------------------------------------------------------

AMBIGUOUS = {
    "two whole numbers or one": table(lambda i, v: f"{i % 3},{v:.0f}\n", WHOLE),
    "one line": "1,5\n",
    "three decimals or thousands, in quotes": table(lambda i, v: f'"{comma(v + 5, ".3f")}"\n'),
    "three decimals or thousands, by semicolons": table(lambda i, v: f"{i};{comma(v + 5, '.3f')}\n"),
    "thousands of Germany": table(lambda i, v: f"{i};{v:,.0f}\n".replace(",", "."), LARGE),
    "thousands of France or two columns": table(lambda i, v: f"{i % 5 + 1} {v:.0f}\n", WHOLE),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_is_ambiguous_is_refused_and_each_way_can_be_said(tmp_path, name):
    """The line of the refusal gives two values; with the options it names each of them is what is read."""
    with pytest.raises(ValueError, match=r"a\.csv: it can be read in two ways, say which: ") as refused:
        read(tmp_path, AMBIGUOUS[name])
    said = re.findall(r"(\S+) with ((?:--\w+ \S+ ?)+)\(", str(refused.value))
    assert len(said) == 2
    first_line = re.search(r"'(.*?)' is", str(refused.value))[1]
    i = AMBIGUOUS[name].splitlines().index(first_line)
    for value, options in said:
        words = options.replace("'", "").split()
        asked = {k.removeprefix("--"): v for k, v in zip(words[::2], words[1::2], strict=True)}
        dialect = Dialect.of(asked.get("decimal"), asked.get("delimiter"), None)
        found = read_samples(tmp_path / "a.csv", dialect).values
        assert found[i] == float(value)


def test_a_file_with_nothing_but_time_is_not_a_recording(tmp_path):
    with pytest.raises(ValueError, match=r"only its first column .* they go up evenly, as time does"):
        read(tmp_path, table(lambda i, v: f"{i / 10},ok\n"))


REFUSED = {
    "": "it holds no numbers",
    "\n\n": "it holds no numbers",
    "time,volt\n": "it holds no numbers",
    "a,b\nc,d\n": "it holds no numbers",
    "0x1\n0x2\n": "it holds no numbers",
    "True\nFalse\n": "it holds no numbers",
    "2024-01-01\n2024-01-02\n": "it holds no numbers",
    "0,1\n1,1\n2,1,3\n3,1\n": "the line '2,1,3' has 3 fields, the others 2",
    '0,1\n1,"1\n2,2\n3,5\n': "a quote is opened and not closed in its line",
    "\0\1\2\3": "it is no text: it holds bytes that are 0",
    "1\n2\0\n": "it is no text: it holds bytes that are 0",
}


@pytest.mark.parametrize("content", REFUSED)
def test_what_is_no_table_of_numbers_is_refused(tmp_path, content):
    with pytest.raises(ValueError, match=re.escape(f"{tmp_path / 'a.csv'}: {REFUSED[content]}")):
        read(tmp_path, content)


# --- what the user says ---------------------------------------------------------------------------


def test_a_column_is_chosen_by_number_or_name(tmp_path):
    content = table(lambda i, v: f"{i},{v},{-v}\n", start="time,volt,ampere\ns,V,A\n")
    columns = {"2": WAVE, "volt": WAVE, "V": WAVE, "3": -WAVE, "time": np.arange(N)}
    for column, expected in columns.items():
        np.testing.assert_array_equal(read(tmp_path, content, column=column).values, expected)
    for column in ("0", "4", "-1", "Volt", "", "2.0", "²", "9" * 400):
        with pytest.raises(ValueError, match=r"--column must be a number from 1 to 3, or of s, V, A, got"):
            read(tmp_path, content, column=column)


def test_what_is_said_of_a_file_must_fit_it(tmp_path):
    content = table(lambda i, v: f"{i};{comma(v)}\n")
    np.testing.assert_array_equal(read(tmp_path, content, delimiter=";", decimal=",").values, WAVE)
    with pytest.raises(ValueError, match=r"no column of numbers is found with --delimiter none"):
        read(tmp_path, content, delimiter="")


@pytest.mark.parametrize("delimiter", ["", "ab", "5", "x", ".", "-", '"', "\n", "commas"])
def test_a_delimiter_is_one_sign_or_a_name(delimiter):
    with pytest.raises(ValueError, match=r"--delimiter must be comma, semicolon, tab, space, pipe, none"):
        Dialect.of(None, delimiter, None)


# --- right or refused, whatever is written --------------------------------------------------------

NUMBERS = st.one_of(
    st.floats(-2000, 2000).map(lambda v: round(v, 2)),
    st.floats(-1, 1).map(lambda v: round(v, 4)),
    st.integers(-3000, 3000).map(float),
    st.floats(-1e9, 1e9, allow_subnormal=False),
)
WAYS = [  # delimiter, decimal sign, in quotes or not
    (",", ".", False), (";", ",", False), (";", ".", False), ("\t", ",", False), ("\t", ".", False),
    (" ", ".", False), (" ", ",", False), (",", ",", True), (",", ".", True), ("", ",", False),
    ("", ".", False),
]  # fmt: skip
FORMS = [".2f", ".3f", ".6f", "r", ".5g", ",.2f", ",.3f", ",.0f"]


@st.composite
def written(draw):
    """Return a table as some program writes it, its options, and the numbers that it holds."""
    delimiter, decimal, quoted = draw(st.sampled_from(WAYS))
    grouping = "," if decimal == "." else "."
    forms = [f for f in FORMS if not f.startswith(",") or quoted or delimiter in ("", ";", "\t")]
    form = draw(st.sampled_from(forms))
    swap = str.maketrans({",": grouping, ".": decimal})

    def cell(value):
        text = (repr(value) if form == "r" else format(value, form)).translate(swap)
        return f'"{text}"' if quoted else text

    rows = draw(st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=30))
    n_columns = draw(st.integers(1, 3)) if delimiter else 1
    header = [delimiter.join(["time", "volt", "ampere"][:n_columns])] if draw(st.booleans()) else []
    lines = header + [delimiter.join(cell(v) for v in row[:n_columns]) for row in rows]
    back = {grouping: "", decimal: "."}
    numbers = [float(cell(row[n_columns - 1]).strip('"').translate(str.maketrans(back))) for row in rows]
    return "\n".join(lines) + "\n", Dialect(decimal, delimiter if n_columns > 1 else ""), np.array(numbers)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(written())
def test_said_in_full_any_table_is_read_right(tmp_path_factory, case):
    content, dialect, numbers = case
    path = tmp_path_factory.getbasetemp() / "said.csv"
    path.write_text(content)
    np.testing.assert_array_equal(read_samples(path, dialect).values, numbers)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(written())
def test_nothing_said_a_table_is_read_right_or_refused(tmp_path_factory, case):
    content, dialect, numbers = case
    cells = [line.split(dialect.delimiter or "\n")[-1].strip('"') for line in content.splitlines()]
    # By convention 1.000 is one, where nothing in the column says that it is a thousand.
    grouped = all(re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}|[a-z]+", cell) for cell in cells)
    assume(dialect.decimal == "." or not grouped)
    path = tmp_path_factory.getbasetemp() / "unsaid.csv"
    path.write_text(content)
    try:
        found = read_samples(path)
    except ValueError as refused:
        assert "\n" not in str(refused)  # noqa: PT017
    else:
        np.testing.assert_array_equal(found.values, numbers, err_msg=found.taken)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.text("0123456789,.;-+ eE\t\n\"'#ax", max_size=200).map(str.encode))
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00")
@example(b"sep=")
@example(b'"')
def test_any_bytes_are_numbers_or_one_line(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    try:
        found = read_samples(path)
    except ValueError as refused:
        assert str(refused).startswith(f"{path}: ")  # noqa: PT017
    else:
        assert found.values.ndim == 1
        assert np.isfinite(found.values).any() or np.isinf(found.values).any()


# --- gaps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "outcome"), [(0.1, "fine"), (0.11, "warned"), (0.5, "warned"), (0.51, "refused")]
)
def test_many_gaps_are_a_warning_and_more_than_half_too_many(share, outcome):
    values = np.where(np.arange(100) < 100 * share, np.nan, 1.0)
    n = round(100 * share)
    said = f"hum: {n} of 100 samples are missing or no numbers"
    if outcome == "refused":
        with pytest.raises(ValueError, match=f"{said}, more than half"):
            without_gaps("hum", values)
    elif outcome == "warned":
        with pytest.warns(RecordingWarning, match=f"{said} and are interpolated"):
            assert without_gaps("hum", values)[1] == n
    else:
        assert without_gaps("hum", values)[1] == n


# --- WAV and NPY ----------------------------------------------------------------------------------


def wav(path, *, channels=1, bits=16, rate=1000, form=1, data=b"", promised=None):
    """Write a WAV file by hand, sound or not."""
    block = channels * bits // 8
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, form, channels, rate, rate * block, block, bits)
    n = len(data) if promised is None else promised
    body = b"WAVE" + head + struct.pack("<4sI", b"data", n) + data
    path.write_bytes(struct.pack("<4sI", b"RIFF", n + 36) + body)
    return path


def test_24_bits_are_read_as_they_are_written(tmp_path):
    values = np.array([0, 1, -1, 2**23 - 1, -(2**23)])
    data = b"".join(int(v).to_bytes(3, "little", signed=True) for v in values)
    np.testing.assert_array_equal(read_samples(wav(tmp_path / "a.wav", bits=24, data=data)).values, values)


def test_nan_in_a_wav_file_is_a_missing_sample(tmp_path):
    values = np.where(np.arange(300) % 20 == 3, np.nan, np.cos(np.arange(300))).astype(np.float32)
    wavfile.write(tmp_path / "a.wav", 1000, values)
    np.testing.assert_array_equal(read_samples(tmp_path / "a.wav").values, values)
    assert "15 gaps filled" in read_recording(tmp_path / "a.wav", None, None).handling


def test_a_wav_file_that_ends_early_is_read_with_a_warning(tmp_path):
    data = np.arange(500, dtype=np.int16).tobytes()
    with pytest.warns(RecordingWarning, match=r"a\.wav: the file ends before its header says"):
        found = read_samples(wav(tmp_path / "a.wav", data=data, promised=2**31))
    np.testing.assert_array_equal(found.values, np.arange(500))


@pytest.mark.parametrize(
    "wrong", [{"channels": 0}, {"data": b""}, {"bits": 0}, {"form": 7}, {"form": 3, "bits": 16}]
)
def test_a_wav_file_that_makes_no_sense_is_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=r"a\.wav: not a readable WAV file: "):
        read_samples(wav(tmp_path / "a.wav", **{"data": b"1234"} | wrong))


def test_a_rate_of_zero_is_refused(tmp_path):
    wav(tmp_path / "a.wav", rate=0, data=np.arange(500, dtype=np.int16).tobytes())
    with pytest.raises(ValueError, match="0 < truth < sample rate / 2, got truth None at 0 Hz"):
        read_recording(tmp_path / "a.wav", None, None)


def test_arrays_of_any_order_and_byte_order(tmp_path):
    both = np.stack([WAVE, -WAVE], axis=1)
    for array in (np.asfortranarray(both), both.astype(">f8"), WAVE):
        np.save(tmp_path / "a.npy", array)
        np.testing.assert_array_equal(read_samples(tmp_path / "a.npy").values, WAVE)


def test_of_a_large_array_only_the_part_is_read(tmp_path):
    """200 GB that the disk does not hold: a sparse file."""
    path = tmp_path / "a.npy"
    shape = (25_000_000_000,)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
        start = file.tell()
        file.truncate(start + 8 * shape[0])
        file.seek(start + 8 * 1000)
        file.write(np.cos(np.arange(100.0)).tobytes())
    values = read_samples(path).values
    assert values.shape == shape
    np.testing.assert_array_equal(values[1000:1100], np.cos(np.arange(100.0)))


def test_a_text_file_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(MOST_READ + 1)
    with pytest.raises(ValueError, match="the file has 268 MB, 268 are the most of a kind that is read"):
        read_samples(tmp_path / "a.csv")


# --- what is no file ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".csv", ".wav", ".npy", ".flac"])
def test_what_has_no_end_is_not_opened(tmp_path, suffix):
    (tmp_path / f"folder{suffix}").mkdir()
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"device{suffix}").symlink_to("/dev/zero")
    for kind in ("folder", "pipe", "device"):
        path = tmp_path / f"{kind}{suffix}"
        with pytest.raises(ValueError, match=re.escape(f"{path}: must be a regular file, got a {kind}")):
            read_samples(path)


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "absent.csv", "a.csv/b.csv"])
def test_a_path_that_cannot_be_gets_one_line(tmp_path, name):
    (tmp_path / "a.csv").write_text("1\n")
    with pytest.raises(ValueError, match=r"(no such recording|File name too long|Not a directory)$"):
        read_samples(tmp_path / name)


@pytest.mark.slow
def test_a_million_lines_take_seconds(tmp_path):
    """Processor time, and ten times what it takes: a limit for mistakes of order, not of speed."""
    values = np.random.default_rng(0).normal(size=1_000_000)
    (tmp_path / "a.csv").write_text("".join(f"{i / 1000},{v!r}\n" for i, v in enumerate(values.tolist())))
    started = time.process_time()
    found = read_samples(tmp_path / "a.csv")
    assert time.process_time() - started < 40
    np.testing.assert_array_equal(found.values, values)
