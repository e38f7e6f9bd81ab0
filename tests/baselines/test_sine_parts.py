"""The parts of the search for a sine: derivatives against differences, series against sums, rivals."""

import numpy as np
import pytest
from scipy import fft

from baselines import sine_cell, sine_kernel, sine_search
from baselines.sine_cell import (
    TERMS,
    _derivatives,
    _dirichlet_derivatives,
    _double,
    _evaluate,
    _taylor_series,
)
from baselines.sine_grid import SHORT, Grid, grid_of, half_time
from baselines.tone_estimator import dirichlet, gram
from dspvnn.signals.randomness import stream


def explained(x, f, mean):
    """R(f) of one record by its definition; `mean`: whether it is freed of it."""
    m = np.arange(len(x)) - (len(x) - 1) / 2
    x = x - x.mean() if mean else x
    f = np.atleast_1d(f)
    angle = 2 * np.pi * np.outer(f, m)
    of_cos, of_sin = gram(f, len(x), mean)
    return (np.cos(angle) @ x) ** 2 / of_cos + (np.sin(angle) @ x) ** 2 / of_sin


def differences(function, at, h):
    """First and second derivative by central differences of fourth order."""
    far, near = (function(at - 2 * h), function(at + 2 * h)), (function(at - h), function(at + h))
    first = (8 * (near[1] - near[0]) - (far[1] - far[0])) / (12 * h)
    second = (16 * (near[0] + near[1]) - (far[0] + far[1]) - 30 * function(at)) / (12 * h**2)
    return first, second


# --- the Dirichlet kernel and the energies --------------------------------------------------------


@pytest.mark.parametrize("n", [8, 9, 64])
def test_the_dirichlet_kernel_is_the_sum_of_cosines(n):
    m = np.arange(n) - (n - 1) / 2
    f = np.array([0.0, 0.01, 0.25, 1 / 3, 0.5, 0.77, 1.0, 1.5, 2.0, -1.0])
    np.testing.assert_allclose(dirichlet(f, n), np.cos(2 * np.pi * np.outer(f, m)).sum(axis=1), atol=1e-10)


@pytest.mark.parametrize("offset", [True, False])
def test_the_energies_are_those_of_cos_and_sin(offset):
    m, f = np.arange(20) - 9.5, np.array([0.03, 0.21, 0.4])
    cos, sin = np.cos(2 * np.pi * np.outer(f, m)), np.sin(2 * np.pi * np.outer(f, m))
    freed = cos - offset * cos.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(gram(f, 20, offset), [np.sum(freed**2, axis=1), np.sum(sin**2, axis=1)])


@pytest.mark.parametrize("n", [7, 40])
def test_the_derivatives_of_the_kernel_are_its_differences(n):
    z = np.array([0.1, 0.9, 2.5, 5.0])
    d, d1, d2 = _dirichlet_derivatives(
        np.sin(z / 2), np.cos(z / 2), np.sin(n * z / 2), np.cos(n * z / 2), n
    )
    first, second = differences(lambda z: dirichlet(z / (2 * np.pi), n), z, 1e-3)
    np.testing.assert_allclose(d, dirichlet(z / (2 * np.pi), n))
    np.testing.assert_allclose(d1, first, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(d2, second, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(_double(np.sin(z), np.cos(z)), [np.sin(2 * z), np.cos(2 * z)], atol=1e-12)


# --- one cell -------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [8, 9, 33])
def test_a_folded_record_counts_its_middle_once(n, rng):
    x = rng.standard_normal((2, n))
    m, weight = half_time(n)
    np.testing.assert_array_equal(m, np.arange(n // 2, n) - (n - 1) / 2)
    np.testing.assert_array_equal(weight, [0.5 if t == 0 else 1.0 for t in m])
    for module in (sine_cell, sine_kernel):
        even, odd = module.fold(x, np.array([0.0, 0.3]))
        freed = x - np.array([[0.0], [0.3]])
        np.testing.assert_allclose(even, freed[:, n // 2 :] + freed[:, (n - 1) // 2 :: -1][:, : len(m)])
        np.testing.assert_allclose(odd, freed[:, n // 2 :] - freed[:, (n - 1) // 2 :: -1][:, : len(m)])


def middle_of(n, offset, x, f0):
    """Folded records with the Taylor series of C and S about f0, and the mean's share."""
    even, odd = sine_cell.fold(x, offset * x.mean(axis=1))
    m, weight = half_time(n)
    cos, sin = weight * np.cos(2 * np.pi * np.outer(f0, m)), weight * np.sin(2 * np.pi * np.outer(f0, m))
    return _taylor_series(even, odd, cos, sin, sine_cell.taylor_weights(n)), (even, odd, cos, sin)


@pytest.mark.parametrize("n", [16, 25])
def test_the_series_are_c_and_s_over_the_whole_cell(n, rng):
    x, f0 = rng.standard_normal((3, n)), np.array([0.1, 0.2, 0.45])
    series, _ = middle_of(n, False, x, f0)
    m = np.arange(n) - (n - 1) / 2
    for away in (-0.25, 0.1, 0.25):  # bins: a cell reaches a quarter to each side
        value, *_ = _evaluate(series, np.full(3, np.pi * away))
        angle = 2 * np.pi * np.outer(f0 + away / n, m)
        by_hand = [np.sum(x * np.cos(angle), axis=1), np.sum(x * np.sin(angle), axis=1)]
        np.testing.assert_allclose(value, by_hand, atol=1e-12)
    for at in (-0.5, 0.3):
        _, slope, curvature = _evaluate(series, np.full(3, at))
        first, second = differences(lambda v: _evaluate(series, np.full(3, v))[0], at, 1e-2)
        np.testing.assert_allclose(slope, first, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(curvature, second, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [16, 25])
def test_the_derivatives_of_what_is_explained_are_its_differences(n, offset, rng):
    x, f0 = rng.standard_normal((3, n)), np.array([0.1, 0.2, 0.45])
    series, _ = middle_of(n, offset, x, f0)
    shift = np.array([-0.2, 0.1, 0.15]) / n
    slope, curvature = _derivatives(series, f0 + shift, shift, n, 1 / n if offset else 0.0)
    for i in range(3):
        first, second = differences(
            lambda f, i=i: explained(x[i], f, offset)[0], f0[i] + shift[i], 1e-3 / n
        )
        assert slope[i] == pytest.approx(first, rel=1e-6, abs=1e-5)
        assert curvature[i] == pytest.approx(second, rel=1e-4, abs=1e-2)


@pytest.mark.parametrize("module", [sine_cell, sine_kernel], ids=["NumPy", "numba"])
@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("side", ["inside", "rises", "falls"])
def test_the_search_ends_at_the_maximum_or_at_the_end_that_it_rises_to(module, offset, side, rng):
    n, n_signals = 32, 30
    x = rng.standard_normal((n_signals, n))
    grid = np.linspace(0.02, 0.48, 4001)
    values = np.array([explained(row, grid, offset) for row in x])
    top = grid[values.argmax(axis=1)]
    low, high = {"inside": (-0.1, 0.15), "rises": (-0.25, -0.05), "falls": (0.03, 0.28)}[side]
    cell = np.clip([top + low / n, top + (low + high) / 2 / n, top + high / n], 0.01, 0.49)
    _, folded = middle_of(n, offset, x, cell[1])
    mean = 1 / n if offset else 0.0
    start = cell[0] + 0.9 * (cell[2] - cell[0])
    frequency, c, s = module.best_in_cell(*folded, sine_cell.taylor_weights(n), cell, start, n, mean)
    if side == "inside":
        np.testing.assert_allclose(frequency, top, atol=2e-4)
        slope = [differences(lambda f, r=r: explained(r, f, offset)[0], f, 1e-3 / n)[0]
                 for r, f in zip(x, frequency, strict=True)]  # fmt: skip
        np.testing.assert_allclose(slope, 0, atol=2e-4)
    else:
        np.testing.assert_allclose(frequency, cell[2 if side == "rises" else 0], atol=1e-9 / n)
    m = np.arange(n) - (n - 1) / 2
    freed = x - offset * x.mean(axis=1, keepdims=True)
    angle = 2 * np.pi * np.outer(frequency, m)
    np.testing.assert_allclose(c, np.sum(freed * np.cos(angle), axis=1), atol=1e-11)
    np.testing.assert_allclose(s, np.sum(freed * np.sin(angle), axis=1), atol=1e-11)


def test_the_weights_are_those_of_cos_and_sin():
    """Coefficient p of cos(a + 2 m v / n): a derivative of cosine, over p factorial."""
    n = 10
    m, _ = half_time(n)
    weights = sine_cell.taylor_weights(n)
    assert weights.shape == (TERMS, 5) == (18, 5)
    for p, signs in enumerate((1, -1, -1, 1, 1, -1)):
        np.testing.assert_allclose(weights[p], signs * (2 * m / n) ** p / np.prod(np.arange(1, p + 1)))


# --- the grid -------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [64, SHORT, SHORT + 1, 600])
def test_a_grid_is_a_quarter_of_a_bin_with_both_ends(n, offset, rng):
    low, high = 0.0613, 0.2247
    grid = Grid(n, low, high, offset)
    size = 2 * fft.next_fast_len(2 * n, real=True)  # 4 n, or a little more where that is fast
    inner = np.arange(1, size) / size
    np.testing.assert_allclose(grid.frequencies, [low, *inner[(inner > low) & (inner < high)], high])
    np.testing.assert_allclose(grid.norms**2, gram(grid.frequencies, n, offset))
    x = rng.standard_normal((2, n))
    folded = sine_cell.fold(x, offset * x.mean(axis=1))
    found = grid.explained(*folded)
    for row, r in zip(x, found, strict=True):
        np.testing.assert_allclose(r, explained(row, grid.frequencies, offset), rtol=1e-5, atol=1e-8)
    best = np.array([0, 3])
    m, weight = half_time(n)
    angle = 2 * np.pi * np.outer(grid.frequencies[best], m)
    np.testing.assert_allclose(
        grid.waves(best), [weight * np.cos(angle), weight * np.sin(angle)], atol=1e-12
    )


@pytest.mark.parametrize(("low", "high"), [(0.125, 0.25), (0.1251, 0.1252), (0.01, 0.49)])
def test_an_end_on_a_point_of_the_grid_is_there_once(low, high):
    grid = Grid(16, low, high, True)
    assert np.all(np.diff(grid.frequencies) > 0)
    assert (grid.frequencies[0], grid.frequencies[-1]) == (low, high)
    assert grid_of(16, low, high, True) is grid_of(16, low, high, True)
    assert grid_of(16, low, high, True).offset


# --- cells, rivals, moves -------------------------------------------------------------------------


def test_a_cell_ends_at_the_ends_of_the_grid():
    grid = Grid(16, 0.1, 0.3, True)
    last = len(grid.frequencies) - 1
    np.testing.assert_array_equal(
        sine_search._cell(np.array([0, 5, last]), grid), [[0, 4, last - 1], [0, 5, last], [1, 6, last]]
    )


@pytest.mark.parametrize("shift", [-0.9, -0.3, 0.0, 0.6])
@pytest.mark.parametrize("steps", [(1.0, 1.0), (1.0, 0.4)])
def test_the_vertex_is_that_of_the_fifth_root(shift, steps):
    """Through (1 - (x - shift)^2 / 20)^5: its fifth root is a parabola exactly."""
    f = np.array([[-steps[0]], [0.0], [steps[1]]])
    r = (1 - (f - shift) ** 2 / 20) ** 5
    expected = shift if -steps[0] < shift < steps[1] else 0.0
    assert sine_search._vertex(f, r)[0] == pytest.approx(expected, abs=1e-9)


def test_where_there_is_no_vertex_the_search_starts_in_the_middle():
    f = np.array([[0.1, 0.1, 0.1], [0.1, 0.2, 0.2], [0.2, 0.3, 0.2]])  # an end of the grid, twice
    r = np.array([[1.0, 3.0, 2.0], [1.0, 2.0, 2.0], [0.9, 1.0, 2.0]])
    found = sine_search._vertex(f, r)
    assert found[0] == 0.1
    assert 0.1 <= found[1] <= 0.3
    assert found[2] == 0.2


def searched(x, low=0.02, high=0.48, offset=True):
    return sine_search.best_sine(x, offset * x.mean(axis=1), low, high, offset)


@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [12, 40])
@pytest.mark.parametrize(("low", "high"), [(0.04, 0.46), (0.11, 0.17)])
def test_no_frequency_explains_noise_better(n, offset, low, high):
    """Of noise the maxima are close to each other: the highest need not lie at the grid's best point."""
    x = stream(0, "rivals", n).standard_normal((150, n))
    found, c, s = searched(x, low, high, offset)
    grid = np.linspace(low, high, 400 * n // 8)
    for row, f, ours in zip(x, found, zip(c, s, strict=True), strict=True):
        of_cos, of_sin = gram(np.array([f]), n, offset)
        height = ours[0] ** 2 / of_cos + ours[1] ** 2 / of_sin
        assert height[0] >= explained(row, grid, offset).max() * (1 - 1e-9)
        assert height[0] == pytest.approx(explained(row, f, offset)[0])


def test_a_faint_tone_beside_a_strong_one_outside_the_range_is_searched_in_double_precision():
    n, t = 128, np.arange(128)
    strong = np.kaiser(n, 30) * np.cos(2 * np.pi * 0.12 * t)
    x = np.stack([strong + size * np.cos(2 * np.pi * 0.3123 * t) for size in (1e-2, 1e-6, 1e-9)])
    found = searched(x, 0.25, 0.4)[0]
    np.testing.assert_allclose(found, 0.3123, atol=2e-6)


def test_of_two_equal_tones_half_a_bin_apart_the_higher_maximum_is_found():
    """What one sine leaves to a second one: the energy that the best explains is below 0.86 of it."""
    n, t = 64, np.arange(64)
    rng = stream(0, "half a bin")
    x = np.array([np.cos(2 * np.pi * 0.2 * t + a) + b * np.cos(2 * np.pi * (0.2 + 2.3 / n) * t + c)
                  for a, b, c in zip(rng.uniform(0, 6, 60), rng.uniform(0.97, 1.03, 60),
                                     rng.uniform(0, 6, 60), strict=True)])  # fmt: skip
    found = searched(x)[0]
    fine = np.linspace(0.15, 0.3, 2001)
    for row, f in zip(x, found, strict=True):
        values = explained(row, fine, True)
        assert explained(row, f, True)[0] >= values.max() * (1 - 1e-9)


@pytest.mark.parametrize("away", [-3, -1, 0, 1, 3])
def test_a_search_that_begins_beside_a_maximum_climbs_to_it(away):
    """A quarter of a bin is a cell; a tone's maximum is four cells wide on each side."""
    n, t, offset = 64, np.arange(64), True
    grid = Grid(n, 0.02, 0.48, offset)
    truth = grid.frequencies[40] + np.array([-0.1, 0.0, 0.1]) / n
    x = np.cos(2 * np.pi * np.outer(truth, t) + 1.0)
    even, odd = sine_cell.fold(x, x.mean(axis=1))
    points = np.full(3, 40 + away)
    found = sine_search._climb(even, odd, grid, points, grid.frequencies[points])
    np.testing.assert_allclose(found[0], truth, atol=1e-9)
    if away:  # without a move it ends at the nearest end of its cell
        stuck = sine_search._climb(even, odd, grid, points, grid.frequencies[points], moves=0)
        cell_end = grid.frequencies[points - np.sign(away)]
        reached = cell_end if abs(away) > 1 else np.where((truth - cell_end) * away > 0, truth, cell_end)
        np.testing.assert_allclose(stuck[0], reached, atol=1e-9)


def test_at_the_ends_of_the_grid_there_is_nowhere_to_move():
    x = np.cos(2 * np.pi * np.outer([0.05, 0.45], np.arange(64)))
    found = searched(x, 0.1, 0.4)[0]
    assert np.all((found >= 0.1) & (found <= 0.4))
    for row, f in zip(x, found, strict=True):
        fine = np.linspace(0.1, 0.4, 20_001)
        assert explained(row, f, True)[0] >= explained(row, fine, True).max() * (1 - 1e-9)
