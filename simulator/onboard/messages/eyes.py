"""The eyes: the picture, which goes no further than vision, and what is believed of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.message import message


class Shutter(StrEnum):
    """The mechanical cover of the camera."""

    OPEN = "open"
    CLOSED = "closed"


class Seeing(StrEnum):
    """The state of the eyes."""

    SEEING = "seeing"
    SHUTTER_CLOSED = "shutter closed"
    NO_PICTURE = "no picture"


@message
class Box:
    """A rectangle in the picture, as shares of its width and height, from the upper left."""

    x: float
    y: float
    width: float
    height: float


@message
class CameraFrame:
    """One picture. It dies in the vision stage: no other message, file or log may hold it."""

    tick: int
    pixels: NDArray[np.uint8]  # (rows, columns, 3), red green blue; overwritten by the vision stage
    yaw_deg: float  # of the screen at mid exposure, from the encoder
    rate_dps: float
    # Reads a part of the same picture, some times finer, from the full sensor; None where there is no finer one.
    detail: Callable[[Box, float], NDArray[np.uint8]] | None = None


@message
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


@message
class ObjectSighting:
    """A thing that matters: television, pet, chair, poster."""

    label: str
    azimuth_deg: float
    score: float
    box: Box


@message
class VisionReport:
    """What the eyes believe, from the last picture; the picture itself is gone."""

    tick: int  # from which it stands
    frame_tick: int | None  # of the picture this is from, earlier by the latency of the eyes; None before the first
    seeing: Seeing
    people: tuple[PersonSighting, ...] = ()
    objects: tuple[ObjectSighting, ...] = ()
    points: NDArray[np.uint8] | None = None  # the few hundred kept numbers; None without a picture
    next_frame_in_ticks: int = 20
    frame_yaw_deg: float = 0.0
    late_ticks: int = 0  # how much later than the stated latency it came; only in a real room
    sharp: bool = True  # false while blur makes an empty picture no proof that nobody is there


@message
class VisionHints:
    """What the eyes are told about the rest of the device, to choose their frame rate."""

    wake_word: bool = False
    tracks_moving: bool = False
    expected_azimuths_deg: tuple[float, ...] = ()
