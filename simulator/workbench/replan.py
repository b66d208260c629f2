"""The future redrawn while a slider moves: the device's own mind, run again over what its senses reported.

This is the planner on recorded perception: what people would have done or sounded like under another yaw is not asked again. The full
run that follows on release does that. Knobs that only zones and motion read also reuse the recorded tracks and intents, so that a minute
is redrawn within a few hundredths of a second.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    THINK_EVERY_TICKS,
    TICK_S,
    TICKS_PER_S,
    CommandKind,
    MotorMode,
    MotorState,
    SensorFrame,
    Shutter,
)
from simulator.onboard.motion.feel import Feel
from simulator.onboard.stack import NOTHING_REPLACED, Mind, Replaced
from simulator.onboard.tuning import Tuning
from simulator.runtime.digest import SHUTTER_CLOSED
from simulator.workbench.run_data import RunData
from simulator.world.placement import setup_of
from simulator.world.spec import WorldSpec

HORIZON_TICKS = 60 * TICKS_PER_S
# The mind begins this much earlier, with the knobs as they were, so that patience and hysteresis are warm.
WARM_UP_TICKS = 4 * TICKS_PER_S
# The whole mind needs a longer past: who was engaged, and what mode the device was in.
WHOLE_WARM_UP_TICKS = 40 * TICKS_PER_S
# At rest every second thought is enough: half a tenth of a second is not to be seen on a curve of a minute.
RESTING_TICKS = 2 * THINK_EVERY_TICKS
CHANNELS = ("sound", "vision", "tracks", "intent")
PLANNER_KNOBS = ("zones.", "motion.max_", "bump.bump_", "bump.retreat", "bump.unblock", "recipe.", "patience.settle_s",
                 "patience.motion_delay_s", "patience.rest_after_move_s", "call.settle_s", "call.recentre_share")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beat:
    """A tick at which the mind may think, with the reports that stand from it on."""

    tick: int
    sound: Any
    vision: Any
    replaced: Replaced


class Foresight:
    """Runs the mind again over one take."""

    def __init__(self, run: RunData, spec: WorldSpec, facts: DeviceFacts) -> None:
        self._take, self._facts, self._setup = run, facts, setup_of(spec)
        self._feel = Feel(facts.motor)
        self._beats: list[Beat] = []
        self._ticks: list[int] = []
        self._made = (-1, 0, 0)  # version of the take, first and last tick

    def prepare(self, first: int, last: int) -> None:
        """Read the reports between two ticks, unless they are at hand."""
        last = min(last, len(self._take))
        version, have_first, have_last = self._made
        if version == self._take.version and have_first <= first and last <= have_last:
            return
        standing: dict[str, Any] = dict.fromkeys(CHANNELS)
        news: dict[int, dict[str, Any]] = {}
        for name in CHANNELS:
            for at, message in self._take.messages(name, first, last - 1):
                news.setdefault(max(at, first), {})[name] = message
        for beat in range(first - first % THINK_EVERY_TICKS, last, THINK_EVERY_TICKS):
            news.setdefault(max(beat, first), {})
        self._beats = []
        for at in sorted(news):
            standing.update(news[at])
            if standing["sound"] is not None and standing["vision"] is not None:
                replaced = Replaced(tracks=standing["tracks"], intent=standing["intent"])
                self._beats.append(Beat(at, standing["sound"], standing["vision"], replaced))
        self._ticks = [beat.tick for beat in self._beats]
        self._made = (self._take.version, first, last)

    def yaw_deg(self, tick: int, *, now: Tuning, wanted: Tuning) -> NDArray[np.float32]:
        """The yaw from a tick on, up to a minute, had the knobs been turned there."""
        planner_only = all(path.startswith(PLANNER_KNOBS) for path in now.differences(wanted))
        warm = max(0, tick - (WARM_UP_TICKS if planner_only else WHOLE_WARM_UP_TICKS))
        last = min(len(self._take), tick + HORIZON_TICKS)
        self.prepare(warm, last)
        mind = Mind(self._facts, self._setup)
        self._run(mind, warm, tick, now, planner_only=planner_only, follow=True)
        return self._run(mind, tick, last, wanted, planner_only=planner_only, follow=False)

    def _run(
        self, mind: Mind, first: int, last: int, tuning: Tuning, *, planner_only: bool, follow: bool
    ) -> NDArray[np.float32]:
        """Run between two ticks; `follow` takes yaw and rate from the record, else the screen does as it is told."""
        made = np.zeros(max(0, last - first), dtype=np.float32)
        rows = self._take.rows
        if last <= first or not self._beats:
            return made
        yaw_deg = float(rows["yaw_deg"][first])
        rate_dps, accel_dps2 = float(rows["rate_dps"][first]), 0.0
        flags = rows["flags"]
        tick, place = first, max(0, bisect_right(self._ticks, first) - 1)
        touch = SensorFrame(tick=0, motor=_motor(0, 0.0, 0.0, 0.0)).touch
        while tick < last:
            while place + 1 < len(self._beats) and self._ticks[place + 1] <= tick:
                place += 1
            beat = self._beats[place]
            torque_nm = self._feel.driving_nm(yaw_deg, rate_dps, accel_dps2)
            shutter = Shutter.CLOSED if flags[tick] & SHUTTER_CLOSED else Shutter.OPEN
            sensors = SensorFrame(
                tick=tick, motor=_motor(tick, yaw_deg, rate_dps, torque_nm), shutter=shutter, touch=touch
            )
            report = mind.tick(
                sensors, beat.sound, beat.vision, tuning, beat.replaced if planner_only else NOTHING_REPLACED
            )
            command = report.motion.command
            if follow:
                following = min(tick + 1, len(rows) - 1)
                yaw_deg, rate_dps = float(rows["yaw_deg"][following]), float(rows["rate_dps"][following])
                accel_dps2 = (rate_dps - float(rows["rate_dps"][tick])) / TICK_S
            elif command.kind is not CommandKind.FREE:
                yaw_deg, rate_dps, accel_dps2 = command.yaw_deg, command.rate_dps, command.accel_dps2
            stop = tick + 1
            if mind.at_rest and (not follow or abs(rate_dps) < 0.01):
                stop = max(stop, min(self._next_beat(place, tick), last))
            made[tick - first : stop - first] = yaw_deg
            tick = stop
        return made

    def _next_beat(self, place: int, tick: int) -> int:
        """When a resting screen has to think again: soon, and at once for a wake word."""
        for beat in self._beats[place + 1 : place + 12]:
            if beat.tick >= tick + RESTING_TICKS or beat.sound.wake_word:
                return beat.tick
        return tick + 1


def _motor(tick: int, yaw_deg: float, rate_dps: float, torque_nm: float) -> MotorState:
    mode = MotorMode.MOVING if abs(rate_dps) > 0.1 else MotorMode.HOLDING
    return MotorState(tick=tick, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_nm=torque_nm, mode=mode)
