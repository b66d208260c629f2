"""Draws the pictures of homes in docs/rooms.md: what the device sees, what a person sees, and the room from a corner, by day and in
the evening.

    python tools/make_room_pictures.py [--out FOLDER] [HOME ...]
"""

from __future__ import annotations

import simulator.runtime.threads  # isort: skip  # noqa: F401  (before numpy)

import argparse
import os
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np

from simulator.gui.customer.glass import GlassPainter
from simulator.runtime.onlooker import Content, Moments
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world.assets import CHECKOUT, SCENES
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.customer import CustomerView
from simulator.world.camera.customer_place import Standpoint
from simulator.world.camera.view import Light

# The scene, the second in it, and what is on the glass.
HOMES: dict[str, tuple[str, float, Content]] = {
    "kitchen": ("ambiguity/side-by-side.scene.yaml", 5.0, "recipe"),
    "living-room": ("follow/in-the-evening.scene.yaml", 4.0, "photo"),
    "bedside": ("wake/in-bed.scene.yaml", 5.0, "clock"),
    "island": ("follow/around-an-island.scene.yaml", 6.0, "recipe"),
}
LIGHTS: tuple[Light, ...] = ("day", "evening")
SIZE = (640, 360)


def pictures(scene_path: Path, at_s: float, content: Content) -> np.ndarray:
    """Two rows, day and evening: the device's picture, a person's, and the room."""
    scene = load(scene_path)
    log = run_scene(scene, mode="feature")
    moment = Moments(scene.spec, log.traces, log.truths).at(round(100 * at_s))
    assert moment is not None
    camera = VirtualCamera(scene.spec, scene.facts.camera, np.random.Generator(np.random.PCG64(1)), renderer="gl")
    room = CustomerView(scene.spec, scene.facts)
    painter = GlassPainter(room.model.glass_m)
    rows = []
    for light in LIGHTS:
        view = replace(moment.view, light=light)
        room.show(painter.picture(replace(moment.glass, light=light, content=content)))
        seen = [camera.picture(view)[0]]
        seen += [room.picture(view, Standpoint(view=one, pixels=SIZE, finer=2)) for one in ("eye", "third")]
        rows.append(np.hstack(seen))
    camera.close()
    room.close()
    return np.vstack(rows)


def main() -> None:
    """Draw those that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", nargs="*", metavar="HOME")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "docs" / "pictures")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.homes or HOMES:
        scene, at_s, content = HOMES[name]
        path = args.out / f"room-{name}.jpg"
        drawn = pictures(SCENES / scene, at_s, content)
        cv2.imwrite(str(path), drawn[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 86])
        print(path)


if __name__ == "__main__":
    main()
