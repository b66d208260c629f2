"""Faults that the tests plant into worker processes, to see that QA finds them: `swivel qa --fault faults:NAME`."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.onboard.messages import HoldReason, TickTrace
from simulator.onboard.stack import Stack
from simulator.onboard.zones.stage import ZoneStage


def lazy_planner() -> None:
    """The zone planner never turns."""
    real = ZoneStage.tick

    def tick(self: ZoneStage, *arguments: Any, **options: Any) -> Any:
        decision = real(self, *arguments, **options)
        return replace(decision, goal_yaw_deg=None, hold=decision.hold or HoldReason.NOBODY_ENGAGED)

    ZoneStage.tick = tick  # type: ignore[method-assign]


def flaky_stage() -> None:
    """A stage whose answers depend on how often the process was used."""
    real, count = Stack.tick, [0]

    def tick(self: Stack, *arguments: Any, **options: Any) -> TickTrace:
        trace = real(self, *arguments, **options)
        count[0] += 1
        return replace(trace, decision=replace(trace.decision, settled_s=float(count[0])))

    Stack.tick = tick  # type: ignore[method-assign]


def _at_tick(number: int, act: Any) -> None:
    real = Stack.tick

    def tick(self: Stack, sensors: Any, *arguments: Any, **options: Any) -> TickTrace:
        if sensors.tick == number:
            act()
        return real(self, sensors, *arguments, **options)

    Stack.tick = tick  # type: ignore[method-assign]


def crash() -> None:
    """A bug of ours."""

    def act() -> None:
        raise RuntimeError("the planner has lost its plan")

    _at_tick(120, act)


def hang() -> None:
    """A run that never ends."""
    _at_tick(120, lambda: time.sleep(600))


def eat_memory() -> None:
    """A run that takes all the memory there is."""
    kept: list[bytearray] = []

    def act() -> None:
        for _ in range(40):
            kept.append(bytearray(b"x" * 100_000_000))
            time.sleep(0.05)

    _at_tick(120, act)


def die() -> None:
    """A worker that is killed, each time."""
    _at_tick(120, lambda: os.kill(os.getpid(), signal.SIGKILL))


def die_once() -> None:
    """A worker that is killed, the first time only."""
    mark = Path(os.environ["QA_TEST_MARK"])

    def act() -> None:
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    _at_tick(120, act)


def die_at_start() -> None:
    """A machine on which no worker gets ready."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_every_other_time() -> None:
    """One process in three dies before it is ready, one in the first run, and one lives for a run."""
    mark = Path(os.environ["QA_TEST_MARK"])
    number = int(mark.read_text()) if mark.exists() else 0
    mark.write_text(str(number + 1))
    if number % 3 == 0:
        die_at_start()
    if number % 3 == 1:
        _at_tick(50, die_at_start)
    else:
        real = Stack.tick
        runs = [0]

        def tick(self: Stack, sensors: Any, *arguments: Any, **options: Any) -> TickTrace:
            runs[0] += sensors.tick == 0
            if runs[0] > 1:
                die_at_start()
            return real(self, sensors, *arguments, **options)

        Stack.tick = tick  # type: ignore[method-assign]
