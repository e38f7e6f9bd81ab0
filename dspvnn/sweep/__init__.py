"""Sweeps: cells on processes or on a cluster, each kept as soon as it is finished."""

from dspvnn.sweep.cell import Cell
from dspvnn.sweep.comparison import comparison_cell, row_cell, rows_of
from dspvnn.sweep.run import Sweep
from dspvnn.sweep.shelf import Shelf
from dspvnn.sweep.version import code_version
from dspvnn.sweep.workers import WorkersError

__all__ = [
    "Cell",
    "Shelf",
    "Sweep",
    "WorkersError",
    "code_version",
    "comparison_cell",
    "row_cell",
    "rows_of",
]
