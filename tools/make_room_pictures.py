"""Draws the pictures of homes in docs/rooms.md: what the device sees, and the room from a corner, by day and in the evening.

python tools/make_room_pictures.py [--out FOLDER] [HOME ...]
"""

from __future__ import annotations

import simulator.runtime.threads  # isort: skip  # noqa: F401  (before numpy)

import argparse
import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from simulator.onboard.facts import CameraFacts
from simulator.scene.loader import load
from simulator.world.assets import CHECKOUT, SCENES
from simulator.world.camera.body import alive
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.light import SETTINGS
from simulator.world.camera.stage import GlStage
from simulator.world.camera.view import CameraView, Light, PersonView, ThingView
from simulator.world.camera.viewpoint import Lens
from simulator.world.spec import WorldSpec

HOMES = {
    "kitchen": "ambiguity/side-by-side.scene.yaml",
    "living-room": "follow/in-the-evening.scene.yaml",
    "bedside": "wake/in-bed.scene.yaml",
    "island": "follow/around-an-island.scene.yaml",
}
LIGHTS: tuple[Light, ...] = ("day", "evening")
SIZE = (640, 360)
FINER = 2  # drawn so much larger, then averaged


def view_of(spec: WorldSpec, light: Light) -> CameraView:
    """The first moment of a scene, everybody facing the device."""
    device = spec.device
    people = []
    for one in spec.people:
        facing = math.degrees(math.atan2(device.y_m - one.at[1], device.x_m - one.at[0]))
        person = PersonView(
            name=one.name, look=one.look, x_m=one.at[0], y_m=one.at[1], body_deg=facing, head_deg=facing,
            posture=one.posture,
        )  # fmt: skip
        people.append(alive(person, tick=100))
    things = tuple(
        ThingView(name=one.name, x_m=one.at[0], y_m=one.at[1], angle_deg=one.angle_deg, on=one.on)
        for one in spec.things
    )
    return CameraView(tick=100, yaw_deg=0.0, rate_dps=0.0, light=light, people=tuple(people), things=things)


def corner_lens(spec: WorldSpec) -> Lens:
    """From the corner with the longest look past the middle of the room."""
    room, device = spec.room, spec.device
    corners = [(x, y) for x in (0.4, room.width_m - 0.4) for y in (0.4, room.depth_m - 0.4)]
    x, y = max(corners, key=lambda at: math.dist(at, (device.x_m, device.y_m)))
    dx, dy = 0.6 * device.x_m + 0.2 * room.width_m - x, 0.6 * device.y_m + 0.2 * room.depth_m - y
    wide, tall = SIZE[0] * FINER, SIZE[1] * FINER
    return Lens(
        eye=(x, y, 1.75), direction_deg=math.degrees(math.atan2(dy, dx)), pitch_deg=-14.0,
        focal_px=0.5 * wide / math.tan(math.radians(38.0)), pixels=(wide, tall), centre_px=(wide / 2, tall / 2),
    )  # fmt: skip


def pictures(spec: WorldSpec) -> np.ndarray:
    """Two rows, day and evening: the device's picture, then the room."""
    camera = VirtualCamera(spec, CameraFacts(), np.random.Generator(np.random.PCG64(1)), renderer="gl")
    stage = camera._stage
    assert isinstance(stage, GlStage)
    rows = []
    for light in LIGHTS:
        view = view_of(spec, light)
        seen = camera.picture(replace(view, yaw_deg=0.0))[0]
        people = [camera._pose(person) for person in view.people]
        room = stage.sharp(view, corner_lens(spec), people, SETTINGS[light])
        rows.append(np.hstack([seen, cv2.resize(room, SIZE, interpolation=cv2.INTER_AREA)]))
    camera.close()
    return np.vstack(rows)


def main() -> None:
    """Draw those that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", nargs="*", metavar="HOME")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "docs" / "pictures")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.homes or HOMES:
        path = args.out / f"room-{name}.jpg"
        picture = pictures(load(SCENES / HOMES[name]).spec)
        cv2.imwrite(str(path), picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
        print(path)


if __name__ == "__main__":
    main()
