"""Shows what the eyes make of live pictures: a camera, a video file or an address, printed as data points and detections.

The pictures go through the same stage as the virtual camera's and are overwritten there; nothing is stored or shown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from simulator.onboard.angles import wrap_deg
from simulator.onboard.facts import CameraFacts, DeviceFacts
from simulator.onboard.messages import (
    TICKS_PER_S,
    Box,
    CameraFrame,
    MotorMode,
    MotorState,
    Shutter,
    VisionHints,
    VisionReport,
)
from simulator.onboard.opencv import cv2
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.looking import eyes
from simulator.onboard.vision.stage import VisionStage
from simulator.runtime.beyond import REACH_M, FarPeople
from simulator.runtime.models import vision_models

COLUMNS = 640
MAX_BROKEN = 50  # pictures in a row that may fail before the source counts as ended
FPS_UNKNOWN = 30.0


class NoSource(RuntimeError):
    """The camera, file or address cannot be read; the text says which."""


def see(
    source: str,
    *,
    frames: int | None = None,
    hfov_deg: float = 70.0,
    tuning: Tuning | None = None,
    say: Callable[[str], None] = print,
    complain: Callable[[str], None] | None = None,
) -> int:
    """Watch a source until it ends or `frames` pictures were looked at; returns 0, or 1 when it cannot be read."""
    if complain is None:
        complain = _to_stderr
    try:
        looked = _watch(source, frames=frames, hfov_deg=hfov_deg, tuning=tuning or Tuning(), say=say, complain=complain)
    except NoSource as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 0
    complain(f"{looked} pictures looked at; none was kept")
    return 0


def described(report: VisionReport, *, far: int = 0) -> str:
    """One line for one picture; `far` people are beyond the reach of the eyes."""
    people = [
        f"{'person' if one.confirmed else 'maybe'} {one.sighting_id} at {one.bearing_deg:+.0f}° {one.distance_m:.1f} m"
        + (f" head {one.head_yaw_deg:+.0f}°" if one.head_yaw_deg is not None else "")
        + (" engaged" if one.engagement > 0.5 else "")
        + (" (a picture?)" if one.life < 0.5 else "")
        for one in report.people
    ]
    kept = 0 if report.points is None else int(np.count_nonzero(report.points))
    size = 0 if report.points is None else len(report.points)
    things = [
        f"{thing.label} at {wrap_deg(thing.azimuth_deg - report.frame_yaw_deg):+.0f}°" for thing in report.objects
    ]
    beyond = [f"{far} beyond {REACH_M:g} m, out of reach"] if far else []
    who = "; ".join([*(people or ["nobody near"] if far else people or ["nobody"]), *beyond, *things])
    return f"{report.tick / TICKS_PER_S:7.2f} s  {who}  [{kept} of {size} points set, next in {report.next_frame_in_ticks * 10} ms]"


def _to_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")


def _watch(
    source: str,
    *,
    frames: int | None,
    hfov_deg: float,
    tuning: Tuning,
    say: Callable[[str], None],
    complain: Callable[[str], None],
) -> int:
    capture = cv2.VideoCapture(int(source) if source.isdigit() else source)
    if not capture.isOpened():
        capture.release()
        raise NoSource(f"{source}: cannot be opened as a camera, a video file or an address")
    fps = capture.get(cv2.CAP_PROP_FPS) or FPS_UNKNOWN
    looking: VisionStage | None = None
    far_people: FarPeople | None = None
    looked = read = broken = far = 0
    far_tick = -TICKS_PER_S
    try:
        while frames is None or looked < frames:
            done, picture = capture.read()
            if not done:
                broken += 1
                if broken > MAX_BROKEN or not source.isdigit():
                    break
                continue
            broken = 0
            tick = round(read / fps * TICKS_PER_S)
            read += 1
            if looking is None:
                models = vision_models(complain)
                looking = eyes(_facts(picture.shape, hfov_deg), models)
                far_people = FarPeople(models.things, hfov_deg=hfov_deg) if models.things is not None else None
            if not looking.frame_wanted(tick):
                continue
            motor = MotorState(tick=tick, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
            if far_people is not None and tick - far_tick >= TICKS_PER_S:
                far, far_tick = far_people.count(np.ascontiguousarray(picture[..., ::-1])), tick
            report = looking.tick(_frame(picture, tick), motor, Shutter.OPEN, VisionHints(), tuning)
            say(described(report, far=far))
            looked += 1
    finally:
        capture.release()
    if not read:
        raise NoSource(f"{source}: no picture could be read from it")
    return looked


def _facts(shape: tuple[int, ...], hfov_deg: float) -> DeviceFacts:
    """A camera of this shape that looks straight ahead and does not turn; nobody waits for what it shows."""
    rows = max(64, round(COLUMNS * shape[0] / shape[1]))
    camera = CameraFacts(
        columns=COLUMNS, rows=min(rows, 1080), hfov_deg=hfov_deg, pitch_deg=0.0, forward_m=0.0, latency_ms=0.0
    )
    return DeviceFacts(name="a camera", camera=camera)


def _frame(picture: np.ndarray, tick: int) -> CameraFrame:
    """A picture at the eyes' size, with the camera's own pixels as its finer detail."""
    rgb = np.ascontiguousarray(picture[..., ::-1])
    rows = max(64, round(COLUMNS * rgb.shape[0] / rgb.shape[1]))
    small = np.asarray(cv2.resize(rgb, (COLUMNS, min(rows, 1080)), interpolation=cv2.INTER_AREA), np.uint8)
    scale = rgb.shape[1] / COLUMNS

    def detail(box: Box, zoom: float) -> np.ndarray:
        x, y = round(box.x * COLUMNS * scale), round(box.y * small.shape[0] * scale)
        size = (
            max(1, round(box.width * COLUMNS * zoom)),
            max(1, round(box.height * small.shape[0] * zoom)),
        )
        wide, tall = max(1, round(box.width * COLUMNS * scale)), max(1, round(box.height * small.shape[0] * scale))
        part = rgb[y : y + tall, x : x + wide]
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    return CameraFrame(tick=tick, pixels=small, yaw_deg=0.0, rate_dps=0.0, detail=detail if scale > 1.2 else None)
