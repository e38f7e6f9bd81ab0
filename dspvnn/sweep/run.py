"""A sweep over cells: the kept ones are read, the others done, each kept as soon as it is finished."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dspvnn.sweep.cell import Cell
from dspvnn.sweep.shelf import Shelf
from dspvnn.sweep.workers import WorkersError, in_processes, on_dask


def _quiet(name: str, done: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Sweep:
    """Who does the cells, and where the finished ones are kept.

    jobs : processes of this machine.
    dask : address of a dask scheduler, "tcp://host:port", which then does them instead.
    shelf : the folder of finished cells, or None to keep none.
    """

    jobs: int = 1
    dask: str = ""
    shelf: Shelf | None = None

    def run(self, cells: Sequence[Cell], progress: Callable[[str, int], None] = _quiet) -> list[Any]:
        """Return the results of the cells, in their order, whoever did them.

        Arguments and errors are those of `each`.
        """
        results = dict(self.each(cells, progress))
        return [results[i] for i in range(len(cells))]

    def each(
        self, cells: Sequence[Cell], progress: Callable[[str, int], None] = _quiet
    ) -> Iterator[tuple[int, Any]]:
        """Yield number and result of every cell: the kept ones, then the others as they finish.

        For sums over more cells than should lie in memory together. `progress` gets the name of
        every finished cell and how many there are by then.

        Raises
        ------
        ValueError
            When the workers are gone or a cell cannot be kept; what is finished by then is kept.
        """
        left = []
        for i, cell in enumerate(cells):
            result = None if self.shelf is None else self.shelf.find(cell)
            if result is None:
                left.append(i)
            else:
                progress(cell.name, i + 1 - len(left))
                yield i, result
        n_done = len(cells) - len(left)
        try:
            for number, text in self._do([cells[i] for i in left]):
                i = left[number]
                if self.shelf is not None:
                    self.shelf.keep(cells[i], text)
                n_done += 1
                progress(cells[i].name, n_done)
                yield i, json.loads(text)
        except WorkersError as error:
            kept = "the same command goes on from there" if self.shelf else "none is kept"
            raise WorkersError(f"{error}; {n_done} of {len(cells)} cells are done, {kept}") from None

    def _do(self, cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
        if not cells:
            return iter(())
        return on_dask(cells, self.dask) if self.dask else in_processes(cells, self.jobs)
