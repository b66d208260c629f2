"""Where the sound comes from: ten times a second while there is voice, and once with all that is known when the wake word was said.

At rest one map is made of a whole stretch; while the array turns, each moment is turned back by its own yaw (`turning.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import FULL_TURN_DEG, distance_deg, positive_all_deg, wrap_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SOUND_MAP_STEP_DEG, TICK_S, KnownWall, Setup, SoundReport
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.answer import Answer, answer
from simulator.onboard.ssl.candidates import lead, peaks, refined_deg
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import gather, running
from simulator.onboard.ssl.finders import Finder, shipped
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.frames import spectra
from simulator.onboard.ssl.hearing import KEPT_BLOCKS, Hearing
from simulator.onboard.ssl.question import allowed_azimuths, question
from simulator.onboard.ssl.turning import answer_from_ring, turned_back
from simulator.onboard.state import Unchanging
from simulator.onboard.tuning import SoundKnobs, Tuning

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
MAP_BLOCKS: Final = 32
SHORTEST_BLOCKS: Final = 25
# With less than this share of the window at rest, the whole of it says more, turned back.
REST_SHARE: Final = 0.5
# A running map must stand out this clearly around its ring to name a direction (sharpest over mean).
# A sound from straight above, or a hum that is everywhere, makes a flat ring.
RUNNING_CONTRAST: Final = 1.25
# Another summit this near to the best makes the running map ambiguous.
RUNNING_RIVAL: Final = 0.9


class Directions(Unchanging):
    """What is made once, or made again when the knobs or walls it was made for differ; it remembers nothing that was heard."""

    def __init__(
        self,
        array: ArrayFacts,
        forest: Forest,
        *,
        measured: F64 | None,
        outside_finder: Callable[[str], Finder] | None,
    ) -> None:
        """The finders; the dictionary is made when the knobs are first known."""
        self._array, self._measured, self._outside_finder = array, measured, outside_finder
        self._finders, self._trust = shipped(forest), forest.curves
        self._plain: Dictionary | None = None
        self._band_hz = (0.0, 0.0)
        self._walled: Dictionary | None = None
        self._walled_for: tuple[tuple[KnownWall, ...], float] = ((), 0.0)

    def dictionary(self, knobs: SoundKnobs) -> Dictionary:
        """The device's dictionary in the band of the knobs."""
        band = (knobs.low_hz, knobs.high_hz)
        if self._plain is None or band != self._band_hz:
            self._plain = dictionary.build(self._array, low_hz=band[0], high_hz=band[1], measured=self._measured)
            self._band_hz = band
            self._walled = None
        return self._plain

    def woken(self, ears: Hearing, tick: int, *, probability: float, setup: Setup, tuning: Tuning) -> SoundReport:
        """The precise answer to the wake word, from the window that it was in."""
        blocks = min(round(tuning.sound.window_s / TICK_S), KEPT_BLOCKS)
        rest, heard = ears.steady_stretch(blocks), ears.whole_stretch(blocks)
        if rest is not None and rest[1] - rest[0] >= max(SHORTEST_BLOCKS, REST_SHARE * blocks):
            said, ring, yaw_deg, beam_deg = self._at_rest(ears, rest, setup, tuning)
        elif heard[1] - heard[0] >= SHORTEST_BLOCKS:
            said, ring, yaw_deg, beam_deg = self._turning(ears, heard, setup, tuning)
        else:
            return SoundReport(tick=tick, voice=ears.voice, wake_word=True, wake_confidence=probability, frozen=True)
        return SoundReport(
            tick=tick,
            voice=ears.voice,
            wake_word=True,
            wake_confidence=probability,
            azimuth_deg=said.azimuth_deg,
            confidence=said.confidence,
            ambiguous=said.ambiguous,
            candidates=said.candidates,
            sound_map=room_map(ring, self.dictionary(tuning.sound), yaw_deg=yaw_deg),
            beam_azimuth_deg=beam_deg,
        )

    def running(self, ears: Hearing, tick: int, *, setup: Setup, tuning: Tuning) -> SoundReport | None:
        """The map of the last moments; none while too little was heard."""
        plain = self.dictionary(tuning.sound)
        rest, heard = ears.steady_stretch(MAP_BLOCKS), ears.whole_stretch(MAP_BLOCKS)
        at_rest = rest is not None and rest[1] == KEPT_BLOCKS and rest[1] - rest[0] >= SHORTEST_BLOCKS // 2
        if not at_rest and heard[1] - heard[0] < SHORTEST_BLOCKS // 2:
            return None
        stretch = rest if at_rest and rest is not None else heard
        samples = ears.stretch(*stretch)
        yaw_deg = float(ears.yaw_deg[-1]) if at_rest else 0.0
        noise = ears.known_noise(samples, plain, yaw_deg=float(ears.yaw_deg[-1]))
        if at_rest:
            ring, speech = running(spectra(samples, plain.bins), noise=noise, plain=plain)
        else:
            yaws, pattern = ears.yaw_deg[slice(*stretch)], ears.noise_pattern(plain)
            ring, speech = turned_back(samples, yaws, noise=noise, pattern=pattern, plain=plain)
        allowed = allowed_azimuths(plain.azimuths_deg, setup.range, yaw_deg=yaw_deg)
        if float(ring.max()) <= 0 or not allowed.any():
            return None
        found = peaks(ring[None], allowed, plain.azimuths_deg, most=3)
        named = float(ring[found[0]] / ring.mean()) >= RUNNING_CONTRAST
        away = [distance_deg(float(plain.azimuths_deg[k]), float(plain.azimuths_deg[found[0]])) for k in found]
        rivals = [
            ring[k] / ring[found[0]]
            for k, apart in zip(found, away, strict=True)
            if apart > tuning.attention.ambiguity_gap_deg
        ]
        return SoundReport(
            tick=tick,
            voice=ears.voice,
            azimuth_deg=wrap_deg(refined_deg(ring[None], found[0], plain.azimuths_deg) + yaw_deg) if named else None,
            confidence=self._trust["running"].at(lead(ring, found)) if named else 0.0,
            ambiguous=bool(max(rivals, default=0.0) > RUNNING_RIVAL),
            sound_map=room_map(ring, plain, yaw_deg=yaw_deg),
            beam_azimuth_deg=_summit_deg(speech, plain, yaw_deg=yaw_deg),
        )

    def _at_rest(
        self, ears: Hearing, stretch: tuple[int, int], setup: Setup, tuning: Tuning
    ) -> tuple[Answer, F32, float, float]:
        """The answer of the finder, its ring and the ring's yaw, and the best beam."""
        knobs, plain = tuning.sound, self.dictionary(tuning.sound)
        samples = ears.stretch(*stretch)
        yaw_deg = float(ears.yaw_deg[stretch[1] - 1])
        noise = ears.known_noise(samples, plain, yaw_deg=yaw_deg)
        walled = self._with_walls(plain, setup.walls, yaw_deg=yaw_deg) if knobs.wall_model else None
        evidence = gather(samples, noise=noise, plain=plain, beside_walls=walled)
        asked = question(evidence, range_of_motion=setup.range, yaw_deg=yaw_deg)
        said = answer(asked, self._finder(knobs.algorithm), yaw_deg=yaw_deg, doubt=tuning.attention)
        _, speech = running(evidence.spectra, noise=noise, plain=plain)
        return said, said.ring, yaw_deg, _summit_deg(speech, plain, yaw_deg=yaw_deg)

    def _turning(
        self, ears: Hearing, stretch: tuple[int, int], setup: Setup, tuning: Tuning
    ) -> tuple[Answer, F32, float, float]:
        """The same from a stretch in which the array turned; the ring is one of the base."""
        plain = self.dictionary(tuning.sound)
        samples, yaws = ears.stretch(*stretch), ears.yaw_deg[slice(*stretch)]
        noise = ears.known_noise(samples, plain, yaw_deg=float(yaws[-1]))
        ring, speech = turned_back(samples, yaws, noise=noise, pattern=ears.noise_pattern(plain), plain=plain)
        allowed = allowed_azimuths(plain.azimuths_deg, setup.range, yaw_deg=0.0)
        said = answer_from_ring(ring, allowed, plain, trust=self._trust["onset"], doubt=tuning.attention)
        return said, ring, 0.0, _summit_deg(speech, plain, yaw_deg=0.0)

    def _with_walls(self, plain: Dictionary, walls: tuple[KnownWall, ...], *, yaw_deg: float) -> Dictionary | None:
        """The dictionary beside the known walls, for the yaw at which the array stands."""
        if not walls:
            return None
        if self._walled is None or self._walled_for != (walls, yaw_deg):
            self._walled = dictionary.with_walls(self._array, plain, walls, yaw_deg=yaw_deg, measured=self._measured)
            self._walled_for = (walls, yaw_deg)
        return self._walled

    def _finder(self, name: str) -> Finder:
        """The direction finder of a name: one that ships, or one that was handed in."""
        if name in self._finders:
            return self._finders[name]
        if self._outside_finder is None:
            raise KeyError(f"sound.algorithm = {name}: unknown direction finder; there are {', '.join(self._finders)}")
        return self._outside_finder(name)


def _summit_deg(ring: F32, plain: Dictionary, *, yaw_deg: float) -> float:
    """The highest direction of a ring, as an azimuth of the base."""
    return wrap_deg(refined_deg(ring[None], int(ring.argmax()), plain.azimuths_deg) + yaw_deg)


def room_map(ring: F32, plain: Dictionary, *, yaw_deg: float) -> F32:
    """A ring of the array's frame as bins of the base's azimuth, what stands out only, summing to 1."""
    centres = np.arange(-180.0, 180.0, SOUND_MAP_STEP_DEG)
    around = np.append(plain.azimuths_deg, FULL_TURN_DEG)
    values = np.interp(positive_all_deg(centres - yaw_deg), around, np.append(ring, ring[0]))
    values = np.maximum(values - np.median(values), 0)
    total = float(values.sum())
    out = (values / total if total > 0 else np.full(len(values), 1 / len(values))).astype(np.float32)
    out.setflags(write=False)
    return out
