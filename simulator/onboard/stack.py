"""The whole device: ears and eyes, then the mind. Calls the stages in their order and holds what passes between them.

The mind (fusion, behaviour, zones, motion) needs no samples and no pixels, so a window can run it alone over recorded
perception. It thinks twenty times a second and at once when something happens; motion runs every tick.
"""

from __future__ import annotations

from typing import Final

from simulator.onboard.algorithms import SHIPPED, Algorithms, Ears, Eyes, KnowsHome
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.message import message
from simulator.onboard.messages import (
    THINK_EVERY_TICKS,
    TICK_S,
    Answer,
    BackDrive,
    Contact,
    HunchLevel,
    Intent,
    Memory,
    MotionReport,
    Request,
    Seeing,
    SensorFrame,
    Setup,
    Shutter,
    SoundReport,
    TickTrace,
    TrackReport,
    VisionHints,
    VisionReport,
    ZoneDecision,
)
from simulator.onboard.seams import NO_SEAMS, Moment, Seams
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning

# Somebody who moves faster than this, seen from the device, is worth more pictures.
MOVING_DPS: Final = 4.0


@message
class MindReport:
    """What the mind made of one tick. All but `motion` stand until the next thought."""

    tracks: TrackReport
    intent: Intent
    decision: ZoneDecision
    motion: MotionReport
    answers: tuple[Answer, ...] = ()  # given in this tick only


class Mind(Remembers):
    """Fusion, behaviour, zones and motion, from reports of the senses to a motor command."""

    PARTS = ("_fusion", "_behaviour", "_zones", "_motion")

    def __init__(
        self, facts: DeviceFacts, setup: Setup, *, algorithms: Algorithms = SHIPPED, memory: Memory | None = None
    ) -> None:
        self._fusion = algorithms.tracker(facts)
        if memory is not None and memory.level is not HunchLevel.OFF:
            if not isinstance(self._fusion, KnowsHome):
                raise ValueError(f"memory {memory.level}: {type(self._fusion).__name__} takes none; it must be off")
            self._fusion.remember(memory)
        self._behaviour = algorithms.behaviour(facts, setup)
        self._zones = algorithms.planner(facts)
        self._motion = algorithms.motion(facts, algorithms.profile)
        self._body = self._motion.body
        self._tracks: TrackReport | None = None
        self._intent: Intent | None = None
        self._decision: ZoneDecision | None = None
        self._tuning: Tuning | None = None
        self._thought_tick = -THINK_EVERY_TICKS
        self._picture_tick: int | None = None
        self._shutter: Shutter | None = None
        self._seeing: Seeing | None = None
        self._contact = Contact.NONE
        self._fault = ""
        self._eyes_tick = 0
        self._arc = setup.range
        self._back_drive = BackDrive.AUTO

    @property
    def setup(self) -> Setup:
        """What the set-up step taught; a new object when it changes."""
        return self._behaviour.setup

    @property
    def memory(self) -> Memory | None:
        """What was learned of the home, to be kept; None while hunches are off."""
        return self._fusion.memory if isinstance(self._fusion, KnowsHome) else None

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion in force: during set-up the one that is being tried."""
        return self._arc

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests that have no final answer yet."""
        return self._behaviour.open_requests

    @property
    def at_rest(self) -> bool:
        """Whether the screen stands still and motion has nothing left to do about the standing decision."""
        return self._motion.at_rest

    def due(self, sensors: SensorFrame, sound: SoundReport, vision: VisionReport, tuning: Tuning) -> bool:
        """Whether this tick calls for a thought."""
        tick = sensors.tick
        return (
            tick - self._thought_tick >= THINK_EVERY_TICKS
            or bool(sensors.requests)
            or sound.wake_word
            or vision.frame_tick != self._picture_tick
            or sensors.shutter is not self._shutter
            or vision.seeing is not self._seeing
            or self._body.contact is not self._contact
            or sensors.motor.fault != self._fault
            or tuning is not self._tuning
        )

    def tick(
        self,
        sensors: SensorFrame,
        sound: SoundReport,
        vision: VisionReport,
        tuning: Tuning,
        seams: Seams = NO_SEAMS,
        truth: object = None,
    ) -> MindReport:
        """One tick: think if it is time, then move."""
        answers: tuple[Answer, ...] = ()
        if self.due(sensors, sound, vision, tuning):
            answers = self._think(sensors, sound, vision, tuning, seams, truth)
        tracks, intent, decision = self._tracks, self._intent, self._decision
        assert tracks is not None
        assert intent is not None
        assert decision is not None
        motion = self._motion.tick(
            decision,
            sensors.motor,
            sensors.touch,
            tuning,
            arc=self._arc,
            back_drive=self._back_drive,
        )
        if seams.motion is not None:
            moment = self._moment(sensors, sound, vision, tuning)
            moment.tracks, moment.intent, moment.decision = tracks, intent, decision
            motion = seams.motion(motion, truth, moment)
        self._body = motion.body
        return MindReport(tracks=tracks, intent=intent, decision=decision, motion=motion, answers=answers)

    def _moment(self, sensors: SensorFrame, sound: SoundReport, vision: VisionReport, tuning: Tuning) -> Moment:
        moment = Moment(sensors, tuning)
        moment.sound, moment.vision, moment.body, moment.arc = sound, vision, self._body, self._arc
        return moment

    def _think(
        self,
        sensors: SensorFrame,
        sound: SoundReport,
        vision: VisionReport,
        tuning: Tuning,
        seams: Seams,
        truth: object,
    ) -> tuple[Answer, ...]:
        """Think, and return the answers to requests."""
        tick, motor, body = sensors.tick, sensors.motor, self._body
        self._thought_tick, self._picture_tick, self._tuning = tick, vision.frame_tick, tuning
        self._shutter, self._seeing = sensors.shutter, vision.seeing
        self._contact, self._fault = body.contact, motor.fault
        if vision.seeing is not Seeing.NO_PICTURE:
            self._eyes_tick = tick
        moment = self._moment(sensors, sound, vision, tuning) if seams.in_mind else None
        tracks = self._fusion.tick(sound, vision, tuning, tick=tick, arc=self._arc)
        if moment is not None:
            if seams.tracks is not None:
                tracks = seams.tracks(tracks, truth, moment)
            moment.tracks = tracks
        self._tracks = tracks
        intent = self._behaviour.tick(
            tracks,
            vision,
            tuning,
            tick=tick,
            motor=motor,
            requests=sensors.requests,
            body=body,
            decision=self._decision,
        )
        if moment is not None:
            if seams.intent is not None:
                intent = seams.intent(intent, truth, moment)
            moment.intent = intent
        self._intent = intent
        self._arc, self._back_drive = self._behaviour.arc, self._behaviour.back_drive
        decision = self._zones.tick(
            intent,
            tracks,
            body,
            tuning,
            motor=motor,
            shutter=sensors.shutter,
            eyes_lost_s=(tick - self._eyes_tick) * TICK_S,
            arc=self._arc,
        )
        if moment is not None and seams.decision is not None:
            decision = seams.decision(decision, truth, moment)
        self._decision = decision
        return self._behaviour.answers


class Stack(Remembers):
    """The real stack: one verb from what was sensed to what is wanted of the motor."""

    PARTS = ("_ears", "_eyes", "_mind")

    def __init__(
        self,
        facts: DeviceFacts,
        setup: Setup,
        ears: Ears | None,
        eyes: Eyes | None,
        *,
        algorithms: Algorithms = SHIPPED,
        memory: Memory | None = None,
    ) -> None:
        self._ears, self._eyes = ears, eyes
        self._mind = Mind(facts, setup, algorithms=algorithms, memory=memory)
        self._tick = 0
        self._hints = VisionHints()
        self._vision = VisionReport(tick=0, frame_tick=None, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1)
        self._frame_due_tick = _frame_due_tick(self._vision)
        self._hinted: TrackReport | None = None

    @property
    def setup(self) -> Setup:
        """What the set-up step taught; a new object when it changes."""
        return self._mind.setup

    @property
    def memory(self) -> Memory | None:
        """What was learned of the home, to be kept; None while hunches are off."""
        return self._mind.memory

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion in force, which the guard must know too."""
        return self._mind.arc

    @property
    def frame_wanted(self) -> bool:
        """Whether a picture is due at the coming tick."""
        if self._eyes is not None:
            return self._eyes.frame_wanted(self._tick)
        return self._tick >= self._frame_due_tick

    def tick(self, sensors: SensorFrame, tuning: Tuning, seams: Seams = NO_SEAMS, truth: object = None) -> TickTrace:
        """One tick of the device; what it says passes the seams, which alone may look at the truth."""
        sound = vision = None
        moment = Moment(sensors, tuning) if seams is not NO_SEAMS else None
        if self._ears is not None:
            sound = self._ears.tick(sensors.mic, motor=sensors.motor, setup=self.setup, tuning=tuning)
        if moment is not None and seams.sound is not None:
            sound = seams.sound(sound, truth, moment)
        if sound is None:
            raise ValueError("a stack without ears needs a sound seam")
        if self._eyes is not None:
            hints = VisionHints(
                wake_word=sound.wake_word,
                tracks_moving=self._hints.tracks_moving,
                expected_azimuths_deg=self._hints.expected_azimuths_deg,
            )
            vision = self._eyes.tick(sensors.camera, sensors.motor, sensors.shutter, hints, tuning)
        if moment is not None and seams.vision is not None:
            moment.sound = sound
            vision = seams.vision(vision, truth, moment)
        if vision is None:
            raise ValueError("a stack without eyes needs a vision seam")
        if vision is not self._vision:
            self._vision, self._frame_due_tick = vision, _frame_due_tick(vision)
        report = self._mind.tick(sensors, sound, vision, tuning, seams, truth)
        self._hint(report.tracks)
        self._tick = sensors.tick + 1
        command = report.motion.command
        return TickTrace(
            tick=sensors.tick,
            motor=sensors.motor,
            shutter=sensors.shutter,
            touch=sensors.touch,
            sound=sound,
            vision=vision,
            tracks=report.tracks,
            intent=report.intent,
            decision=report.decision,
            body=report.motion.body,
            command_wanted=command,
            command_sent=command,
            requests=sensors.requests,
            answers=report.answers,
        )

    def _hint(self, tracks: TrackReport) -> None:
        if tracks is self._hinted:
            return
        self._hinted = tracks
        self._hints = VisionHints(
            tracks_moving=any(track.in_view and abs(track.rate_dps) > MOVING_DPS for track in tracks.tracks),
            expected_azimuths_deg=tuple(track.azimuth_deg for track in tracks.tracks if track.seen),
        )


def _frame_due_tick(vision: VisionReport) -> int:
    """From when on the eyes that said this want a picture."""
    if vision.frame_tick is None and vision.seeing is Seeing.NO_PICTURE:
        return 0  # at once
    last_tick = vision.tick if vision.frame_tick is None else vision.frame_tick
    return last_tick + max(vision.next_frame_in_ticks, 1)
