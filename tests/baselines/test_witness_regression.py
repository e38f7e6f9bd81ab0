"""Witness regression: exact models found exactly, the figures on unseen noise, other solvers."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from baselines import RecursiveWitnessRegression, WitnessRegression
from baselines.roster import wanted_carriers
from dspvnn.signals.randomness import stream
from dspvnn.tasks.metrics import relative_power
from dspvnn.tasks.witness.task import Witness, WitnessCondition

SHORT = 4096


def record(label, observed=False, n_samples=20480, n_signals=1):
    condition = WitnessCondition("", observed=observed, n_samples=n_samples)
    trials = Witness().draw(stream(0, "witness", label), n_signals, condition)
    return trials.signals, np.asarray(trials.target, float)


def residual_db(estimator, label="unseen"):
    """Power of what is left of the contamination on noise that was never seen, in dB."""
    X, contamination = record(label, n_signals=3)
    with np.errstate(divide="ignore"):
        return 10 * np.log10(np.max(relative_power(contamination, estimator.predict(X))))


# --- the figures ----------------------------------------------------------------------------------


def test_trained_on_the_contamination():
    assert residual_db(WitnessRegression().fit(*record("train"))) < -200


@pytest.mark.parametrize("label", ["train", "train again", "and again"])
def test_trained_on_the_observed_target(label):
    # The wanted signal acts as noise: the gain's error has a variance near 1 / n, -43 dB.
    assert -150 < residual_db(WitnessRegression().fit(*record(label, observed=True))) < -35


def test_trained_on_the_observed_target_and_told_the_carriers():
    fit = WitnessRegression(carriers=wanted_carriers()).fit(*record("train", observed=True))
    assert residual_db(fit) < -200


def test_a_linear_model_cannot_tell_a_product():
    # The contamination is uncorrelated with either witness: nothing of it is removed.
    assert residual_db(WitnessRegression("linear").fit(*record("train"))) == pytest.approx(0, abs=0.1)


# --- exactness and invariances --------------------------------------------------------------------


@pytest.mark.parametrize("model", [WitnessRegression, RecursiveWitnessRegression])
@pytest.mark.parametrize(
    ("terms", "weights"), [("linear", [0.5, -2.0, 3.0]), ("bilinear", [1.5, 0.25, -4.0])]
)
def test_an_exact_model_is_found_exactly(model, terms, weights, rng):
    X = rng.standard_normal((2, 200, 3))
    a, b, c = np.moveaxis(X, -1, 0)
    parts = {"linear": [a, b, c], "bilinear": [a * b, a * c, b * c]}[terms]
    predictable = sum(w * part for w, part in zip(weights, parts, strict=True))
    fit = model(terms, n_witnesses=3).fit(X, predictable + 7)
    np.testing.assert_allclose(fit.coefficients_, weights, rtol=1e-7)
    # The constant belongs to what is wanted.
    np.testing.assert_allclose(fit.predict(X), predictable, rtol=0, atol=1e-6)


def test_agrees_with_scikit_learn(rng):
    X, y = rng.standard_normal((3, 100, 2)), rng.standard_normal((3, 100))
    for terms, table in [("linear", X), ("bilinear", X.prod(axis=-1, keepdims=True))]:
        theirs = LinearRegression().fit(table.reshape(300, -1), y.ravel())
        ours = WitnessRegression(terms).fit(X, y)
        np.testing.assert_allclose(ours.coefficients_, theirs.coef_, rtol=1e-10)


@pytest.mark.parametrize("observed", [False, True])
def test_recursive_least_squares_ends_where_least_squares_is(observed):
    X, y = record("train", observed, SHORT)
    batch, recursive = WitnessRegression().fit(X, y), RecursiveWitnessRegression().fit(X, y)
    np.testing.assert_allclose(recursive.coefficients_, batch.coefficients_, rtol=1e-6)


def test_order_of_records_and_scale_of_witnesses():
    X, y = record("train", True, SHORT, n_signals=4)
    gain = WitnessRegression().fit(X, y).coefficients_
    np.testing.assert_allclose(WitnessRegression().fit(X[::-1], y[::-1]).coefficients_, gain, rtol=1e-10)
    scaled = WitnessRegression().fit(X * [1e-3, 1e6], 5 * y).coefficients_
    np.testing.assert_allclose(scaled, gain * 5 / 1e3, rtol=1e-10)


def test_prediction_is_sample_by_sample():
    X, y = record("train", True, SHORT)
    fit = WitnessRegression().fit(X, y)
    # Not bit by bit: a library's product of matrices may add in another order for another length.
    np.testing.assert_allclose(fit.predict(X)[:, 100:200], fit.predict(X[:, 100:200]), rtol=1e-12)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "y", "message"),
    [
        ({}, np.ones((1, 9)), "y must have shape (1, 10) for these signals, got (1, 9)"),
        ({}, np.full((1, 10), np.nan), "y must be finite, but it contains NaN or infinity"),
        (
            {"carriers": np.ones(10)},
            np.ones((1, 10)),
            "carriers must have shape (n_samples=10, n_carriers), got (10,)",
        ),
        (
            {"terms": "cubic"},
            np.ones((1, 10)),
            "terms must be 'linear', or 'bilinear' with at least 2 witnesses, got 'cubic' with 2",
        ),
    ],
)
def test_refuses(arguments, y, message, rng):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        WitnessRegression(**arguments).fit(rng.standard_normal((1, 10, 2)), y)
    assert str(error.value) == f"WitnessRegression: {message}"


def test_carriers_must_be_finite(rng):
    carriers = np.full((10, 1), np.nan)
    with pytest.raises(ValueError, match=r"^WitnessRegression: carriers must be finite"):
        WitnessRegression(carriers=carriers).fit(rng.standard_normal((1, 10, 2)), np.ones((1, 10)))
