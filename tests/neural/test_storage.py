"""Weights on disk: what is damaged, missing or of another net is refused in one line."""

import json

import pytest

import neural
from neural.recipes import trained_on_their_own
from neural.storage import WEIGHTS, weight_path

NAME = "burst-noise-free/lstm"


@pytest.fixture
def folder(tmp_path):
    for suffix in (".safetensors", ".json"):
        source = weight_path(NAME, 0).with_suffix(suffix)
        target = weight_path(NAME, 0, tmp_path).with_suffix(suffix)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    return tmp_path


def _edit_card(folder, **changes):
    path = weight_path(NAME, 0, folder).with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_it_loads(folder):
    assert neural.load(NAME, folder=folder).card_["net"] == NAME


def test_damaged_weights(folder):
    path = weight_path(NAME, 0, folder)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(neural.WeightsError, match="the weights are damaged or belong to another card"):
        neural.load(NAME, folder=folder)


@pytest.mark.parametrize("name", trained_on_their_own())
def test_swapped_weights(name, tmp_path):
    path = weight_path(name, 0, tmp_path)
    path.parent.mkdir()
    path.write_bytes(weight_path(name, 1).read_bytes())
    path.with_suffix(".json").write_bytes(weight_path(name, 0).with_suffix(".json").read_bytes())
    with pytest.raises(neural.WeightsError, match="the weights are damaged or belong to another card"):
        neural.load(name, folder=tmp_path)


def test_missing_weights(folder):
    weight_path(NAME, 0, folder).unlink()
    with pytest.raises(neural.WeightsError, match="cannot be read: No such file or directory"):
        neural.load(NAME, folder=folder)


def test_missing_card(folder):
    with pytest.raises(neural.WeightsError, match="the card of the weights is missing"):
        neural.load(NAME, seed=4, folder=folder)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 99}', '{"format": 1}'])
def test_an_unreadable_card(folder, content):
    weight_path(NAME, 0, folder).with_suffix(".json").write_text(content)
    with pytest.raises(neural.WeightsError, match="card"):
        neural.load(NAME, folder=folder)


def test_another_architecture(folder):
    card = neural.read_card(weight_path(NAME, 0, folder))
    _edit_card(folder, arguments=card["arguments"] | {"hidden": 7})
    with pytest.raises(neural.WeightsError, match=r"of another architecture: .*size mismatch"):
        neural.load(NAME, folder=folder)


def test_another_net(folder):
    _edit_card(folder, net="tone/lstm")
    with pytest.raises(neural.WeightsError, match="the card is of tone/lstm seed 0"):
        neural.load(NAME, folder=folder)


def test_an_unknown_net():
    with pytest.raises(ValueError, match=r"unknown net 'tone/gru': the nets are tone/lstm, "):
        neural.load("tone/gru")


def test_every_recipe_ships_and_nothing_else():
    shipped = {str(p.relative_to(WEIGHTS).with_suffix("")) for p in WEIGHTS.glob("*/*.safetensors")}
    assert shipped == {f"{n}-seed{s}" for n in trained_on_their_own() for s in neural.RECIPES[n].seeds}


@pytest.mark.parametrize("name", trained_on_their_own())
def test_the_card_tells_what_was_done(name):
    for seed in neural.RECIPES[name].seeds:
        card = neural.read_card(weight_path(name, seed))
        assert card["steps"] > 0
        assert card["seconds"] > 0
        assert card["score"]
        assert {"ranges", "device", "versions", "losses", "trained"} <= card.keys()
