"""Pictures of people for posters and televisions, painted with the same people who walk about in the room.

A poster shows one still, life-size person; a television a newsreader whose mouth and head move. Both are faces for any
detector, and neither may ever turn the screen.
"""

from __future__ import annotations

import math
import zlib

import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.body import body_of
from simulator.world.camera.furniture import picture_of
from simulator.world.camera.gl import GlRenderer, Lens
from simulator.world.camera.light import SETTINGS
from simulator.world.camera.mesh import Mesh, quad
from simulator.world.camera.view import PersonView
from simulator.world.spec import ThingSpec

LOOKS = ("adult-1", "adult-2", "adult-4", "adult-6", "adult-7")
FROM_M = 1.6  # the photographer's distance
TALL_PX = 384
HEAD_M = 0.24
NEWS_HEAD_SHARE = 0.42  # of the television's height
FACE_AT = 0.36  # of the picture's height, from above
MOUTHS, NODS_DEG = (0.0, 0.45, 0.9), (-7.0, 0.0, 7.0)
BACKDROP = "portrait backdrop"


def paint_front(gl: GlRenderer, thing: ThingSpec) -> None:
    """Put the picture of a poster, or all pictures of a television, on the card."""
    look = LOOKS[zlib.crc32(thing.name.encode()) % len(LOOKS)]
    if thing.kind == "poster":
        gl.texture(f"front:{thing.name}", _portrait(gl, thing, look, scale=1.0, mouth=0.0, nod_deg=0.0))
        return
    scale = NEWS_HEAD_SHARE * picture_of(thing)[1] / HEAD_M
    for m, mouth in enumerate(MOUTHS):
        for n, nod_deg in enumerate(NODS_DEG):
            picture = _portrait(gl, thing, look, scale=scale, mouth=mouth, nod_deg=nod_deg)
            gl.texture(f"front:{thing.name}:{m}{n}", picture)


def news_picture(name: str, tick: int) -> str:
    """Which picture a television shows at a tick: syllables at about 4 Hz with pauses, slow nods."""
    t = tick / 100.0 + (zlib.crc32(name.encode()) % 1000) / 100.0
    loud = abs(math.sin(2 * math.pi * 2.1 * t)) * (0.6 + 0.4 * math.sin(2 * math.pi * 0.37 * t))
    mouth = 0 if loud < 0.3 else (1 if loud < 0.65 else 2)
    nod = round(1.0 + math.sin(2 * math.pi * 0.21 * t) * 1.2)
    return f"front:{name}:{mouth}{min(max(nod, 0), 2)}"


def _portrait(
    gl: GlRenderer, thing: ThingSpec, look: str, *, scale: float, mouth: float, nod_deg: float
) -> NDArray[np.uint8]:
    """A person against a plain wall; `scale` metres of picture show one metre of person."""
    body = body_of(look)
    pose = PersonView(
        name="portrait", look=look, x_m=FROM_M, y_m=0.0, body_deg=180.0, head_deg=180.0 + nod_deg, mouth_open=mouth
    )
    vertices, normals, _, _ = body.posed(pose)
    wide, tall = picture_of(thing)
    pixels = (max(16, round(TALL_PX * wide / tall)), TALL_PX)
    px_per_m = TALL_PX / tall * scale
    face_z = float(vertices[body.head_vertices, 2].mean())
    lens = Lens(
        eye=(0.0, 0.0, face_z),
        direction_deg=0.0,
        pitch_deg=0.0,
        focal_px=FROM_M * px_per_m,
        pixels=pixels,
        centre_px=(0.5 * pixels[0], FACE_AT * pixels[1]),
    )
    if not gl.has(BACKDROP):
        gl.texture(BACKDROP, np.full((8, 8, 3), (126, 148, 172), np.uint8))
        gl.put(BACKDROP, [quad((FROM_M + 1.0, 6.0, -5.0), (0, -12, 0), (0, 0, 12), BACKDROP, casts=False)])
    name = f"portrait:{look}"
    gl.texture(f"look:{look}", body.atlas)
    mesh = Mesh(vertices=vertices, normals=normals, uv=body.uv, triangles=body.triangles, texture=f"look:{look}")
    gl.put(name, [mesh], soft=0.22)
    towards = np.array([-0.7, -0.3, 0.6])
    return gl.draw(
        lens,
        SETTINGS["day"],
        [BACKDROP, name],
        key_from=towards / np.linalg.norm(towards),
        state=None,
        lamp_at=(0.0, 0.5, 2.4),
    ).copy()
