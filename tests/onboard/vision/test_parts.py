"""The small parts of the eyes: optics, sources of detail, the record, liveliness, frames, pace."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box, CameraFrame
from simulator.onboard.opencv import cv2
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.bars import bars_of
from simulator.onboard.vision.framed import FRAME_PX, framed
from simulator.onboard.vision.life import Cells, Life
from simulator.onboard.vision.optics import Optics
from simulator.onboard.vision.pace import next_frame_in_ticks
from simulator.onboard.vision.points import LENGTH, record
from simulator.onboard.vision.schedule import Schedule
from simulator.onboard.vision.source import Source

BENT = CameraFacts(distortion_k1=-0.03)


@given(x=st.floats(0, 639), y=st.floats(0, 359), k1=st.sampled_from([0.0, -0.03, 0.02]), pitch=st.floats(-20, 20))
def test_pixels_and_rays_are_inverse(x: float, y: float, k1: float, pitch: float) -> None:
    optics = Optics(CameraFacts(distortion_k1=k1, pitch_deg=pitch))
    there = np.array([[x, y]])
    assert np.allclose(optics.pixels(optics.rays(there)), there, atol=0.05)


@given(bearing=st.floats(-50, 50), elevation=st.floats(-25, 35))
def test_a_ray_towards_a_bearing_has_that_bearing(bearing: float, elevation: float) -> None:
    optics = Optics(CameraFacts())
    ahead, left, up = optics.level(optics.ray_towards(bearing_deg=bearing, elevation_deg=elevation)[None])[0]
    assert math.degrees(math.atan2(left, ahead)) == pytest.approx(bearing, abs=1e-6)
    assert math.degrees(math.atan2(up, math.hypot(ahead, left))) == pytest.approx(elevation, abs=1e-6)


def test_left_of_the_picture_is_a_positive_bearing() -> None:
    optics = Optics(CameraFacts(pitch_deg=0.0))
    assert optics.level(optics.rays(np.array([[100.0, 180.0]])))[0][1] > 0


@pytest.mark.parametrize("facts", [CameraFacts(), BENT])
def test_a_close_up_has_in_its_middle_what_lies_along_its_ray(facts: CameraFacts) -> None:
    optics = Optics(facts)
    picture = np.zeros((facts.rows, facts.columns, 3), np.uint8)
    cv2.circle(picture, (500, 120), 3, (255, 255, 255), -1)
    view = optics.view(optics.rays(np.array([[500.0, 120.0]]))[0], pixels=65, focal_px=500.0)
    close = view.cut(Source(CameraFrame(tick=0, pixels=picture, yaw_deg=0.0, rate_dps=0.0), columns=640, rows=360))
    rows, columns = np.nonzero(close[..., 0] > 128)
    assert (rows.mean(), columns.mean()) == pytest.approx((32, 32), abs=0.7)


def test_finer_parts_line_up_with_the_whole_picture() -> None:
    facts = CameraFacts()
    fine = np.zeros((3 * facts.rows, 3 * facts.columns, 3), np.uint8)
    cv2.circle(fine, (1501, 361), 8, (255, 255, 255), -1)
    whole = cv2.resize(fine, (facts.columns, facts.rows), interpolation=cv2.INTER_AREA)

    def detail(box: Box, zoom: float) -> np.ndarray:
        assert zoom == 3.0
        x, y = round(box.x * facts.columns * 3), round(box.y * facts.rows * 3)
        size = round(box.height * facts.rows * 3), round(box.width * facts.columns * 3)
        return fine[y : y + size[0], x : x + size[1]].copy()

    optics = Optics(facts)
    view = optics.view(optics.rays(np.array([[510.0, 125.0]]))[0], pixels=129, focal_px=1100.0)
    middles = []
    for given_detail in (None, detail):
        frame = CameraFrame(tick=0, pixels=whole, yaw_deg=0.0, rate_dps=0.0, detail=given_detail)
        source = Source(frame, columns=640, rows=360)
        rows, columns = np.nonzero(view.cut(source)[..., 0] > 128)
        middles.append((rows.mean(), columns.mean()))
    assert middles[0] == pytest.approx(middles[1], abs=0.7)


def test_the_record_has_always_440_small_numbers() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
    numbers = record(picture, [])
    assert numbers.shape == (LENGTH,) == (440,)
    assert numbers.dtype == np.uint8
    assert numbers[:120].max() == 0
    assert numbers[120:].max() <= 7
    assert not numbers.flags.writeable


def test_somebody_who_never_changes_loses_life_and_gets_it_back() -> None:
    life = Life(azimuth_deg=0.0, elevation_deg=0.0, distance_m=2.0)
    same = Cells(levels=tuple(float(k) for k in range(16)), noise=2.0)
    other = Cells(levels=tuple(float(k) + (4.0 if k == 3 else 0.0) for k in range(16)), noise=2.0)
    for tick in range(0, 420, 20):
        life.compare(same, tick=tick, yaw_deg=0.0)
    assert life.value(8.0) == pytest.approx(0.5)
    life.compare(other, tick=420, yaw_deg=0.0)
    assert life.value(8.0) == 1.0
    life.compare(other, tick=440, yaw_deg=10.0)  # a turned screen is a new view, not a change
    assert life.unchanged_ticks == 0


def test_who_changed_is_looked_at_now_and_then_and_a_picture_every_time() -> None:
    picture, lively = (Life(azimuth_deg=0.0, elevation_deg=0.0, distance_m=2.0) for _ in range(2))
    for tick in range(0, 100, 20):
        picture.compare(Cells(levels=(0.0,) * 16, noise=2.0), tick=tick, yaw_deg=0.0)
        lively.compare(Cells(levels=(float(tick),) * 16, noise=2.0), tick=tick, yaw_deg=0.0)
    assert picture.due(81)
    assert not lively.due(81)
    assert lively.due(130)


def test_a_frame_takes_life_and_one_miss_does_not_give_it_back() -> None:
    life = Life(azimuth_deg=0.0, elevation_deg=0.0, distance_m=2.0)
    life.frame_seen(True, tick=0)
    life.frame_seen(False, tick=10)
    assert life.value(8.0) == pytest.approx(0.1)
    for tick in range(20, 100, 10):
        life.frame_seen(False, tick=tick)
    assert life.value(8.0) == 1.0


def room_with(frame: tuple[int, int, int, int] | None, *, body: bool) -> np.ndarray:
    """A wall with a face in the middle of the close-up, in a frame or on a body."""
    chance = np.random.default_rng(4)
    picture = np.full((FRAME_PX, FRAME_PX, 3), (150, 145, 140), np.float32)
    if frame is not None:
        x0, y0, x1, y1 = frame
        picture[y0:y1, x0:x1] = (90, 110, 150)
    if body:
        cv2.ellipse(picture, (128, 215), (34, 75), 0, 0, 360, (60, 60, 160), -1)
    elif frame is not None:
        cv2.rectangle(picture, (106, 142), (150, frame[3] - 1), (60, 60, 160), -1)
    cv2.ellipse(picture, (128, 128), (8, 11), 0, 0, 360, (200, 170, 150), -1)
    return np.clip(picture + chance.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def test_a_frame_is_found_around_a_picture_but_not_around_a_person_before_it() -> None:
    frame = (80, 95, 180, 190)
    assert framed(room_with(frame, body=False))
    assert not framed(room_with(None, body=True))
    assert not framed(room_with(frame, body=True))


@pytest.mark.parametrize("gone", ["left", "right"])
def test_of_a_frame_that_the_picture_cuts_off_the_half_in_it_is_enough(gone: str) -> None:
    shown = room_with((60, 95, 196, 190), body=False)
    beyond = slice(0, 80) if gone == "left" else slice(176, None)
    shown[:, beyond] = 0
    assert framed(shown, cut=True)
    assert not framed(shown)  # people nearer are often cut off, and have a door frame behind
    faded = room_with((60, 95, 196, 190), body=False).astype(np.float32)
    share = np.clip((np.arange(FRAME_PX) - 150) / 40, 0, 1)[None, :, None]
    faded = (faded * (1 - share) + np.float32([150, 145, 140]) * share).astype(np.uint8)
    faded[:, 210:] = 0  # the picture ends where no screen would reach
    assert not framed(faded, cut=True)
    assert framed(faded, across=True)


def padded(picture: np.ndarray, *, left: int, top: int) -> np.ndarray:
    """A camera's picture that holds a smaller one, on grey, with the noise of a sensor."""
    whole = np.full((360, 640, 3), 114.0)
    rows, columns = picture.shape[:2]
    whole[top : top + rows, left : left + columns] = picture
    return np.clip(whole + np.random.default_rng(8).normal(0, 2.5, whole.shape), 0, 255).astype(np.uint8)


def test_bars_that_pad_a_picture_are_black_like_what_is_beyond_it() -> None:
    chance = np.random.default_rng(7)
    shown = cv2.resize(chance.integers(0, 255, (20, 30, 3), np.uint8), (450, 300), interpolation=cv2.INTER_LINEAR)
    whole = padded(shown, left=100, top=20)
    assert bars_of(whole) == (100, 90, 20, 40)
    source = Source(CameraFrame(tick=0, pixels=whole, yaw_deg=0.0, rate_dps=0.0), columns=640, rows=360)
    assert not source.whole.pixels[:, :100].any()
    assert not source.whole.pixels[320:].any()
    assert source.whole.pixels[20:320, 100:550].any(2).mean() > 0.99


def test_a_bare_wall_at_the_side_is_no_bar() -> None:
    wall = np.full((360, 640, 3), 150.0) - np.linspace(0, 14, 360)[:, None, None]  # darker towards the floor
    wall[:, 300:400] = 60
    dark = np.full((360, 640, 3), 12.0)
    dark[:, :] += np.linspace(0, 12, 640)[:, None]  # nearly dark, lighter to one side
    for room in (wall, dark):
        noisy = np.clip(room + np.random.default_rng(6).normal(0, 2.5, room.shape), 0, 255).astype(np.uint8)
        assert bars_of(noisy) == (0, 0, 0, 0)


def test_pace_is_bounded_by_the_knobs() -> None:
    knobs = VisionKnobs(moving_fps=20.0, empty_fps=0.5)

    def ticks(*, alert: bool = False, tracks_moving: bool = False) -> int:
        return next_frame_in_ticks([], alert=alert, rate_dps=0.0, tracks_moving=tracks_moving, knobs=knobs)

    assert ticks() == 200
    assert ticks(tracks_moving=True) == 5
    assert ticks(alert=True) == 5


def test_a_wake_word_is_urgent_for_two_seconds() -> None:
    schedule = Schedule(CameraFacts())
    schedule.hurry(100)
    assert [schedule.alert(tick) for tick in (100, 299, 300)] == [True, True, False]


def test_a_picture_of_another_size_than_the_cameras_is_refused() -> None:
    frame = CameraFrame(tick=0, pixels=np.zeros((480, 640, 3), np.uint8), yaw_deg=0.0, rate_dps=0.0)
    with pytest.raises(ValueError, match=r"a picture of \(480, 640, 3\): must be \(360, 640, 3\)"):
        Source(frame, columns=640, rows=360)


@pytest.mark.parametrize(("distance_m", "picture"), [(2.0, False), (4.0, True)])
def test_a_body_on_the_floor_speaks_against_a_frame_near_by(distance_m: float, picture: bool) -> None:
    life = Life(azimuth_deg=0.0, elevation_deg=0.0, distance_m=distance_m)
    for look in range(3):
        life.frame_seen(True, tick=10 * look)
    assert life.in_frame
    life.grounded = True
    assert life.in_frame == picture
