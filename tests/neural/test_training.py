"""The engine: resuming, stopping, devices and losses that are no numbers."""

from dataclasses import replace
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

import neural
from dspvnn.command_line import run_command
from dspvnn.tasks import TASKS
from neural import BurstLSTM, WeightsError, weight_path
from neural.devices import choose_device
from neural.plan import History, Plan
from neural.storage import WEIGHTS
from neural.train import app as train_app
from neural.train import train_net
from neural.training import TrainingError, train

PLAN = Plan(steps=40, batch_size=8, learning_rate=1e-2, seed=1)
CPU = torch.device("cpu")


def _network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(3, 1)


def _batches(draws, n, done):
    x = draws.standard_normal((n, 3))
    return x, x.sum(dim=1, keepdim=True)


def _loss(network, x, y):
    return (network(x) - y).square().mean()


def _interrupt_at(step):
    def report(done, steps, loss, seconds):
        if done == step:
            raise KeyboardInterrupt

    return report


def test_training_lowers_the_loss():
    network = _network()
    before = _loss(network, *_batches_of_its_own()).item()
    train(network, _loss, _batches, replace(PLAN, steps=400), CPU)
    assert _loss(network, *_batches_of_its_own()).item() < before / 100


def _batches_of_its_own():
    x = torch.linspace(-1, 1, 30).reshape(10, 3)
    return x, x.sum(dim=1, keepdim=True)


def test_a_stopped_run_goes_on_to_the_result_of_an_unbroken_one(tmp_path):
    whole, broken = _network(), _network()
    train(whole, _loss, _batches, PLAN, CPU)
    checkpoint = tmp_path / "net.checkpoint"
    history = train(broken, _loss, _batches, PLAN, CPU, checkpoint, _interrupt_at(17))
    assert history.interrupted
    assert history.step == 17
    assert checkpoint.exists()
    resumed = nn.Linear(3, 1)  # other initial weights: everything comes from the checkpoint
    history = train(resumed, _loss, _batches, PLAN, CPU, checkpoint)
    assert history.step == PLAN.steps
    assert not checkpoint.exists()
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    checkpoint = tmp_path / "net.checkpoint"
    train(_network(), _loss, _batches, PLAN, CPU, checkpoint, _interrupt_at(5))
    with pytest.raises(WeightsError, match="the checkpoint is of another run"):
        train(_network(), _loss, _batches, replace(PLAN, seed=2), CPU, checkpoint)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    checkpoint = tmp_path / "net.checkpoint"
    checkpoint.write_bytes(b"not safetensors")
    with pytest.raises(WeightsError, match="not a readable checkpoint"):
        train(_network(), _loss, _batches, PLAN, CPU, checkpoint)


def test_a_loss_that_turns_nan_stops_and_names_the_step():
    calls = []

    def loss(network, x, y):
        calls.append(1)
        return _loss(network, x, y) * (float("nan") if len(calls) > 6 else 1.0)

    network = _network()
    with pytest.raises(TrainingError, match="the loss became nan at step 6"):
        train(network, loss, _batches, PLAN, CPU)
    assert all(torch.isfinite(p).all() for p in network.parameters())


def test_minutes_end_the_schedule_early(monkeypatch):
    ticks = SimpleNamespace(monotonic=iter(range(10**6)).__next__)  # read once before, then once a step
    monkeypatch.setattr("neural.training.time", ticks)
    history = train(_network(), _loss, _batches, replace(PLAN, steps=10**9, minutes=0.5), CPU)
    assert (history.step, history.seconds) == (30, 30)


def _validated_by(values):
    scores = iter(values)
    return lambda: next(scores)


def test_a_plateau_ends_the_run():
    plan = replace(PLAN, patience=3)  # 40 steps: a validation every second one
    falling = [1.0, 0.5, 0.4, 0.4, 0.41, 0.399, 0.1]
    history = train(_network(), _loss, _batches, plan, CPU, validate=_validated_by(falling))
    assert history.validations == list(zip(range(2, 14, 2), falling[:6], strict=True))
    assert history.step == 12


def test_validation_changes_no_result_and_survives_a_stop(tmp_path):
    plain, validated, resumed = _network(), _network(), nn.Linear(3, 1)
    train(plain, _loss, _batches, PLAN, CPU)
    of = {"validate": lambda: torch.rand(()).item()}
    whole = train(validated, _loss, _batches, PLAN, CPU, **of)
    assert torch.equal(plain.weight, validated.weight)
    checkpoint = tmp_path / "net.checkpoint"
    train(_network(), _loss, _batches, PLAN, CPU, checkpoint, _interrupt_at(17), **of)
    history = train(resumed, _loss, _batches, PLAN, CPU, checkpoint, **of)
    assert torch.equal(plain.weight, resumed.weight)
    assert [step for step, _ in history.validations] == [step for step, _ in whole.validations]


def test_a_net_is_validated_against_its_limit(tmp_path):
    net = train_net("burst-noise-free/lstm", folder=tmp_path, steps=20, device="cpu", validated=True)
    assert len(net.history_.validations) == 20
    card = neural.read_card(weight_path("burst-noise-free/lstm", 0, tmp_path))
    assert len(card["validations"]) == 20


def test_a_net_without_weights_of_its_own_is_not_trained(tmp_path):
    with pytest.raises(
        ValueError, match=r"tone/lstm\+sine-fit takes its weights from tone/lstm: train that"
    ):
        train_net("tone/lstm+sine-fit", folder=tmp_path)


@pytest.fixture
def weights_of_main(monkeypatch):
    """Return what tells the folder that the command line trains into; nothing is trained."""
    folders = []

    def trained(name, seed, device, minutes, folder, **options):
        folders.append(folder)
        return SimpleNamespace(history_=History(1, 1.0))

    monkeypatch.setattr("neural.train.train_net", trained)

    def folder_of(*words):
        with pytest.raises(SystemExit) as stop:
            run_command(train_app, "neural.train", ["burst/lstm", "--seed", "0", *words])
        return stop.value.code, folders[-1] if folders else None

    return folder_of


def test_weights_that_ship_are_overwritten_only_where_that_is_said(
    weights_of_main, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert weights_of_main() == (0, Path("weights"))
    assert weights_of_main("--out", "elsewhere") == (0, Path("elsewhere"))
    assert weights_of_main("--overwrite-shipped") == (0, WEIGHTS)
    capsys.readouterr()
    for words, rule in {
        ("--out", "x", "--overwrite-shipped"): "--overwrite-shipped and --out are two folders, got --out x",
        ("--out", str(WEIGHTS)): f"{WEIGHTS} holds the weights that ship: say --overwrite-shipped",
        ("--out", str(WEIGHTS / "tone" / "..")): "holds the weights that ship: say --overwrite-shipped",
    }.items():
        assert weights_of_main(*words)[0] == 2
        assert rule in capsys.readouterr().err
    monkeypatch.chdir(WEIGHTS.parent)  # where ./weights are those that ship
    assert weights_of_main()[0] == 2


def test_python_trains_into_a_folder_of_its_own_by_default():
    assert signature(train_net).parameters["folder"].default == Path("weights")


def test_make_train_says_that_it_overwrites_what_ships():
    makefile = Path(__file__).parents[2].joinpath("Makefile").read_text()
    assert "python -m neural.train --overwrite-shipped\n" in makefile


def test_the_rate_warms_up_and_decays_to_nothing():
    assert PLAN.rate(0) == 0
    assert PLAN.rate(PLAN.warmup) == pytest.approx(PLAN.learning_rate)
    assert PLAN.rate(1) == pytest.approx(0, abs=1e-12)


def test_devices():
    assert choose_device("cpu") == CPU
    with pytest.raises(ValueError, match="device must be one of auto, cpu, cuda, onnx, got 'tpu'"):
        choose_device("tpu")
    if not torch.cuda.is_available():
        assert choose_device("auto") == CPU
        with pytest.raises(ValueError, match="torch finds no CUDA device here"):
            choose_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_and_cpu_agree():
    import neural
    from dspvnn.signals.randomness import stream

    task = TASKS["tone"]
    signals = task.draw(stream(1, "test", "cuda"), 500, task.conditions[4]).signals
    on_cpu = neural.load("tone/lstm", device="cpu").predict(signals)
    on_cuda = neural.load("tone/lstm", device="cuda").predict(signals)
    assert abs(on_cpu - on_cuda).max() < 1e-5  # float32 through another library


def test_fit_task_is_repeatable():
    task = TASKS["burst-noise-free"]
    nets = [BurstLSTM(hidden=4, steps=3, seed=5).fit_task(task, task.training) for _ in range(2)]
    first, second = (net.network_.state_dict() for net in nets)
    assert all(torch.equal(first[name], second[name]) for name in first)
