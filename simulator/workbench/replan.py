"""The future redrawn while a slider moves: the device's own mind, run again over what its senses reported.

This is the planner on recorded perception: what people would have done or sounded like under another yaw is not asked again, and what an
app or a hand asked for stands only as long as the recorded intents do. The full run that follows on release asks all of it. What a turned
knob cannot have changed is taken from the record, so that a minute is redrawn within a few hundredths of a second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator
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
    Intent,
    MotorMode,
    MotorState,
    SensorFrame,
    Setup,
    Shutter,
    SoundReport,
    TrackReport,
    VisionReport,
    Zone,
)
from simulator.onboard.motion.feel import Feel
from simulator.onboard.stack import Mind
from simulator.onboard.tuning import Tuning
from simulator.runtime.digest import SHUTTER_CLOSED
from simulator.workbench.as_recorded import AsRecorded
from simulator.workbench.knob_readers import Redone, redone_for
from simulator.workbench.run_data import RunData

HORIZON_TICKS = 60 * TICKS_PER_S
# The mind begins this much earlier, with the knobs as they were, so that patience and hysteresis are warm.
WARM_UP_TICKS = 4 * TICKS_PER_S
# The whole mind needs a longer past: who was engaged, and what mode the device was in.
WHOLE_WARM_UP_TICKS = 40 * TICKS_PER_S
# With nobody to turn to, or somebody in the dead zone, every second thought is enough. Outside of it patience counts from when an
# edge was crossed, and who crosses it for a fifth of a second is missed by every second thought.
RESTING_TICKS = 2 * THINK_EVERY_TICKS
PIECE = 48  # so many thoughts take two or three milliseconds
READ_TICKS = 100  # so much of a record is read in as long
CHANNELS = ("sound", "vision", "tracks", "intent")


@dataclass(frozen=True, slots=True)
class Reports:
    """A tick at which the mind may think, with the reports that stand from it on."""

    tick: int
    sound: SoundReport
    vision: VisionReport
    tracks: TrackReport | None
    intent: Intent | None


class Replanner:
    """Runs the mind again over one recorded run."""

    def __init__(self, run: RunData, facts: DeviceFacts, setup: Setup) -> None:
        self._run_data, self._facts, self._setup = run, facts, setup
        self._feel = Feel(facts.motor)
        self._reports: list[Reports] = []
        self._ticks: list[int] = []
        self._made = (-1, 0, 0)  # version of the take, first and last tick

    def prepare(self, first: int, last: int) -> None:
        """Read the reports between two ticks, unless they are at hand."""
        for _ in self._read(first, last):
            pass

    def _read(self, first: int, last: int) -> Iterator[None]:
        """Read them in pieces."""
        last = min(last, len(self._run_data))
        version, have_first, have_last = self._made
        if version == self._run_data.version and have_first <= first and last <= have_last:
            return
        version = self._run_data.version
        standing: dict[str, Any] = dict.fromkeys(CHANNELS)
        news: dict[int, dict[str, Any]] = {}
        for begin in range(first, last, READ_TICKS):
            for name in CHANNELS:
                for at, message in self._run_data.messages(name, begin, min(begin + READ_TICKS, last) - 1):
                    news.setdefault(max(at, first), {})[name] = message
            yield
        for thought in range(first - first % THINK_EVERY_TICKS, last, THINK_EVERY_TICKS):
            news.setdefault(max(thought, first), {})
        self._reports = []
        for at in sorted(news):
            standing.update(news[at])
            if standing["sound"] is not None and standing["vision"] is not None:
                self._reports.append(Reports(at, *(standing[name] for name in CHANNELS)))
        self._ticks = [reports.tick for reports in self._reports]
        self._made = (version, first, last)

    def yaw_deg(self, tick: int, *, now: Tuning, wanted: Tuning) -> NDArray[np.float32]:
        """The yaw from a tick on, up to a minute, had the knobs been turned there."""
        work = self.pieces(tick, now=now, wanted=wanted)
        while True:
            try:
                next(work)
            except StopIteration as done:
                yaw_deg: NDArray[np.float32] = done.value
                return yaw_deg

    def pieces(self, tick: int, *, now: Tuning, wanted: Tuning) -> Generator[None, None, NDArray[np.float32]]:
        """The same in pieces of some milliseconds, for whoever must not be kept waiting."""
        redone = redone_for(now.differences(wanted))
        warm = max(0, tick - (WARM_UP_TICKS if redone is Redone.ZONES else WHOLE_WARM_UP_TICKS))
        last = min(len(self._run_data), tick + HORIZON_TICKS)
        yield from self._read(warm, last)
        recorded = AsRecorded()
        mind = Mind(self._facts, self._setup, algorithms=recorded.algorithms(redone))
        yield from self._run(mind, warm, tick, now, recorded=recorded, follow=True)
        return (yield from self._run(mind, tick, last, wanted, recorded=recorded, follow=False))

    def _run(
        self, mind: Mind, first: int, last: int, tuning: Tuning, *, recorded: AsRecorded, follow: bool
    ) -> Generator[None, None, NDArray[np.float32]]:
        """Run between two ticks; `follow` takes yaw and rate from the record, else the screen does as it is told."""
        made = np.zeros(max(0, last - first), dtype=np.float32)
        rows = self._run_data.rows
        at_hand, ticks = self._reports, self._ticks  # another question may read others meanwhile
        if last <= first or not at_hand:
            return made
        yaw_deg = float(rows["yaw_deg"][first])
        rate_dps, accel_dps2 = float(rows["rate_dps"][first]), 0.0
        flags = rows["flags"]
        tick, place = first, max(0, bisect_right(ticks, first) - 1)
        thoughts = 0
        touch = SensorFrame(tick=0, motor=_motor(0, 0.0, 0.0, 0.0)).touch
        while tick < last:
            while place + 1 < len(at_hand) and ticks[place + 1] <= tick:
                place += 1
            reports = at_hand[place]
            torque_nm = self._feel.driving_nm(yaw_deg, rate_dps, accel_dps2)
            shutter = Shutter.CLOSED if flags[tick] & SHUTTER_CLOSED else Shutter.OPEN
            sensors = SensorFrame(
                tick=tick, motor=_motor(tick, yaw_deg, rate_dps, torque_nm), shutter=shutter, touch=touch
            )
            recorded.tracks, recorded.intent = reports.tracks, reports.intent
            report = mind.tick(sensors, reports.sound, reports.vision, tuning)
            command = report.motion.command
            if follow:
                following = min(tick + 1, len(rows) - 1)
                yaw_deg, rate_dps = float(rows["yaw_deg"][following]), float(rows["rate_dps"][following])
                accel_dps2 = (rate_dps - float(rows["rate_dps"][tick])) / TICK_S
            elif command.kind is not CommandKind.FREE:
                yaw_deg, rate_dps, accel_dps2 = command.yaw_deg, command.rate_dps, command.accel_dps2
            stop = tick + 1
            if mind.at_rest and (not follow or abs(rate_dps) < 0.01):
                calm = report.decision.zone in (None, Zone.DEAD)
                stop = max(stop, min(_next_thought(at_hand, place, tick, calm=calm), last))
            made[tick - first : stop - first] = yaw_deg
            tick = stop
            thoughts += 1
            if thoughts % PIECE == 0:
                yield
        return made


def _motor(tick: int, yaw_deg: float, rate_dps: float, torque_nm: float) -> MotorState:
    mode = MotorMode.MOVING if abs(rate_dps) > 0.1 else MotorMode.HOLDING
    return MotorState(tick=tick, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_nm=torque_nm, mode=mode)


def _next_thought(at_hand: list[Reports], place: int, tick: int, *, calm: bool) -> int:
    """When a resting screen has to think again: soon, and at once for a wake word."""
    least_tick = tick + (RESTING_TICKS if calm else THINK_EVERY_TICKS)
    for reports in at_hand[place + 1 : place + 12]:
        if reports.tick >= least_tick or reports.sound.wake_word:
            return reports.tick
    return tick + 1
