"""Builds the notebooks of the course from its lessons and exam sheets: `make course`.

A lesson or a sheet is a Python file in jupytext's percent format. A cell tagged `stub` is what the student
starts from and stays out of instructor copies; a cell tagged `solution` stays out of student copies.
"""

import sys
from pathlib import Path

import jupytext
import nbformat

LESSONS = tuple(sorted((Path(__file__).parent / "course").glob("[0-9][0-9]_*.py")))
SHEETS = tuple(sorted((Path(__file__).parent / "course").glob("exam_[0-9].py")))
LEFT_OUT = {"student": "solution", "instructor": "stub"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(lesson: Path, copy: str) -> nbformat.NotebookNode:
    """Return a lesson or a sheet as a notebook without outputs; `copy` is "student" or "instructor"."""
    cells = jupytext.reads(lesson.read_text(encoding="utf-8"), fmt="py:percent").cells
    kept = [cell for cell in cells if LEFT_OUT[copy] not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(kept):
        cell.id = f"cell-{number:03d}"  # jupytext draws random ones
    return nbformat.v4.new_notebook(cells=kept, metadata=METADATA)


def write(folder: Path, copy: str) -> list[Path]:
    """Write one copy of every lesson and sheet into `folder`; what would not change is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for lesson in (*LESSONS, *SHEETS):
        path = folder / f"{lesson.stem}.ipynb"
        text = nbformat.writes(notebook(lesson, copy)) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    for path in {*folder.glob("[0-9][0-9]_*.ipynb"), *folder.glob("exam_[0-9].ipynb")} - set(
        paths
    ):  # of a lesson that is no longer there
        path.unlink()
    return paths


if __name__ == "__main__":
    for copy in LEFT_OUT:
        for path in write(Path(sys.argv[1]) / copy, copy):
            print(path)
