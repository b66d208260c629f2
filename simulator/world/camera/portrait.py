"""Pictures of people for posters and televisions, painted with the same people who walk about in the room.

A poster shows one still, life-size person; a television a newsreader whose mouth and head move. Both are faces for any
detector, and neither may ever turn the screen.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

from simulator.world.camera.furniture import picture_of
from simulator.world.camera.view import PersonView
from simulator.world.camera.viewpoint import Lens
from simulator.world.spec import ThingSpec

LOOKS = ("adult-1", "adult-2", "adult-4", "adult-6", "adult-7")
FROM_M = 1.6  # the photographer's distance
TALL_PX = 384
HEAD_M = 0.24
NEWS_HEAD_SHARE = 0.42  # of the television's height
FACE_AT = 0.36  # of the picture's height, from above
MOUTHS, NODS_DEG = (0.0, 0.45, 0.9), (-7.0, 0.0, 7.0)
BACKDROP_COLOUR = (126, 148, 172)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """What a portrait shows: who, how wide the mouth is open, how far the head is turned."""

    look: str
    mouth: float = 0.0
    nod_deg: float = 0.0

    @property
    def person(self) -> PersonView:
        """The sitter, in front of the photographer at 0, 0."""
        return PersonView(
            name="portrait", look=self.look, x_m=FROM_M, y_m=0.0, body_deg=180.0, head_deg=180.0 + self.nod_deg,
            mouth_open=self.mouth,
        )  # fmt: skip


def poster_pose(name: str) -> Pose:
    """What a poster shows for ever."""
    return Pose(look=LOOKS[zlib.crc32(name.encode()) % len(LOOKS)])


def news_poses(name: str) -> list[Pose]:
    """Everything that a television can show."""
    look = poster_pose(name).look
    return [Pose(look=look, mouth=mouth, nod_deg=nod_deg) for mouth in MOUTHS for nod_deg in NODS_DEG]


def news_pose(name: str, tick: int) -> Pose:
    """What a television shows at a tick: syllables at about 4 Hz with pauses, slow nods."""
    t = tick / 100.0 + (zlib.crc32(name.encode()) % 1000) / 100.0
    loud = abs(math.sin(2 * math.pi * 2.1 * t)) * (0.6 + 0.4 * math.sin(2 * math.pi * 0.37 * t))
    mouth = 0 if loud < 0.3 else (1 if loud < 0.65 else 2)
    nod = min(max(round(1.0 + math.sin(2 * math.pi * 0.21 * t) * 1.2), 0), 2)
    return Pose(look=poster_pose(name).look, mouth=MOUTHS[mouth], nod_deg=NODS_DEG[nod])


def portrait_lens(thing: ThingSpec, face_height_m: float) -> Lens:
    """The photographer's camera: a poster is life-size, a newsreader's head fills its share of the screen."""
    wide, tall = picture_of(thing)
    scale = 1.0 if thing.kind == "poster" else NEWS_HEAD_SHARE * tall / HEAD_M
    pixels = (max(16, round(TALL_PX * wide / tall)), TALL_PX)
    return Lens(
        eye=(0.0, 0.0, face_height_m),
        direction_deg=0.0,
        pitch_deg=0.0,
        focal_px=FROM_M * TALL_PX / tall * scale,
        pixels=pixels,
        centre_px=(0.5 * pixels[0], FACE_AT * pixels[1]),
    )
