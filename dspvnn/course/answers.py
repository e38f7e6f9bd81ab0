"""Calls a student's function, and names in one sentence what is wrong with it or with what it returns."""

import builtins
import dis
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from dspvnn.adapter import first_line
from dspvnn.course.verdict import Fault


def call(answer: Any, *arguments: Any, shape: tuple[int, ...], complex_allowed: bool = False) -> np.ndarray:
    """Return ``answer(*arguments)`` as a finite array of `shape`, or raise a `Fault` that says what it is.

    The function may only use its arguments: it fails when it changes one, or when it reads data from a
    variable of the notebook, where the truth of the lesson's own signals may lie.
    """
    name = name_of(answer)
    read = _notebook_data(answer)
    if read:
        raise Fault(
            f"{name} reads the variable `{read}` of the notebook, but a function may use only its "
            "arguments: the check has signals of its own (a constant of your own is written in capitals)."
        )
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    returned = _guarded(answer, name, given)
    for position, (before, after) in enumerate(zip(arguments, given, strict=True), 1):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            raise Fault(
                f"{name} changes its input (argument {position}): work on a copy, "
                "with x = x - mean and not with x -= mean."
            )
    return _as_array(name, returned, shape, complex_allowed)


def attempt(answer: Any, *arguments: Any, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Return ``answer(*arguments)``, or NaN while the student's function has a fault.

    So a figure of the lesson shows the student's own line as soon as there is one. Without a shape it is
    ``(n_signals,)``, one number for each of the signals, which are then the first argument.
    """
    shape = (len(arguments[0]),) if shape is None else shape
    try:
        return call(answer, *arguments, shape=shape)
    except Fault:
        return np.full(shape, np.nan)


def name_of(answer: Any) -> str:
    """Return the name of the student's function in the form that sentences use."""
    if not callable(answer):
        raise Fault(
            "the check needs the function itself, without brackets or arguments, and got "
            f"{_kind(answer)} instead."
        )
    return f"`{getattr(answer, '__name__', type(answer).__name__)}`"


def agree(
    name: str,
    got: np.ndarray,
    expected: np.ndarray,
    mistakes: Mapping[str, np.ndarray],
    tolerance: float = 1e-6,
) -> float:
    """Return the largest difference over the largest expected value, or raise a `Fault`.

    mistakes: what a typical mistake would have returned, by the sentence that names it; the sentence goes
    on after "`name` returns ...".
    """
    if _difference(got, expected) <= tolerance:
        return _difference(got, expected)
    for sentence, wrong in mistakes.items():
        if _difference(got, wrong) <= tolerance:
            raise Fault(f"{name} returns {sentence}")
    worst = np.unravel_index(np.argmax(np.abs(got - expected)), got.shape)
    where = f" at {tuple(map(int, worst))}" if got.ndim else ""
    raise Fault(
        f"{name} returns wrong values: the largest difference is {abs(got[worst] - expected[worst]):.3g}"
        f"{where}, where {got[worst]:.4g} came and {expected[worst]:.4g} is right."
    )


def _difference(got: np.ndarray, expected: np.ndarray) -> float:
    return float(np.max(np.abs(got - expected)) / max(float(np.max(np.abs(expected))), 1e-300))


def _guarded(answer: Callable[..., Any], name: str, arguments: list[Any]) -> Any:
    try:
        with np.errstate(all="ignore"):
            return answer(*arguments)
    except NotImplementedError:
        raise Fault(
            f"{name} is not written yet: replace the line `raise NotImplementedError` in the cell above."
        ) from None
    except Fault:
        raise
    except (Exception, SystemExit) as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.name == name.strip("`")]
        place = f" in line {lines[-1]} of its cell" if lines else ""
        raise Fault(f"{name} raised an error{place}: {first_line(error).rstrip('.')}.") from None


def _as_array(name: str, returned: Any, shape: tuple[int, ...], complex_allowed: bool) -> np.ndarray:
    if returned is None:
        raise Fault(f"{name} returns nothing: it has to end with a line `return ...`.")
    try:
        values = np.asarray(returned)
        values = values.astype(complex if np.iscomplexobj(values) else float)
    except (ValueError, TypeError, RuntimeError):  # the last is torch's, of a tensor that has a gradient
        raise Fault(f"{name} returns {_kind(returned)} where an array of numbers is asked.") from None
    if values.shape != shape:
        raise Fault(f"{name} returns an array of shape {values.shape}, but shape {shape} is asked.")
    if np.iscomplexobj(values) and not complex_allowed:
        raise Fault(f"{name} returns complex numbers, but real ones are asked.")
    bad = int(np.sum(~np.isfinite(values)))
    if bad:
        raise Fault(f"{name} returns NaN or infinity in {bad} of {values.size} places.")
    return values


def _kind(value: Any) -> str:
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


def _notebook_data(answer: Any) -> str:
    """Return the name of a variable of the notebook that holds data and that the function reads, or ""."""
    seen: set[int] = set()
    waiting = [answer]
    while waiting:
        function = waiting.pop()
        if not isinstance(function, FunctionType) or id(function) in seen:
            continue
        seen.add(id(function))
        for name in _global_names(function.__code__):
            if name not in function.__globals__ or hasattr(builtins, name):
                continue
            value = function.__globals__[name]
            if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
                waiting.append(value)  # a helper of the student's own
            elif not (isinstance(value, ModuleType) or callable(value) or name.isupper()):
                return name
    return ""


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)
