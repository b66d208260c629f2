"""A picture dies in the eyes: pixels are overwritten, and nothing as large as a picture, a face or a mesh gets out."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Iterator

import numpy as np
import pytest

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import CameraFrame, Shutter, VisionHints, VisionReport
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.optics import Optics
from simulator.onboard.vision.points import LENGTH
from simulator.onboard.vision.source import Source
from simulator.onboard.vision.stage import VisionStage
from simulator.runtime.codec import encode
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView
from tests.onboard.vision.conftest import eyes_at_once, motor_state, someone

LARGEST_REPORT = 3000  # bytes of an encoded report of two people with its record
RUN = 24  # so many equal neighbouring pixels' bytes in a row are no accident


@pytest.fixture(scope="module")
def looked(
    models: VisionModels, room: VirtualCamera
) -> tuple[VisionStage, VisionReport, list[np.ndarray], list[bytes]]:
    """Eyes that have looked at two people for a second, all arrays that held pixels, and what those pixels were."""
    eyes = eyes_at_once(models)
    arrays: list[np.ndarray] = []
    were: list[bytes] = []

    def remembered(pixels: np.ndarray) -> np.ndarray:
        arrays.append(pixels)
        were.append(pixels.tobytes())
        return pixels

    report = None
    for tick in range(0, 100, 10):
        view = CameraView(
            tick=tick,
            yaw_deg=0.0,
            rate_dps=0.0,
            people=(someone(2.0, 2.4), someone(3.2, 2.8, name="bea", look="adult-4")),
        )
        pixels, _ = room.picture(view)
        frame = CameraFrame(
            tick=tick,
            pixels=remembered(pixels),
            yaw_deg=0.0,
            rate_dps=0.0,
            detail=lambda box, zoom: remembered(room.detail(box, zoom)),
        )
        report = eyes.tick(frame, motor_state(tick), Shutter.OPEN, VisionHints(), Tuning())
    assert report is not None
    assert len([one for one in report.people if one.confirmed]) == 2
    return eyes, report, arrays, were


Looked = tuple[VisionStage, VisionReport, list[np.ndarray], list[bytes]]


def test_every_pixel_that_was_handed_in_is_overwritten(looked: Looked) -> None:
    _, _, arrays, _ = looked
    assert len(arrays) > 15  # whole pictures and finer parts
    assert all(not array.any() for array in arrays)


def test_close_ups_are_overwritten_with_the_picture() -> None:
    frame = CameraFrame(tick=0, pixels=np.full((360, 640, 3), 90, np.uint8), yaw_deg=0.0, rate_dps=0.0)
    source = Source(frame, columns=640, rows=360)
    optics = Optics(DeviceFacts().camera)
    close = optics.view(optics.ray_towards(bearing_deg=5.0, elevation_deg=0.0), pixels=64, focal_px=300.0).cut(source)
    assert close.mean() == 90
    source.forget()
    assert not close.any()


def test_the_picture_is_overwritten_even_when_the_eyes_fail(models: VisionModels, room: VirtualCamera) -> None:
    eyes = eyes_at_once(models)
    pixels, _ = room.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0))

    def broken(box: object, zoom: float) -> np.ndarray:
        raise OSError("the sensor is gone")

    pixels, _ = room.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0, people=(someone(2.5, 3.2),)))
    frame = CameraFrame(tick=0, pixels=pixels, yaw_deg=0.0, rate_dps=0.0, detail=broken)
    with pytest.raises(OSError, match="the sensor is gone"):
        eyes.tick(frame, motor_state(0), Shutter.OPEN, VisionHints(), Tuning())
    assert not pixels.any()


def test_a_closed_shutter_overwrites_too(models: VisionModels) -> None:
    pixels = np.full((360, 640, 3), 90, np.uint8)
    frame = CameraFrame(tick=0, pixels=pixels, yaw_deg=0.0, rate_dps=0.0)
    eyes_at_once(models).tick(frame, motor_state(0), Shutter.CLOSED, VisionHints(), Tuning())
    assert not pixels.any()


def test_a_report_holds_one_array_of_440_bytes_and_otherwise_only_small_things(looked: Looked) -> None:
    _, report, _, _ = looked
    arrays = [thing for thing in everything_in(report) if isinstance(thing, np.ndarray)]
    assert [array.nbytes for array in arrays] == [LENGTH]
    assert len(encode(report)) < LARGEST_REPORT
    fields = {field.name for one in report.people for field in dataclasses.fields(one)}
    assert not {name for name in fields if "mesh" in name or "embedding" in name or "landmark" in name}


def test_what_the_eyes_keep_between_pictures_is_small(looked: Looked) -> None:
    eyes, _, _, _ = looked
    kept = eyes.snapshot()
    arrays = [thing for thing in everything_in(kept) if isinstance(thing, np.ndarray)]
    assert all(array.nbytes <= LENGTH for array in arrays)
    longest = max((len(t) for t in everything_in(kept) if isinstance(t, (tuple, list, bytes))), default=0)
    assert longest <= 64  # the brightnesses of one face's surroundings
    assert len(pickle.dumps(kept)) < 12_000


def test_no_run_of_pixels_survives_in_a_report_or_a_checkpoint(looked: Looked) -> None:
    eyes, report, _, were = looked
    kept = pickle.dumps(eyes.snapshot()) + pickle.dumps(report) + encode(report)
    for pixels in were[:: max(1, len(were) // 6)]:
        for start in range(0, len(pixels) - RUN, 997):
            run = pixels[start : start + RUN]
            assert len(set(run)) < 6 or run not in kept


def everything_in(thing: object) -> Iterator[object]:
    """Everything reachable from a value."""
    seen: set[int] = set()
    waiting = [thing]
    while waiting:
        now = waiting.pop()
        if id(now) in seen:
            continue
        seen.add(id(now))
        yield now
        if isinstance(now, dict):
            waiting += [*now.keys(), *now.values()]
        elif isinstance(now, (list, tuple, set, frozenset)):
            waiting += list(now)
        elif dataclasses.is_dataclass(now) and not isinstance(now, type):
            waiting += [getattr(now, field.name) for field in dataclasses.fields(now)]
        elif hasattr(now, "__dict__") and not isinstance(now, type):
            waiting += list(vars(now).values())
