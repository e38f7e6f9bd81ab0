"""Waiting for something to happen, rather than for a time in which it should have happened."""

import time

PATIENCE = 300.0  # seconds, after which it will not happen any more: far beyond what a busy machine takes


def wait_until(happened, meanwhile=lambda: None):
    """Return the first true answer of `happened`; `meanwhile` may raise what makes waiting pointless."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := happened()):
        meanwhile()
        assert time.monotonic() < deadline, f"waited {PATIENCE:g} s in vain"
        time.sleep(0.02)
    return answer
