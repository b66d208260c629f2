"""A moment as people in the room would see it: the room from its truth, and what is on the glass from the device's own trace."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import TICKS_PER_S, Box, Intent, Mode, Shutter, SoundReport, TickTrace
from simulator.world.camera.view import CameraView, Light, PersonView, ThingView
from simulator.world.people import STRIDE_M
from simulator.world.spec import LightAction, WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame

Content = Literal["clock", "recipe", "photo", "call", "alert"]
BEAM_STEP_DEG = 4.0  # finer changes of the beam are not drawn
LISTENS_S = 4.0  # after a wake word
WALKS_MPS = 0.15
LOOK_BACK_TICKS = 10
CONTENTS: dict[Mode, Content] = {Mode.RECIPE: "recipe", Mode.CALL: "call", Mode.REMOTE: "call"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """Everything that is shown on the device's glass."""

    content: Content = "clock"
    light: Light = "day"
    listening: bool = False
    beam_deg: float | None = None  # where the ears listen, relative to the screen
    shutter_closed: bool = False
    crop: Box | None = None  # of a call


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment."""

    tick: int
    view: CameraView
    glass: Glass


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """What a moment is made of: the truth, and what the device itself says."""

    tick: int
    truth: TruthFrame
    before: TruthFrame  # a little earlier: who has moved since walks
    yaw_deg: float
    rate_dps: float
    sound: SoundReport | None
    intent: Intent | None
    shutter_closed: bool
    woke_tick: int | None  # of the last wake word


class Onlooker:
    """Looks at a run while it goes on, and knows its present moment."""

    def __init__(self, spec: WorldSpec) -> None:
        self._reader = MomentReader(spec)
        self._truths: deque[TruthFrame] = deque(maxlen=LOOK_BACK_TICKS + 1)
        self._trace: TickTrace | None = None
        self._woke_tick: int | None = None

    def take(self, trace: TickTrace, truth: TruthFrame) -> None:
        """One more tick."""
        self._trace = trace
        self._truths.append(truth)
        if trace.sound.wake_word:
            self._woke_tick = trace.tick

    def now(self) -> Moment | None:
        """The moment of the last tick; None before the first one."""
        if self._trace is None:
            return None
        truth, before = self._truths[-1], self._truths[0]
        return self._reader.moment(_instant(self._trace, truth, before=before, woke_tick=self._woke_tick))


class Moments:
    """All moments of a run that is over; any of them can be asked for."""

    def __init__(self, spec: WorldSpec, traces: Sequence[TickTrace], truths: Sequence[TruthFrame | None]) -> None:
        self._reader, self._traces, self._truths = MomentReader(spec), traces, truths
        self._wakes = [trace.tick for trace in traces if trace.sound.wake_word]

    def __len__(self) -> int:
        return len(self._traces)

    def every(self, ticks: int) -> Iterator[Moment]:
        """Moments at an even pace."""
        for tick in range(0, len(self), ticks):
            moment = self.at(tick)
            if moment is not None:
                yield moment

    def at(self, tick: int) -> Moment | None:
        """The moment of a tick; None where nothing is known of the room."""
        trace, truth = self._traces[tick], self._truths[tick]
        if truth is None:
            return None
        before = self._truths[max(0, tick - LOOK_BACK_TICKS)] or truth
        woken = bisect_right(self._wakes, trace.tick)
        woke_tick = self._wakes[woken - 1] if woken else None
        return self._reader.moment(_instant(trace, truth, before=before, woke_tick=woke_tick))


class MomentReader:
    """Makes a moment of what stood in one room at an instant."""

    def __init__(self, spec: WorldSpec) -> None:
        self._spec = spec
        self._looks = {person.name: person.look for person in spec.people}
        self._on = {thing.name: thing.on for thing in spec.things}

    def moment(self, now: Instant) -> Moment:
        """The moment of an instant."""
        tick, truth = now.tick, now.truth
        light = self._light(tick)
        then = {person.name: person for person in now.before.people}
        people = tuple(self._person(one, then.get(one.name, one), tick) for one in truth.people)
        things = tuple(
            ThingView(name=one.name, x_m=one.x_m, y_m=one.y_m, angle_deg=one.angle_deg, tipped=one.tipped,
                      on=self._on.get(one.name, True))
            for one in truth.things if one.name in self._on
        )  # fmt: skip
        view = CameraView(
            tick=tick, yaw_deg=now.yaw_deg, rate_dps=now.rate_dps, light=light, people=people, things=things
        )
        return Moment(tick=tick, view=view, glass=_glass(now, light))

    def _light(self, tick: int) -> Light:
        light = self._spec.room.light
        for action in sorted(self._spec.actions, key=lambda one: one.at_s):
            if isinstance(action, LightAction) and action.at_s * TICKS_PER_S <= tick:
                light = action.light
        return light

    def _person(self, now: PersonTruth, then: PersonTruth, tick: int) -> PersonView:
        moved_m = math.hypot(now.x_m - then.x_m, now.y_m - then.y_m)
        walks = moved_m > WALKS_MPS * LOOK_BACK_TICKS / TICKS_PER_S
        turn = math.radians(now.body_deg)
        # Steps by where somebody is along the way, so that every moment looks the same however it is reached.
        along_m = now.x_m * math.cos(turn) + now.y_m * math.sin(turn)
        return PersonView(
            name=now.name, look=self._looks.get(now.name, "adult-1"), x_m=now.x_m, y_m=now.y_m, body_deg=now.body_deg,
            head_deg=now.head_deg, posture="sitting" if now.posture == "sitting" else "standing",
            stride_rad=math.pi * along_m / STRIDE_M if walks else None,
            mouth_open=abs(math.sin(0.13 * tick)) if now.talking else 0.0,
        )  # fmt: skip


def _instant(trace: TickTrace, truth: TruthFrame, *, before: TruthFrame, woke_tick: int | None) -> Instant:
    return Instant(
        tick=trace.tick, truth=truth, before=before, yaw_deg=truth.yaw_deg, rate_dps=truth.rate_dps,
        sound=trace.sound, intent=trace.intent, shutter_closed=trace.shutter is Shutter.CLOSED, woke_tick=woke_tick,
    )  # fmt: skip


def _glass(now: Instant, light: Light) -> Glass:
    listening = now.woke_tick is not None and now.tick - now.woke_tick < LISTENS_S * TICKS_PER_S
    beam_deg = None
    if listening and now.sound is not None and now.sound.beam_azimuth_deg is not None:
        beam_deg = BEAM_STEP_DEG * round(wrap_deg(now.sound.beam_azimuth_deg - now.yaw_deg) / BEAM_STEP_DEG)
    content: Content = "clock"
    if now.intent is not None:
        content = "alert" if now.intent.alert is not None else CONTENTS.get(now.intent.mode, "clock")
    return Glass(
        content=content, light=light, listening=listening, beam_deg=beam_deg, shutter_closed=now.shutter_closed,
        crop=now.intent.crop if now.intent is not None else None,
    )  # fmt: skip
