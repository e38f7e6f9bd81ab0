"""A sweep over cells: the kept ones are read, the others done, each kept as soon as it is finished."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dspvnn.sweep.cell import Cell
from dspvnn.sweep.shelf import Shelf
from dspvnn.sweep.workers import WorkersError, in_processes, on_dask

MANY = 1024  # cells that are looked up and sent out together: there may be more of them than memory


def _quiet(name: str, done: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Sweep:
    """Who does the cells, and where the finished ones are kept.

    jobs : processes of this machine.
    dask : address of a dask scheduler, "tcp://host:port" or "tls://host:port", which does them then.
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

        For sums over more cells than should lie in memory together: `cells` may be a sequence that makes
        each cell when it is asked for, and `MANY` are asked for at a time. `progress` gets the name
        of every finished cell and how many there are by then.

        Raises
        ------
        ValueError
            When the workers are gone or a cell cannot be kept; what is finished by then is kept.
        """
        n_done = 0
        try:
            for start in range(0, len(cells), MANY):
                some = [cells[i] for i in range(start, min(start + MANY, len(cells)))]
                for i, result in self._some(some):
                    n_done += 1
                    progress(some[i].name, n_done)
                    yield start + i, result
        except WorkersError as error:
            kept = "the same command goes on from there" if self.shelf else "none is kept"
            raise WorkersError(f"{error}; {n_done} of {len(cells)} cells are done, {kept}") from None

    def _some(self, cells: Sequence[Cell]) -> Iterator[tuple[int, Any]]:
        left = []
        for i, cell in enumerate(cells):
            result = None if self.shelf is None else self.shelf.find(cell)
            if result is None:
                left.append(i)
            else:
                yield i, result
        for number, text in self._do([cells[i] for i in left]):
            i = left[number]
            if self.shelf is not None:
                self.shelf.keep(cells[i], text)
            yield i, json.loads(text)

    def _do(self, cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
        if not cells:
            return iter(())
        return on_dask(cells, self.dask) if self.dask else in_processes(cells, self.jobs)
