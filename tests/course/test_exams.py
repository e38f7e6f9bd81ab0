"""Exam sheets: every number of an answer is computed, students see no answer, and the marks add up."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import course_notebooks  # noqa: E402

SHEETS = {sheet.stem: sheet for sheet in course_notebooks.SHEETS}
TASK = re.compile(r"^## Task (\d+): .+ \(lesson (\d+); (\d+) marks, (\d+) minutes\)$")


def cells(name, copy):
    return course_notebooks.notebook(SHEETS[name], copy).cells


def tasks(name):
    """Task, lesson, marks and minutes of every task, and the task's text."""
    for cell in cells(name, "student")[1:]:
        heading, _, text = cell.source.partition("\n")
        yield (*map(int, TASK.match(heading).groups()), text)


def test_there_are_two_sheets():
    assert list(SHEETS) == ["exam_1", "exam_2"]


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_has_a_task_for_every_lesson_and_its_marks_and_minutes_add_up(name):
    first = cells(name, "student")[0].source
    minutes, marks = re.search(r"(\d+) minutes, (\d+) marks", first).groups()
    rows = list(tasks(name))
    assert [row[:2] for row in rows] == [(i, i) for i in range(1, 12)]
    assert sum(row[2] for row in rows) == int(marks)
    assert sum(row[3] for row in rows) == int(minutes)
    for _, _, of_task, _, text in rows:
        assert sum(marks_of_questions(text)) == of_task


def marks_of_questions(text):
    """The marks of a task's questions, which stand in brackets at their ends."""
    return [int(marks) for marks in re.findall(r"\((\d+)\)\s*(?=\n\d\. |\Z)", text)]


@pytest.mark.parametrize("name", SHEETS)
def test_a_students_copy_holds_tasks_alone_and_every_task_has_its_answer_in_the_instructors(name):
    student = cells(name, "student")
    assert all(cell.cell_type == "markdown" for cell in student)
    assert not any("**Answer.**" in cell.source or "assert" in cell.source for cell in student)
    instructor = cells(name, "instructor")
    for i, cell in enumerate(instructor):
        if cell.source.startswith("## Task"):
            assert instructor[i + 1].source.startswith("**Answer.**")
            assert "assert" in instructor[i + 2].source


@pytest.mark.slow
@pytest.mark.parametrize("name", SHEETS)
def test_every_number_of_the_answers_is_right(name, tmp_path):
    done = subprocess.run(
        [sys.executable, str(SHEETS[name])], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
