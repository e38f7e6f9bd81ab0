"""What dspvnn did not write it does not overwrite or delete: a folder is its own, or empty, or refused."""

import errno
import os
import shutil
from pathlib import Path

import pytest

import dspvnn.results.folder
from dspvnn.cases.__main__ import app as cases_app
from dspvnn.command_line import run_command
from dspvnn.rates.__main__ import app as rates_app
from dspvnn.recordings.command import _check_figure
from dspvnn.report import command
from dspvnn.report.__main__ import report_app
from dspvnn.report.request import Request
from dspvnn.results.folder import MARKER, own_folder
from dspvnn.sweep import Cell, Shelf, Sweep
from neural.storage import WeightsError, refuse_foreign, weight_path

REFERENCE = Path(__file__).parents[2] / "reports" / "reference"


def everything_in(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_is_made_marked_and_known_again(tmp_path):
    out = tmp_path / "a" / "b"
    with own_folder(out):
        (out / "results.csv").write_text("1")
    assert (out / MARKER).is_file()
    (out / "notes.txt").write_text("of the user")
    with own_folder(out):
        pass
    assert sorted(p.name for p in out.iterdir()) == [MARKER, "notes.txt", "results.csv"]


def stopped_in(out):
    with own_folder(out):
        assert (out / MARKER).is_file()
        raise RuntimeError("stopped")


def taken(out):
    """What must not happen: the folder is taken, and a file written into it."""
    with own_folder(out):
        (out / "taken").touch()


@pytest.mark.parametrize("there", [False, True])
def test_a_run_that_comes_to_nothing_leaves_nothing(tmp_path, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
    with pytest.raises(RuntimeError, match="stopped"):
        stopped_in(out)
    assert out.exists() == there
    assert not there or not any(out.iterdir())


@pytest.mark.parametrize(
    "name", ["results.csv", "run.json", "cells/notes.json", "figures/tone.svg", ".hidden"]
)
def test_a_folder_with_files_of_others_is_refused(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text('{"configuration": "of something else"}')
    before = everything_in(tmp_path)
    with pytest.raises(ValueError, match="must be empty or one that dspvnn wrote before") as error:
        taken(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}: ")
    assert len(str(error.value).splitlines()) == 1
    assert everything_in(tmp_path) == before


def test_a_marker_of_others_is_none(tmp_path):
    (tmp_path / MARKER).write_text("settings of another program")
    with pytest.raises(ValueError, match="must be empty"), own_folder(tmp_path):
        pass


@pytest.mark.parametrize("name", ["run.json", "cost.csv"])
def test_folders_of_versions_without_a_marker_are_known(tmp_path, name):
    if name == "run.json":
        shutil.copy(REFERENCE / name, tmp_path)
    else:
        (tmp_path / name).write_text("detector,seconds per record,hours at 1e-06 on 64 cores\n")
    with own_folder(tmp_path):
        pass
    assert (tmp_path / MARKER).is_file()


def test_what_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "file/below", "link"):
        with pytest.raises(ValueError, match="the output folder cannot be written: ") as error:
            taken(tmp_path / name)
        assert len(str(error.value).splitlines()) == 1
    assert (tmp_path / "file").read_text() == "in the way"
    assert not (tmp_path / "nowhere").exists()


def test_a_link_to_a_folder_is_that_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with own_folder(tmp_path / "link"):
        (tmp_path / "link" / "results.csv").write_text("1")
    assert (tmp_path / "real" / MARKER).is_file()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_cannot_be_written(tmp_path, monkeypatch, number):
    def refusing(path, content):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(dspvnn.results.folder, "write_whole", refusing)
    out = tmp_path / "out"
    with pytest.raises(ValueError, match=f"{out}: .* cannot be written: {os.strerror(number)}"):
        taken(out)
    assert not out.exists()


@pytest.mark.parametrize("app", [report_app, rates_app, cases_app])
def test_no_name_is_not_the_working_folder(app, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        run_command(app, arguments=["--out", ""])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert "must be a path, got ''" in said
    assert len(said.splitlines()) == 1
    assert not any(tmp_path.iterdir())


# --- a report -------------------------------------------------------------------------------------


@pytest.fixture
def _no_work(monkeypatch):
    def working(*arguments):
        raise AssertionError("the work began")

    monkeypatch.setattr(command, "run", working)


@pytest.mark.usefixtures("_no_work")
@pytest.mark.parametrize("resume", [True, False])
def test_a_report_refuses_a_folder_of_others_before_any_work(tmp_path, resume):
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "measured.json").write_text("{}")
    (tmp_path / "results.csv").write_text("mine")
    before = everything_in(tmp_path)
    with pytest.raises(ValueError, match="must be empty or one that dspvnn wrote before"):
        command.make_report(Request(out=tmp_path, task=("ewma",), resume=resume))
    assert everything_in(tmp_path) == before


@pytest.mark.usefixtures("_no_work")
@pytest.mark.parametrize(("name", "is_folder"), [("figures", False), ("comparison.pdf", True)])
def test_what_is_in_the_way_is_said_before_any_work(tmp_path, name, is_folder):
    with own_folder(tmp_path):
        (tmp_path / "results.csv").touch()
    (tmp_path / name).mkdir() if is_folder else (tmp_path / name).touch()
    with pytest.raises(ValueError, match=f"{tmp_path / name}: this must be a"):
        command.make_report(Request(out=tmp_path, task=("ewma",)))


# --- finished cells -------------------------------------------------------------------------------


def cells(names):
    return [Cell(name, (name,), str.upper, (name,)) for name in names]


FOREIGN = {"notes.json": b"{}", f"{'a' * 32}.json": b'{"of": "others"}', ".draft.part": b"1", "x.txt": b"2"}


@pytest.fixture
def shelved(tmp_path):
    """A folder of finished cells among files of others."""
    with Shelf(tmp_path) as shelf:
        Sweep(shelf=shelf).run(cells("abc"))
    for name, content in FOREIGN.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / f".{'b' * 32}.json.7.part").write_bytes(b"what a killed writer of ours leaves")
    return tmp_path


def ours(folder):
    return {name for name in everything_in(folder) if str(name) not in (*FOREIGN, ".lock")}


def test_a_fresh_start_removes_finished_cells_and_nothing_else(shelved):
    assert len(ours(shelved)) == 4
    with Shelf(shelved, resume=False):
        assert not ours(shelved)
    assert everything_in(shelved).items() >= {Path(k): v for k, v in FOREIGN.items()}.items()


def test_cells_that_a_run_did_not_use_are_swept(shelved):
    with Shelf(shelved) as shelf:
        Sweep(shelf=shelf).run(cells("bd"))
        assert len(ours(shelved)) == 4
        shelf.sweep()
        assert ours(shelved) == {Path(f"{cell.key[:32]}.json") for cell in cells("bd")}
    assert everything_in(shelved).items() >= {Path(k): v for k, v in FOREIGN.items()}.items()


# --- single files ---------------------------------------------------------------------------------


def test_only_a_figure_is_written_over_by_a_figure(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "thesis.pdf").write_bytes(b"%PDF-1.7 three years of work")
    (tmp_path / "old.png").write_bytes(b"\x89PNG Software\x00Matplotlib version 3.9")
    for name, rule in {"folder.png": "must be a file", "thesis.pdf": "is no figure of dspvnn's"}.items():
        with pytest.raises(ValueError, match=rule):
            _check_figure(tmp_path / name)
    _check_figure(tmp_path / "old.png")
    _check_figure(tmp_path / "new.svg")


def test_only_a_net_is_written_over_by_a_net(tmp_path):
    path = weight_path("burst/lstm", 0, tmp_path)
    refuse_foreign(path)
    path.parent.mkdir()
    path.write_bytes(b"of another program")
    with pytest.raises(WeightsError, match=r"is no net of dspvnn's .*: name another folder with --out"):
        refuse_foreign(path)
    for suffix in (".safetensors", ".json"):
        shutil.copy(weight_path("burst/lstm", 0).with_suffix(suffix), path.with_suffix(suffix))
    refuse_foreign(path)
    path.unlink()
    path.with_suffix(".json").write_text('{"packages": []}')
    with pytest.raises(WeightsError, match="is no net of dspvnn's"):
        refuse_foreign(path)
