"""A net that an earlier run finished is taken, one that it began goes on, if they are the same."""

import json

import pytest
import torch

import neural
from neural import weight_path
from neural.train import Interrupted, ProgressLine, train_net

NAME = "burst-noise-free/lstm"
FIRST = {"device": "cpu", "steps": 20, "code": "1"}


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr("neural.scoring.N_SCORE", 20)


@pytest.fixture
def steps(monkeypatch):
    """The steps that trainings take, and `stop`, the one at which Ctrl-C comes."""
    taken = []

    def counting(self, step, steps, loss, seconds):
        taken.append(step)
        if step == counting.stop:
            raise KeyboardInterrupt

    counting.stop = None
    monkeypatch.setattr(ProgressLine, "__call__", counting)
    return taken, counting


def weights(net):
    return {name: value.clone() for name, value in net.network_.state_dict().items()}


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_finished_net_is_taken_as_it_is(tmp_path, steps):
    taken, _ = steps
    first = train_net(NAME, 1, folder=tmp_path, **FIRST)
    card = neural.read_card(weight_path(NAME, 1, tmp_path))
    assert taken == list(range(1, 21))
    assert card["code"] == "1"
    again = train_net(NAME, 1, folder=tmp_path, **FIRST)
    assert len(taken) == 20
    assert same(weights(first), weights(again))
    assert neural.read_card(weight_path(NAME, 1, tmp_path)) == card


@pytest.mark.parametrize(
    "change",
    [{"code": "2"}, {"steps": 25}, {"resume": False}, {"code": ""}, "damaged", "cut short", "no weights"],
    ids=str,
)
def test_any_other_is_trained_again(tmp_path, steps, change):
    taken, _ = steps
    train_net(NAME, 1, folder=tmp_path, **FIRST)
    taken.clear()
    path = weight_path(NAME, 1, tmp_path)
    if change == "damaged":
        path.write_bytes(path.read_bytes()[:-1])
    if change == "no weights":  # killed between card and weights
        path.unlink()
    if change == "cut short":
        card = path.with_suffix(".json")
        card.write_text(json.dumps(json.loads(card.read_text()) | {"steps": 7}))
    options = FIRST | (change if isinstance(change, dict) else {})
    train_net(NAME, 1, folder=tmp_path, **options)
    assert taken == list(range(1, options["steps"] + 1))
    assert neural.load(NAME, 1, "cpu", tmp_path).card_["steps"] == options["steps"]


def test_an_interrupted_net_goes_on(tmp_path, steps):
    taken, progress = steps
    whole = train_net(NAME, 1, folder=tmp_path / "whole", **FIRST)
    taken.clear()
    progress.stop = 12
    with pytest.raises(Interrupted, match=r"stopped at step 12; the checkpoint is .*, the same command"):
        train_net(NAME, 1, folder=tmp_path, **FIRST)
    progress.stop = None
    net = train_net(NAME, 1, folder=tmp_path, **FIRST)
    assert taken == list(range(1, 21))
    assert same(weights(net), weights(whole))
    assert not list(tmp_path.rglob("*.checkpoint"))


@pytest.mark.parametrize("change", [{"code": "2"}, {"steps": 25}, {"resume": False}], ids=str)
def test_a_checkpoint_of_another_configuration_does_not_go_on(tmp_path, steps, change):
    taken, progress = steps
    progress.stop = 12
    for seed in (1, 10):  # whose checkpoint stays
        with pytest.raises(Interrupted):
            train_net(NAME, seed, folder=tmp_path, **FIRST)
    progress.stop = None
    taken.clear()
    train_net(NAME, 1, folder=tmp_path, **FIRST | change)
    assert taken[0] == 1
    assert [path.name.split(".")[0] for path in tmp_path.rglob("*.checkpoint")] == ["lstm-seed10"]
