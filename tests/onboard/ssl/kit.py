"""A virtual room and ears for it, to ask what a device would hear."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import BLOCK_SAMPLES, MicBlock, MotorMode, MotorState, Setup, SoundReport
from simulator.onboard.ssl.stage import SoundModels, SoundStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import load_ear_models
from simulator.world.sound.field import SoundField
from simulator.world.sound.view import Directivity, SoundView, SourceNow
from simulator.world.sound.voices import Voices
from simulator.world.spec import DevicePlace, RoomSpec, WorldSpec

F32 = NDArray[np.float32]
PLACE = DevicePlace(x_m=2.5, y_m=0.4, heading_deg=90.0)
HALF = Setup(range=RangeOfMotion(min_deg=-90.0, max_deg=90.0))


@cache
def models() -> SoundModels:
    """The shipped models, read once."""
    return load_ear_models()


@cache
def voices() -> Voices:
    """The shipped voices."""
    return Voices()


def streams(name: str) -> np.random.Generator:
    """Named chance."""
    return np.random.default_rng([9, *name.encode()])


@dataclass
class Room:
    """One room with a field and ears; `hear` plays some ticks and keeps every new report."""

    setup: Setup = HALF
    tuning: Tuning = field(default_factory=Tuning)
    yaw_deg: Callable[[int], float] = lambda tick: 0.0
    rate_dps: Callable[[int], float] = lambda tick: 0.0

    def __post_init__(self) -> None:
        facts = DeviceFacts()
        self.field = SoundField(WorldSpec(room=RoomSpec(), device=PLACE), facts, streams)
        self.ears = SoundStage(facts, models())
        self.tick = 0
        self.reports: list[SoundReport] = []
        self.said: dict[str, tuple[F32, int, tuple[float, float, float], bool]] = {}

    def says(self, name: str, clip: F32, *, at_s: float, place: tuple[float, float, float], loop: bool = False) -> None:
        """Let a source play a clip from a time on."""
        self.said[name] = (clip, round(at_s * 100), place, loop)

    def hear(self, ticks: int) -> list[SoundReport]:
        """Go on for some ticks; the reports of each."""
        out = []
        for _ in range(ticks):
            out.append(self._tick())
            self.tick += 1
        self.reports += out
        return out

    def _tick(self) -> SoundReport:
        tick = self.tick
        yaw, rate = self.yaw_deg(tick), self.rate_dps(tick)
        sources = []
        for name, (clip, start, place, loop) in self.said.items():
            at = (tick - start) * BLOCK_SAMPLES
            if loop and at >= 0:
                at %= len(clip) - BLOCK_SAMPLES
            block = clip[at : at + BLOCK_SAMPLES] if 0 <= at <= len(clip) - BLOCK_SAMPLES else None
            facing = math.degrees(math.atan2(PLACE.y_m - place[1], PLACE.x_m - place[0]))
            sources.append(
                SourceNow(name=name, position_m=place, facing_deg=facing, directivity=Directivity.MOUTH, samples=block)
            )
        block = self.field.block(SoundView(tick=tick, yaw_deg=yaw, rate_dps=rate, sources=tuple(sources)))
        mode = MotorMode.MOVING if rate else MotorMode.HOLDING
        motor = MotorState(tick=tick, yaw_deg=yaw, rate_dps=rate, torque_nm=0.0, mode=mode)
        return self.ears.tick(MicBlock(tick=tick, samples=block), motor=motor, setup=self.setup, tuning=self.tuning)


def azimuth_deg(place: tuple[float, float, float]) -> float:
    """True azimuth of a place."""
    return math.degrees(math.atan2(place[1] - PLACE.y_m, place[0] - PLACE.x_m)) - PLACE.heading_deg
