"""The limit of every cell of the mismatch against a Fisher matrix of numerical derivatives.

The mean of a record is written out again as a function of all that the cell's remedy does not know; its
derivatives are central differences. The information of a sample comes from scipy's densities.
"""

import numpy as np
import pytest
from scipy import integrate, stats

from dspvnn.measure.compare import draw_cell
from dspvnn.tasks import TASKS

TASK = TASKS["tone-mismatch"]
N = 128
TIME = np.arange(N)
MIDDLE = TIME - (N - 1) / 2


def tone(f, phase, amplitude):
    return amplitude * np.cos(2 * np.pi * f * TIME + phase)


def mean(kind, p, i):
    """The mean of record i as a function of its unknown parameters, and their true values."""
    f, phase, a, offset, severity = (
        p[k][i] for k in ("frequency", "phase", "amplitude", "offset", "severity")
    )
    plain = [f, phase, a, offset]
    if kind == "chirp":
        return lambda q: q[2] * np.cos(
            2 * np.pi * (q[0] * MIDDLE + q[4] * MIDDLE**2 / (2 * N**2)) + q[1]
        ) + q[3], [*plain, severity]  # fmt: skip
    if kind == "decay":
        return lambda q: np.exp(-q[4] * TIME / N) * tone(*q[:3]) + q[3], [*plain, severity]
    if kind == "interfering tone":
        second = [p[f"second {name}"][i] for name in ("frequency", "phase", "amplitude")]
        return lambda q: tone(*q[:3]) + q[3] + tone(*q[4:]), [*plain, *second]
    if kind == "harmonics":
        there = [k for k in (2, 3) if k * f < 0.5]
        more = [value for k in there for value in (p["phases"][i, k - 1], p["amplitudes"][i, k - 1])]

        def sum_of(q):
            parts = [tone(k * q[0], *q[4 + 2 * j : 6 + 2 * j]) for j, k in enumerate(there)]
            return tone(*q[:3]) + q[3] + sum(parts, np.zeros(N))

        return sum_of, [*plain, *more]
    return lambda q: tone(*q[:3]) + q[3], plain


def jacobian(function, at):
    steps = 1e-6 * np.array([1e-2, *np.ones(len(at) - 1)])
    columns = []
    for i, h in enumerate(steps):
        step = h * (np.arange(len(at)) == i)
        columns.append((function(at + step) - function(at - step)) / (2 * h))
    return np.stack(columns, axis=1)


def information(kind, severity, signal, clean, std, low, high):
    """What one sample tells of its own mean, for every sample of a record."""
    if kind == "Student t noise":
        density, reach = stats.t(1 / severity, scale=std * np.sqrt(1 - 2 * severity)), 400
    elif kind == "impulses":
        scale = std / np.sqrt(1 + 99 * severity)

        class density:  # noqa: N801
            @staticmethod
            def pdf(x):
                rest, hit = stats.norm.pdf(x, scale=scale), stats.norm.pdf(x, scale=10 * scale)
                return (1 - severity) * rest + severity * hit

        reach = 12
    elif kind == "clipping":
        above, below = (high - clean) / std, (low - clean) / std
        h = 1e-4  # the chance of either rail, and what is seen between them, as the mean moves by h std
        on_rails = sum(
            ((law(edge - h) - law(edge + h)) / (2 * h)) ** 2 / law(edge)
            for law, edge in ((stats.norm.sf, above), (stats.norm.cdf, below))
        )
        u = np.linspace(0, 1, 2001)[:, None] * (above - below) + below
        return (integrate.simpson(u**2 * stats.norm.pdf(u), u, axis=0) + on_rails) / std**2
    elif kind == "missing samples":
        return ~np.isnan(signal) / std**2
    else:
        return np.full(N, std**-2)
    # sinh spreads the nodes: fine in the middle, far into heavy tails.
    x = std * np.sinh(np.linspace(-np.arcsinh(reach), np.arcsinh(reach), 20_001))
    h = 1e-4 * std
    slope = (density.pdf(x + h) - density.pdf(x - h)) / (2 * h)
    return np.full(N, integrate.simpson(slope**2 / density.pdf(x), x))


@pytest.mark.parametrize("condition", TASK.conditions, ids=lambda c: c.name)
def test_the_limit_is_the_inverse_of_a_numerical_fisher_matrix(condition):
    kind = condition.kind
    context = draw_cell(TASK, condition, 8 * 4, 0)
    trials = context.trials
    p = trials.parameters
    found = TASK.limit_losses(context)["frequency rmse"]
    assert found.shape == (4,)
    for i in range(4):
        function, at = mean(kind, p, i)
        slopes, std = jacobian(function, np.array(at)), p["noise_std"][i]
        rails = (p["low"][i], p["high"][i]) if kind == "clipping" else (0, 0)
        if kind == "autoregressive noise":
            lag = np.abs(TIME[:, None] - TIME)
            fisher = slopes.T @ np.linalg.solve(std**2 * condition.severity**lag, slopes)
        else:
            told = information(
                kind, condition.severity, trials.signals[i], function(np.array(at)), std, *rails
            )
            fisher = (slopes * told[:, None]).T @ slopes
        scale = np.sqrt(np.diag(fisher))
        bound = np.linalg.inv(fisher / np.outer(scale, scale))[0, 0] / scale[0] ** 2
        assert found[i] == pytest.approx(bound, rel=2e-4)
