"""Problems of the user's own: hertz in, hertz out, signals and limits those of the tasks."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import neural
from baselines import SineFit
from dspvnn.limits import tone_bound
from dspvnn.measure.compare import Contestant, compare_cell, draw_cell
from dspvnn.problem import Problem, read_problem
from dspvnn.problem.figure import problem_front
from dspvnn.problem.lineup import left_out, posed
from dspvnn.problem.task import noise_kinds
from dspvnn.problem.words import problem_lead, problem_nets
from dspvnn.report.command import make_report
from dspvnn.report.configured import configured
from dspvnn.report.presets import PRESETS, Preset
from dspvnn.report.request import Request
from dspvnn.results.rows import read_rows, read_run
from dspvnn.results.side_information import SideInformation
from dspvnn.signals.gaps import fill_gaps
from dspvnn.tasks.mismatch.task import KINDS
from neural.train import train_net

EXAMPLE = Path(__file__).parents[2] / "dspvnn" / "problem" / "example.toml"
HUM = {"sample_rate": 1000.0, "record_length": 0.2, "frequency_range": [45.0, 55.0], "snr_range": [20, 20]}


# --- the task -------------------------------------------------------------------------------------


def test_errors_and_limit_are_in_hertz():
    task = Problem(**HUM).task()
    (row,) = compare_cell(task, task.conditions[0], [Contestant("sine fit", SineFit)], 2000, 0)
    bound = 1000 * np.sqrt(tone_bound(200, 0.05, 0.0, 1.0, 10 ** (-20 / 20) / 2**0.5)["frequency"][0])
    assert row.unit == "Hz"
    assert row.limit == pytest.approx(bound, rel=0.05)  # the phase, and so the bound, varies
    assert row.ratio_low < 1 < row.ratio_high


@pytest.mark.parametrize("noise", noise_kinds())
def test_every_kind_of_noise_draws_and_has_its_limit(noise):
    task = Problem(**HUM | {"noise": noise, "severity": "light"}).task()
    for condition in task.conditions:
        context = draw_cell(task, condition, 20, 0)
        low, high = (f / 1000 for f in HUM["frequency_range"])
        assert context.trials.signals.shape == (20, 200)
        assert ((low <= context.trials.target) & (context.trials.target <= high)).all()
        limit = task.limit_losses(context)["frequency rmse"]
        assert (limit > 0).all()
        assert limit.shape == (20,)


def test_severity_in_words_is_that_of_the_map():
    severities = [
        Problem(**HUM | {"noise": "decay", "severity": s}).task().training.severity
        for s in ("light", "moderate", "heavy", 0.25)
    ]
    assert severities == [*KINDS["decay"].levels, 0.25]


def test_cells_cover_band_and_snrs():
    task = Problem(**HUM | {"snr_range": [0, 40]}).task()
    by_snr = [c.position for c in task.conditions if c.sweep == "snr"]
    bands = [c.frequency_range for c in task.conditions if c.sweep == "frequency"]
    assert by_snr == [0, 10, 20, 30, 40]
    assert bands[0][0] == pytest.approx(0.045)
    assert bands[-1][1] == pytest.approx(0.055)
    assert all(a[1] == b[0] for a, b in pairwise(bands))
    assert len({c.name for c in task.conditions}) == len(task.conditions)


@pytest.mark.parametrize(
    ("words", "regions"),
    [
        ({"record_length": 0.128, "frequency_range": [60, 240]}, {"inside"}),
        ({"record_length": 0.128, "frequency_range": [10, 49]}, {"below"}),
        ({"record_length": 0.128, "frequency_range": [250, 400]}, {"above"}),
        ({"record_length": 0.128, "frequency_range": [100, 400]}, {"inside", "above", "beyond"}),
        ({"record_length": 0.129, "frequency_range": [60, 240]}, {"beyond"}),
        ({"record_length": 0.128, "frequency_range": [60, 240], "snr_range": [70, 80]}, {"beyond"}),
        ({"record_length": 0.128, "frequency_range": [60, 240], "noise": "chirp"}, {"mismatch"}),
    ],
)
def test_a_cell_says_where_it_lies_from_what_the_nets_were_trained_on(words, regions):
    assert {c.region for c in Problem(**HUM | words).task().conditions} == regions


def test_a_net_of_another_length_is_left_out_and_named():
    long = Problem(**HUM)
    assert left_out(long) == ["LSTM", "LSTM + sine fit"]
    assert set(posed(long).lineup.by_recipe) == {"heterodyne LSTM"}
    fitting = Problem(**HUM | {"record_length": 0.128})
    assert left_out(fitting) == []
    assert "LSTM" in posed(fitting).lineup.by_recipe


def test_unknown_estimator_is_named():
    with pytest.raises(
        ValueError, match="unknown estimator 'sin fit': for this problem there are FFT peak; "
    ):
        posed(Problem(**HUM | {"estimators": ["sin fit"]}))


# --- nets that are trained for it -----------------------------------------------------------------


@pytest.mark.parametrize("noise", noise_kinds())
def test_all_of_a_problem_is_inside_what_its_own_nets_are_trained_on(noise):
    words = HUM | {"noise": noise, "snr_range": [0.123, 34.567], "trained": True}
    task = Problem(**words).task()
    assert {c.region for c in task.conditions} == {"inside"}
    assert {c.region for c in Problem(**words | {"trained": False}).task().conditions} != {"inside"}


def test_nets_of_its_own_take_its_records_and_its_band():
    problem = Problem(**HUM | {"trained": True})
    lineup = posed(problem).lineup
    assert left_out(problem) == []
    assert lineup.by_recipe == {
        "LSTM": "problem/lstm", "LSTM + sine fit": "problem/lstm+sine-fit",
        "heterodyne LSTM": "problem/heterodyne-lstm",
    }  # fmt: skip
    direct = lineup.recipes["problem/lstm"]
    assert direct.condition() == problem.task().training
    assert direct.make().frequency_range == (0.045, 0.055)
    assert lineup.recipes["problem/heterodyne-lstm"].make().frequency_range == (0.045, 0.055)
    assert lineup.recipes["problem/lstm+sine-fit"].weights == "problem/lstm"
    assert neural.RECIPES["tone/lstm"].make().frequency_range == (0.05, 0.25)


def test_the_net_of_the_mixture_is_trained_in_one_kind_of_noise_and_says_so():
    lineup = posed(Problem(**HUM | {"trained": True, "noise": "impulses"})).lineup
    assert lineup.by_recipe["comb LSTM"] == "problem/mixture-lstm"
    assert lineup.recipes["problem/mixture-lstm"].side_information == {SideInformation.KIND_OF_NOISE}
    assert lineup.recipes["problem/mixture-lstm"].condition().kind == "impulses"


@pytest.mark.slow
def test_nets_learn_a_problem_that_those_that_ship_do_not_know(tmp_path, monkeypatch):
    """A band above theirs, in records of another length, after a hundredth of their training."""
    monkeypatch.setattr("neural.scoring.N_SCORE", 500)
    words = {"record_length": 0.064, "frequency_range": [300, 450], "snr_range": [10, 30], "trained": True}
    recipes = posed(Problem(**HUM | words)).lineup.recipes
    guess = 150 / np.sqrt(12)  # Hz: the error of always saying the middle of the band
    for name, steps in (("problem/lstm", 200), ("problem/heterodyne-lstm", 25)):
        train_net(name, device="cpu", folder=tmp_path, steps=steps, recipe=recipes[name])
        card = neural.read_card(neural.weight_path(name, 0, tmp_path))
        whole = next(s for s in card["score"] if s["condition"] == "whole range")
        assert whole["value"] < guess / 5
        assert whole["value"] < (100 if name == "problem/lstm" else 1.5) * whole["limit"]


def test_only_chosen_nets_are_trained():
    lineup = posed(Problem(**HUM | {"trained": True, "estimators": ["sine fit", "LSTM + sine fit"]})).lineup
    assert lineup.by_recipe == {"LSTM + sine fit": "problem/lstm+sine-fit"}
    trained = neural.weights_of("problem/lstm+sine-fit", lineup.recipes["problem/lstm+sine-fit"])
    assert trained == "problem/lstm"
    assert trained in lineup.recipes


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["white", "missing samples"])
def test_a_report_of_nets_trained_for_the_problem(tmp_path, monkeypatch, noise):
    """End to end with 20 steps a net: what is trained, on what, and where the report says it stands."""
    monkeypatch.setitem(PRESETS, "quick", Preset(24, 0, 1, training_share=0.001, case_share=0.0))
    monkeypatch.setattr("neural.scoring.N_SCORE", 50)
    path, out = tmp_path / "problem.toml", tmp_path / "out"
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in (
        ("= 0.128", "= 0.05"),
        ('"white"\n', f'"{noise}"\n'),
        ("= []", '= ["sine fit", "LSTM", "heterodyne LSTM"]'),
    ):
        text = text.replace(old, new)
    path.write_text(text)
    make_report(Request(out=out, preset="quick", config=path, train=True, jobs=1))
    rows = [r for r in read_rows(out / "results.csv") if r.metric == "frequency rmse"]
    assert {r.region for r in rows} == {"inside"}
    assert {r.estimator for r in rows if r.kind == "neural"} == {
        f"{net}, seed {seed}" for net in ("LSTM", "heterodyne LSTM") for seed in range(3)
    }
    run = read_run(out / "run.json")
    task = posed(Problem(**run["configuration"]["problem"]))
    condition, recipes = task.training, task.lineup.recipes
    for name in ("problem/lstm", "problem/heterodyne-lstm"):
        card = neural.load(name, 2, "cpu", out / "weights", recipes[name]).card_
        assert (card["steps"], card["n_samples"], card["ranges"]) == (20, 50, repr(condition))
    signals = task.draw(np.random.default_rng(0), 500, condition).signals
    direct = neural.load("problem/lstm", 0, "cpu", out / "weights", recipes["problem/lstm"])
    # The peak of the spectrum of a weak tone may lie elsewhere.
    assert direct.in_domain(fill_gaps(signals)).mean() > 0.95
    assert "--train" in run["command"]
    assert "were trained for this problem" in problem_nets(
        Problem(**run["configuration"]["problem"]), run["configuration"]["training_share"]
    )


# --- the file -------------------------------------------------------------------------------------


def test_the_example_is_a_problem_and_names_every_kind_of_noise():
    problem = read_problem(EXAMPLE)
    assert {c.region for c in problem.task().conditions} == {"inside"}
    text = EXAMPLE.read_text(encoding="utf-8")
    assert all(f'"{kind}"' in text for kind in noise_kinds())


BAD = {
    "sample_rate = ": "not valid TOML: ",
    "colour = 3": "unknown word 'colour': the words are estimators, frequency_range, noise, ",
    "sample_rate = 1000.0": "record_length is missing; dspvnn report --write-config shows an example",
    "sample_rate = -1": "sample_rate must be a positive number, 1e-18 to 1e+18 Hz, got -1",
    "sample_rate = true": "sample_rate must be a positive number, 1e-18 to 1e+18 Hz, got True",
    "record_length = 10.0": "record_length times sample_rate must be 32 to 4096 samples, got 10000",
    "frequency_range = [45.0, 600.0]": "frequency_range must satisfy 0 < low < high < sample_rate / 2 =",
    "frequency_range = [55.0, 45.0]": "frequency_range must be two numbers, [low, high] with low <= high,",
    "frequency_range = 50.0": "frequency_range must be a list, got 50.0",
    f"sample_rate = {'9' * 400}": "sample_rate must be a positive number, 1e-18 to 1e+18 Hz, got 999",
    f"sample_rate = {'9' * 5000}": "not valid TOML: Exceeds the limit",
    "sample_rate = inf": "sample_rate must be a positive number, 1e-18 to 1e+18 Hz, got inf",
    "sample_rate = nan": "sample_rate must be a positive number, 1e-18 to 1e+18 Hz, got nan",
    "sample_rate = 1e-300": "sample_rate must be a positive number, 1e-18 to 1e+18 Hz, got 1e-300",
    "sample_rate = 1e18": "record_length times sample_rate must be 32 to 4096 samples, got 200",
    "record_length = '0.2'": "record_length must be a positive number, 1e-18 to 1e+18 s, got '0.2'",
    f"frequency_range = [45.0, {'9' * 400}]": "frequency_range must be two numbers, [low, high] with low",
    "frequency_range = [nan, nan]": "frequency_range must be two numbers, [low, high] with low <= high,",
    "snr_range = [-inf, inf]": "snr_range must be two numbers, [low, high] with low <= high,",
    'noise = ["white"]': "noise must be one of white, Student t noise, ",
    "noise = {}": "noise must be one of white, Student t noise, ",
    "noise = 2024-01-01": "noise must be one of white, Student t noise, ",
    f"severity = {'9' * 400}": "severity must be light, moderate, heavy, got 999",
    "severity = [1]": "severity must be light, moderate, heavy, got [1]",
    f"estimators = {'[' * 5000}{']' * 5000}": "not valid TOML: nested too deeply",
    "estimators = 'sine fit'": "estimators must be a list, got 'sine fit'",
    'noise = "pink"': "noise must be one of white, Student t noise, ",
    'severity = "awful"': "severity must be light, moderate, heavy, got 'awful'",
    "snr_range = [0, 4000]": "snr_range must lie from -60 to 140 dB, got 0 to 4000",
    "estimators = [1]": "estimators must be names, got (1,)",
}


@pytest.mark.parametrize("line", BAD)
def test_a_mistake_in_the_file_gets_one_line(tmp_path, line):
    path = tmp_path / "problem.toml"
    words = {k: repr(v) for k, v in HUM.items()} if BAD[line].find("missing") < 0 else {}
    words.pop(line.split(" = ")[0], None)
    path.write_text("\n".join([*(f"{k} = {v}" for k, v in words.items()), line]))
    with pytest.raises(ValueError) as error:  # noqa: PT011
        read_problem(path)
    assert str(error.value).startswith(f"{path}: {BAD[line]}")
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_gets_one_line(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'noise = "\xe9"')
    (tmp_path / "large.toml").write_bytes(b"#" * 100_000)
    os.mkfifo(tmp_path / "pipe.toml")
    for path, rule in {
        tmp_path / "absent.toml": "the configuration cannot be read: ",
        tmp_path / "latin.toml": "the configuration cannot be read: ",
        tmp_path / ("x" * 300): "the configuration cannot be read: ",
        tmp_path / "large.toml": "a configuration has 65536 bytes at most, got 100000",
        tmp_path / "pipe.toml": "must be a regular file, got a pipe",
        tmp_path: "must be a regular file, got a folder",
        Path("/dev/zero"): "must be a regular file, got a device",
    }.items():
        with pytest.raises(ValueError, match=re.escape(f"{path}: {rule}")):
            read_problem(path)


# --- the report -----------------------------------------------------------------------------------


def report(*words):
    return subprocess.run(
        [sys.executable, "-m", "dspvnn.report", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_write_config_prints_the_example():
    done = report("--write-config")
    assert done.returncode == 0
    assert tomllib.loads(done.stdout)["sample_rate"] == 1000.0


@pytest.mark.slow
def test_config_is_a_task_of_its_own(tmp_path):
    done = report("--config", EXAMPLE, "--task", "tone", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "--config is a task of its own: leave out --task, --case and --recording" in done.stderr


def test_modules_that_a_file_names_are_said_before_they_are_imported(tmp_path, monkeypatch, capsys):
    """The module of the file writes a line as it is imported, which must be the second one."""
    (tmp_path / "stranger.py").write_text(
        "import sys\nprint('imported', file=sys.stderr)\ndef zero(X): return 0 * X[:, 0]\n"
    )
    path = tmp_path / "problem.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8").replace("= []", '= ["stranger:zero"]'))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    configured(Request(config=path))
    assert capsys.readouterr().err == f"dspvnn: {path} imports and runs stranger:zero\nimported\n"


@pytest.mark.slow
def test_a_report_of_a_problem(tmp_path):
    path = tmp_path / "problem.toml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("= 0.128", "= 0.2")
    path.write_text(text.replace("= []", '= ["sine fit", "heterodyne LSTM", "training mean"]'))
    done = report("--preset", "quick", "--config", path, "--jobs", "2", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    rows = [r for r in read_rows(tmp_path / "out" / "results.csv") if r.metric == "frequency rmse"]
    assert {r.unit for r in rows} == {"Hz"}
    assert {r.region for r in rows} == {"beyond"}
    assert {r.estimator.split(",")[0] for r in rows} == {"sine fit", "heterodyne LSTM", "training mean"}
    assert f"--config {path}" in read_run(tmp_path / "out" / "run.json")["command"]
    assert (tmp_path / "out" / "comparison.pdf").read_bytes().startswith(b"%PDF")
    words = problem_lead(rows)
    assert words.startswith(
        "Over the whole of your problem the classical estimator with the least error is sine fit"
    )
    cells = len({r.condition for r in rows})
    assert f"The nets are outside what they were trained on in {cells} of {cells} cells." in words
    texts = [t.get_text() for ax in problem_front(rows).axes for t in ax.texts]
    assert "outside the nets'\ntraining range" in texts
    inside = [replace(r, region="inside") for r in rows]
    assert f"All {cells} cells lie in what the nets were trained on." in problem_lead(inside)


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path):
    path = tmp_path / "problem.toml"
    words = "sample_rate = 1000\nrecord_length = 0.1\nfrequency_range = [45, 55]\n"
    path.write_text(words, encoding="utf-8-sig")
    assert read_problem(path) == Problem(1000, 0.1, (45, 55))
