"""The mind: who is there, what the device wants, and what it decides, with the reasons."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from simulator.onboard.gate_names import GateName
from simulator.onboard.message import message
from simulator.onboard.messages.eyes import Box
from simulator.onboard.messages.memory import Hunch, Usual
from simulator.onboard.messages.mind_events import MindEvent
from simulator.onboard.messages.modes import Mode, Owner


class Zone(StrEnum):
    """The three zones of perception, by how far from the middle of the picture somebody is."""

    DEAD = "dead"
    HOLDING = "holding"
    MOTION = "motion"
    OUT_OF_VIEW = "out of view"


class HoldReason(StrEnum):
    """Why the screen stays where it is."""

    SHUTTER_CLOSED = "shutter closed"
    SOUND_AMBIGUOUS = "sound ambiguous"
    IN_DEAD_ZONE = "in dead zone"
    SETTLING = "settling"
    OUT_OF_RANGE = "out of range"
    BLOCKED_LEFT = "blocked left"
    BLOCKED_RIGHT = "blocked right"
    HAND_ON_SCREEN = "hand on screen"
    NOBODY_ENGAGED = "nobody engaged"
    NOBODY_THERE = "nobody there"
    NOT_CONFIRMED = "not confirmed"
    MANUAL = "turned by hand"
    POLICY = "told not to move"
    SPEECH_NOT_FOR_ME = "speech not for me"
    RANGE_NOT_SET = "range of motion not set"
    SENSOR_LOST = "sensor lost"
    FAULT = "fault"
    ON_TARGET = "on target"
    WAITING_FOR_PATROL = "waiting for patrol"


# What ends a turn that is under way with the stopping deceleration; all other reasons end it as softly as it began.
HARD_STOPS: Final = frozenset({
    HoldReason.SHUTTER_CLOSED, HoldReason.FAULT, HoldReason.RANGE_NOT_SET, HoldReason.POLICY, HoldReason.HAND_ON_SCREEN,
    HoldReason.SENSOR_LOST,
})  # fmt: skip
SOFT_STOPS: Final = frozenset({
    HoldReason.SOUND_AMBIGUOUS, HoldReason.IN_DEAD_ZONE, HoldReason.SETTLING, HoldReason.OUT_OF_RANGE,
    HoldReason.BLOCKED_LEFT, HoldReason.BLOCKED_RIGHT, HoldReason.NOBODY_ENGAGED, HoldReason.NOBODY_THERE,
    HoldReason.NOT_CONFIRMED, HoldReason.MANUAL, HoldReason.SPEECH_NOT_FOR_ME, HoldReason.ON_TARGET,
    HoldReason.WAITING_FOR_PATROL,
})  # fmt: skip


class IntentKind(StrEnum):
    """What the behaviour asks of the zones."""

    STAY = "stay"
    KEEP_IN_VIEW = "keep in view"
    FACE = "face"
    FRAME = "frame"
    GO = "go"
    YIELD = "yield"
    STOP = "stop"


@message
class Track:
    """A person followed over time, in view or remembered."""

    track_id: int
    azimuth_deg: float
    rate_dps: float
    sigma_deg: float
    distance_m: float | None  # None for a person only heard
    seen: bool  # the eyes have confirmed this person
    in_view: bool
    seen_age_s: float  # since the eyes last saw it; grows while out of view
    heard_age_s: float
    engagement: float = 0.0
    talking: float = 0.0
    addressing: float = 0.0  # probability that this person means the device
    person: float = 1.0  # probability of being a living person and not a poster, a screen or an echo
    settled_s: float = 0.0  # for how long it has stayed about where it is


@message
class Reflector:
    """A direction that sounds but shows nobody: learned, and slowly forgotten."""

    azimuth_deg: float
    weight: float


@message
class TrackReport:
    """Who is there, who talks, who means the device."""

    tick: int
    tracks: tuple[Track, ...] = ()
    talker_id: int | None = None  # None while nobody known talks
    addressed_id: int | None = None  # the one who means the device; None while nobody does
    sound_ambiguous: bool = False
    wake_tick: int | None = None  # of the last wake word; None before the first
    wake_azimuth_deg: float | None = None  # None when its direction was not clear
    wake_id: int | None = None  # the track that said it; None while unknown
    wake_confidence: float = 0.0  # that its direction is right
    wake_doubt: HoldReason | None = None  # why it is not to be acted on; None when it may be
    voice_s: float = 0.0  # for how long speech has been heard without a break
    reflectors: tuple[Reflector, ...] = ()
    usual: Usual | None = None  # None unless habits are learned
    hunch: Hunch | None = None  # None unless habits had a say in the last wake word


@message
class Alert:
    """A smart alert of the away mode, with the evidence that led to it."""

    tick: int
    azimuth_deg: float
    evidence: str
    likely: float | None = None  # than by chance that people are there at this hour, times; None: habits are off


@message
class Gate:
    """One question that must be answered before the screen may move, with its numbers."""

    name: GateName
    value: float
    threshold: float
    margin: float  # positive when passed, in the unit
    unit: str
    passed: bool


@message
class Intent:
    """What the device wants and why, before zones and limits."""

    tick: int
    kind: IntentKind
    mode: Mode
    owner: Owner
    why: str
    hold: HoldReason | None = None  # set when the behaviour itself decides to stay
    gates: tuple[Gate, ...] = ()  # the questions that the behaviour itself answered
    reason_tick: int = 0  # when the latest reason to turn arose: only a new one reopens a blocked side
    azimuth_deg: float | None = None  # None unless kind needs a direction
    track_ids: tuple[int, ...] = ()  # the people to keep in view, most important first
    urgent: bool = False  # a new reason (wake word, request): settle time does not apply
    rate_limit_dps: float | None = None  # None: as tuned
    crop: Box | None = None  # digital framing of a call; None outside calls
    alert: Alert | None = None  # on the one report on which it is raised
    events: tuple[MindEvent, ...] = ()  # take-overs, mode changes, faults, a new range


@message
class ZoneDecision:
    """Where to turn, or why not."""

    tick: int
    zone: Zone | None  # of the person that matters; None when there is nobody
    goal_yaw_deg: float | None  # None while holding
    hold: HoldReason | None  # None while moving
    gates: tuple[Gate, ...] = ()
    subject_id: int | None = None
    subject_bearing_deg: float | None = None
    dead_half_width_deg: float = 0.0  # at the subject's distance
    holding_half_width_deg: float = 0.0
    settled_s: float = 0.0
    urgent: bool = False
    rate_limit_dps: float | None = None
    reason_tick: int = 0  # as in the intent
