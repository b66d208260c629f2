"""Random histories never break a promise: a few here, 2,000 by `python -m benchmarks.mind_soak`."""

from __future__ import annotations

import os

import pytest

from benchmarks.mind_soak import counted, play


@pytest.mark.long
def test_random_histories_keep_every_promise() -> None:
    play(int(os.environ.get("SWIVEL_HISTORIES", "25")))
    assert counted["events"] > 1000
