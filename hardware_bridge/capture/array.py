"""What a microphone array is: which channel of the sound card is which microphone, where it sits, and how loud it is.

The description is a JSON file.  A "tap each microphone" check tells whether it is true.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.ports import PortError

LOUDER = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayDescription:
    """One array."""

    name: str
    device: str  # as the sound system calls it; part of the name is enough
    device_channels: int
    channels: tuple[int, ...]  # which channel of the device each microphone is, in the order of the positions
    gains: tuple[float, ...]
    positions_m: tuple[tuple[float, float, float], ...]

    def pick(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """The microphones, in order and evenly loud, from a block of all channels (samples, channels)."""
        gains = np.array(self.gains, dtype=np.float32)[:, None]
        return np.ascontiguousarray(block[:, list(self.channels)].T * gains)


def load_array(path: Path) -> ArrayDescription:
    """Read a description; what cannot be true is refused with the reason."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        described = ArrayDescription(
            name=str(values["name"]),
            device=str(values["device"]),
            device_channels=int(values["device_channels"]),
            channels=tuple(int(channel) for channel in values["channels"]),
            gains=tuple(float(gain) for gain in values.get("gains") or [1.0] * len(values["channels"])),
            positions_m=tuple((float(x), float(y), float(z)) for x, y, z in values["positions_m"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PortError(f"array description {path} cannot be read: {error!r}") from error
    count = len(described.channels)
    if count < 2 or len(described.positions_m) != count or len(described.gains) != count:
        raise PortError(f"array description {path}: channels, gains and positions must be equally many, and at least 2")
    wrong = [channel for channel in described.channels if not 0 <= channel < described.device_channels]
    if wrong or len(set(described.channels)) != count:
        raise PortError(
            f"array description {path}: channels {wrong or 'repeated'} with {described.device_channels} in all"
        )
    return described


def tapped(block: NDArray[np.float32]) -> int | None:
    """Which microphone was tapped in this block (channels, samples): the one with the loudest click, if one stands out."""
    peaks = np.abs(block - np.median(block, axis=1, keepdims=True)).max(axis=1)
    order = np.argsort(peaks)
    stands_out = peaks[order[-1]] > LOUDER * peaks[order[-2]] and peaks[order[-1]] > 0.02
    return int(order[-1]) if stands_out else None


def dead_channels(block: NDArray[np.float32]) -> list[int]:
    """Microphones that give nothing at all, as a wrong channel map does."""
    return [k for k, channel in enumerate(block) if float(np.ptp(channel)) == 0.0]
