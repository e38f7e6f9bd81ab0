"""The contract that every estimator keeps: scikit-learn's own checks, and what happens to bad input."""

from pathlib import Path

import numpy as np
import pytest
from precision import assert_same_estimates, computes_in_float32
from sklearn import __version__ as sklearn_version
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator

import baselines
import neural
from baselines import (
    FFTPeak,
    HarmonicSeriesFit,
    RecursiveWitnessRegression,
    SineFit,
    WitnessRegression,
)
from baselines.fft_peak import CLOSED_FORMS, ITERATIVE
from baselines.filled import Filled
from baselines.roster import BASELINES
from dspvnn.estimator import EstimationWarning
from dspvnn.signals.gaps import fill_gaps
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from neural import (
    EWMALSTM,
    BurstElman,
    BurstLSTM,
    EWMAEquivariantLSTM,
    EWMALinearRNN,
    HeterodyneLSTM,
    MixtureLSTM,
    NeuralEstimator,
    RefinedToneLSTM,
    ToneLSTM,
    WitnessLSTM,
    WitnessProductLSTM,
    constructed,
)
from neural.roster import CONSTRUCTED
from neural.roster import NETS as ROSTER_OF_NETS

ROOT = Path(__file__).parents[1]
NETS = [
    thing
    for thing in map(neural.__dict__.get, neural.__all__)
    if isinstance(thing, type) and issubclass(thing, NeuralEstimator) and thing is not NeuralEstimator
]
ROSTER = {f"{task}: {label}": make for task in BASELINES for label, make in BASELINES[task].items()}
TINY = {"hidden": 4, "steps": 2, "device": "cpu"}
ROSTER |= {net.__name__: lambda net=net: net(**TINY) for net in NETS}
BUILT = {f"{task}: {label}": make for task in CONSTRUCTED for label, make in CONSTRUCTED[task].items()}
ROSTER |= BUILT
ROSTER["harmonic series fit"] = HarmonicSeriesFit  # of recordings: no task has its signals yet
every = pytest.mark.parametrize("label", ROSTER)


def test_the_rosters_hold_every_estimator():
    classes = {type(make()).__name__ for make in ROSTER.values()}
    built = {type(make()).__name__ for make in BUILT.values()}
    assert built == {name for name in vars(constructed) if name.startswith("Constructed")} - {
        "ConstructedEstimator"
    }
    assert classes - built == set(baselines.__all__) | {net.__name__ for net in NETS}
    used = {neural.RECIPES[name].estimator for nets in ROSTER_OF_NETS.values() for name in nets.values()}
    assert used == set(NETS)


# --- scikit-learn's checks ------------------------------------------------------------------------
#
# The checks' tables have one to ten columns and one target a row, which is too short for a tone and no
# target for a detector. So they run twice: on the estimators as they are, and on stand-ins that make a
# signal, two witnesses, or targets of a table before the estimator sees it, so that every check counts.


class Repeated:
    """Sees every row sixteen times end to end: a signal long enough for a tone."""

    def _min_samples(self):
        return 1

    def _check(self, X):
        return np.tile(super()._check(X), 16)

    def fit(self, X, y=None):
        super().fit(X, y)
        self.n_features_in_ = np.shape(X)[1]
        return self


class TargetRepeated:
    """Has a row's one target for the target of all its samples."""

    def fit(self, X, y=None):
        if np.ndim(y) == 1 and np.ndim(X) == 2:
            y = np.repeat(np.asarray(y)[:, None], np.shape(X)[1], axis=1)
        return super().fit(X, y)


class TwoWitnesses(TargetRepeated):
    """Has a row, and the row backwards, for two witnesses."""

    n_channels = 0

    def _check(self, X):
        X = super()._check(X)
        return np.stack([X, X[:, ::-1]], axis=-1)


# Classes rather than functions that make them: one of the checks pickles.
class RepeatedFFTPeak(Repeated, FFTPeak): ...


class RepeatedSineFit(Repeated, SineFit): ...


REMEDIES = sorted(
    {type(make()) for make in BASELINES["tone-mismatch"].values()} - {Filled} | {HarmonicSeriesFit},
    key=lambda c: c.__name__,
)
for remedy in REMEDIES:
    globals()[f"Repeated{remedy.__name__}"] = type(
        f"Repeated{remedy.__name__}", (Repeated, remedy), {"__module__": __name__}
    )


class RepeatedToneLSTM(Repeated, ToneLSTM): ...


class RepeatedRefinedToneLSTM(Repeated, RefinedToneLSTM): ...


class RepeatedHeterodyneLSTM(Repeated, HeterodyneLSTM): ...


class RepeatedMixtureLSTM(Repeated, MixtureLSTM): ...


class TargetRepeatedBurstLSTM(TargetRepeated, BurstLSTM): ...


class TargetRepeatedBurstElman(TargetRepeated, BurstElman): ...


class TargetRepeatedEWMALSTM(TargetRepeated, EWMALSTM): ...


class TargetRepeatedEWMAEquivariantLSTM(TargetRepeated, EWMAEquivariantLSTM): ...


class TargetRepeatedEWMALinearRNN(TargetRepeated, EWMALinearRNN): ...


class TwoWitnessesRegression(TwoWitnesses, WitnessRegression): ...


class TwoWitnessesRecursive(TwoWitnesses, RecursiveWitnessRegression): ...


class TwoWitnessesLSTM(TwoWitnesses, WitnessLSTM): ...


class TwoWitnessesProductLSTM(TwoWitnesses, WitnessProductLSTM): ...


STAND_INS = {f"repeated FFT, {i}": lambda i=i: RepeatedFFTPeak(i) for i in (*CLOSED_FORMS, *ITERATIVE)}
STAND_INS |= {f"repeated {remedy.__name__}": globals()[f"Repeated{remedy.__name__}"] for remedy in REMEDIES}
STAND_INS |= {
    "repeated sine fit": RepeatedSineFit,
    "repeated ToneLSTM": lambda: RepeatedToneLSTM(**TINY, n_bins=8),
    "repeated RefinedToneLSTM": lambda: RepeatedRefinedToneLSTM(**TINY, n_bins=8),
    "repeated HeterodyneLSTM": lambda: RepeatedHeterodyneLSTM(**TINY, n_frames=8),
    "repeated MixtureLSTM": lambda: RepeatedMixtureLSTM(**TINY, n_frames=8),
    "target repeated, BurstLSTM": lambda: TargetRepeatedBurstLSTM(**TINY),
    "target repeated, BurstElman": lambda: TargetRepeatedBurstElman(**TINY),
    "target repeated, EWMALSTM": lambda: TargetRepeatedEWMALSTM(**TINY),
    "target repeated, EWMAEquivariantLSTM": lambda: TargetRepeatedEWMAEquivariantLSTM(**TINY),
    "target repeated, EWMALinearRNN": lambda: TargetRepeatedEWMALinearRNN(**TINY),
    "two witnesses, bilinear": TwoWitnessesRegression,
    "two witnesses, linear": lambda: TwoWitnessesRegression("linear"),
    "two witnesses, recursive": TwoWitnessesRecursive,
    "two witnesses, WitnessLSTM": lambda: TwoWitnessesLSTM(**TINY),
    "two witnesses, WitnessProductLSTM": lambda: TwoWitnessesProductLSTM(**TINY),
}

EVERYWHERE = {
    "check_estimators_empty_data_messages": "says '0 sample(s) a signal' where '0 feature(s)' is expected",
    "check_n_features_in_after_fitting": "a record may have any length, whatever `fit` saw",
}
TOO_SHORT = "the table has one to five columns, a tone needs more samples; its stand-in passes"
NO_TARGET = "the table has one target a row, this net needs one a sample; its stand-in passes"
NEEDS_A_SIGNAL = (
    "check_dict_unchanged",
    "check_dont_overwrite_parameters",
    "check_estimators_dtypes",
    "check_estimators_fit_returns_self",
    "check_estimators_nan_inf",
    "check_estimators_overwrite_params",
    "check_estimators_pickle",
    "check_f_contiguous_array_estimator",
    "check_fit2d_1feature",
    "check_fit2d_predict1d",
    "check_fit_check_is_fitted",
    "check_fit_idempotent",
    "check_fit_score_takes_y",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_n_features_in",
    "check_pipeline_consistency",
    "check_positive_only_tag_during_fit",
    "check_readonly_memmap_input",
)
MORE_THAN_TEN = ("check_dtype_object", "check_fit2d_1sample")
TONE = EVERYWHERE | dict.fromkeys(NEEDS_A_SIGNAL, TOO_SHORT)
SEQUENCE = EVERYWHERE | dict.fromkeys(NEEDS_A_SIGNAL + MORE_THAN_TEN, NO_TARGET)
FRAMES = "ten columns are less than the frames it cuts; its stand-in passes"
VARIANCE = {"check_fit2d_1sample": "one record of a constant target: the loss is in units of its variance"}

# Those that refuse a record of another length pass the other check.
ONE_LENGTH = {k: v for k, v in EVERYWHERE.items() if k == "check_estimators_empty_data_messages"}

# These two allow a difference of 1e-7, which is one rounding of float32: the processor decides whether they
# pass. `test_estimates_depend_neither_on_the_batch_nor_on_the_order` tests the same with our own tolerance.
ORDER_OF_SUMS = dict.fromkeys(
    ("check_methods_sample_order_invariance", "check_methods_subset_invariance"),
    "float32 sums differ by a few roundings from one batch to another",
)

# Class by class, which checks may fail and why. All others must pass.
EXPECTED_FAILURES = {
    "FFTPeak": TONE,
    "Filled": TONE,
    "MixtureLSTM": TONE | dict.fromkeys((*MORE_THAN_TEN, "check_requires_y_none"), FRAMES),
    "SineFit": TONE,
    "ToneLSTM": TONE | dict.fromkeys((*MORE_THAN_TEN, "check_requires_y_none"), FRAMES),
    "ConstructedHeterodyne": TONE | dict.fromkeys((*MORE_THAN_TEN,), FRAMES),
    "RefinedToneLSTM": TONE | dict.fromkeys((*MORE_THAN_TEN, "check_requires_y_none"), FRAMES),
    "HeterodyneLSTM": TONE | dict.fromkeys((*MORE_THAN_TEN, "check_requires_y_none"), FRAMES),
    "BurstLSTM": SEQUENCE,
    "BurstElman": SEQUENCE,
    "EWMALSTM": SEQUENCE,
    "EWMAEquivariantLSTM": SEQUENCE,
    "EWMALinearRNN": SEQUENCE,
    "RepeatedToneLSTM": ONE_LENGTH,
    "RepeatedRefinedToneLSTM": ONE_LENGTH,
    "TargetRepeatedEWMALSTM": EVERYWHERE | VARIANCE,
    "TwoWitnessesLSTM": EVERYWHERE | VARIANCE,
    "TwoWitnessesProductLSTM": EVERYWHERE | VARIANCE,
}
EXPECTED_FAILURES |= {
    remedy.__name__: TONE | dict.fromkeys(MORE_THAN_TEN, "ten columns are less than its 12 or 16 samples")
    for remedy in REMEDIES
}


# The checks that every estimator of a table gets. Others are added by what an estimator's tags say.
COUNTED = {
    *NEEDS_A_SIGNAL, *MORE_THAN_TEN, *EVERYWHERE, "check_complex_data",
    "check_do_not_raise_errors_in_init_or_set_params", "check_estimator_cloneable", "check_estimator_repr",
    "check_estimator_sparse_array", "check_estimator_sparse_matrix", "check_estimator_sparse_tag",
    "check_estimator_tags_renamed", "check_fit1d", "check_get_params_invariance", "check_mixin_order",
    "check_no_attributes_set_in_init", "check_parameters_default_constructible", "check_set_params",
    "check_valid_tag_types",
} - {"check_estimators_nan_inf"}  # fmt: skip
# The version of scikit-learn in constraints.txt, and how many checks it has for our estimators together.
PINNED = ("1.9.1", 3174)


def counted_on(estimator):
    """Return the names of the checks that must have run, or failed as expected."""
    tags = get_tags(estimator)
    if not tags.input_tags.two_d_array:  # records of two channels: scikit-learn has no data for them
        return {"check_estimator_cloneable"}
    added = {
        "check_estimators_nan_inf": not tags.input_tags.allow_nan,
        "check_estimators_unfitted": tags.requires_fit,
        "check_requires_y_none": tags.target_tags.required,
    }
    return COUNTED | {name for name, wanted in added.items() if wanted}


# Records of two channels are not checked, hence the stand-ins.
no_table = pytest.mark.filterwarnings("ignore:Can't test estimator:sklearn.exceptions.SkipTestWarning")


@no_table
@pytest.mark.filterwarnings(
    "ignore:invalid value encountered in scalar divide:RuntimeWarning",  # statsmodels, one sample
)
@pytest.mark.parametrize("label", [*ROSTER, *STAND_INS])
def test_scikit_learn_checks(label):
    estimator = (ROSTER | STAND_INS)[label]()
    expected = EXPECTED_FAILURES.get(type(estimator).__name__, EVERYWHERE)
    if computes_in_float32(estimator):
        expected = expected | ORDER_OF_SUMS
    results = check_estimator(estimator, expected_failed_checks=expected, on_skip=None, on_fail=None)
    assert {r["check_name"]: r["exception"] for r in results if r["status"] == "failed"} == {}
    ran = {r["check_name"] for r in results if r["status"] in ("passed", "xfail")}
    assert counted_on(estimator) - ran == set()


@no_table
def test_no_check_of_scikit_learn_has_vanished():
    """With another version of scikit-learn the number may differ; the names that are counted on may not."""
    version, known = PINNED
    assert f"scikit-learn=={version}\n" in (ROOT / "constraints.txt").read_text(encoding="utf-8")
    everyone = [make() for make in (ROSTER | STAND_INS).values()]
    n_checks = sum(1 for e in everyone for _ in estimator_checks_generator(e, mark=None))
    assert n_checks == known or sklearn_version != version
    assert n_checks >= sum(len(counted_on(e)) for e in everyone)


@every
def test_parameters_survive_clone_and_set_params(label):
    estimator = ROSTER[label]()
    parameters = estimator.get_params()
    for copy in (
        clone(estimator),
        type(estimator)(**estimator.get_params(deep=False)),
        clone(estimator).set_params(**parameters),
    ):
        assert repr(copy) == repr(estimator)
        assert copy.get_params().keys() == parameters.keys()
        for name, value in copy.get_params().items():
            if hasattr(value, "get_params"):
                continue  # its own parameters are among these
            np.testing.assert_array_equal(value, parameters[name])


# --- good input -----------------------------------------------------------------------------------

N = 64


def signals_for(estimator, n_signals=3):
    shape = (n_signals, N, estimator.n_channels) if estimator.n_channels else (n_signals, N)
    return stream(0, "contract").standard_normal(shape)


def ready(label):
    """Return the estimator with what `predict` needs, and signals for it."""
    estimator = ROSTER[label]()
    if getattr(estimator, "carriers", None) is not None:
        estimator.set_params(carriers=estimator.carriers[:N])
    X = signals_for(estimator)
    if hasattr(estimator, "build"):
        estimator.build(N)  # untrained: what comes out is of no interest here
    else:
        estimator.fit(X, X.reshape(3, N, -1).sum(axis=2))
    return estimator, X


@every
@pytest.mark.parametrize("dtype", ["float32", "int16", "float64"])
def test_read_only_input_of_any_type_works_and_is_not_changed(label, dtype):
    estimator, X = ready(label)
    X = (100 * X).astype(dtype)
    before = X.tobytes()
    X.setflags(write=False)
    estimates = estimator.predict(X)
    np.testing.assert_array_equal(estimates, estimator.predict(X.astype(float)))
    np.testing.assert_array_equal(estimates, estimator.predict(X.tolist()))
    assert X.tobytes() == before
    assert estimates.dtype == np.float64


@every
def test_estimates_depend_neither_on_the_batch_nor_on_the_order(label):
    estimator, _ = ready(label)
    X = signals_for(estimator, n_signals=20)
    together = estimator.predict(X)
    singly = np.concatenate([estimator.predict(x[None]) for x in X])
    parts = np.concatenate([estimator.predict(X[:7]), estimator.predict(X[7:])])
    order = stream(0, "order").permutation(len(X))
    assert_same_estimates(singly, together, estimator)
    assert_same_estimates(parts, together, estimator)
    assert_same_estimates(estimator.predict(X[order]), together[order], estimator)


@every
def test_fit_changes_neither_signals_nor_targets(label):
    estimator, X = ready(label)
    X, y = X.astype(np.float32), X.reshape(3, N, -1).sum(axis=2).astype(np.float32)
    if getattr(estimator, "y_ndim", 2) == 1:
        y = np.full(3, 0.1, np.float32)
    before = X.tobytes() + y.tobytes()
    X.setflags(write=False)
    y.setflags(write=False)
    assert estimator.fit(X, y) is estimator
    assert X.tobytes() + y.tobytes() == before


@pytest.mark.parametrize("label", [label for label in ROSTER if label.split(":")[0] in TASKS])
def test_estimates_have_the_shape_of_the_target(label):
    task = TASKS[label.split(":")[0]]
    trials = task.draw(stream(0, "shape"), 4, task.training)
    estimator = ROSTER[label]()
    signals = trials.signals if estimator.allow_nan else fill_gaps(trials.signals)
    estimator.fit(signals, np.asarray(trials.target, float))
    assert estimator.predict(signals).shape == trials.target.shape


@pytest.mark.parametrize(
    "label", [label for label in ROSTER if ROSTER[label]().__sklearn_tags__().requires_fit]
)
def test_predict_before_fit_is_refused(label):
    estimator = ROSTER[label]()
    with pytest.raises(
        NotFittedError, match=f"^This {type(estimator).__name__} instance is not fitted yet"
    ):
        estimator.predict(signals_for(estimator))


# --- bad input ------------------------------------------------------------------------------------


def at(X, index, value):
    X = X.copy()
    X[index] = value
    return X


BAD = {
    "one signal alone": (
        lambda X: X[0],
        "{name}: signals must have shape {axes}, got shape {shape}. Reshape your data: one signal is "
        "a batch of one",
    ),
    "an axis too many": (
        lambda X: X[..., None],
        "{name}: signals must have shape {axes}, got shape {shape}. Reshape your data: one signal is "
        "a batch of one",
    ),
    "empty batch": (
        lambda X: X[:0],
        "{name}: Found array with 0 signal(s) (shape={shape}) while a minimum of 1 is required.",
    ),
    "no samples": (
        lambda X: X[:, :0],
        "{name}: Found array with 0 sample(s) a signal (shape={shape}) while a minimum of {least} is "
        "required.",
    ),
    "too few samples": (
        lambda X: X[:, :7],
        "{name}: Found array with 7 sample(s) a signal (shape={shape}) while a minimum of {least} is "
        "required.",
    ),
    "NaN": (
        lambda X: at(X, (1, 5), np.nan),
        "{name}: signals must be finite, but input contains NaN or infinity: {bad} of {size} samples, "
        "the first at {first}",
    ),
    "infinity": (
        lambda X: at(X, (1, 5), -np.inf),
        "{name}: signals must be finite, but input contains NaN or infinity: {bad} of {size} samples, "
        "the first at {first}",
    ),
    "complex": (
        lambda X: X + 0j,
        "{name}: Complex data not supported: signals are real, got complex128",
    ),
    "text": (lambda X: X.astype(str), "{name}: signals must be numbers, got dtype <U32"),
    "another number of channels": (
        lambda X: np.repeat(X, 2, axis=2),
        "{name}: needs 2 channels, got 4",
    ),
}


def takes(estimator, what):
    """Whether `what` is good input to this estimator."""
    return {
        "NaN": estimator.allow_nan,
        "too few samples": estimator._min_samples() <= 7,
        "another number of channels": not estimator.n_channels,
    }.get(what, False)


@pytest.mark.parametrize(
    ("label", "what"),
    [(label, what) for label in ROSTER for what in BAD if not takes(ROSTER[label](), what)],
)
def test_bad_input_gets_one_line_that_states_the_rule(label, what):
    estimator, X = ready(label)
    spoil, message = BAD[what]
    bad = spoil(X)
    n_channels = estimator.n_channels
    expected = message.format(
        name=type(estimator).__name__, shape=bad.shape, size=bad.size, least=estimator._min_samples(),
        axes="(n_signals, n_samples, n_channels)" if n_channels else "(n_signals, n_samples)",
        bad=n_channels or 1, first=(1, 5, 0) if n_channels else (1, 5),
    )  # fmt: skip
    for method in (lambda: estimator.predict(bad), lambda: estimator.fit(bad, X[..., 0])):
        with pytest.raises(ValueError) as error:  # noqa: PT011
            method()
        assert str(error.value) == expected


TONE_ESTIMATORS = [label for label in ROSTER if hasattr(ROSTER[label](), "sample_rate")]


@pytest.mark.parametrize("label", TONE_ESTIMATORS)
@pytest.mark.parametrize("constant", [0.0, 0.1, -1e6])
def test_a_constant_signal_gets_nan_and_a_warning_and_spoils_no_other(label, constant):
    estimator, X = ready(label)
    X[1] = constant
    message = (
        f"^{type(getattr(estimator, 'estimator', estimator)).__name__}: 1 of 3 signals are constant"
        "( and have no frequency|, or have fewer than 5 samples); their estimates are NaN$"
    )
    with pytest.warns(EstimationWarning, match=message):
        estimates = estimator.predict(X)
    assert np.isnan(estimates[1])
    assert_same_estimates(estimates[[0, 2]], estimator.predict(X[[0, 2]]), estimator)


def test_a_ragged_list_is_named():
    with pytest.raises(ValueError, match=r"^SineFit: all signals must have the same length"):
        SineFit().predict([[1.0, 2.0], [1.0]])


def test_a_constant_signal_has_no_standard_error():
    X = np.stack([np.ones(N), np.cos(np.arange(N))])
    with pytest.warns(EstimationWarning):
        estimates, std = SineFit(outputs=("frequency", "offset")).predict(X, return_std=True)
    assert np.isnan(estimates[0]).all()
    assert np.isnan(std[0]).all()
    assert np.isfinite(std[1]).all()


def use(estimator_class, **arguments):
    """Let an estimator meet a signal, whichever of its methods does so first."""
    estimator = estimator_class(**arguments)
    if hasattr(estimator, "build"):
        estimator.build(N)
    estimator.predict(signals_for(estimator))


@pytest.mark.parametrize("estimator", [FFTPeak, SineFit, ToneLSTM])
@pytest.mark.parametrize(
    ("limits", "rate", "shown"),
    [
        ((-0.1, 0.2), 1.0, "(-0.1, 0.2)"),
        ((0.2, 0.6), 1.0, "(0.2, 0.6)"),
        ((0.3, 0.1), 1.0, "(0.3, 0.1)"),
        ((0.2, 0.2), 1.0, "(0.2, 0.2)"),
        ((float("nan"), 0.2), 1.0, "(nan, 0.2)"),
        ((100, 600), 1000.0, "(100.0, 600.0)"),
    ],
)
def test_frequency_range_must_lie_below_nyquist(estimator, limits, rate, shown):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        use(estimator, frequency_range=limits, sample_rate=rate)
    assert str(error.value) == (
        f"{estimator.__name__}: frequency_range must satisfy 0 <= low < high <= sample_rate / 2 = "
        f"{rate / 2:g}, got {shown}"
    )


@pytest.mark.parametrize("limits", [(0.1, 0.2, 0.3), 0.1])
def test_frequency_range_must_be_a_pair(limits):
    with pytest.raises(ValueError, match=r"^SineFit: frequency_range must "):
        use(SineFit, frequency_range=limits)


@pytest.mark.parametrize("estimator", [FFTPeak, SineFit, ToneLSTM])
@pytest.mark.parametrize("rate", [0, -1.0, float("nan"), float("inf"), (1.0, 2.0)])
def test_sample_rate_must_be_positive(estimator, rate):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        use(estimator, sample_rate=rate)
    assert str(error.value) == (
        f"{estimator.__name__}: sample_rate must be a positive number, got {rate!r}"
    )


@pytest.mark.parametrize("estimator", [FFTPeak, SineFit, HeterodyneLSTM])
@pytest.mark.parametrize("outputs", [(), ("pitch",), ("frequency", "pitch")])
def test_outputs_must_be_known(estimator, outputs):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        use(estimator, outputs=outputs)
    assert str(error.value) == (
        f"{estimator.__name__}: outputs must be taken from "
        f"('frequency', 'phase', 'amplitude', 'offset'), got {outputs}"
    )
