"""Lets people hear the run: the room as the first microphone heard it, or dry with modelled senses, and the motor's hum."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from simulator.gui.session_model import SessionModel
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ

CHUNK_TICKS = 10
AHEAD_TICKS = 20
# A small gear motor: its pitch follows the speed, two harmonics, quiet.
HUM_HZ_PER_DPS, HUM_LOUDNESS = 3.2, 0.05
FADE_SAMPLES = 64


class RoomSound(QObject):
    """Plays along with the playhead at normal speed."""

    lost = Signal(str)  # why nothing can be heard any more

    def __init__(self, session: SessionModel) -> None:
        super().__init__(session)
        self._session = session
        self._stream: Any = None
        self._sent_tick = -1
        self._phase = 0.0
        self._heard: dict[int, NDArray[np.float32]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(40)
        self._timer.timeout.connect(self._feed)
        session.heard.connect(self._take)

    @property
    def on(self) -> bool:
        """Whether it plays."""
        return self._stream is not None

    def toggle(self) -> str:
        """On or off; returns what is in the way, if anything."""
        if self._stream is not None:
            self._timer.stop()
            with contextlib.suppress(Exception):  # one that is gone cannot be closed
                self._stream.close()
            self._stream = None
            return ""
        try:
            import sounddevice

            self._stream = sounddevice.RawOutputStream(
                samplerate=SAMPLE_RATE_HZ, channels=1, dtype="int16", latency="low"
            )
            self._stream.start()
        except Exception as error:  # PortAudio raises its own kinds, and OSError when the library is missing
            self._stream = None
            return f"There is no sound output here: {error}"
        self._sent_tick = -1
        self._timer.start()
        return ""

    def _feed(self) -> None:
        session = self._session
        if not session.head.playing or session.head.speed != 1.0 or self._stream is None:
            self._sent_tick = -1
            return
        tick = session.tick
        if not tick <= self._sent_tick + 1 <= tick + 2 * AHEAD_TICKS:
            self._sent_tick = tick - 1
        while self._sent_tick < min(tick + AHEAD_TICKS, len(session.run) - 1 - CHUNK_TICKS):
            first = self._sent_tick + 1
            session.engine.fetch_sound(first + AHEAD_TICKS, CHUNK_TICKS)
            samples = self.motor(first, CHUNK_TICKS)
            room = self._heard.pop(first, None)
            if room is not None and len(room) == len(samples):
                samples = samples + room
            if not self._play((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()):
                return
            self._sent_tick += CHUNK_TICKS

    def _play(self, data: bytes) -> bool:
        """Hand sound to the system; one that is gone is told once, and the run goes on in silence."""
        try:
            self._stream.write(data)
        except Exception as error:  # PortAudio raises its own kinds
            self._timer.stop()
            self._stream = None
            self.lost.emit(f"The sound output is gone: {error}. Ctrl+M tries again.")
            return False
        return True

    def motor(self, first: int, ticks: int) -> NDArray[np.float32]:
        """The motor's hum over some ticks; its phase runs on, so that nothing clicks."""
        rates = self._session.run.column("rate_dps")[first : first + ticks]
        rate = np.repeat(np.abs(rates), BLOCK_SAMPLES)
        phase = self._phase + np.cumsum(2 * math.pi * (60.0 + HUM_HZ_PER_DPS * rate) / SAMPLE_RATE_HZ)
        self._phase = float(phase[-1] % (2 * math.pi)) if len(phase) else self._phase
        loud = HUM_LOUDNESS * np.minimum(1.0, rate / 40.0)
        hum: NDArray[np.float32] = (loud * (np.sin(phase) + 0.4 * np.sin(2 * phase) + 0.2 * np.sin(5 * phase))).astype(
            np.float32
        )
        return hum

    def _take(self, tick: int, samples: bytes) -> None:
        self._heard[tick] = np.frombuffer(samples, dtype="<i2").astype(np.float32) / np.float32(32768)
        for old in [at for at in self._heard if at < tick - 200]:
            del self._heard[old]
