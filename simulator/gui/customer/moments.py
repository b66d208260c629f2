"""The moments of a run as people would see them: the room from its truth, the glass from the device's own trace."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.gui.customer.glass import BEAM_STEP_DEG, Content, Glass
from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import TICKS_PER_S, Mode, Shutter, TickTrace
from simulator.world.camera.view import CameraView, Light, PersonView, ThingView
from simulator.world.people import STRIDE_M
from simulator.world.spec import LightAction, WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame

LISTENS_S = 4.0  # after a wake word
WALKS_MPS = 0.15
LOOK_BACK_TICKS = 10
CONTENTS: dict[Mode, Content] = {Mode.RECIPE: "recipe", Mode.CALL: "call", Mode.REMOTE: "call"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment."""

    tick: int
    view: CameraView
    glass: Glass


class Moments:
    """All moments of a run; any of them can be asked for."""

    def __init__(self, spec: WorldSpec, traces: Sequence[TickTrace], truths: Sequence[TruthFrame | None]) -> None:
        self._spec, self._traces, self._truths = spec, traces, truths
        self._looks = {person.name: person.look for person in spec.people}
        self._on = {thing.name: thing.on for thing in spec.things}
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
        light = self._light(tick)
        before = self._truths[max(0, tick - LOOK_BACK_TICKS)] or truth
        then = {person.name: person for person in before.people}
        people = tuple(self._person(one, then.get(one.name, one), tick) for one in truth.people)
        things = tuple(
            ThingView(name=one.name, x_m=one.x_m, y_m=one.y_m, angle_deg=one.angle_deg, tipped=one.tipped,
                      on=self._on.get(one.name, True))
            for one in truth.things if one.name in self._on
        )  # fmt: skip
        view = CameraView(
            tick=tick, yaw_deg=truth.yaw_deg, rate_dps=truth.rate_dps, light=light, people=people, things=things
        )
        return Moment(tick=tick, view=view, glass=self._glass(trace, truth, light))

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

    def _glass(self, trace: TickTrace, truth: TruthFrame, light: Light) -> Glass:
        woke = [tick for tick in self._wakes if tick <= trace.tick]
        listening = bool(woke) and trace.tick - woke[-1] < LISTENS_S * TICKS_PER_S
        beam_deg = None
        if listening and trace.sound.beam_azimuth_deg is not None:
            beam_deg = BEAM_STEP_DEG * round(wrap_deg(trace.sound.beam_azimuth_deg - truth.yaw_deg) / BEAM_STEP_DEG)
        content: Content = "alert" if trace.intent.alert is not None else CONTENTS.get(trace.intent.mode, "clock")
        return Glass(
            content=content, light=light, listening=listening, beam_deg=beam_deg,
            shutter_closed=trace.shutter is Shutter.CLOSED, crop=trace.intent.crop,
        )  # fmt: skip
