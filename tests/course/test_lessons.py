"""Every lesson runs; solutions are right, stubs and wrong answers get a sentence that names the fault."""

import ast
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "docs"), str(Path(__file__).parent)]

import course_notebooks  # noqa: E402

LESSONS = {lesson.stem[:2]: lesson for lesson in course_notebooks.LESSONS}


def checks(number):
    return importlib.import_module(f"dspvnn.course.lesson_{number}")


def wrong(number):
    return importlib.import_module(f"wrong_{number}").WRONG


def cells(number, tag):
    notebook = course_notebooks.notebook(LESSONS[number], "instructor" if tag == "solution" else "student")
    return [cell.source for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def functions(number, tag):
    """The functions of the cells with a tag, made in a namespace that has the lesson's imports."""
    names = {}
    for node in ast.parse(LESSONS[number].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            exec(compile(ast.Module([node], []), LESSONS[number].name, "exec"), names)
    found = {}
    for source in cells(number, tag):
        exec(compile(source, LESSONS[number].name, "exec"), names)
        name = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)][-1]
        found[name] = names[name]
    return found


EXERCISES = [(number, name) for number in LESSONS for name in functions(number, "stub")]
WRONG = [
    pytest.param(number, name, answer, words, id=f"{number}-{name}-{getattr(answer, '__name__', answer)}")
    for number in LESSONS
    for name, table in wrong(number).items()
    for answer, words in table
]


def test_there_are_lessons_and_each_has_its_three_exercises():
    assert LESSONS
    for number in LESSONS:
        assert sum(of == number for of, _ in EXERCISES) >= 3


@pytest.mark.parametrize("number", LESSONS)
def test_each_stub_has_its_solution_its_check_and_its_wrong_answers(number):
    stubs = list(functions(number, "stub"))
    assert list(functions(number, "solution")) == stubs
    assert list(wrong(number)) == stubs
    assert all(len(answers) >= 3 for answers in wrong(number).values())
    source = LESSONS[number].read_text(encoding="utf-8")
    assert all(f"print(check.{name}({name}))" in source for name in stubs)


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_a_solution_is_right(number, name):
    solution = functions(number, "solution")[name]
    for seed in range(3):
        verdict = getattr(checks(number), name)(solution, seed=seed)
        assert verdict.right, verdict
        assert str(verdict).startswith("Right: ")


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_a_stub_is_told_what_to_do(number, name):
    verdict = getattr(checks(number), name)(functions(number, "stub")[name], seed=0)
    assert str(verdict) == (
        f"Not yet: `{name}` is not written yet: "
        "replace the line `raise NotImplementedError` in the cell above."
    )


@pytest.mark.parametrize(("number", "name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_fault_in_one_sentence(number, name, answer, words):
    verdict = getattr(checks(number), name)(answer, seed=0)
    assert not verdict.right
    assert words in verdict.sentence
    assert "\n" not in verdict.sentence


truth = np.linspace(0.05, 0.25, 5)  # what a notebook might hold beside its signals


def wrong_shape(*arguments):
    return np.zeros((7, 5, 3))


def an_exception(*arguments):
    return [][1]


def reads_the_truth(*arguments):
    return truth


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_every_check_answers_four_kinds_of_bad_function_in_a_sentence(number, name):
    """Whatever an exercise asks: another shape, NaN, an exception, a variable of the notebook."""
    solution = functions(number, "solution")[name]

    def not_a_number(*arguments):
        return np.asarray(solution(*arguments)) * np.nan

    for answer, words in (
        (wrong_shape, "returns an array of shape (7, 5, 3), but shape"),
        (not_a_number, "returns NaN or infinity in"),
        (an_exception, "IndexError: list index out of range."),
        (reads_the_truth, "reads the variable `truth` of the notebook"),
    ):
        verdict = getattr(checks(number), name)(answer, seed=0)
        assert not verdict.right
        assert words in verdict.sentence
        assert "\n" not in verdict.sentence


@pytest.mark.parametrize("number", LESSONS)
def test_student_notebooks_hold_no_solution_and_instructor_notebooks_all(number):
    copies = {c: course_notebooks.notebook(LESSONS[number], c) for c in ("student", "instructor")}
    text = {c: "\n".join(cell.source for cell in notebook.cells) for c, notebook in copies.items()}
    shown = set(text["student"].split("\n"))
    for source in cells(number, "solution"):
        assert source in text["instructor"]
        body = source[source.index('"""', source.index('"""') + 3) :].split("\n")[1:]
        assert not [line for line in body if line.strip() and line in shown]
    assert "NotImplementedError" not in text["instructor"]


def test_notebooks_are_the_same_bytes_whenever_they_are_built(tmp_path):
    for copy in course_notebooks.LEFT_OUT:
        first, second = (course_notebooks.write(tmp_path / name / copy, copy) for name in "ab")
        assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
        for path in first:
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
            assert not any(cell.get("outputs") for cell in notebook.cells)


def runs(path, folder):
    """Run a script with nothing but the package beside it, and return what it printed."""
    done = subprocess.run(
        [sys.executable, str(path)], cwd=folder, capture_output=True, text=True, check=False, timeout=240,
        env=os.environ | {"MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "number", ["01", *(pytest.param(n, marks=pytest.mark.slow) for n in LESSONS if n != "01")]
)
def test_a_lesson_runs_as_a_script_and_every_solution_in_it_is_right(number, tmp_path):
    printed = runs(LESSONS[number], tmp_path)
    assert printed.count("Right: ") == len(cells(number, "stub"))
    assert "Not yet" not in printed
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the package as pip installs it, and nothing else of the repository."""
    folder = tmp_path_factory.mktemp("installed")
    sources = folder / "sources"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "build", "tests", "docs", "reports", "*.egg-info", ".*_cache"
    )
    shutil.copytree(ROOT, sources, ignore=ignored)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(folder / "packages"), str(sources)], check=True)
    shutil.rmtree(sources)
    return folder / "packages"


# `make docs` runs every student copy in a kernel, the test below every lesson as a script.
@pytest.mark.slow
@pytest.mark.parametrize("number", ["01", "06", "11"])
def test_a_student_notebook_runs_in_a_kernel_with_the_installed_package_alone(
    number, installed, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(installed))
    notebook = course_notebooks.notebook(LESSONS[number], "student")
    where = nbformat.v4.new_code_cell("import dspvnn; print(dspvnn.__file__)", id="where")
    notebook.cells.append(where)
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = [
        output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output
    ]
    assert sum(text.startswith("Not yet: ") for text in printed) == len(cells(number, "stub"))
    assert printed[-1].startswith(str(installed))
    assert not list(tmp_path.iterdir())
