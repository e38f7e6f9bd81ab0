"""The search for the best frequency: compiled as in NumPy, at every point of the grid and off it."""

import tracemalloc

import numpy as np
import pytest
from scipy import fft
from scipy.optimize import minimize_scalar

from baselines import SineFit, sine_cell, sine_kernel, sine_search
from baselines.sine_cell import fold
from baselines.sine_grid import SHORT, Grid
from baselines.tone_estimator import gram
from dspvnn.signals import tone
from dspvnn.signals.noise import white
from dspvnn.signals.randomness import stream

ENDS = (0.003, 0.497)


def records(n, snr_db=0.0, n_signals=200):
    rng = stream(0, "sine search", n)
    f, phase = rng.uniform(*ENDS, n_signals), rng.uniform(-np.pi, np.pi, n_signals)
    std = np.full(n_signals, 10 ** (-snr_db / 20) / np.sqrt(2))
    return tone(n, f, phase, np.ones(n_signals), np.zeros(n_signals)) + white(rng, std, n)


def explained(x, f, offset):
    """R(f) by its definition, in double precision."""
    m = np.arange(x.shape[1]) - (x.shape[1] - 1) / 2
    x = x - offset * x.mean(axis=1, keepdims=True)
    angle = 2 * np.pi * np.outer(f, m)
    of_cos, of_sin = gram(np.asarray(f), x.shape[1], offset)
    return (x @ np.cos(angle).T) ** 2 / of_cos + (x @ np.sin(angle).T) ** 2 / of_sin


def folded(x, offset):
    return fold(x, offset * x.mean(axis=1))


def in_cell(grid, best, cell):
    """The arguments of a search from the middle of each cell, but for the records."""
    mean = 1 / grid.n if grid.offset else 0.0
    return *grid.waves(best), sine_cell.taylor_weights(grid.n), cell, cell[1], grid.n, mean


@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [8, 9, 127, 128, SHORT, SHORT + 1, SHORT + 2])
def test_grid_is_r_to_single_precision(n, offset):
    x = records(n, n_signals=20)
    grid = Grid(n, *ENDS, offset)
    # Sums of n / 2 products, each rounded to 6e-8 of the record's size; cos freed of its mean is small
    # itself where a cycle is many records long.
    np.testing.assert_allclose(
        grid.explained(*folded(x, offset)), explained(x, grid.frequencies, offset), rtol=2e-4, atol=2e-5 * n
    )
    assert np.diff(grid.frequencies).max() <= 1 / (4 * n) * (1 + 1e-9)
    assert (grid.frequencies[0], grid.frequencies[-1]) == ENDS


@pytest.mark.parametrize("n", [128, SHORT + 1, SHORT + 2])
def test_grid_sees_what_single_precision_does_not(n):
    # The strong tone fades in and out so gently that it leaks 1e-14 of itself to the grid.
    strong = np.kaiser(n, 30) * np.cos(2 * np.pi * 0.12 * np.arange(n))
    x = np.stack([strong + 1e-9 * np.cos(2 * np.pi * 0.3123 * np.arange(n)), strong])
    grid = Grid(n, 0.25, 0.4, True)
    found = grid.explained(*folded(x, True))
    np.testing.assert_allclose(found[0], explained(x, grid.frequencies, True)[0], rtol=1e-4, atol=1e-20)
    assert abs(grid.frequencies[np.argmax(found[0])] - 0.3123) < 1 / (4 * n)


@pytest.mark.parametrize("n", [8, 9, 128])
@pytest.mark.parametrize("order", ["C", "F"])
def test_folded_records_are_the_same_in_one_order_in_memory(n, order):
    # The compiled search would be compiled anew for another, in ten seconds.
    x = np.asarray(records(n, n_signals=5), order=order)
    found, compiled = fold(x, x.mean(axis=1)), sine_kernel.fold(x, x.mean(axis=1))
    for part, other in zip(found, compiled, strict=True):
        assert part.flags.c_contiguous
        assert other.flags.c_contiguous
        np.testing.assert_allclose(part, other, rtol=0, atol=1e-15 * np.abs(x).max() * 4)


@pytest.mark.parametrize("n", [10_007, 2 * 5_003])
def test_grid_of_a_prime_length_is_one_of_a_fast_transform(n):
    grid = Grid(n, *ENDS, True)
    assert fft.next_fast_len(grid.half) == grid.half
    x, shown = records(n, n_signals=2), slice(None, None, 50)
    found, exact = grid.explained(*folded(x, True)), explained(x, grid.frequencies[shown], True)
    np.testing.assert_allclose(found[:, shown], exact, rtol=1e-3, atol=1e-2)


def test_searches_of_many_lengths_and_ranges_hold_little_memory():
    x = np.cos(0.5 * np.arange(10**5))
    SineFit().predict(x[None])  # what is compiled or imported stays too
    tracemalloc.start()
    for i in range(10):
        SineFit(frequency_range=(0.01, 0.2 + i / 100)).predict(x[None, i:])
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    # The weights of one length, 72 bytes a sample, and four grids, 32 bytes a sample for the whole band.
    assert held < 25e6


@pytest.mark.parametrize("search", [sine_cell, sine_kernel], ids=["NumPy", "numba"])
@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [16, 129])
def test_maximum_in_a_cell_is_that_of_a_bounded_minimiser(n, offset, search):
    x = records(n, snr_db=10)
    grid = Grid(n, *ENDS, offset)
    best = np.argmax(explained(x, grid.frequencies, offset)[:, 1:-1], axis=1) + 1
    cell = grid.frequencies[[best - 1, best, best + 1]]
    even, odd = folded(x, offset)
    frequency, c, s = search.best_in_cell(even, odd, *in_cell(grid, best, cell))
    for row, f, (low, _, high) in zip(x[:50], frequency, cell.T, strict=False):
        found = minimize_scalar(
            lambda f, row=row: -explained(row[None], [f], offset)[0, 0],
            bounds=(low, high), method="bounded", options={"xatol": 1e-12},
        )  # fmt: skip
        assert f == pytest.approx(found.x, abs=1e-6 / n)  # it sees R, flat at its maximum: half the digits
    of_cos, of_sin = gram(frequency, n, offset)
    there = [explained(x[i : i + 1], [f], offset)[0, 0] for i, f in enumerate(frequency)]
    np.testing.assert_allclose(c**2 / of_cos + s**2 / of_sin, there, rtol=1e-11)


@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [8, 9, 128, 1000])
@pytest.mark.parametrize("where", ["best point", "end of the grid", "anywhere"])
def test_compiled_search_is_numpy_s_to_rounding(n, offset, where):
    x = records(n)
    grid = Grid(n, *ENDS, offset)
    points = len(grid.frequencies)
    best = {
        "best point": np.argmax(explained(x, grid.frequencies, offset), axis=1),
        "end of the grid": np.arange(len(x)) % 2 * (points - 1),
        "anywhere": stream(0, "cells").integers(points, size=len(x)),  # most have no maximum inside
    }[where]
    cell = grid.frequencies[np.clip([best - 1, best, best + 1], 0, points - 1)]
    arguments = (*folded(x, offset), *in_cell(grid, best, cell))
    numpy, numba = sine_cell.best_in_cell(*arguments), sine_kernel.best_in_cell(*arguments)
    # A step of up to 1e-7 cycles per record ends both; the error after it is about its square, and more
    # near 0 and 0.5, where cos and sin are nearly dependent.
    np.testing.assert_allclose(numba[0], numpy[0], rtol=0, atol=1e-10 / n)
    np.testing.assert_allclose(numba[1:], numpy[1:], rtol=0, atol=1e-10 * n)


def test_without_numba_it_is_numpy_s(monkeypatch):
    monkeypatch.setattr(sine_search, "find_spec", lambda name: None)
    assert sine_search._fastest.__wrapped__() is sine_cell
    monkeypatch.undo()
    assert sine_search._fastest.__wrapped__() is sine_kernel
