"""The ears: from the samples of the turning microphones to who speaks from where, or why that is not known.

Each tick costs little; each 32 ms the voice network is asked; ten times a second, while there is voice, a map is made; and when
the wake word was said, its direction is worked out once with all that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import FULL_TURN_DEG, distance_deg, positive_all_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    BLOCK_SAMPLES,
    SOUND_MAP_STEP_DEG,
    TICK_S,
    KnownWall,
    MicBlock,
    MotorState,
    Setup,
    SoundReport,
)
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.answer import answer
from simulator.onboard.ssl.candidates import lead, peaks, refined_deg
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import gather, running
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import Finder, shipped
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.frames import spectra
from simulator.onboard.ssl.hearing import KEPT_BLOCKS, Hearing
from simulator.onboard.ssl.question import allowed_azimuths, question
from simulator.onboard.ssl.voice import CHUNK_SAMPLES, VoiceNetwork, VoiceState
from simulator.onboard.ssl.wakeword import WakeDetector, WakeWord
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import SoundKnobs, Tuning

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
MAP_EVERY_TICKS: Final = 10
MAP_BLOCKS: Final = 32
# Speech has gaps: a word's end is believed only after a quarter of a second of none.
VOICE_HOLD_TICKS: Final = 25
# The wake-word detector listens while speech is at all possible, and for this long after.
POSSIBLE_VOICE: Final = 0.12
LISTEN_HOLD_TICKS: Final = 50
WAKE_REST_TICKS: Final = 100
NO_VOICE: Final = 0.3
SHORTEST_BLOCKS: Final = 25
LEARN_EVERY_CHUNKS: Final = 4
# The floor follows the power of the room: up by 1 dB a second, down at once but never by more than 6 dB a chunk.
FLOOR_RISE, FLOOR_FALL = 10 ** (0.1 * 0.032), 0.25
# Less than 3 dB over the floor for a quarter of a second is nothing: steady noise itself varies by 1 dB from chunk to chunk.
FLOOR_MARGIN: Final = 2.0
REST_AFTER_CHUNKS: Final = 8
# The network is told this much of what was before when it wakes up.
RESUME_CHUNKS: Final = 3
BEAM_KEPT_TICKS: Final = 500
# A running map must stand out this clearly around its ring to name a direction (sharpest over mean).
# A sound from straight above, or a hum that is everywhere, makes a flat ring.
RUNNING_CONTRAST: Final = 1.25
# Another summit this near to the best makes the running map ambiguous.
RUNNING_RIVAL: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundModels:
    """What the ears are given from outside: bytes of weights, and how to open a wake word's detector."""

    voice: bytes
    direct: bytes
    wake: Callable[[], WakeDetector]  # opens a detector for one pair of ears
    outside_finder: Callable[[str], Finder] | None = None  # finds a direction finder that is not one of FINDERS
    measured_responses: F64 | None = None  # (microphone, azimuth, tap); None unless the device file names some


class SoundStage(Remembers):
    """State and one verb."""

    # Made once, or made again whenever the knobs or walls they were made for differ.
    FIXED = (
        "_array", "_places", "_measured", "_network", "_outside_finder", "_finders", "_running_trust",
        "_plain", "_band_hz", "_walled", "_walled_for",
    )  # fmt: skip
    PARTS = ("_wake",)

    def __init__(self, facts: DeviceFacts, models: SoundModels) -> None:
        """Load the networks; the dictionary is made when the knobs are first known."""
        self._array = facts.microphones
        self._places = np.asarray(facts.microphones.positions_m, dtype=float)
        self._measured = models.measured_responses
        self._network = VoiceNetwork(models.voice)
        self._wake = WakeWord(models.wake())
        self._outside_finder = models.outside_finder
        forest = Forest(models.direct, features=FEATURES)
        self._finders, self._running_trust = shipped(forest), forest.curves["running"]
        self._hearing = Hearing.fresh(len(self._places))
        self._plain: Dictionary | None = None
        self._band_hz = (0.0, 0.0)
        self._walled: Dictionary | None = None
        self._walled_for: tuple[tuple[KnownWall, ...], float] = ((), 0.0)

    def tick(self, mic: MicBlock | None, *, motor: MotorState, setup: Setup, tuning: Tuning) -> SoundReport:
        """One tick of listening."""
        ears, knobs = self._hearing, tuning.sound
        if mic is None:
            ears.lose()
            self._wake.stop()
            return self._say(SoundReport(tick=motor.tick, voice=0.0))
        still = abs(motor.rate_dps) <= knobs.freeze_rate_dps
        ears.push(mic.samples, places_m=self._places, yaw_deg=motor.yaw_deg, still=still)
        self._listen_for_voice(still, knobs)
        ears.wake_age_ticks += 1
        ears.map_age_ticks += 1
        ears.steered_age_ticks += 1
        if ears.steered_age_ticks > BEAM_KEPT_TICKS:
            ears.steered_deg = None
        woken = self._listen_for_wake_word(knobs)
        if woken > 0:
            return self._say(self._woken(mic.tick, woken, setup, tuning))
        speaking = ears.voice_age_ticks <= VOICE_HOLD_TICKS
        before = ears.report
        if not speaking:
            if before is not None and before.voice == 0.0 and not before.wake_word:
                return before
            return self._say(SoundReport(tick=mic.tick, voice=0.0))
        if not still:
            return self._say(self._frozen(mic.tick))
        if ears.map_age_ticks >= MAP_EVERY_TICKS:
            report = self._running(mic.tick, setup, tuning)
            if report is not None:
                ears.map_age_ticks = 0
                return self._say(report)
        if before is None or before.wake_word or before.frozen or before.voice == 0.0:
            return self._say(self._frozen(mic.tick, frozen=False))
        return before

    def _say(self, report: SoundReport) -> SoundReport:
        """Remember what was said, and say the same object again where nothing but the tick changed."""
        before = self._hearing.report
        plain = report.sound_map is None and not report.wake_word
        if plain and before is not None and before.sound_map is None and replace(report, tick=before.tick) == before:
            return before
        self._hearing.report = report
        return report

    def _dictionary(self, knobs: SoundKnobs) -> Dictionary:
        """The device's dictionary in the band of the knobs."""
        band = (knobs.low_hz, knobs.high_hz)
        if self._plain is None or band != self._band_hz:
            self._plain = dictionary.build(self._array, low_hz=band[0], high_hz=band[1], measured=self._measured)
            self._band_hz = band
            self._walled = None
        return self._plain

    def _with_walls(self, plain: Dictionary, walls: tuple[KnownWall, ...], *, yaw_deg: float) -> Dictionary | None:
        """The dictionary beside the known walls, for the yaw at which the array stands."""
        if not walls:
            return None
        if self._walled is None or self._walled_for != (walls, yaw_deg):
            self._walled = dictionary.with_walls(self._array, plain, walls, yaw_deg=yaw_deg, measured=self._measured)
            self._walled_for = (walls, yaw_deg)
        return self._walled

    def _listen_for_voice(self, still: bool, knobs: SoundKnobs) -> None:
        """Ask the voice network about each full chunk of the beam; chunks without speech teach the noise."""
        ears = self._hearing
        ears.voice_age_ticks += 1
        ears.maybe_age_ticks += 1
        ears.chunk_filled += BLOCK_SAMPLES
        if ears.chunk_filled < CHUNK_SAMPLES:
            return
        ears.chunk_filled -= CHUNK_SAMPLES
        ears.chunks += 1
        ears.voice = self._voice_of_chunk(ears)
        if ears.voice >= knobs.voice_threshold:
            ears.voice_age_ticks = 0
        if ears.voice >= POSSIBLE_VOICE:
            ears.maybe_age_ticks = 0
        quiet = ears.voice < NO_VOICE and ears.voice_age_ticks > VOICE_HOLD_TICKS
        settled = still and bool(ears.still[-4:].all()) and np.ptp(ears.yaw_deg[-4:]) <= 0.5
        if quiet and settled and ears.chunks % LEARN_EVERY_CHUNKS == 0:
            ears.learn_noise(ears.sound[:, -CHUNK_SAMPLES:], self._dictionary(knobs))

    def _voice_of_chunk(self, ears: Hearing) -> float:
        """The probability of speech in the newest chunk; after a while of nothing above the floor the network rests."""
        beam = ears.beam
        end = len(beam) - ears.chunk_filled
        chunk = beam[end - CHUNK_SAMPLES : end]
        power = float(chunk @ chunk)
        rising = ears.floor * FLOOR_RISE
        ears.floor = power if ears.floor == 0.0 else min(max(power, ears.floor * FLOOR_FALL), rising)
        if power > FLOOR_MARGIN * ears.floor or ears.voice_age_ticks <= VOICE_HOLD_TICKS:
            if ears.dull_chunks >= REST_AFTER_CHUNKS:
                ears.voice_state = VoiceState.fresh()
                for k in range(RESUME_CHUNKS, 0, -1):
                    stop = end - k * CHUNK_SAMPLES
                    self._network.probability(beam[stop - CHUNK_SAMPLES : stop], ears.voice_state)
            ears.dull_chunks = 0
        else:
            ears.dull_chunks += 1
        if ears.dull_chunks >= REST_AFTER_CHUNKS:
            return 0.0
        return self._network.probability(chunk, ears.voice_state)

    def _listen_for_wake_word(self, knobs: SoundKnobs) -> float:
        """The wake word's probability on the tick that decides it, else 0."""
        ears = self._hearing
        if ears.maybe_age_ticks > LISTEN_HOLD_TICKS:
            self._wake.stop()
            return 0.0
        beam = ears.beam
        probability = self._wake.hear(beam[-BLOCK_SAMPLES:], before=beam[:-BLOCK_SAMPLES])
        if probability < knobs.wake_threshold or ears.wake_age_ticks < WAKE_REST_TICKS:
            return 0.0
        ears.wake_age_ticks = 0
        return probability

    def _woken(self, tick: int, probability: float, setup: Setup, tuning: Tuning) -> SoundReport:
        """The precise answer: from the longest still stretch of the window that the wake word was in."""
        ears, knobs = self._hearing, tuning.sound
        plain = self._dictionary(knobs)
        blocks = min(round(knobs.window_s / TICK_S), KEPT_BLOCKS)
        stretch = ears.steady_stretch(blocks)
        if stretch is None or stretch[1] - stretch[0] < SHORTEST_BLOCKS:
            return SoundReport(tick=tick, voice=ears.voice, wake_word=True, wake_confidence=probability, frozen=True)
        samples = ears.stretch(*stretch)
        yaw_deg = float(ears.yaw_deg[stretch[1] - 1])
        evidence = gather(
            samples,
            noise=ears.known_noise(samples, plain, yaw_deg=yaw_deg),
            plain=plain,
            beside_walls=self._with_walls(plain, setup.walls, yaw_deg=yaw_deg) if knobs.wall_model else None,
        )
        asked = question(evidence, range_of_motion=setup.range, yaw_deg=yaw_deg)
        said = answer(asked, self._finder(knobs.algorithm), yaw_deg=yaw_deg, doubt=tuning.attention)
        ears.steered_deg = self._best_beam(samples, plain, yaw_deg=yaw_deg)
        ears.steered_age_ticks = 0
        return SoundReport(
            tick=tick,
            voice=ears.voice,
            wake_word=True,
            wake_confidence=probability,
            azimuth_deg=said.azimuth_deg,
            confidence=said.confidence,
            ambiguous=said.ambiguous,
            candidates=said.candidates,
            sound_map=room_map(said.ring, plain, yaw_deg=yaw_deg),
            beam_azimuth_deg=ears.steered_deg,
        )

    def _finder(self, name: str) -> Finder:
        """The direction finder of a name: one that ships, or one that was handed in."""
        if name in self._finders:
            return self._finders[name]
        if self._outside_finder is None:
            raise KeyError(f"sound.algorithm = {name}: unknown direction finder; there are {', '.join(self._finders)}")
        return self._outside_finder(name)

    def _best_beam(self, samples: F32, plain: Dictionary, *, yaw_deg: float) -> float:
        """The direction whose beam carries most speech over noise, whether or not the talker stands there."""
        noise = self._hearing.known_noise(samples, plain, yaw_deg=yaw_deg)
        _, speech = running(spectra(samples, plain.bins), noise=noise, plain=plain)
        return wrap_deg(refined_deg(speech[None], int(speech.argmax()), plain.azimuths_deg) + yaw_deg)

    def _running(self, tick: int, setup: Setup, tuning: Tuning) -> SoundReport | None:
        """The map of the last moments; none while the array has only just come to rest."""
        ears = self._hearing
        stretch = ears.steady_stretch(MAP_BLOCKS)
        if stretch is None or stretch[1] != KEPT_BLOCKS or stretch[1] - stretch[0] < SHORTEST_BLOCKS // 2:
            return None
        plain = self._dictionary(tuning.sound)
        samples = ears.stretch(*stretch)
        yaw_deg = float(ears.yaw_deg[-1])
        noise = ears.known_noise(samples, plain, yaw_deg=yaw_deg)
        ring, speech = running(spectra(samples, plain.bins), noise=noise, plain=plain)
        allowed = allowed_azimuths(plain.azimuths_deg, setup.range, yaw_deg=yaw_deg)
        if float(ring.max()) <= 0 or not allowed.any():
            return None
        found = peaks(ring[None], allowed, plain.azimuths_deg, most=3)
        named = float(ring[found[0]] / ring.mean()) >= RUNNING_CONTRAST
        confidence = self._running_trust.at(lead(ring, found))
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
            confidence=confidence if named else 0.0,
            ambiguous=bool(max(rivals, default=0.0) > RUNNING_RIVAL),
            sound_map=room_map(ring, plain, yaw_deg=yaw_deg),
            beam_azimuth_deg=wrap_deg(refined_deg(speech[None], int(speech.argmax()), plain.azimuths_deg) + yaw_deg),
        )

    def _frozen(self, tick: int, *, frozen: bool = True) -> SoundReport:
        """The direction of before, kept while the motor turns or until the next map."""
        ears, before = self._hearing, self._hearing.report
        if before is None or before.azimuth_deg is None:
            return SoundReport(tick=tick, voice=ears.voice, frozen=frozen)
        if before.frozen == frozen and not before.wake_word:
            return before
        return replace(before, tick=tick, voice=ears.voice, frozen=frozen, wake_word=False, wake_confidence=0.0)


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
