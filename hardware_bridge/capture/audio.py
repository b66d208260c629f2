"""Ears: blocks of a tick each from a multichannel sound card, and how its clock drifts against ours."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.capture.array import ArrayDescription
from hardware_bridge.ports import PortError
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, MicBlock

LOST_AFTER_TICKS = 20
# More than this waits nowhere: old sound is worse than none.
LONGEST_QUEUE = 25
DRIFT_WINDOW = 2_000


class BlockQueue:
    """Cuts what the sound card delivers into blocks of a tick, and knows when the ears are lost."""

    def __init__(self, described: ArrayDescription) -> None:
        self._described = described
        self._rest = np.zeros((0, described.device_channels), dtype=np.float32)
        self._blocks: deque[NDArray[np.float32]] = deque()
        self._silent_ticks = 0
        self.dropped_blocks = 0

    @property
    def device(self) -> str:
        """The sound card."""
        return self._described.device

    def deliver(self, samples: NDArray[np.float32]) -> None:
        """Samples of all channels arrive (samples, channels); called from the sound system's own thread."""
        self._rest = np.concatenate((self._rest, samples))
        while len(self._rest) >= BLOCK_SAMPLES:
            self._blocks.append(self._described.pick(self._rest[:BLOCK_SAMPLES]))
            self._rest = self._rest[BLOCK_SAMPLES:]

    def block(self, tick: int) -> MicBlock | None:
        """The next block; None when none has come, and then the ears are lost for this tick."""
        while len(self._blocks) > LONGEST_QUEUE:
            self._blocks.popleft()
            self.dropped_blocks += 1
        if not self._blocks:
            self._silent_ticks += 1
            return None
        self._silent_ticks = 0
        return MicBlock(tick=tick, samples=self._blocks.popleft())

    @property
    def lost(self) -> bool:
        """Whether nothing has come for 200 ms."""
        return self._silent_ticks >= LOST_AFTER_TICKS


class ClockDrift:
    """How much faster the sound card's clock runs than ours, in millionths, from a straight line through both."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque(maxlen=DRIFT_WINDOW)
        self._samples = 0

    def deliver(self, now_s: float, samples: int) -> None:
        """So many samples had come by this time."""
        self._samples += samples
        self._points.append((now_s, self._samples))

    @property
    def ppm(self) -> float | None:
        """The drift; None before ten seconds have been seen."""
        if len(self._points) < 10 or self._points[-1][0] - self._points[0][0] < 10.0:
            return None
        times = np.array([point[0] for point in self._points])
        counts = np.array([point[1] for point in self._points], dtype=np.float64)
        slope = float(np.polyfit(times - times[0], counts - counts[0], 1)[0])
        return 1e6 * (slope / SAMPLE_RATE_HZ - 1.0)


class SoundCard:
    """The microphones of a real array; fits the door of the microphones."""

    def __init__(self, described: ArrayDescription) -> None:
        try:
            import sounddevice
        except OSError as error:
            raise PortError(f"no sound system: {error} (install libportaudio2)") from error
        self.queue = BlockQueue(described)
        self.drift = ClockDrift()
        self._stream: Any = None
        try:
            self._stream = sounddevice.InputStream(
                device=described.device,
                channels=described.device_channels,
                samplerate=SAMPLE_RATE_HZ,
                blocksize=BLOCK_SAMPLES,
                dtype="float32",
                callback=self._on_samples,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise PortError(f"array {described.name}: cannot open {described.device!r}: {error}") from error

    def block(self, tick: int) -> MicBlock | None:
        """The samples of this tick; None while the microphones are lost."""
        return self.queue.block(tick)

    @property
    def lost(self) -> bool:
        """Whether nothing has come for 200 ms."""
        return self.queue.lost

    def close(self) -> None:
        """Give the sound card back."""
        self._stream.stop()
        self._stream.close()

    def _on_samples(self, samples: NDArray[np.float32], frames: int, when: Any, status: object) -> None:
        self.drift.deliver(float(when.currentTime), frames)
        self.queue.deliver(samples.copy())
