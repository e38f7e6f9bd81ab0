"""Where cells are done: processes of this machine (loky, through joblib), or a dask cluster.

Both yield ``(number of the cell, its result)`` as cells finish, in whichever order.
"""

import asyncio
import logging
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread
from typing import Any

from joblib import Parallel, delayed

from dspvnn.sweep.cell import Cell, do
from dspvnn.sweep.version import code_version

CONNECT = 5.0  # seconds that a scheduler may take to answer
LOOK = 0.5  # seconds between two looks at whether the parent of a worker process is alive
PATIENCE = 15.0  # seconds that a cluster may be without any worker


class WorkersError(ValueError):
    """The cluster has no scheduler or no workers left."""


def in_processes(cells: Sequence[Cell], jobs: int) -> Iterator[tuple[int, str]]:
    """Do the cells in `jobs` processes, this one for 1."""
    work = (delayed(_numbered)(i, cell, code_version()) for i, cell in enumerate(cells))
    parallel = Parallel(
        n_jobs=jobs, batch_size=1, return_as="generator_unordered", initializer=end_with_parent,
        initargs=(os.getpid(),),
    )  # fmt: skip
    try:
        yield from parallel(work)
    except BrokenProcessPool:
        raise WorkersError("a worker process died: killed, or out of memory") from None


def end_with_parent(parent: int) -> None:
    """Let this process end within a second of its parent, process `parent`, even if that dies of `kill -9`.

    Without this a worker waits minutes for work that nobody sends. A system that does not give orphans
    another parent (Windows) leaves it waiting.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _numbered(i: int, cell: Cell, version: str) -> tuple[int, str]:
    return i, do(cell, version)


def on_dask(
    cells: Sequence[Cell], address: str, connect: float = CONNECT, patience: float = PATIENCE
) -> Iterator[tuple[int, str]]:
    """Do the cells on the workers of the dask scheduler at `address`, "tcp://host:port" or "tls://...".

    Cells travel as pickles: whoever reaches the scheduler runs code on its workers and in this process.

    Cells of a worker that dies are done again by the others; a cell that takes several workers with it, or
    a cluster that stays without workers for `patience` seconds, is a `WorkersError`.
    """
    with _client(address, connect) as client:
        futures = {
            client.submit(do, cell, code_version(), pure=False, retries=0): i
            for i, cell in enumerate(cells)
        }
        for future in _as_finished(client, set(futures), address, patience):
            yield futures.pop(future), _result(future, address)
            future.release()


@contextmanager
def _client(address: str, connect: float) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--dask needs dask.distributed: pip install 'dspvnn[cluster]'") from None
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL)  # what goes wrong is said once, by the exception
    try:
        try:
            with ThreadPoolExecutor(1) as aside:  # whatever event loop runs here
                aside.submit(asyncio.run, _identity(address, connect)).result()
            client = Client(address, timeout=connect)
        except Exception as error:  # no scheduler, but a web server say, may answer anything
            reason = " ".join(str(error).split()) or f"it was silent for {connect:g} s"
            raise WorkersError(f"the dask scheduler {address} does not answer: {reason}") from None
        with client:
            yield client
    finally:
        log.setLevel(level)


async def _identity(address: str, connect: float) -> None:
    """Check that the scheduler answers: `Client` waits for ever for one that accepts and never replies."""
    from distributed import Security, rpc

    certificates = Security().get_connection_args("client")  # of dask's configuration, for tls://
    async with rpc(address, timeout=connect, connection_args=certificates) as scheduler:
        await asyncio.wait_for(scheduler.identity(), connect)


def _as_finished(client: Any, pending: set[Any], address: str, patience: float) -> Iterator[Any]:
    """Yield futures as they finish, while the scheduler is there and has workers."""
    from distributed import CancelledError, wait

    alone = 0.0
    step = min(2.0, patience)
    while pending:
        try:
            done, pending = wait(pending, timeout=step, return_when="FIRST_COMPLETED")
            alone = 0.0
        except TimeoutError:
            done = set()
            alone = 0.0 if _n_workers(client, address) else alone + step
        except CancelledError:
            raise WorkersError(f"the dask scheduler {address} is gone") from None
        if alone >= patience:
            raise WorkersError(f"the dask scheduler {address} has had no worker for {patience:g} s")
        yield from done


def _n_workers(client: Any, address: str) -> int:
    try:
        return len(client.nthreads())
    except (OSError, TimeoutError, AttributeError):
        raise WorkersError(f"the dask scheduler {address} is gone") from None


def _result(future: Any, address: str) -> str:
    from distributed import CancelledError, KilledWorker

    try:
        text: str = future.result()
    except KilledWorker:
        raise WorkersError(f"a cell killed its workers, several times over, on {address}") from None
    except CancelledError:
        raise WorkersError(f"the dask scheduler {address} is gone") from None
    return text
