"""One move alone: from rest to rest, within what the knobs allow, and told in figures that follow the knobs."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Tuning
from simulator.runtime.digest import MOVING, ROW
from simulator.workbench.one_move import LEAD_TICKS, one_move, turn_at
from simulator.workbench.run_data import RunData

FACTS = DeviceFacts()


@pytest.mark.parametrize("by_deg", [5.0, 60.0, -90.0])
def test_a_move_begins_and_ends_at_rest_where_it_should(by_deg):
    move = one_move(FACTS, Tuning(), by_deg=by_deg)
    assert np.abs(move.yaw_deg[:LEAD_TICKS]).max() < 0.05
    assert move.yaw_deg[-1] == pytest.approx(by_deg, abs=0.3)
    assert move.short_deg == pytest.approx(abs(by_deg - move.yaw_deg[-1]), abs=0.3)
    assert abs(move.rate_dps[-1]) < 0.3
    assert np.abs(move.rate_dps).max() < Tuning().motion.max_rate_dps + 2.0
    assert np.abs(move.jerk_dps3).max() <= Tuning().motion.max_jerk_dps3 + 1.0
    assert 0.0 < move.faces_s < move.rests_s


def test_the_figures_follow_the_knobs():
    brisk = one_move(FACTS, Tuning(), by_deg=90.0)
    slow = one_move(FACTS, Tuning().patched({"motion.max_rate_dps": 20.0}), by_deg=90.0)
    soft = one_move(FACTS, Tuning().patched({"motion.max_jerk_dps3": 400.0}), by_deg=90.0)
    assert slow.faces_s > 2 * brisk.faces_s
    assert soft.rests_s > brisk.rests_s
    assert np.abs(soft.jerk_dps3).max() < np.abs(brisk.jerk_dps3).max()


def test_the_turn_at_the_playhead_is_found():
    rows = np.zeros(300, dtype=ROW)
    rows["yaw_deg"][100:150] = np.linspace(0, 40, 50)
    rows["yaw_deg"][150:] = 40
    rows["flags"][100:150] = MOVING
    run = RunData()
    run.append(rows, (), ())
    assert turn_at(run, 20) == pytest.approx(40.0)
    assert turn_at(run, 140) == pytest.approx(40.0)
    assert turn_at(run, 200) is None
