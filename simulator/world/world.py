"""The virtual room as a body for the stack: it senses, acts, and lets everything in it live for one tick.

The world is a rig (see hardware_bridge/ports.py) with a truth beside it. What is heard and seen is rendered only when somebody
sounds and only when a picture is asked for. Order within a tick: what the scene makes begin, then sensing, then acting.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.body.encoder_rate import EncoderRate
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import Motor
from simulator.onboard.angles import RangeOfMotion, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    TICKS_PER_S,
    Box,
    CameraFrame,
    MicBlock,
    MotorCommand,
    MotorMode,
    MotorState,
    SensorFrame,
    Shutter,
)
from simulator.onboard.state import Remembers
from simulator.world.body import BodyWorld
from simulator.world.camera.view import CameraView, FrameTruth
from simulator.world.chances import Chances
from simulator.world.customers import customers_of
from simulator.world.people import Cast, ClipLibrary
from simulator.world.sound.view import SoundView
from simulator.world.spec import (
    Action,
    Enter,
    FailAction,
    HandAction,
    LightAction,
    MoveThing,
    Posture,
    Say,
    ShutterAction,
    Switch,
    Turn,
    Walk,
    WorldSpec,
)
from simulator.world.truth import SoundPath, SourceTruth, ThingTruth, TruthFrame
from simulator.world.truth_events import HandComes, IsLost, IsMoved, LightChanged, ShutterMoved, Switched, TruthEvent
from simulator.world.views import (
    Noises,
    noises_now,
    obstacles_now,
    own_loudspeaker_now,
    seen_people,
    seen_things,
    voices_now,
)

Samples = NDArray[np.float32]
# Sound paths are drawn and labelled, not heard, from truth: five times a second is enough for the eye.
PATHS_EVERY_TICKS = 20
FOREVER_TICKS = 10**9


class SoundRenderer(Protocol):
    """What the room sounds like at the microphones."""

    def block(self, view: SoundView) -> Samples:
        """The samples of one tick, (channels, 160)."""

    def paths(self, view: SoundView) -> tuple[SoundPath, ...]:
        """Every way the sound takes."""

    def snapshot(self) -> Any:
        """Everything that changes."""

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""


class PictureRenderer(Protocol):
    """What the room looks like through the lens."""

    @property
    def note(self) -> str:
        """Why the picture is simpler than it could be; empty when it is not."""

    def picture(self, view: CameraView) -> tuple[NDArray[np.uint8], FrameTruth]:
        """One picture and what is really in it."""

    def detail(self, box: Box, zoom: float) -> NDArray[np.uint8]:
        """A finer part of the last picture."""

    def close(self) -> None:
        """Give back what drawing needs."""

    def snapshot(self) -> Any:
        """Everything that changes."""

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""


class World(Remembers):
    """One virtual room with a device in it."""

    FIXED = ("spec", "facts", "_real_motor", "_noises")
    PARTS = ("cast", "body", "_motor", "_sound", "_camera", "_customers")

    def __init__(
        self,
        spec: WorldSpec,
        facts: DeviceFacts,
        *,
        streams: Callable[[str], np.random.Generator],
        clips: ClipLibrary,
        noises: Noises | None = None,
        sound: SoundRenderer | None = None,
        camera: PictureRenderer | None = None,
        motor: Motor | None = None,
        body: BodyWorld | None = None,
    ) -> None:
        """`motor` takes the place of the room's own; without a `body` that reaches it, nothing in the room can push it."""
        self.spec, self.facts = spec, facts
        self.cast = Cast(device=spec.device, clips=clips)
        for person in spec.people:
            self.cast.add(person)
        self._customers = customers_of(spec.people, spec.device, chances=Chances(streams, prefix="world.customer"))
        self.body = BodyWorld(spec, facts.motor, streams("world.body")) if body is None else body
        self._motor = GuardedMotor(self.body if motor is None else motor, facts.motor, spec.device.range)
        self._real_motor = motor if body is None else None  # what it says is then all that is known of the screen
        self._felt: MotorState | None = None  # of this tick; None before the first
        self._encoder_rate = EncoderRate()
        self._felt_dps = 0.0
        self._noises, self._sound, self._camera = noises, sound, camera
        self._sources_on = {source.name: source.on for source in spec.sources}
        self._things_on = {thing.name: thing.on for thing in spec.things}
        self._light: Literal["day", "evening", "lamp", "dim", "dark"] = spec.room.light
        self._shutter = Shutter(spec.device.shutter)
        self._lost_until: dict[str, int] = {"microphones": 0, "camera": 0, "motor": 0}
        self._events: list[TruthEvent] = []
        self._version = 0
        self._people_version = -1
        self._people: tuple[Any, ...] = ()
        self._still: tuple[Any, ...] = ()
        self._paths: tuple[SoundPath, ...] = ()
        self._paths_sounding = False
        self.truth: TruthFrame | None = None
        self.heard: MicBlock | None = None  # of the last tick, for people who listen along
        self._motor.enable()

    # --- what happens -------------------------------------------------------------------------------------------------

    def begin(self, action: Action, *, tick: int) -> None:
        """Make something happen: an action of the scene, or of a person at a window."""
        self._version += 1
        match action:
            case Say() | Walk() | Turn() | Posture() | Enter():
                self.cast.begin(action, tick=tick)
            case Switch(what=name, on=on):
                if name in self._sources_on:
                    self._sources_on[name] = on
                if name in self._things_on:
                    self._things_on[name] = on
                self._events.append(Switched(what=name, on=on))
            case MoveThing(what=name, to=to):
                if name in self.cast.people:
                    self.cast.place(name, at=to)
                else:
                    self.body.place(name, at=to)
                self._events.append(IsMoved(what=name))
            case ShutterAction(closed=closed):
                self._shutter = Shutter.CLOSED if closed else Shutter.OPEN
                self._events.append(ShutterMoved(shutter=self._shutter))
            case HandAction(gesture=gesture):
                self.body.begin(action, tick)
                self._events.append(HandComes(gesture=gesture))
            case LightAction(light=light):
                self._light = light
                self._events.append(LightChanged(light=light))
            case FailAction(what=what, for_s=for_s):
                self._lost_until[what] = FOREVER_TICKS if for_s is None else tick + round(for_s * TICKS_PER_S)
                self._events.append(IsLost(what=what))
            case _:
                raise TypeError(f"{type(action).__name__} is not for the world")

    # --- the rig ------------------------------------------------------------------------------------------------------

    def sense(self, tick: int, *, frame_wanted: bool) -> SensorFrame:
        """What the device senses in this tick; also refreshes the truth of this tick."""
        motor = self._felt = self._motor.state(tick)
        if self._real_motor is not None:
            self._felt_dps = self._encoder_rate.take(motor.yaw_deg)
        if tick < self._lost_until["motor"]:
            motor = replace(motor, mode=MotorMode.FAULT, fault="the motor does not answer")
        mic = self.heard = self._hear(tick)
        camera, seen = self._look(tick) if frame_wanted else (None, None)
        self._refresh_truth(tick, seen)
        return SensorFrame(tick=tick, motor=motor, shutter=self._shutter, touch=self.body.touch, mic=mic, camera=camera)

    def actuate(self, command: MotorCommand) -> tuple[MotorCommand, str]:
        """Pass the command through the guard to the motor, then let one tick pass in the room."""
        sent, remark = self._motor.command(command)
        self.body.step(command.tick)
        self.cast.step(command.tick)
        if self._customers is not None:
            yaw_deg, _ = self._yaw_now()
            busy = self.body.hands.busy
            for event, action in self._customers.step(command.tick, cast=self.cast, yaw_deg=yaw_deg, hand_busy=busy):
                self._events.append(event)
                if action is not None:
                    self.begin(action, tick=command.tick + 1)
        return sent, remark

    def set_range(self, range_of_motion: RangeOfMotion | None) -> None:
        """Tell the guard the range that a set-up ended with."""
        self._motor.set_range(range_of_motion)

    def close(self) -> None:
        """Free the motor, and give back what drawing needs: a room that is drawn takes some thirty megabytes."""
        self._motor.close()
        if self._camera is not None:
            self._camera.close()

    # --- senses -------------------------------------------------------------------------------------------------------

    def _yaw_now(self) -> tuple[float, float]:
        if self._real_motor is None or self._felt is None:
            return self.body.yaw_deg, self.body.rate_dps
        return self._felt.yaw_deg, self._felt_dps

    def _hear(self, tick: int) -> MicBlock | None:
        if self._sound is None or tick < self._lost_until["microphones"]:
            return None
        view = self._sound_view(tick)
        sounding = any(source.samples is not None for source in view.sources)
        if (sounding and tick % PATHS_EVERY_TICKS == 0) or sounding != self._paths_sounding:
            self._paths_sounding = sounding
            self._paths = self._sound.paths(view) if sounding else ()
            self._version += 1
        samples = self._sound.block(view)
        samples.flags.writeable = False
        return MicBlock(tick=tick, samples=samples, played=view.own_loudspeaker)

    def _look(self, tick: int) -> tuple[CameraFrame | None, FrameTruth | None]:
        if self._camera is None or self._shutter is Shutter.CLOSED or tick < self._lost_until["camera"]:
            return None, None
        pixels, truth = self._camera.picture(self.camera_view(tick))
        motor = self._motor.state(tick) if self._felt is None else self._felt
        frame = CameraFrame(
            tick=tick,
            pixels=pixels,
            yaw_deg=motor.yaw_deg,
            rate_dps=motor.rate_dps,
            detail=self._camera.detail,
        )
        return frame, truth

    @property
    def notes(self) -> tuple[str, ...]:
        """What is simpler here than it could be, a sentence each."""
        return (self._camera.note,) if self._camera is not None and self._camera.note else ()

    def camera_view(self, tick: int) -> CameraView:
        """The room as the lens sees it now; also for the window's synthetic picture."""
        yaw_deg, rate_dps = self._yaw_now()
        return CameraView(
            tick=tick,
            yaw_deg=yaw_deg,
            rate_dps=rate_dps,
            light=self._light,
            people=seen_people(self.cast, tick=tick),
            things=seen_things(self.body.things(), on=self._things_on),
        )

    def _sound_view(self, tick: int) -> SoundView:
        yaw_deg, rate_dps = self._yaw_now()
        return SoundView(
            tick=tick,
            yaw_deg=yaw_deg,
            rate_dps=rate_dps,
            sources=(
                *voices_now(self.cast, tick=tick),
                *noises_now(self.spec, tick=tick, on=self._sources_on, loops=self._noises),
            ),
            obstacles=obstacles_now(self.spec, self.body.things(), self.cast),
            own_loudspeaker=own_loudspeaker_now(self.spec.device, tick=tick, loops=self._noises),
        )

    # --- truth --------------------------------------------------------------------------------------------------------

    def _refresh_truth(self, tick: int, seen: FrameTruth | None) -> None:
        body = self.body
        events: tuple[TruthEvent, ...] = ()
        if self._events or self.cast.events or body.events:
            events = (*self._events, *self.cast.events, *body.events)
            for happened in (self._events, self.cast.events, body.events):
                happened.clear()
        if self._people_version != self.cast.version:
            self._people_version, self._people = self.cast.version, self.cast.truth()
        yaw_deg, rate_dps = self._yaw_now()
        still = (self._people, self._version, yaw_deg, rate_dps, body.contact_force_n, body.hand_torque_nm)
        if still == self._still and not events and seen is None and self.truth is not None and not self.truth.events:
            return
        self._still = still
        self.truth = TruthFrame(
            tick=tick,
            yaw_deg=yaw_deg,
            rate_dps=rate_dps,
            accel_dps2=body.accel_dps2,
            contact_force_n=body.contact_force_n,
            hand_torque_nm=body.hand_torque_nm,
            people=self._people,
            sources=self._source_truths(),
            things=self._thing_truths(),
            seen=seen.seen if seen is not None else (),
            paths=self._paths,
            events=events,
        )

    def _source_truths(self) -> tuple[SourceTruth, ...]:
        return tuple(
            SourceTruth(
                name=source.name,
                kind=source.kind,
                x_m=source.at[0],
                y_m=source.at[1],
                azimuth_deg=_azimuth_deg(source.at, self.spec),
                on=self._sources_on[source.name],
            )
            for source in self.spec.sources
        )

    def _thing_truths(self) -> tuple[ThingTruth, ...]:
        return self.body.things()


def _azimuth_deg(at: tuple[float, float], spec: WorldSpec) -> float:
    place = spec.device
    return wrap_deg(math.degrees(math.atan2(at[1] - place.y_m, at[0] - place.x_m)) - place.heading_deg)
