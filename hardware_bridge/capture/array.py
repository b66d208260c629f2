"""What a microphone array is: which channel of the sound card is which microphone, where it sits, and how loud it is.

The description is a JSON file.  A "tap each microphone" check tells whether it is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from hardware_bridge.json_files import FileModel, read_json_file

LOUDER = 2.0
MOST_CHANNELS = 64  # of a sound card; ours have up to 8
Metres = Annotated[float, Field(ge=-2.0, le=2.0)]  # from the axis of the screen
Gain = Annotated[float, Field(gt=0.0, le=1000.0)]
Channel = Annotated[int, Field(ge=0, lt=MOST_CHANNELS)]


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


class _ArrayFile(FileModel):
    """The file as it is written."""

    name: str = Field(max_length=200)
    device: str = Field(max_length=200)
    device_channels: int = Field(ge=2, le=MOST_CHANNELS)
    channels: tuple[Channel, ...] = Field(min_length=2, max_length=MOST_CHANNELS)
    gains: tuple[Gain, ...] = Field((), max_length=MOST_CHANNELS)
    positions_m: tuple[tuple[Metres, Metres, Metres], ...] = Field(max_length=MOST_CHANNELS)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        count = len(self.channels)
        if len(self.positions_m) != count or len(self.gains) not in (0, count):
            raise ValueError("channels, gains and positions must be equally many")
        wrong = [channel for channel in self.channels if channel >= self.device_channels]
        if wrong or len(set(self.channels)) != count:
            raise ValueError(f"channels {wrong or 'repeated'} with {self.device_channels} in all")
        return self


def load_array(path: Path) -> ArrayDescription:
    """Read a description; what cannot be true is refused with the reason."""
    read = read_json_file(path, _ArrayFile, what="array description")
    return ArrayDescription(
        name=read.name,
        device=read.device,
        device_channels=read.device_channels,
        channels=read.channels,
        gains=read.gains or (1.0,) * len(read.channels),
        positions_m=read.positions_m,
    )


def tapped(block: NDArray[np.float32]) -> int | None:
    """Which microphone was tapped in this block (channels, samples): the one with the loudest click, if one stands out."""
    peaks = np.abs(block - np.median(block, axis=1, keepdims=True)).max(axis=1)
    order = np.argsort(peaks)
    stands_out = peaks[order[-1]] > LOUDER * peaks[order[-2]] and peaks[order[-1]] > 0.02
    return int(order[-1]) if stands_out else None


def dead_channels(block: NDArray[np.float32]) -> list[int]:
    """Microphones that give nothing at all, as a wrong channel map does."""
    return [k for k, channel in enumerate(block) if float(np.ptp(channel)) == 0.0]
