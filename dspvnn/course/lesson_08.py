"""The checks of lesson 8, noise cancelling with witnesses."""

from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.verdict import Fault, check

WEAKEST_DB = -100.0  # asked of the fit of differences, which reaches -130 dB; the plain fit stops at -35 dB


def _gains(columns: np.ndarray, target: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.lstsq(columns, target)[0])


@check
def gains(answer: Any, rng: np.random.Generator) -> str:
    """``gains(witnesses, target)`` returns the least-squares gains beside a constant."""
    mixing, means = np.eye(3) + rng.uniform(0.3, 0.6, (3, 3)), rng.uniform(1, 2, 3)
    witnesses = rng.standard_normal((400, 3)) @ mixing + means
    truth = rng.uniform(0.5, 2, 3) * rng.choice([-1, 1], 3)
    target = witnesses @ truth + 5 + rng.standard_normal(400)
    got = call(answer, witnesses, target, shape=(3,))
    ones = np.ones((400, 1))
    right = _gains(np.hstack([witnesses, ones]), target)[:3]
    alone = [_gains(np.hstack([column[:, None], ones]), target)[0] for column in witnesses.T]
    correlation = [np.corrcoef(column, target)[0, 1] for column in witnesses.T]
    mistakes = {
        "gains of a fit without a constant: put a column of ones beside the witnesses.": _gains(
            witnesses, target
        ),
        "the gain of each witness on its own: they hear one another, so fit them together.": np.array(
            alone
        ),
        "correlations: the gains of a least-squares fit are asked.": np.array(correlation),
        "the gains with the wrong sign.": -right,
        "the constant among the gains: leave it out.": _gains(np.hstack([ones, witnesses]), target)[:3],
    }
    worst = agree(name_of(answer), got, right, mistakes, 1e-8)
    return f"{name_of(answer)} agrees with NumPy's least squares to {worst:.0e}, for three witnesses."


@check
def bilinear(answer: Any, rng: np.random.Generator) -> str:
    """``bilinear(witnesses)`` returns four columns that make every bilinear function."""
    witnesses = rng.uniform(0, 1, (300, 2))
    columns = call(answer, witnesses, shape=(300, 4))
    u, v = witnesses.T
    parts = {
        "the product": u * v, "the first witness": u, "the second witness": v, "a constant": np.ones(300)
    }  # fmt: skip
    missing = [name for name, part in parts.items() if _unexplained(columns, part) > 1e-8]
    if missing:
        raise Fault(
            f"{name_of(answer)} returns four columns whose sums with gains cannot make {missing[0]}: the "
            "product of two witnesses with offsets needs it."
        )
    scale, offset = rng.uniform(1, 3, 2), rng.uniform(-2, 2, 2)
    share = _unexplained(columns, np.prod(scale * witnesses + offset, axis=1))
    return f"{name_of(answer)} explains a product of two scaled witnesses: {share:.0e} of it is left."


def _unexplained(columns: np.ndarray, part: np.ndarray) -> float:
    """Return the size of what a least-squares fit of the columns leaves of a part, over its own."""
    rest = part - columns @ np.linalg.lstsq(columns, part, rcond=1e-10)[0]
    return float(np.linalg.norm(rest) / np.linalg.norm(part))


@check
def expected_decibels(answer: Any, rng: np.random.Generator) -> str:
    """``expected_decibels(wanted, product)`` returns the share of the contamination that a fit leaves."""
    got, right, powers = [], [], []
    for n in (1000, 3000, 9000):
        wanted = rng.uniform(1, 2) * np.sin(np.arange(n) / 500) + 3
        product = rng.uniform(0.3, 0.6) * rng.standard_normal(n)
        got.append(call(answer, wanted, product, shape=()))
        power = np.mean(product**2)
        right.append(np.var(wanted) / (n * power))
        powers.append((np.mean(wanted**2) / (n * power), np.var(wanted) / power, np.sqrt(right[-1] / n)))
    with_mean, without_n, root_n = 10 * np.log10(np.array(powers).T)
    decibels = 10 * np.log10(right)
    mistakes = {
        "the share itself: it is asked in decibels.": np.array(right),
        "20 times the logarithm: a ratio of powers has 10.": 2 * decibels,
        "the value with the wrong sign: the smaller the share, the more negative.": -decibels,
        "the natural logarithm: decibels have that of base 10.": decibels * np.log(10),
        "a share with the power of the wanted signal: with a constant its mean does no harm.": with_mean,
        "a share without N: the sum of squares is N times the power.": without_n,
        "a share over N to the power 3/2.": root_n,
    }
    # The product's variance instead of its mean square differs by less than 0.1 dB.
    agree(name_of(answer), np.array(got), decibels, mistakes, 0.1 / np.max(np.abs(decibels)))
    return (
        f"{name_of(answer)} expects {got[0]:.1f} dB to be left by a fit of 1,000 samples; the formula has "
        f"{decibels[0]:.1f} dB."
    )


@check
def whitened_gain(answer: Any, rng: np.random.Generator) -> str:
    """``whitened_gain(product, target)`` returns the gain by a fit of differences."""
    draws = [_record(rng) for _ in range(9)]
    got = np.array([call(answer, product, target, shape=()) for product, target, _ in draws])
    truth = np.array([gain for *_, gain in draws])
    error = _decibels(got, truth)
    if error > WEAKEST_DB:
        for sentence, wrong in _known_gains(draws).items():
            if np.allclose(got, wrong, rtol=1e-6):
                raise Fault(f"{name_of(answer)} returns {sentence}")
        raise Fault(
            f"{name_of(answer)} returns gains whose median error is {error:.0f} dB: the fit of differences "
            f"is below {WEAKEST_DB:.0f} dB."
        )
    plain = _decibels(_known_gains(draws)[PLAIN], truth)
    return f"{name_of(answer)} leaves {error:.0f} dB, the fit of the samples themselves {plain:.0f} dB."


PLAIN = "the gain of a fit of the samples: fit the differences of both."


def _record(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Return a product, a target with a slow wanted signal in it, and the true gain."""
    time = np.arange(5000) / 2048
    wanted = 2 * np.sin(rng.uniform(1, 3) * time + rng.uniform(-np.pi, np.pi)) + rng.uniform(1, 3)
    product, gain = rng.standard_normal(5000), rng.uniform(0.5, 2)
    return product, wanted + gain * product, gain


def _known_gains(draws: list[tuple[np.ndarray, np.ndarray, float]]) -> dict[str, np.ndarray]:
    def each(gain: Any) -> np.ndarray:
        return np.array([gain(p, y) for p, y, _ in draws])

    return {
        PLAIN: each(lambda p, y: np.dot(p - p.mean(), y) / np.dot(p - p.mean(), p)),
        "the gain of a fit of the samples, without a constant: fit the differences of both.": each(
            lambda p, y: np.dot(p, y) / np.dot(p, p)
        ),
        "a gain of differences of the target on samples of the product: filter both alike.": each(
            lambda p, y: np.dot(p[1:], np.diff(y)) / np.dot(p[1:], p[1:])
        ),
        "a gain of differences of the product on samples of the target: filter both alike.": each(
            lambda p, y: np.dot(np.diff(p), y[1:]) / np.dot(np.diff(p), np.diff(p))
        ),
        "1 over the gain: the sum of squares of the product stands below.": each(
            lambda p, y: np.dot(np.diff(p), np.diff(p)) / np.dot(np.diff(p), np.diff(y))
        ),
    }


def _decibels(gains: np.ndarray, truth: np.ndarray) -> float:
    share = float(np.median((gains / truth - 1) ** 2))
    return 10 * np.log10(max(share, 1e-30))
