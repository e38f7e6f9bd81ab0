"""Cells on a scheduler that speaks TLS: the certificates of dask's configuration open it, and only they."""

import json
import operator
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dspvnn.sweep import Cell, Sweep, WorkersError

distributed = pytest.importorskip("distributed")
dask_config = pytest.importorskip("dask").config
ROOT = Path(__file__).parents[2]
CELL = Cell("sum", ("sum",), operator.add, (1, 2))


def make_certificate(folder):
    """Return certificate and key, made for themselves: each side trusts this one certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate with")
    paths = [str(folder / name) for name in ("certificate.pem", "key.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-out", paths[0], "-keyout", paths[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return paths


@pytest.fixture
def start(tmp_path):
    """Start a program of dask's with these certificates; all are ended after the test."""
    processes = []

    def started(environment, *words):
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard"],
                env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
                cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip

    yield started
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_cells_on_a_scheduler_that_speaks_tls(tmp_path, start):
    certificate, key = make_certificate(tmp_path)
    tls = {"distributed.comm.tls.ca-file": certificate}
    for role in ("client", "scheduler", "worker"):
        tls |= {f"distributed.comm.tls.{role}.cert": certificate, f"distributed.comm.tls.{role}.key": key}
    environment = {f"DASK_{name.replace('.', '__').replace('-', '_')}".upper(): tls[name] for name in tls}
    file = tmp_path / "scheduler.json"
    # Both unpickle cells. They import what that needs before they take part: it may be silent for seconds.
    both = ("--scheduler-file", file, "--preload", "dspvnn.sweep.cell")
    start(environment, "scheduler", *both, "--protocol", "tls", "--host", "127.0.0.1", "--port", 0)
    start(environment, "worker", *both, "--nthreads", 1, "--no-nanny")
    with dask_config.set(tls):
        with distributed.Client(scheduler_file=str(file), timeout=120, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=120)
        address = json.loads(file.read_text())["address"]
        assert address.startswith("tls://")
        assert Sweep(dask=address).run([CELL]) == [3]
    for refused in (address, address.replace("tls://", "tcp://")):
        with pytest.raises(WorkersError, match=r"the dask scheduler .* does not answer"):
            Sweep(dask=refused).run([CELL])
