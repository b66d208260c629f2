"""Every message that passes between the stages: what was sensed, believed, wanted, decided and done in one tick.

All are frozen; arrays inside are read-only. Each number carries its unit in its name. A field may be None only where the
sentence beside it says when. A stage produces the same object again while nothing changed, so identity means "still valid".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.gate_names import GateName

TICK_S = 0.010
TICKS_PER_S = 100
SAMPLE_RATE_HZ = 16_000
BLOCK_SAMPLES = 160
# The mind thinks at 20 Hz: a person walks 7 cm between two thoughts, 4 deg at 1 m, well inside the dead zone.
THINK_EVERY_TICKS = 5
SOUND_MAP_STEP_DEG = 5


class Shutter(StrEnum):
    """The mechanical cover of the camera."""

    OPEN = "open"
    CLOSED = "closed"


class MotorMode(StrEnum):
    """What the motor's own electronics is doing."""

    OFF = "off"
    HOLDING = "holding"
    MOVING = "moving"
    STOPPING = "stopping"
    FREE = "free"
    FAULT = "fault"


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


class Mode(StrEnum):
    """What the device is there for just now."""

    IDLE = "idle"
    WAKE = "wake word"
    FOLLOW = "follow"
    RECIPE = "recipe"
    CALL = "call"
    AWAY = "away"
    REMOTE = "remote"
    MANUAL = "manual"
    APP = "app"
    SETUP = "setup"
    FAULT = "fault"


class Owner(StrEnum):
    """Who holds the right to move the screen; earlier members win over later ones."""

    HAND = "hand"
    SAFETY = "safety"
    REMOTE = "remote user"
    CALL = "call framing"
    APP = "app"
    FOLLOW = "follow"
    AWAY = "away patrol"
    NOBODY = "nobody"


class WakePolicy(StrEnum):
    """What a wake word does to the screen."""

    TURN = "turn to wake word"
    FOLLOW = "turn and follow"
    STAY = "do not move"


class IntentKind(StrEnum):
    """What the behaviour asks of the zones."""

    STAY = "stay"
    KEEP_IN_VIEW = "keep in view"
    FACE = "face"
    FRAME = "frame"
    GO = "go"
    YIELD = "yield"
    STOP = "stop"


class CommandKind(StrEnum):
    """What the motor is asked to do this tick."""

    HOLD = "hold"
    MOVE = "move"
    STOP = "stop"
    FREE = "free"


class Contact(StrEnum):
    """What the body feels."""

    NONE = "none"
    TOUCH = "touch"
    HAND = "hand"
    BUMP = "bump"
    STALL = "stall"


@dataclass(frozen=True, slots=True, kw_only=True)
class MicBlock:
    """The samples of one tick from all microphones, as the turning array heard them."""

    tick: int
    samples: NDArray[np.float32]  # (channels, 160)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFrame:
    """One picture. It dies in the vision stage: no other message, file or log may hold it."""

    tick: int
    pixels: NDArray[np.uint8]  # (rows, columns, 3), red green blue; overwritten by the vision stage
    yaw_deg: float  # of the screen at mid exposure, from the encoder
    rate_dps: float
    # Reads a part of the same picture, some times finer, from the full sensor; None where there is no finer one.
    detail: Callable[[Box, float], NDArray[np.uint8]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorState:
    """What the motor's sensors say."""

    tick: int
    yaw_deg: float
    rate_dps: float
    torque_nm: float  # measured from the current
    mode: MotorMode
    fault: str = ""  # in plain words; empty while healthy


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """The touch panel: whether a finger is on the glass, where (0..1, from the upper left), and how fast it slides."""

    down: bool = False
    x: float = 0.5
    y: float = 0.5
    speed_per_s: float = 0.0  # in screen widths per second


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWall:
    """A wall that the set-up step found near the device."""

    azimuth_deg: float  # of the nearest point of the wall
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the set-up step taught the device about its place."""

    range: RangeOfMotion | None = None  # None until the customer has set it: the screen then never moves
    walls: tuple[KnownWall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that a person, an app or the cloud asks of the device; `kind` says what, the rest how.

    kinds: set mode, set policy, turn to (angle_deg, relative), turn at (rate_dps, lease_s), go to centre, play (name),
    stop, set range, start set-up, set shutter is not here (a shutter is a thing, not a wish), set back drive, acquire, release,
    set framing (name), set region (angle_deg, width_deg), select person (name holds a track id).
    """

    kind: str
    owner: Owner = Owner.APP
    name: str = ""
    angle_deg: float | None = None  # None where the kind needs no angle
    relative: bool = False
    rate_dps: float | None = None  # None: as tuned
    width_deg: float | None = None
    lease_s: float | None = None
    range: RangeOfMotion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFrame:
    """Everything the device sensed in one tick."""

    tick: int
    motor: MotorState
    shutter: Shutter = Shutter.OPEN
    touch: Touch = field(default_factory=Touch)
    mic: MicBlock | None = None  # None while the microphones are lost
    camera: CameraFrame | None = None  # None on ticks without a picture
    requests: tuple[Request, ...] = ()


# --- ears -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCandidate:
    """One direction that sound came from, and what it is taken for."""

    azimuth_deg: float
    elevation_deg: float
    weight: float  # share of the evidence, 0..1
    direct: float  # probability that this is the talker and not a wall or a noise


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundReport:
    """What the ears believe."""

    tick: int
    voice: float  # probability of speech, 0..1
    wake_word: bool = False  # true on the one tick on which a wake word's direction is decided
    wake_confidence: float = 0.0
    azimuth_deg: float | None = None  # None while there is no voice to locate
    confidence: float = 0.0  # calibrated probability that azimuth_deg is within 15 deg of a talker
    ambiguous: bool = False  # two strong directions far apart: not to be moved on
    candidates: tuple[SoundCandidate, ...] = ()
    sound_map: NDArray[np.float32] | None = None  # 72 bins of 5 deg from -180, sums to 1; None in silence
    beam_azimuth_deg: float | None = None  # best for recognition, not for turning; None in silence
    frozen: bool = False  # the motor turns: the direction is of before


# --- eyes -------------------------------------------------------------------------------------------------------------


class Seeing(StrEnum):
    """The state of the eyes."""

    SEEING = "seeing"
    SHUTTER_CLOSED = "shutter closed"
    NO_PICTURE = "no picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in the picture, as shares of its width and height, from the upper left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSighting:
    """One person as seen in one picture, after the filter against ephemeral false positives."""

    sighting_id: int  # stays the same while the eyes follow the same person
    azimuth_deg: float
    bearing_deg: float
    distance_m: float
    score: float
    box: Box
    has_face: bool
    head_yaw_deg: float | None = None  # 0 faces the camera; None without a usable face
    head_pitch_deg: float | None = None  # None as above
    engagement: float = 0.0  # probability of facing the device
    confirmed: bool = False  # survived the spatiotemporal filter
    life: float = 1.0  # 0..1: moves and changes like a person; a poster falls to 0
    in_picture: bool = True  # found in this very picture; False while believed through a gap


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectSighting:
    """A thing that matters: television, pet, chair, poster."""

    label: str
    azimuth_deg: float
    score: float
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionReport:
    """What the eyes believe, from the last picture; the picture itself is gone."""

    tick: int
    frame_tick: int | None  # of the picture this is from; None before the first
    seeing: Seeing
    people: tuple[PersonSighting, ...] = ()
    objects: tuple[ObjectSighting, ...] = ()
    points: NDArray[np.uint8] | None = None  # the few hundred kept numbers; None without a picture
    next_frame_in_ticks: int = 20
    frame_yaw_deg: float = 0.0
    sharp: bool = True  # false while blur makes an empty picture no proof that nobody is there


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionHints:
    """What the eyes are told about the rest of the device, to choose their frame rate."""

    wake_word: bool = False
    tracks_moving: bool = False
    expected_azimuths_deg: tuple[float, ...] = ()


# --- mind -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflector:
    """A direction that sounds but shows nobody: learned, and slowly forgotten."""

    azimuth_deg: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A smart alert of the away mode, with the evidence that led to it."""

    tick: int
    azimuth_deg: float
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One question that must be answered before the screen may move, with its numbers."""

    name: GateName
    value: float
    threshold: float
    margin: float  # positive when passed, in the unit
    unit: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
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
    events: tuple[str, ...] = ()  # take-overs, mode changes, choreography ends


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorCommand:
    """The set point for one tick. `seq` rises by one each tick; a repeated one is stale."""

    tick: int
    seq: int
    kind: CommandKind
    yaw_deg: float = 0.0
    rate_dps: float = 0.0
    accel_dps2: float = 0.0
    torque_limit_nm: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReport:
    """What the motion stage feels through the motor and remembers of it."""

    tick: int
    contact: Contact = Contact.NONE
    external_torque_nm: float = 0.0
    blocked_left: bool = False
    blocked_right: bool = False
    blocked_tick: int = 0  # of the last contact that blocked a side
    manual_until_tick: int = 0  # after a hand let go, its direction is respected until then
    moving: bool = False
    goal_yaw_deg: float | None = None  # of the move under way; None at rest


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionReport:
    """The motion stage's answer: the command, and what the body feels."""

    command: MotorCommand
    body: BodyReport


@dataclass(frozen=True, slots=True, kw_only=True)
class TickTrace:
    """Everything one tick produced: the window draws it, the recorder writes it, checks read it."""

    tick: int
    motor: MotorState
    shutter: Shutter
    touch: Touch
    sound: SoundReport
    vision: VisionReport
    tracks: TrackReport
    intent: Intent
    decision: ZoneDecision
    body: BodyReport
    command_wanted: MotorCommand
    command_sent: MotorCommand
    guard: str = ""  # what the guard changed or refused, in plain words; empty when it passed everything
    requests: tuple[Request, ...] = ()
