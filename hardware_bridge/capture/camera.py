"""Eyes: the newest picture of a real camera (USB, file, MJPEG or RTSP), with its age, and word when it freezes."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.ports import PortError
from simulator.onboard.messages import Box, CameraFrame, MotorState

FROZEN_TICKS = 100
CLOSE_S = 2.0
# A busy machine may need longer than that for one picture; when the program ends there is nothing else to do but wait.
EXIT_S = 5.0
BAR_BITS, BAR_ROWS = 32, 8


class NewestPicture:
    """Keeps only the newest picture, and tells when pictures stop or stop changing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._picture: NDArray[np.uint8] | None = None
        self._fingerprint = 0
        self._same_ticks = 0
        self._last_tick: int | None = None

    def put(self, picture: NDArray[np.uint8]) -> None:
        """A picture has arrived, red green blue."""
        with self._lock:
            self._picture = picture

    def take(self, tick: int) -> NDArray[np.uint8] | None:
        """The newest picture that was not taken before; None when there is none or the camera is frozen."""
        with self._lock:
            picture, self._picture = self._picture, None
        passed = 0 if self._last_tick is None else tick - self._last_tick
        self._last_tick = tick
        # A camera that hangs repeats its last picture; a real one never sees twice the same noise.
        fingerprint = 0 if picture is None else hash(picture[::8, ::8].tobytes())
        changed = picture is not None and fingerprint != self._fingerprint
        self._same_ticks = 0 if changed else self._same_ticks + passed
        self._fingerprint = fingerprint if picture is not None else self._fingerprint
        return picture if changed else None

    @property
    def frozen(self) -> bool:
        """Whether nothing new has come for a second."""
        return self._same_ticks >= FROZEN_TICKS


class VideoCapture:
    """A real camera; fits the door of the camera.  `yaw` tells where the screen points when the picture is taken."""

    def __init__(self, source: str, *, yaw: Callable[[int], MotorState], size: tuple[int, int] | None = None) -> None:
        """`size` is the columns and rows that the eyes expect; None leaves pictures as they come."""
        self._yaw, self._size = yaw, size
        self._newest = NewestPicture()
        self._goes_on = True
        self._capture = _open(source)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        atexit.register(self._end)

    @property
    def lost(self) -> bool:
        """Whether no new picture has come for a second, though one was wanted."""
        return self._newest.frozen

    def frame(self, tick: int) -> CameraFrame | None:
        """The newest picture; None while there is none to be had."""
        picture = self._newest.take(tick)
        if picture is None:
            return None
        state = self._yaw(tick)
        pixels = picture if self._size is None else fitted(picture, *self._size)
        detail = None if picture.shape[1] <= pixels.shape[1] else partial(_detail, picture, pixels.shape)
        return CameraFrame(tick=tick, pixels=pixels, yaw_deg=state.yaw_deg, rate_dps=state.rate_dps, detail=detail)

    def close(self) -> None:
        """Give the camera back, or leave it to its reader when it hangs."""
        self._goes_on = False
        self._thread.join(timeout=CLOSE_S)
        if not self._thread.is_alive():
            atexit.unregister(self._end)

    def _end(self) -> None:
        """Before the interpreter goes: Python up to 3.13 ends a thread that comes back from OpenCV later, and with it the process."""
        self._goes_on = False
        self._thread.join(timeout=EXIT_S)

    def _read(self) -> None:
        try:
            while self._goes_on:
                good, picture = self._capture.read()
                if not good:
                    return
                self._newest.put(np.ascontiguousarray(picture[:, :, ::-1]))
        finally:
            self._capture.release()  # by nobody else: under the hands of a reader that hangs it would end the program


def fitted(picture: NDArray[np.uint8], columns: int, rows: int) -> NDArray[np.uint8]:
    """The picture in the size that the eyes expect: its middle, as wide as it is, without stretching."""
    import cv2

    tall = min(picture.shape[0], round(picture.shape[1] * rows / columns))
    wide = min(picture.shape[1], round(tall * columns / rows))
    top, left = (picture.shape[0] - tall) // 2, (picture.shape[1] - wide) // 2
    middle = picture[top : top + tall, left : left + wide]
    return np.asarray(cv2.resize(middle, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def write_time_bar(picture: NDArray[np.uint8], *, now_ms: int) -> None:
    """Write a time into the upper rows as black and white fields, which survive compression: measures latency."""
    width = picture.shape[1] // BAR_BITS
    for bit in range(BAR_BITS):
        picture[:BAR_ROWS, bit * width : (bit + 1) * width] = 255 if now_ms >> bit & 1 else 0


def read_time_bar(picture: NDArray[np.uint8]) -> int:
    """The time that was written into a picture."""
    width = picture.shape[1] // BAR_BITS
    fields = [picture[2 : BAR_ROWS - 2, k * width + 3 : (k + 1) * width - 3] for k in range(BAR_BITS)]
    return sum(1 << bit for bit, field in enumerate(fields) if field.mean() > 127.0)


def _detail(picture: NDArray[np.uint8], shape: tuple[int, ...], box: Box, zoom: float) -> NDArray[np.uint8]:
    """A part of the picture, some times finer than the eyes' size, from the camera's own pixels."""
    import cv2

    rows, columns = shape[0], shape[1]
    scale = min(picture.shape[1] / columns, picture.shape[0] / rows)
    left = round(0.5 * (picture.shape[1] - columns * scale) + box.x * columns * scale)
    top = round(0.5 * (picture.shape[0] - rows * scale) + box.y * rows * scale)
    wide, tall = max(1, round(box.width * columns * scale)), max(1, round(box.height * rows * scale))
    part = picture[max(top, 0) : top + tall, max(left, 0) : left + wide]
    size = max(1, round(box.width * columns * zoom)), max(1, round(box.height * rows * zoom))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _open(source: str) -> Any:
    import cv2

    # opencv-python points Qt at its own plug-ins, which would break a window in the same process.
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)
    capture = cv2.VideoCapture(int(source) if source.isdigit() else source)
    if not capture.isOpened():
        raise PortError(f"cannot open camera {source!r}: no such device, file or address")
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture
