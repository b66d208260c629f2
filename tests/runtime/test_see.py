"""Watching a live source: a video file goes through the same eyes; what cannot be read is said in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts
from simulator.onboard.opencv import cv2
from simulator.runtime.see import see
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, PersonView
from simulator.world.spec import DevicePlace, RoomSpec, WorldSpec

pytestmark = pytest.mark.render


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of somebody who looks into a 1280x720 camera."""
    path = tmp_path_factory.mktemp("film") / "ann.avi"
    facts = CameraFacts(columns=1280, rows=720, hfov_deg=70.0, pitch_deg=0.0)
    camera = VirtualCamera(WorldSpec(device=DevicePlace(height_m=1.2)), facts, np.random.default_rng(1))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10.0, (1280, 720))
    for k in range(20):
        ann = PersonView(name="ann", look="adult-1", x_m=2.2, y_m=2.4, body_deg=-90.0, head_deg=-83.0)
        picture, _ = camera.picture(CameraView(tick=10 * k, yaw_deg=0.0, rate_dps=0.0, people=(ann,)))
        writer.write(np.ascontiguousarray(picture[..., ::-1]))
    writer.release()
    camera.close()
    return path


def test_a_film_is_described_line_by_line(film: Path) -> None:
    lines: list[str] = []
    notes: list[str] = []
    assert see(str(film), say=lines.append, complain=notes.append) == 0
    assert len(lines) >= 6
    assert "person 1 at +" in lines[-1]
    assert "engaged" in lines[-1]
    assert "out of reach" not in lines[-1]
    assert "of 440 points set" in lines[-1]
    assert notes[-1] == f"{len(lines)} pictures looked at; none was kept"


def test_people_beyond_reach_are_counted_in_the_line(tmp_path: Path) -> None:
    path = tmp_path / "far.avi"
    facts = CameraFacts(columns=1280, rows=720, hfov_deg=70.0, pitch_deg=0.0)
    hall = WorldSpec(room=RoomSpec(width_m=8.0, depth_m=12.0, style="plain"), device=DevicePlace(x_m=4.0, height_m=1.2))
    camera = VirtualCamera(hall, facts, np.random.default_rng(1))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10.0, (1280, 720))
    for k in range(3):
        people = tuple(
            PersonView(name=f"p{x}", look="adult-1", x_m=x, y_m=9.0, body_deg=-90.0, head_deg=-90.0) for x in (2.5, 5.5)
        )
        picture, _ = camera.picture(CameraView(tick=10 * k, yaw_deg=0.0, rate_dps=0.0, people=people))
        writer.write(np.ascontiguousarray(picture[..., ::-1]))
    writer.release()
    camera.close()
    lines: list[str] = []
    assert see(str(path), say=lines.append, complain=lambda _: None) == 0
    assert "2 beyond 4.5 m, out of reach" in lines[0]


def test_watching_ends_after_the_wished_number_of_pictures(film: Path) -> None:
    lines: list[str] = []
    assert see(str(film), frames=2, say=lines.append, complain=lambda _: None) == 0
    assert len(lines) == 2


def test_a_source_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    notes: list[str] = []
    assert see(str(tmp_path / "none.avi"), complain=notes.append) == 1
    assert len(notes) == 1
    assert "none.avi: cannot be opened" in notes[0]
