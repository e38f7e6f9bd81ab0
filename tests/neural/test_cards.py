"""Every shipped net does what its card says, and a net that is damaged or exchanged does not.

What is asserted of the nets that ship and what is asserted of damaged ones goes through the same two
comparisons, `moved_scores` and `moved_answers`; their tolerances are explained in `neural.scoring`.
"""

import json
import shutil
from functools import cache
from itertools import permutations

import numpy as np
import pytest
import torch

import neural
from dspvnn.command_line import run_command
from dspvnn.signals.randomness import stream
from neural.recipes import RECIPES, trained_on_their_own
from neural.rescore import app
from neural.scoring import ANSWER_TOLERANCE, COUNTS, N_ANSWERS, TOLERANCE, moved, score_cells
from neural.storage import weight_path

NETS = [(name, seed) for name in trained_on_their_own() for seed in RECIPES[name].seeds]
FAST_CELL = {"tone": "inside, 40 dB"}  # where damage shows most; of the other tasks the first cell


@pytest.fixture(scope="module")
def cells():
    """Return the cells of a task, each drawn once for all its nets."""
    return cache(lambda name: tuple(score_cells(RECIPES[name].task)))


@pytest.fixture(scope="module")
def answers(cells):
    """Return the answers of a shipped net, by cell."""
    return cache(lambda name, seed: [cell.answers(_net(name, seed)) for cell in cells(name)])


def _net(name, seed):
    return neural.load(name, seed, device="cpu")


def _damaged(name, seed, amount, draw=0):
    """Return the net with every weight multiplied by 1 + amount N(0, 1)."""
    net, rng = _net(name, seed), stream(draw, "damage", name, str(seed))
    with torch.no_grad():
        for weights in net.network_.parameters():
            factor = 1 + amount * rng.standard_normal(tuple(weights.shape))
            weights.mul_(torch.as_tensor(factor, dtype=weights.dtype))
    return net


def _moved_answers(cells, card, answers):
    return [
        line for cell, here in zip(cells, answers, strict=True) for line in cell.moved_answers(card, here)
    ]


def _moved_scores(cells, net):
    return [line for cell in cells for line in cell.moved_scores(net.card_, cell.score(net))]


def _fast(cells):
    return next((c for c in cells if c.name == FAST_CELL.get(c.task.name)), cells[0])


@pytest.mark.parametrize(("name", "seed"), NETS)
def test_answers_are_those_on_the_card(cells, answers, name, seed):
    card = neural.read_card(weight_path(name, seed))
    assert _moved_answers(cells(name), card, answers(name, seed)) == []


@pytest.mark.parametrize(("name", "seed"), NETS)
def test_score_is_that_on_the_card(cells, name, seed):
    net = _net(name, seed)
    assert _moved_scores([_fast(cells(name))], net) == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), NETS)
def test_score_is_that_on_the_card_in_every_cell(cells, name, seed):
    net = _net(name, seed)
    assert _moved_scores(cells(name), net) == []


@pytest.mark.parametrize(("name", "seed"), NETS)
def test_the_card_speaks_of_every_cell_and_of_no_other(cells, name, seed):
    card = neural.read_card(weight_path(name, seed))
    expected = [(cell.name, metric) for cell in cells(name) for metric in cell.task.metrics]
    assert [(entry["condition"], entry["metric"]) for entry in card["score"]] == expected
    assert list(card["answers"]) == [cell.name for cell in cells(name)]


@pytest.mark.parametrize(("name", "seed"), NETS)
def test_damage_of_one_percent_is_noticed(cells, name, seed):
    for draw in range(3):
        net = _damaged(name, seed, 0.01, draw)
        assert any(any(cell.moved_answers(net.card_, cell.answers(net))) for cell in cells(name))


@pytest.mark.parametrize("seed", RECIPES["tone/lstm"].seeds)
def test_a_tone_lstm_damaged_by_three_per_mille_is_noticed_in_its_score(cells, seed):
    net = _damaged("tone/lstm", seed, 0.003)
    (line,) = _moved_scores([_fast(cells("tone/lstm"))], net)
    assert line.startswith("inside, 40 dB, frequency rmse: the value is ")


@pytest.mark.parametrize("name", trained_on_their_own())
def test_another_seed_is_noticed(cells, answers, name):
    for seed, other in permutations(RECIPES[name].seeds, 2):
        card = neural.read_card(weight_path(name, other))
        lines = _moved_answers(cells(name), card, answers(name, seed))
        # Five trainings of the linear unit end in the same three weights, to float64's rounding.
        assert bool(lines) == (name != "ewma/linear-rnn")


def test_a_score_may_differ_by_rounding_and_by_no_more(cells):
    """A root moves by a share of itself, a rate by whole samples or bursts."""
    for name, metric, per_count in (
        ("tone/lstm", "frequency rmse", None),
        ("burst/lstm", "sample error rate", 1 / (2000 * 130)),
        ("burst/lstm", "miss rate", 1 / 1013),  # of the 2,000 records in that cell 1,013 have a burst
    ):
        card, cell = neural.read_card(weight_path(name, 0)), cells(name)[0]
        entry = next(e for e in card["score"] if (e["condition"], e["metric"]) == (cell.name, metric))
        allowed = COUNTS * per_count if per_count else TOLERANCE * entry["value"]
        for what in ("value", "limit") if per_count else ("value",):
            within, beyond = ({**entry, what: entry[what] + share * allowed} for share in (0.9, 1.5))
            assert not list(cell.moved_scores(card, [within]))
            (line,) = cell.moved_scores(card, [beyond])
            assert f"{metric}: the {what} is {beyond[what]:g}, on the card {entry[what]:g}" in line


def test_an_answer_may_differ_by_rounding_and_by_no_more(cells):
    card, cell = neural.read_card(weight_path("tone/lstm", 0)), cells("tone/lstm")[0]
    answers, one = np.array(card["answers"][cell.name]), np.eye(N_ANSWERS)[2]
    allowed = ANSWER_TOLERANCE * np.abs(answers).max()
    assert not list(cell.moved_answers(card, answers + 0.9 * allowed))
    assert list(cell.moved_answers(card, answers + 1.1 * allowed * one))
    assert list(cell.moved_answers(card, np.where(one, np.nan, answers)))


def test_a_card_without_score_and_answers_is_noticed():
    card = neural.read_card(weight_path("burst-noise-free/elman", 0))
    part = {"score": card["score"], "answers": card["answers"]}
    assert moved(card, part) == []
    assert moved({**card, "score": [], "answers": {}}, part) == [
        "inside, no noise, sample error rate: the card holds no score",
        "inside, no noise: the card holds no answers",
    ]


@pytest.fixture
def folder(tmp_path):
    """Return a folder that holds all seeds of one small net."""
    for seed in RECIPES["ewma/linear-rnn"].seeds:
        path = weight_path("ewma/linear-rnn", seed, tmp_path)
        path.parent.mkdir(exist_ok=True)
        shutil.copy(weight_path("ewma/linear-rnn", seed), path)
        shutil.copy(weight_path("ewma/linear-rnn", seed).with_suffix(".json"), path.with_suffix(".json"))
    return tmp_path


def _rescore(*arguments):
    """Return the exit status."""
    try:
        run_command(app, "neural.rescore", [*map(str, arguments)])
    except SystemExit as end:
        return end.code
    return 0


def test_rescoring_says_what_differs_and_writes_it_when_asked(folder, capsys):
    path = weight_path("ewma/linear-rnn", 0, folder).with_suffix(".json")
    as_shipped = json.loads(path.read_text())
    older = {**as_shipped, "score": [{**as_shipped["score"][0], "value": 0.5}]}
    path.write_text(json.dumps(older))
    assert _rescore("ewma/linear-rnn", "--folder", folder) == 1
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("ewma/linear-rnn seed 0: inside, uniform on 0 to 1, relative rms error: the")
    assert second == "ewma/linear-rnn seed 1: as on its card"
    assert json.loads(path.read_text()) == older
    assert _rescore("ewma/linear-rnn", "--folder", folder, "--write") == 0
    capsys.readouterr()
    assert _rescore("ewma/linear-rnn", "--folder", folder) == 0
    assert {line.split(": ")[1] for line in capsys.readouterr().out.splitlines()} == {"as on its card"}
    rewritten = json.loads(path.read_text())
    training = rewritten.keys() - {"score", "answers"}
    assert {k: rewritten[k] for k in training} == {k: as_shipped[k] for k in training}


def test_rescoring_refuses_a_net_without_a_card(capsys):
    assert _rescore("tone/lstm+sine-fit") == 2
    message = "no net 'tone/lstm+sine-fit' has a card: those that do are tone/lstm, "
    assert message in capsys.readouterr().err
