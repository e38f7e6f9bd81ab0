"""Every public class says what its reader needs: shapes, units, errors, source, and an example.

The examples themselves are run by tests/test_docs.py, in every module that has one.
"""

import doctest
import inspect
import re

import pytest

import baselines
import dspvnn.limits
import dspvnn.problem
import dspvnn.signals
import dspvnn.tasks
import dspvnn.testing
import neural
from dspvnn.estimator import EstimationWarning, SignalEstimator
from neural import constructed

SHAPE = re.compile(r"``\((n_\w+|1|\d),")
UNIT = re.compile(
    r"cycles per sample|radians|hertz|dB|in samples|(signal|target)'s unit|witnesses' units|no unit|a ratio"
    r"|unit of"
)
SOURCE = re.compile(r"^References\n-+\n(.+\n)*.*\b(19|20)\d\d\b", re.MULTILINE)  # in that section
RAISES = re.compile(r"^Raises\n-+\n(.*\n)*?ValueError\n", re.MULTILINE)


def public(module, kind):
    return [thing for thing in map(vars(module).get, module.__all__) if kind(thing)]


CONSTRUCTED = [
    thing
    for thing in vars(constructed).values()
    if inspect.isclass(thing) and thing.__module__ == constructed.__name__
]
CLASSES = {
    SignalEstimator,
    EstimationWarning,
    *CONSTRUCTED,
    *(
        cls
        for module in (
            baselines, neural, dspvnn.limits, dspvnn.problem, dspvnn.tasks, dspvnn.testing
        )
        for cls in public(module, inspect.isclass)
    ),
} - {constructed.ConstructedEstimator}  # fmt: skip
ESTIMATORS = {cls for cls in CLASSES if issubclass(cls, SignalEstimator)}
MODELS = {dspvnn.problem.Problem, *public(dspvnn.limits, inspect.isclass)}
FUNCTIONS = {
    function
    for module in (dspvnn.limits, dspvnn.signals)
    for function in public(module, inspect.isfunction)
}


def each(things):
    return pytest.mark.parametrize(
        "thing", sorted(things, key=lambda t: t.__name__), ids=lambda t: t.__name__
    )


def words(thing):
    """The docstring of a class or function itself: a base class's does not count."""
    return inspect.cleandoc(thing.__doc__ or "")


def test_there_are_classes():
    assert len(ESTIMATORS) > 30
    assert len(MODELS) >= 3


@each(CLASSES | FUNCTIONS)
def test_an_example_is_run(thing):
    examples = doctest.DocTestParser().get_examples(words(thing))
    assert any(example.want for example in examples)
    assert not any(doctest.SKIP in example.options for example in examples)


@each(ESTIMATORS | MODELS)
def test_a_class_says_shapes_units_and_source(thing):
    assert SOURCE.search(words(thing))
    assert UNIT.search(" ".join(words(thing).split())), UNIT.pattern
    if thing not in (neural.NeuralEstimator, dspvnn.limits.TonePrior):  # these have no signals of their own
        assert SHAPE.search(words(thing)), SHAPE.pattern


@each(ESTIMATORS)
def test_what_fit_and_predict_return_and_raise_is_said(thing):
    """On the reference page a method that a class inherits stands with its base's docstring."""
    assert RAISES.search(inspect.getdoc(thing.fit) + "\n")
    if thing is not SignalEstimator:
        assert RAISES.search(inspect.getdoc(thing.predict) + "\n")
        assert SHAPE.search(inspect.getdoc(thing.predict) + inspect.getdoc(thing.fit))


@each(cls for cls in CLASSES if "__post_init__" in vars(cls))
def test_what_a_checked_dataclass_raises_is_said(thing):
    assert RAISES.search(words(thing) + "\n")


@each(ESTIMATORS | MODELS)
def test_every_argument_is_explained(thing):
    """Where a class says that it takes over a base's arguments, the base explains them."""
    text = "\n".join(words(cls) for cls in inspect.getmro(thing) if cls.__module__ != "sklearn.base")
    for name in inspect.signature(thing).parameters:
        assert re.search(rf"^([\w, ]+, )?{name}(, [\w, ]+)? : ", text, re.MULTILINE), name


@each(public(dspvnn.limits, inspect.isfunction))
def test_a_limit_names_its_source(thing):
    assert SOURCE.search(words(thing)) or thing is dspvnn.limits.burst_grid_error  # a measure of our own
