"""A run as a film that browsers play: from somebody's eyes, from a corner, as the device sees, or two of them side by side."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from simulator.gui.customer.drawn_room import DrawnRoom
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.onboard.opencv import cv2
from simulator.onboard.tuning import leaf_at
from simulator.runtime.header import Header
from simulator.runtime.onlooker import Moment, Moments
from simulator.world.camera.customer_place import Standpoint

FilmView = Literal["eye", "third", "above", "device", "split"]
VIEWS: tuple[FilmView, ...] = ("eye", "third", "above", "device", "split")
FPS, SIZE, STRIP_PX = 20, (960, 540), 36
ENCODERS = {
    ".mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-crf", "21", "-movflags", "+faststart"),
    ".webm": ("-c:v", "libvpx-vp9", "-b:v", "1500k", "-deadline", "realtime", "-cpu-used", "8"),
    ".gif": ("-vf", "fps=10,scale=640:-1:flags=area,split[a][b];[a]palettegen[p];[b][p]paletteuse"),
}
Pixels = NDArray[np.uint8]
Span = tuple[int, int | None]  # of ticks; None is the end of the run
MOST_KNOBS = 3  # are named in a title


class FilmProblem(RuntimeError):
    """A film that cannot be made; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One run that is filmed, with the name of its settings."""

    header: Header
    moments: Moments
    title: str


class Filmed:
    """Draws the moments of one take."""

    def __init__(self, take: Take, *, view: FilmView, who: str = "") -> None:
        self._take, self._view, self._who = take, view, who
        header = take.header
        self._room = DrawnRoom(header.spec, header.facts, seed=header.seed)

    def frame(self, moment: Moment) -> Pixels:
        """One frame of SIZE."""
        if self._view == "device":
            return self._as_device(moment, SIZE)
        half = (SIZE[0] // 2, SIZE[1])
        if self._view == "split":
            own = self._as_device(moment, half)
            return np.hstack([self._as_person(moment, "eye", half), own])
        return self._as_person(moment, self._view, SIZE)

    def close(self) -> None:
        """Give the graphics memory back."""
        self._room.close()

    def _as_person(self, moment: Moment, view: Literal["eye", "third", "above"], size: tuple[int, int]) -> Pixels:
        return self._room.person(moment, Standpoint(view=view, who=self._who, pixels=size, finer=2))

    def _as_device(self, moment: Moment, size: tuple[int, int]) -> Pixels:
        pixels = self._room.device(moment)
        wide, tall = size
        high = round(wide * pixels.shape[0] / pixels.shape[1])
        out = np.zeros((tall, wide, 3), np.uint8)
        top = max(0, (tall - high) // 2)
        out[top : top + high] = cv2.resize(pixels, (wide, min(high, tall)), interpolation=cv2.INTER_CUBIC)[: tall - top]
        return out


def film_title(header: Header) -> str:
    """Which run it is: scene, seed, senses, and the settings that are not as shipped."""
    changed = header.tuning.changed()
    knobs = [f"{leaf_at(path).label} {value}" for path, value in sorted(changed.items())[:MOST_KNOBS]]
    more = f"and {len(changed) - MOST_KNOBS} more settings" if len(changed) > MOST_KNOBS else ""
    return "  ·  ".join(filter(None, (header.scene_name, f"seed {header.seed}", *knobs, more)))


def span_of(takes: Sequence[Take], span: Span) -> range:
    """The ticks that become frames."""
    whole = min(len(take.moments) for take in takes)
    return range(span[0], whole if span[1] is None else min(whole, span[1]), TICKS_PER_S // FPS)


def frames(takes: Sequence[Take], *, view: FilmView, who: str = "", span: Span = (0, None)) -> Iterator[Pixels]:
    """All frames of a span of ticks; several takes stand side by side, each with the name of its settings."""
    filmed = [Filmed(take, view=view, who=who) for take in takes]
    try:
        for tick in span_of(takes, span):
            moments = [take.moments.at(tick) for take in takes]
            if any(moment is None for moment in moments):
                continue
            pictures = [one.frame(moment) for one, moment in zip(filmed, moments, strict=True) if moment is not None]
            titled = [
                _titled(picture, f"{take.title}   {tick * TICK_S:.1f} s")
                for picture, take in zip(pictures, takes, strict=True)
            ]
            yield np.hstack(titled)
    finally:
        for one in filmed:
            one.close()


def write_film(
    path: Path,
    takes: Sequence[Take],
    *,
    view: FilmView,
    who: str = "",
    span: Span = (0, None),
    progress: Callable[[float], None] = lambda _: None,
) -> int:
    """Write a film; returns how many frames it has. A film that could not be finished is not left behind."""
    encoder = ENCODERS.get(path.suffix)
    if encoder is None:
        raise FilmProblem(f"{path.name}: the ending must be {', '.join(ENCODERS)}")
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise FilmProblem("films need ffmpeg, which is not installed here")
    count, writer, whole = 0, None, len(span_of(takes, span))
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        for frame in frames(takes, view=view, who=who, span=span):
            if writer is None:
                size = f"{frame.shape[1]}x{frame.shape[0]}"
                given = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FPS), "-i", "-")
                writer = subprocess.Popen(
                    [ffmpeg, "-y", "-loglevel", "error", *given, *encoder, str(part)], stdin=subprocess.PIPE
                )
            assert writer.stdin is not None
            writer.stdin.write(np.ascontiguousarray(frame).tobytes())
            count += 1
            progress(count / whole)
        if writer is None:
            raise FilmProblem("there is nothing to film: the run holds no truth about its room")
        assert writer.stdin is not None
        writer.stdin.close()
        if writer.wait() != 0:
            raise FilmProblem(f"ffmpeg could not write {path.name}")
        part.replace(path)
    finally:
        if writer is not None and writer.poll() is None:
            writer.kill()
            writer.wait()
        part.unlink(missing_ok=True)
    return count


def _titled(picture: Pixels, words: str) -> Pixels:
    """A frame with a strip below it that says what it is."""
    tall, wide = picture.shape[:2]
    image = QImage(wide, tall + STRIP_PX, QImage.Format.Format_RGB888)
    image.fill(QColor(18, 20, 24))
    rows = np.ascontiguousarray(picture)
    painter = QPainter(image)
    painter.drawImage(0, 0, QImage(rows.data, wide, tall, 3 * wide, QImage.Format.Format_RGB888))
    face = QFont("Inter")
    face.setPixelSize(18)
    painter.setFont(face)
    words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, wide - 32)
    painter.setPen(QColor(230, 232, 236))
    painter.drawText(QRectF(16, tall, wide - 32, STRIP_PX), Qt.AlignmentFlag.AlignVCenter, words)
    painter.end()
    whole = np.frombuffer(image.constBits(), np.uint8).reshape(tall + STRIP_PX, image.bytesPerLine())
    return whole[:, : 3 * wide].reshape(tall + STRIP_PX, wide, 3).copy()
