"""The makers' own libraries as judges (python -m benchmarks.bridge runs the large numbers)."""

from __future__ import annotations

import pytest

from hardware_bridge.proofs.interop_can import canopen_interop, master_moves
from hardware_bridge.proofs.interop_serial import dynamixel_interop, feetech_interop


@pytest.mark.parametrize("judge", [dynamixel_interop, feetech_interop, canopen_interop])
def test_no_difference_to_the_makers_library(judge, rng):
    result = judge(rng, exchanges=800)
    assert result.exchanges >= 800
    assert result.differences == []


def test_the_canopen_master_switches_our_drive_on_turns_it_and_stops_it(rng):
    figures = master_moves(rng)
    assert 900.0 <= figures["move_90_deg_ms"] <= 1300.0
    assert figures["quick_stop_from_dps"] >= 150.0
    assert figures["quick_stop_ms"] <= 230.0
