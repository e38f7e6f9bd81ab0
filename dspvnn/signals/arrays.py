"""Arrays of numbers as float64, or one line that says why they cannot be that.

Nothing is lost on the way in silence. A mask marks missing samples: they become NaN where NaN is allowed,
else the array is refused. Also refused: complex numbers (even if their imaginary parts happen to be 0,
since another record's are not), text, dates, and integers that float64 cannot hold. That float64 rounds a
decimal number, or a longer float, is no loss; a number that is too large for it becomes infinite, which
`check_finite` refuses.
"""

from numbers import Real
from typing import Any

import numpy as np

EXACT = 2**53  # up to here float64 holds every integer


def as_float64(name: str, array: Any, what: str = "signals", allow_nan: bool = False) -> np.ndarray:
    """Return `array` as float64, or raise an error of one line.

    Parameters
    ----------
    name : str
        Who asks, in the error.
    array : array-like
        A NumPy array, a masked one, a list, a data frame, a tensor on the CPU.
    what : str
        What the numbers are, in the error.
    allow_nan : bool
        Whether a masked element becomes NaN; else it is refused.
    """
    if type(array) is np.ndarray and array.dtype == np.float64:  # the usual case costs nothing
        return array
    if hasattr(array, "toarray"):  # scipy.sparse
        raise TypeError(f"{name}: sparse input is not supported, got {type(array).__name__}")
    array = _as_array(name, array, what)
    mask = np.ma.getmask(array)
    masked = mask is not np.ma.nomask and mask.any()
    if masked and not allow_nan:
        raise ValueError(
            f"{name}: {what} must not be masked, got {int(mask.sum())} masked of {array.size}, the first "
            f"at {tuple(map(int, np.argwhere(mask)[0]))}"
        )
    numbers = _as_numbers(name, np.ma.getdata(array), what)
    return np.where(mask, np.nan, numbers) if masked else numbers


def _as_array(name: str, array: Any, what: str) -> np.ndarray:
    """Return an array of any dtype, masked if any part of the input is."""
    try:
        return _joined(array) if _is_masked(array) else np.asarray(array)
    except (ValueError, TypeError, RuntimeError) as error:
        if isinstance(array, list | tuple) and isinstance(error, ValueError):  # NumPy's words name no rule
            raise ValueError(f"{name}: all {what} must have the same length, got a ragged list") from None
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(f"{name}: {type(array).__name__} cannot be read as an array: {reason}") from None


def _joined(array: Any) -> np.ndarray:
    """Return a list with masked arrays in it as one masked array."""
    if isinstance(array, list | tuple) and _is_masked(array):
        return np.ma.stack([_joined(part) for part in array])
    return np.ma.asarray(array)


def _is_masked(array: Any) -> bool:
    """Whether it is a masked array or a list with such arrays in it, which `np.asarray` would unmask."""
    if isinstance(array, list | tuple):  # a row of plain numbers holds no arrays
        return len(array) > 0 and not isinstance(array[0], Real) and any(map(_is_masked, array))
    return isinstance(array, np.ma.MaskedArray)


def _as_numbers(name: str, array: np.ndarray, what: str) -> np.ndarray:
    if array.dtype == object:
        return _from_objects(name, array, what)
    if np.iscomplexobj(array):
        raise ValueError(f"{name}: Complex data not supported: {what} are real, got {array.dtype}")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: {what} must be numbers, got dtype {array.dtype}")
    if array.dtype.kind in "iu" and array.dtype.itemsize > 4:
        _check_exact(name, array[(array > EXACT) | (array < -EXACT)], what)
    with np.errstate(over="ignore"):  # a longer float may become infinite
        return array.astype(np.float64, copy=False)


def _from_objects(name: str, array: np.ndarray, what: str) -> np.ndarray:
    """Return the numbers of an array of objects; a missing one (None, or pandas' NA) is NaN."""
    from pandas import isna  # half a second to import

    for value in array.flat:
        if isinstance(value, complex | np.complexfloating):
            raise ValueError(f"{name}: Complex data not supported: {what} are real, got {value!r}")
        if isinstance(value, str | bytes):
            raise ValueError(f"{name}: {what} must be numbers, got {value!r}")
    numbers, missing = np.full(array.shape, np.nan), isna(array)
    try:
        numbers[~missing] = array[~missing].astype(float)
    except TypeError as error:
        raise TypeError(f"{name}: argument must be numbers, got objects: {error}") from None
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: {what} must be numbers that float64 holds: {error}") from None
    _check_exact(name, np.array([v for v in array.flat if isinstance(v, int)], object), what)
    return numbers


def _check_exact(name: str, integers: np.ndarray, what: str) -> None:
    for value in map(int, integers.flat):
        if int(float(value)) != value:
            raise ValueError(
                f"{name}: {what} must be integers that float64 holds, as all up to 2**53 are, got {value}"
            )


def check_array(name: str, array: Any, ndim: int, allow_nan: bool = False) -> np.ndarray:
    """Return `array` as float64 of `ndim` axes and finite, or raise a ValueError that names the rule."""
    array = check_shape(name, array, ndim, allow_nan)
    check_finite(name, array, allow_nan)
    return array


def check_shape(name: str, array: Any, ndim: int, allow_nan: bool = False) -> np.ndarray:
    """Return `array` as float64 of `ndim` axes, or raise a ValueError that names the rule."""
    array = as_float64(name, array, allow_nan=allow_nan)
    if array.ndim != ndim:
        axes = "(n_signals, n_samples)" if ndim == 2 else "(n_signals, n_samples, n_channels)"
        raise ValueError(
            f"{name}: signals must have shape {axes}, got shape {array.shape}. Reshape your data: "
            "one signal is a batch of one"
        )
    if len(array) == 0:
        raise ValueError(
            f"{name}: Found array with 0 signal(s) (shape={array.shape}) while a minimum of 1 is required."
        )
    return array


def check_finite(name: str, array: np.ndarray, allow_nan: bool = False) -> None:
    """Raise a ValueError if a sample is infinite or, unless `allow_nan`, NaN."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # then every sample is, told by one pass without new memory
            return
    bad = np.isinf(array) if allow_nan else ~np.isfinite(array)
    if bad.any():  # else the sum has overflowed
        raise ValueError(
            f"{name}: signals must be finite, but input contains NaN or infinity: {int(bad.sum())} "
            f"of {array.size} samples, the first at {tuple(map(int, np.argwhere(bad)[0]))}"
        )


def check_target(name: str, y: Any, shapes: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Return the target as float64, of one of the `shapes` and finite, or raise a ValueError."""
    if y is None:
        raise ValueError(f"{name}: requires y to be passed, but the target y is None")
    y = as_float64(name, y, "targets")
    if y.shape not in shapes:
        rule = " or ".join(map(str, shapes))
        raise ValueError(f"{name}: y must have shape {rule} for these signals, got {y.shape}")
    if not np.isfinite(y).all():
        raise ValueError(f"{name}: y must be finite, but it contains NaN or infinity")
    return y
