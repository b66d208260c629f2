"""What the tests of the bridge share: the firmware, built once, and chance from a fixed seed."""

from __future__ import annotations

import numpy as np
import pytest

from hardware_bridge.firmware import compile


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Firmware and emulated chip; a test that asks for them is skipped where the compilers are missing."""
    if reason := compile.missing_tools():
        pytest.skip(f"the board's firmware cannot be built here: {reason}")
    return compile.build(tmp_path_factory.mktemp("board"))


@pytest.fixture
def rng():
    """The same chance in every run."""
    return np.random.Generator(np.random.Philox(5))
