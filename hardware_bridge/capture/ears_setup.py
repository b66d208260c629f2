"""Finds out which channel of a sound card is which microphone: somebody taps one after the other, and the loudest click tells."""

from __future__ import annotations

import math
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from hardware_bridge.capture.array import ArrayDescription, dead_channels, tapped
from hardware_bridge.ports import PortError
from simulator.onboard.messages import SAMPLE_RATE_HZ

SILENCE_DB = -100.0
# After a tap the room rings, and a finger leaves the case with a second click.
DEAF_BLOCKS = 50
LOUDEST_GAIN = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundDevice:
    """Something to hear with."""

    name: str
    channels: int
    words: str  # where it was found


def devices() -> list[SoundDevice]:
    """What the sound system can open, and what a desktop hides from it. Raises PortError without a sound system."""
    try:
        import sounddevice
    except OSError as error:
        raise PortError(f"no sound system: {error} (install libportaudio2)") from error
    found = [
        SoundDevice(name=str(one["name"]), channels=int(one["max_input_channels"]), words="opens as it is")
        for one in sounddevice.query_devices()
        if one["max_input_channels"] > 0
    ]
    return found + desktop_sources(_pactl())


def desktop_sources(listed: str) -> list[SoundDevice]:
    """Sources of PulseAudio or PipeWire out of `pactl list short sources`: number, name, driver, format, state."""
    found = []
    for line in listed.splitlines():
        fields = line.split("\t")
        channels = next((part for part in fields[3].split() if part.endswith("ch")), "") if len(fields) > 3 else ""
        if channels[:-2].isdigit():
            words = f"a source of the desktop: add pcm.{alias(fields[1])} to ~/.asoundrc (see --asoundrc)"
            found.append(SoundDevice(name=fields[1], channels=int(channels[:-2]), words=words))
    return found


def alias(source: str) -> str:
    """A short name for a source, as ALSA allows it."""
    return "".join(letter if letter.isalnum() else "_" for letter in source)[-32:].strip("_")


def asoundrc(source: str) -> str:
    """The lines that make a source of the desktop a device of its own with all its channels."""
    return f'pcm.{alias(source)} {{ type pulse device "{source}" hint {{ show on description "{source}" }} }}\n'


class Meters:
    """How loud each channel was."""

    def __init__(self, channels: int) -> None:
        self._squares = np.zeros(channels)
        self._samples = 0
        self._dead = set(range(channels))

    def hear(self, block: NDArray[np.float32]) -> None:
        """A block of all channels (channels, samples)."""
        self._squares += np.sum(np.square(block, dtype=np.float64), axis=1)
        self._samples += block.shape[1]
        self._dead &= set(dead_channels(block))

    @property
    def levels_db(self) -> list[float]:
        """Below full scale."""
        mean = self._squares / max(1, self._samples)
        return [max(SILENCE_DB, 10.0 * math.log10(value)) if value > 0.0 else SILENCE_DB for value in mean]

    @property
    def dead(self) -> list[int]:
        """Channels that never gave anything but one and the same number."""
        return sorted(self._dead)

    def gains(self, channels: tuple[int, ...]) -> tuple[float, ...]:
        """What makes these channels equally loud, from what they heard of the same room."""
        levels = np.array(self.levels_db)[list(channels)]
        gains = np.clip(10.0 ** ((np.median(levels) - levels) / 20.0), 1.0 / LOUDEST_GAIN, LOUDEST_GAIN)
        return tuple(round(float(gain), 3) for gain in gains)


class Taps:
    """Takes down which channel clicks when microphone after microphone is tapped."""

    def __init__(self, microphones: int) -> None:
        self._wanted = microphones
        self._deaf = 0
        self.order: list[int] = []
        self.words = ""  # what was wrong with the last tap

    @property
    def done(self) -> bool:
        """Whether all were tapped."""
        return len(self.order) == self._wanted

    def hear(self, block: NDArray[np.float32]) -> bool:
        """A block of all channels (channels, samples); true when it held a new tap."""
        self._deaf = max(0, self._deaf - 1)
        channel = None if self._deaf or self.done else tapped(block)
        if channel is None:
            return False
        self._deaf = DEAF_BLOCKS
        if channel in self.order:
            self.words = f"that was microphone {self.order.index(channel) + 1} again, on channel {channel}"
            return False
        self.words = ""
        self.order.append(channel)
        return True


def described(
    device: str, *, device_channels: int, order: list[int], gains: tuple[float, ...], radius_m: float
) -> ArrayDescription:
    """An array on a ring: microphone 1 points ahead, the others follow to its left."""
    angles = [math.tau * k / len(order) for k in range(len(order))]
    return ArrayDescription(
        name=f"{len(order)} microphones of {device}",
        device=device,
        device_channels=device_channels,
        channels=tuple(order),
        gains=gains,
        positions_m=tuple((round(radius_m * math.cos(a), 5), round(radius_m * math.sin(a), 5), 0.0) for a in angles),
    )


def save(array: ArrayDescription, path: Path) -> None:
    """Write the description. Raises PortError where it cannot be written."""
    try:
        path.write_bytes(orjson.dumps(asdict(array), option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise PortError(f"{path}: {error.strerror or error}") from None


def listening(device: str, channels: int) -> ArrayDescription:
    """All channels of a device as they come, for whoever has to find out what they are."""
    return ArrayDescription(
        name=device, device=device, device_channels=channels, channels=tuple(range(channels)),
        gains=(1.0,) * channels, positions_m=((0.0, 0.0, 0.0),) * channels,
    )  # fmt: skip


def drift_words(ppm: float | None) -> str:
    """What the clock's drift means."""
    if ppm is None:
        return "clock: listen for ten seconds to know its drift"
    per_hour_ms = abs(ppm) * 3.6
    return f"clock: {ppm:+.0f} millionths of {SAMPLE_RATE_HZ} Hz, {per_hour_ms:.0f} ms an hour"


def _pactl() -> str:
    if shutil.which("pactl") is None:
        return ""
    done = subprocess.run(["pactl", "list", "short", "sources"], capture_output=True, text=True, check=False)
    return done.stdout
