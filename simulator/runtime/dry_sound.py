"""What a run with modelled senses sounds like to a person: the voices and things of the room as loud as their distance makes them, dry.

For ears at the window only. The device hears nothing of it: its ears are modelled, and no recording holds it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.world.sound.noises import REFERENCE_DB
from simulator.world.sound.voices import Voices, noise_clip
from simulator.world.spec import WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame

F32 = NDArray[np.float32]
NEAREST_M = 0.3  # nearer than this nothing gets louder
LONGEST_TICKS = 6000  # how far back the beginning of what somebody says is looked for


class DrySound:
    """Mixes the sources of one scene."""

    def __init__(self, spec: WorldSpec) -> None:
        self._spec = spec
        self._voices = Voices()
        self._noises: dict[str, F32] = {}
        self._people = {person.name: person for person in spec.people}

    def mix(self, truths: Sequence[TruthFrame | None], first: int, count: int, *, gain: float = 1.0) -> bytes:
        """Some ticks as 16 bits a sample; empty where the run has not come so far."""
        if first < 0 or first + count > len(truths):
            return b""
        blocks = [self._block(truths, tick) for tick in range(first, first + count)]
        mixed: bytes = (np.clip(np.concatenate(blocks) * gain, -1, 1) * 32767).astype("<i2").tobytes()
        return mixed

    def _block(self, truths: Sequence[TruthFrame | None], tick: int) -> F32:
        out = np.zeros(BLOCK_SAMPLES, np.float32)
        truth = truths[tick]
        if truth is None:
            return out
        for person in truth.people:
            if person.talking and person.name in self._people:
                out += self._voice(truths, tick, person)
        for spec, source in zip(self._spec.sources, truth.sources, strict=False):
            if source.on:
                if source.kind not in self._noises:
                    self._noises[source.kind] = noise_clip(source.kind)
                away_m = math.hypot(source.x_m - self._spec.device.x_m, source.y_m - self._spec.device.y_m)
                out += _cut(self._noises[source.kind], tick) * _gain(spec.loudness_db, away_m)
        return out

    def _voice(self, truths: Sequence[TruthFrame | None], tick: int, person: PersonTruth) -> F32:
        spec = self._people[person.name]
        start = began(truths, tick, person)
        kind: Literal["wake_word", "speech"] = "wake_word" if person.says == "wake word" else "speech"
        clip = self._voices.clip(spec.voice, kind, index=start)
        return _cut(clip, tick - start) * _gain(spec.loudness_db, person.distance_m)


def began(truths: Sequence[TruthFrame | None], tick: int, person: PersonTruth) -> int:
    """The tick at which a person began with what they say now."""
    start = tick
    for earlier in range(tick - 1, max(-1, tick - LONGEST_TICKS), -1):
        truth = truths[earlier]
        same = truth is not None and any(one.name == person.name and one.says == person.says for one in truth.people)
        if not same:
            break
        start = earlier
    return start


def _gain(loudness_db: float, away_m: float) -> np.float32:
    return np.float32(10 ** ((loudness_db - REFERENCE_DB) / 20) / max(away_m, NEAREST_M))


def _cut(clip: F32, ticks: int) -> F32:
    """A block of a clip that goes round and round."""
    places = (np.arange(BLOCK_SAMPLES) + ticks * BLOCK_SAMPLES) % len(clip)
    return np.asarray(clip[places])
