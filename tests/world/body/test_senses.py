"""Camera and microphones ride on the turning screen: they see and hear from its true yaw, also in the middle of a bump."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.body_loop import PLACE, wall
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S, Box, CommandKind, MotorCommand
from simulator.runtime.seeds import stream
from simulator.world.spec import SourceSpec, WorldSpec
from simulator.world.truth import SoundPath
from simulator.world.world import World


class Diary:
    """Stands where camera and sound field stand and notes from where they were asked to look and listen."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, float]] = []
        self.heard: list[tuple[float, float]] = []
        self.note = ""

    def picture(self, view: Any) -> tuple[NDArray[np.uint8], Any]:
        self.seen.append((view.yaw_deg, view.rate_dps))
        return np.zeros((4, 4, 3), np.uint8), type("Nothing", (), {"seen": ()})()

    def detail(self, box: Box, zoom: float) -> NDArray[np.uint8]:
        return np.zeros((4, 4, 3), np.uint8)

    def block(self, view: Any) -> Any:
        self.heard.append((view.yaw_deg, view.rate_dps))
        return np.zeros((8, 160), np.float32)

    def paths(self, view: Any) -> tuple[SoundPath, ...]:
        return ()


class Silence:
    def clip(self, voice: str, kind: Any, *, index: int = 0) -> NDArray[np.float32]:
        return np.zeros(1600, np.float32)


def test_eyes_and_ears_follow_the_true_yaw_and_rate_through_a_bump() -> None:
    diary = Diary()
    spec = WorldSpec(device=PLACE, things=(wall(),), sources=(SourceSpec(name="fan", at=(4.0, 3.0)),))
    world = World(spec, DeviceFacts(), streams=lambda name: stream(1, name), clips=Silence(), sound=diary, camera=diary)
    true: list[tuple[float, float]] = []
    measured: list[float] = []
    force_n: list[float] = []
    for tick in range(120):
        true.append((world.body.yaw_deg, world.body.rate_dps))
        force_n.append(world.body.contact_force_n)
        sensors = world.sense(tick, frame_wanted=True)
        measured.append(sensors.motor.yaw_deg)
        rate = min(60.0, 3.0 * (tick + 1))
        yaw = min(25.0, 0.5 * rate * rate / 300.0 if rate < 60.0 else 6.0 + 60.0 * TICK_S * (tick - 19))
        world.actuate(MotorCommand(tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw, rate_dps=rate))
    assert diary.seen == true
    assert diary.heard == true
    # the command ran on, the screen did not: what it sees is where the wall holds it, and sharp
    hit = next(tick for tick in range(120) if force_n[tick] > 1.0)
    assert true[hit - 1][1] > 40.0
    assert max(abs(rate) for _, rate in true[hit + 3 :]) < 5.0
    assert true[-1][0] < 12.0
    # the stack knows the yaw from the encoder only: within a count and the play
    assert max(abs(seen - yaw) for seen, (yaw, _) in zip(measured, true, strict=True)) < 0.3
