"""The random planner of the guard's soak, shortly: nothing illegal reaches the motor, and the judge is not blind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import guard_soak
from hardware_bridge.guard import Guard
from simulator.onboard.messages import CommandKind, MotorCommand, MotorState


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_random_planner_gets_nothing_illegal_through(seed: int) -> None:
    judge = guard_soak.soak(6000, seed=seed)
    assert judge.broken.total() == 0
    assert all(judge.kinds[kind] > 300 for kind in CommandKind)


class Careless(Guard):
    """Lets everything through at 1.2 times the speed."""

    def filter(self, command: MotorCommand, state: MotorState, tick: int) -> tuple[MotorCommand, str]:
        sent, words = super().filter(command, state, tick)
        return replace(sent, rate_dps=1.2 * sent.rate_dps, yaw_deg=1.2 * sent.yaw_deg), words


class Absent(Guard):
    """Passes what it is given."""

    def filter(self, command: MotorCommand, state: MotorState, tick: int) -> tuple[MotorCommand, str]:
        super().filter(command, state, tick)
        return command, ""


@pytest.mark.parametrize("broken", [Careless, Absent])
def test_the_judge_sees_a_broken_guard(broken: type[Guard], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_soak, "Guard", broken)
    assert guard_soak.soak(1500, seed=11).broken.total() > 20
