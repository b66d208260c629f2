"""A bench for the mind: the real plant with hands and walls under it, and senses that say just what a test wants."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    Answer,
    AnswerKind,
    Asker,
    Box,
    Client,
    HoldReason,
    MindEvent,
    MotorCommand,
    MotorState,
    ObjectSighting,
    PersonSighting,
    Request,
    Scope,
    Seeing,
    SensorFrame,
    Setup,
    Shutter,
    SoundCandidate,
    SoundReport,
    VisionReport,
)
from simulator.onboard.seams import NO_SEAMS
from simulator.onboard.stack import Mind, MindReport
from simulator.onboard.tuning import Tuning
from simulator.runtime.seeds import stream
from simulator.world.body import BodyWorld
from simulator.world.spec import HandAction, ThingSpec, WorldSpec

HALF_FOV_DEG = 53.0
FRAME_TICKS = 10

REMOTE = Client(name="remote", asker=Asker.REMOTE)
AWAY = Client(name="away", asker=Asker.AWAY)
CALL = Client(name="call", asker=Asker.CALL)
SETTINGS = Client(name="settings", scope=Scope.SETUP)
WATCHER = Client(name="watcher", scope=Scope.WATCH)


@dataclass
class Somebody:
    """A person of the bench."""

    azimuth_deg: float
    distance_m: float = 1.5
    engagement: float = 0.9
    talks: bool = False
    life: float = 1.0
    visible: bool = True
    sighting_id: int = 1
    box: Box = field(default_factory=lambda: Box(x=0.45, y=0.3, width=0.1, height=0.2))


class Bench:
    """One device on one table."""

    def __init__(
        self,
        *,
        arc: tuple[float, float] | None = (-90.0, 90.0),
        tuning: dict[str, float | str | bool] | None = None,
        things: tuple[ThingSpec, ...] = (),
        start_yaw_deg: float = 0.0,
        seed: int = 1,
    ) -> None:
        self.facts = DeviceFacts()
        self.tuning = Tuning().patched(tuning or {})
        spec = WorldSpec(things=things)
        spec = spec.model_copy(
            update={"device": spec.device.model_copy(update={"start_yaw_deg": start_yaw_deg, "x_m": 2.5, "y_m": 2.0})}
        )
        self.body = BodyWorld(spec, self.facts.motor, stream(seed, "bench"))
        self.body.enable()
        span = None if arc is None else RangeOfMotion(min_deg=arc[0], max_deg=arc[1])
        self.mind = Mind(self.facts, Setup(range=span))
        self.people: dict[str, Somebody] = {}
        self.objects: tuple[ObjectSighting, ...] = ()
        self.sound_from: tuple[float, ...] = ()  # directions that sound besides the people, loudest first
        self.sound_direct = 0.8  # how likely they are no echoes
        self.sound_confidence = 0.8
        self.shutter = Shutter.OPEN
        self.camera_works = True
        self.fault = ""
        self.seams = NO_SEAMS
        self.tick = 0
        self.vision = VisionReport(tick=0, frame_tick=None, seeing=Seeing.NO_PICTURE)
        self.reports: list[MindReport] = []
        self.states: list[MotorState] = []
        self.sensed: list[tuple[SoundReport, VisionReport, tuple[Request, ...]]] = []

    def step(
        self, seconds: float = 0.01, *, wake: float | None = None, requests: tuple[Request, ...] = ()
    ) -> MindReport:
        """Let time pass; a wake word or requests come in its first tick."""
        for index in range(max(round(seconds * 100), 1)):
            self._one(wake if index == 0 else None, requests if index == 0 else ())
        return self.reports[-1]

    def ask(self, request: Request, seconds: float = 0.01) -> MindReport:
        """Make one request and let time pass."""
        return self.step(seconds, requests=(request,))

    def hand(self, gesture: str, **details: object) -> None:
        """Put a hand on the screen."""
        self.body.begin(HandAction(at_s=0.0, gesture=gesture, **details), tick=self.tick)  # type: ignore[arg-type]

    def until(self, condition: object, *, limit_s: float = 20.0) -> float:
        """Step until something is so; returns the time it took."""
        assert callable(condition)
        start = self.tick
        while not condition(self):
            self.step()
            assert self.tick - start < limit_s * 100, (
                f"not within {limit_s} s: still {self.hold}, at {self.yaw_deg:.1f}"
            )
        return (self.tick - start) / 100.0

    @property
    def yaw_deg(self) -> float:
        return self.body.yaw_deg

    @property
    def last(self) -> MindReport:
        return self.reports[-1]

    @property
    def hold(self) -> HoldReason | None:
        return self.last.decision.hold if self.reports else None

    @property
    def moving(self) -> bool:
        return self.last.motion.body.moving

    @property
    def commands(self) -> list[MotorCommand]:
        return [report.motion.command for report in self.reports]

    def holds(self) -> set[HoldReason | None]:
        """All hold reasons so far."""
        return {report.decision.hold for report in self.reports}

    def answers(self, kind: AnswerKind | None = None) -> list[Answer]:
        """All answers so far, or those of one kind."""
        given = [answer for report in self.reports for answer in report.answers]
        return [answer for answer in given if kind is None or answer.kind is kind]

    def events(self) -> list[MindEvent]:
        """All events so far, each once per thought."""
        found: list[MindEvent] = []
        last = None
        for report in self.reports:
            if report.intent is not last:
                last = report.intent
                found.extend(report.intent.events)
        return found

    def _one(self, wake: float | None, requests: tuple[Request, ...]) -> None:
        tick = self.tick
        requests = tuple(
            one if one.request_id else replace(one, request_id=f"{tick}.{place}") for place, one in enumerate(requests)
        )
        motor = self.body.state(tick)
        if self.fault:
            motor = MotorState(
                tick=tick, yaw_deg=motor.yaw_deg, rate_dps=motor.rate_dps, torque_nm=motor.torque_nm, mode=motor.mode,
                fault=self.fault,
            )  # fmt: skip
        self._look(motor)
        sensors = SensorFrame(tick=tick, motor=motor, shutter=self.shutter, touch=self.body.touch, requests=requests)
        sound = self._listen(wake)
        report = self.mind.tick(sensors, sound, self.vision, self.tuning, self.seams)
        self.sensed.append((sound, self.vision, requests))
        self.reports.append(report)
        self.states.append(motor)
        self.body.command(report.motion.command)
        self.body.step(tick)
        self.tick += 1

    def _look(self, motor: MotorState) -> None:
        tick, yaw_deg = self.tick, motor.yaw_deg
        if self.shutter is Shutter.CLOSED:
            if self.vision.seeing is not Seeing.SHUTTER_CLOSED:
                self.vision = VisionReport(tick=tick, frame_tick=None, seeing=Seeing.SHUTTER_CLOSED)
        elif not self.camera_works:
            if self.vision.seeing is not Seeing.NO_PICTURE:
                self.vision = VisionReport(tick=tick, frame_tick=None, seeing=Seeing.NO_PICTURE)
        elif tick % FRAME_TICKS == 0 or self.vision.seeing is not Seeing.SEEING:
            self.vision = VisionReport(
                tick=tick,
                frame_tick=tick,
                seeing=Seeing.SEEING,
                people=tuple(
                    self._sighting(person, yaw_deg)
                    for person in self.people.values()
                    if person.visible and not distance_deg(person.azimuth_deg, yaw_deg) > HALF_FOV_DEG
                ),
                objects=self.objects,
                frame_yaw_deg=yaw_deg,
            )

    def _sighting(self, person: Somebody, yaw_deg: float) -> PersonSighting:
        return PersonSighting(
            sighting_id=person.sighting_id, azimuth_deg=person.azimuth_deg,
            bearing_deg=wrap_deg(person.azimuth_deg - yaw_deg), distance_m=person.distance_m, score=0.9, box=person.box,
            has_face=person.engagement > 0.3, engagement=person.engagement, confirmed=True, life=person.life,
        )  # fmt: skip

    def _listen(self, wake: float | None) -> SoundReport:
        tick = self.tick
        if wake is not None and math.isnan(wake):
            return SoundReport(tick=tick, voice=0.9, wake_word=True, wake_confidence=0.9)
        directions = list(self.sound_from) + [p.azimuth_deg for p in self.people.values() if p.talks]
        if wake is not None:
            directions.insert(0, wake)
        if not directions:
            return SoundReport(tick=tick, voice=0.0)
        shares = [1.0 / len(directions)] * len(directions)
        apart = any(distance_deg(directions[0], other) > 40.0 for other in directions[1:])
        return SoundReport(
            tick=tick, voice=0.9, wake_word=wake is not None, wake_confidence=0.9 if wake is not None else 0.0,
            azimuth_deg=directions[0], confidence=self.sound_confidence, ambiguous=apart,
            candidates=tuple(
                SoundCandidate(
                    azimuth_deg=azimuth_deg, elevation_deg=0.0, weight=share,
                    direct=self.sound_direct if azimuth_deg in self.sound_from else 0.8,
                )
                for azimuth_deg, share in zip(directions, shares, strict=True)
            ),
        )  # fmt: skip
