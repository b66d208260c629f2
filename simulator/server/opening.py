"""What a served device is made from: a scene, without the promises that its checks hold it to."""

from __future__ import annotations

from pathlib import Path

from simulator.runtime.compose import header_of
from simulator.runtime.header import Header, Senses
from simulator.scene.loader import load

MODES: tuple[Senses, ...] = ("feature", "audio", "full")


def header_for(path: Path, *, seed: int, mode: str, rig: str) -> Header:
    """The header of a served run."""
    found = next((one for one in MODES if one == mode), None)
    if found is None:
        raise ValueError(f"mode {mode!r}: must be one of {', '.join(MODES)}")
    return header_of(load(path), seed=seed, mode=found, rig=rig)
