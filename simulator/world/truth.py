"""What the world knows and the device may not: for checks, labels and the window. No file of onboard/ may import this."""

from __future__ import annotations

from simulator.onboard.message import message
from simulator.onboard.messages import Box
from simulator.world.truth_events import TruthEvent


@message
class PersonTruth:
    """One person as it really is."""

    name: str
    x_m: float
    y_m: float
    mouth_height_m: float
    azimuth_deg: float  # relative to the base
    distance_m: float
    body_deg: float  # direction the body faces, in the room
    head_deg: float  # direction the head faces, in the room
    facing_deg: float  # angle between the head's direction and the device; 0 looks at it
    talking: bool
    says: str  # "wake word", "speech" or ""
    posture: str


@message
class SourceTruth:
    """One thing that sounds and is no person."""

    name: str
    kind: str
    x_m: float
    y_m: float
    azimuth_deg: float
    on: bool


@message
class ThingTruth:
    """One thing that can be in the way."""

    name: str
    x_m: float
    y_m: float
    angle_deg: float
    tipped: bool


@message
class SeenTruth:
    """How one person appears in a picture, from the renderer."""

    name: str
    box: Box
    head_box: Box
    head_yaw_deg: float  # relative to the camera's ray
    visible: float  # share not hidden
    hidden_by: tuple[str, ...] = ()
    distance_m: float = 0.0  # along the floor, from the screen's axis to the head
    azimuth_deg: float = 0.0  # of the head, relative to the base
    head_pitch_deg: float = 0.0  # up positive
    head_visible: float = 1.0  # share of the head not hidden and inside the picture


@message
class SoundPath:
    """One way that sound takes from a source to the microphones."""

    source: str
    order: int  # 0 is direct
    walls: tuple[str, ...]  # in the order the sound meets them
    azimuth_deg: float  # of arrival, relative to the base
    delay_s: float
    gain_db: float
    blocked_by: tuple[str, ...] = ()
    image_m: tuple[float, float, float] = (0.0, 0.0, 0.0)  # the mirror image, in the room
    points_m: tuple[tuple[float, float, float], ...] = ()  # source, bounces, device: the ray to draw


@message
class TruthFrame:
    """The true state of the world after one tick."""

    tick: int
    yaw_deg: float
    rate_dps: float
    accel_dps2: float
    contact_force_n: float  # at the screen's edge
    hand_torque_nm: float
    people: tuple[PersonTruth, ...]
    sources: tuple[SourceTruth, ...]
    things: tuple[ThingTruth, ...]
    seen: tuple[SeenTruth, ...] = ()  # of the picture taken in this tick
    paths: tuple[SoundPath, ...] = ()  # of who sounds now; refreshed some times a second
    events: tuple[TruthEvent, ...] = ()  # what began in this tick
