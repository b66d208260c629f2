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

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    BLOCK_SAMPLES,
    MicBlock,
    MotorState,
    Setup,
    SoundReport,
)
from simulator.onboard.ssl.beams import COUNTED_BLOCKS, STREAMS, Beams
from simulator.onboard.ssl.canceller import Canceller
from simulator.onboard.ssl.directions import Directions
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import Finder
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.hearing import Hearing
from simulator.onboard.ssl.places import PLACE_FEATURES
from simulator.onboard.ssl.voice import CHUNK_SAMPLES, VoiceNetwork, VoiceState
from simulator.onboard.ssl.wakeword import WakeDetector, WakeWord
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import SoundKnobs, Tuning

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
MAP_EVERY_TICKS: Final = 10
# Speech has gaps: a word's end is believed only after a quarter of a second of none.
VOICE_HOLD_TICKS: Final = 25
# The wake-word detector listens while speech is at all possible, and for this long after.
POSSIBLE_VOICE: Final = 0.12
LISTEN_HOLD_TICKS: Final = 50
WAKE_REST_TICKS: Final = 100
NO_VOICE: Final = 0.3
LEARN_EVERY_CHUNKS: Final = 4
# The floor follows the power of the room: up by 1 dB a second, down at once but never by more than 6 dB a chunk.
FLOOR_RISE, FLOOR_FALL = 10 ** (0.1 * 0.032), 0.25
# Less than 3 dB over the floor for a quarter of a second is nothing: steady noise itself varies by 1 dB from chunk to chunk.
FLOOR_MARGIN: Final = 2.0
REST_AFTER_CHUNKS: Final = 8
# The network is told this much of what was before when it wakes up.
RESUME_CHUNKS: Final = 3
# Speech wakes the beams up a chunk or two after it began; they go back by this much.
RESUME_BLOCKS: Final = 12


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

    FIXED = ("_network", "_directions")
    PARTS = ("_canceller", "_beams", "_wake")

    def __init__(self, facts: DeviceFacts, models: SoundModels) -> None:
        """Load the networks; the dictionary is made when the knobs are first known."""
        array = facts.microphones
        forest = Forest(models.direct, features=FEATURES, place_features=PLACE_FEATURES)
        self._network = VoiceNetwork(models.voice)
        self._canceller = Canceller(len(array.positions_m))
        self._beams = Beams(array, measured=models.measured_responses)
        self._wake = WakeWord(models.wake, streams=STREAMS)
        self._directions = Directions(
            array, forest, measured=models.measured_responses, outside_finder=models.outside_finder
        )
        self._hearing = Hearing.fresh(len(array.positions_m))

    def tick(self, mic: MicBlock | None, *, motor: MotorState, setup: Setup, tuning: Tuning) -> SoundReport:
        """One tick of listening."""
        ears, knobs = self._hearing, tuning.sound
        if mic is None:
            ears.lose()
            self._wake.lose()
            self._beams.clear()
            return self._say(SoundReport(tick=motor.tick, voice=0.0))
        still = abs(motor.rate_dps) <= knobs.freeze_rate_dps
        ears.push(self._canceller.block(mic.samples, mic.played), yaw_deg=motor.yaw_deg, still=still)
        woken = self._listen(still, knobs)
        if woken > 0:
            return self._say(self._woken(mic.tick, woken, setup, tuning))
        speaking = ears.voice_age_ticks <= VOICE_HOLD_TICKS
        before = ears.report
        if not speaking:
            if before is not None and before.voice == 0.0 and not before.wake_word:
                return before
            return self._say(SoundReport(tick=mic.tick, voice=0.0))
        if ears.map_age_ticks >= MAP_EVERY_TICKS:
            report = self._running(mic.tick, setup, tuning)
            if report is not None:
                ears.map_age_ticks = 0
                return self._say(report)
            if not still:
                return self._say(self._frozen(mic.tick))
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

    def _listen(self, still: bool, knobs: SoundKnobs) -> float:
        """Let the beams hear the new block, and ask them for voice and wake word; the probability on the tick that decides, else 0."""
        ears = self._hearing
        ears.wake_age_ticks += 1
        ears.map_age_ticks += 1
        ears.blocks += 1
        if ears.blocks % COUNTED_BLOCKS == 0:
            self._beams.learn(ears.sound, yaw_deg=float(ears.yaw_deg[-1]))
        woken = 0.0
        if ears.dull_chunks < REST_AFTER_CHUNKS:
            woken = self._hear_block(0, knobs)
        else:
            ears.missed_blocks = min(ears.missed_blocks + 1, RESUME_BLOCKS)
            if ears.missed_blocks == RESUME_BLOCKS:
                self._wake.stop()
        self._listen_for_voice(still, knobs)
        if (
            ears.missed_blocks and ears.dull_chunks < REST_AFTER_CHUNKS
        ):  # something rises: what began it must not be lost
            self._beams.catch_up()
            for ago in range(ears.missed_blocks - 1, -1, -1):
                self._hear_block(ago, knobs)
            ears.missed_blocks = 0
        return woken

    def _hear_block(self, ago: int, knobs: SoundKnobs) -> float:
        """One block through beams and detectors."""
        ears = self._hearing
        streams = self._beams.hear(ears.sound[:, : ears.sound.shape[1] - ago * BLOCK_SAMPLES])
        ears.listen(streams[0], ago=ago)
        # What is left of the device's own sound hides a caller from the voice network, not from the beams.
        listening = ears.maybe_age_ticks <= LISTEN_HOLD_TICKS or self._canceller.busy
        said = self._wake.hear(streams, listening=listening)
        heard = max(float(said[0]) / knobs.wake_threshold, float(said[1:].max()) / knobs.look_threshold)
        if heard < 1.0 or ears.wake_age_ticks < WAKE_REST_TICKS:
            return 0.0
        ears.wake_age_ticks = 0
        return float(said.max())

    def _listen_for_voice(self, still: bool, knobs: SoundKnobs) -> None:
        """Ask the voice network about each full chunk; chunks without speech teach the noise.

        The front microphone says whether somebody speaks. The beam without what lasts may hear a word that music covers, and then
        the detectors listen too; alone it would not do, since beside a television there is little left in it for a network to know.
        """
        ears = self._hearing
        ears.voice_age_ticks += 1
        ears.maybe_age_ticks += 1
        ears.chunk_filled += BLOCK_SAMPLES
        if ears.chunk_filled < CHUNK_SAMPLES:
            return
        ears.chunk_filled -= CHUNK_SAMPLES
        ears.chunks += 1
        ears.voice, beside = self._voice_of_chunk(ears)
        if ears.voice >= knobs.voice_threshold:
            ears.voice_age_ticks = 0
        if max(ears.voice, beside) >= POSSIBLE_VOICE:
            ears.maybe_age_ticks = 0
        quiet = ears.voice < NO_VOICE and ears.voice_age_ticks > VOICE_HOLD_TICKS
        settled = still and bool(ears.still[-4:].all()) and np.ptp(ears.yaw_deg[-4:]) <= 0.5
        if quiet and settled and ears.chunks % LEARN_EVERY_CHUNKS == 0:
            ears.learn_noise(ears.sound[:, -CHUNK_SAMPLES:], self._directions.dictionary(knobs))

    def _voice_of_chunk(self, ears: Hearing) -> tuple[float, float]:
        """The probability of speech in the newest chunk of the front microphone and of the beam; after a while of nothing above
        the floor the networks rest.
        """
        front, end = ears.sound[0], ears.sound.shape[1] - ears.chunk_filled
        chunk = front[end - CHUNK_SAMPLES : end]
        power = float(chunk @ chunk)
        rising = ears.floor * FLOOR_RISE
        ears.floor = power if ears.floor == 0.0 else min(max(power, ears.floor * FLOOR_FALL), rising)
        if power > FLOOR_MARGIN * ears.floor or ears.voice_age_ticks <= VOICE_HOLD_TICKS:
            if ears.dull_chunks >= REST_AFTER_CHUNKS:
                ears.voice_state, ears.beam_state = VoiceState.fresh(), VoiceState.fresh()
                for k in range(RESUME_CHUNKS, 0, -1):
                    self._voices(ears, end - k * CHUNK_SAMPLES)
            ears.dull_chunks = 0
        else:
            ears.dull_chunks += 1
        return (0.0, 0.0) if ears.dull_chunks >= REST_AFTER_CHUNKS else self._voices(ears, end)

    def _voices(self, ears: Hearing, end: int) -> tuple[float, float]:
        """What the network says of the chunk that ends at a sample, at the front microphone and in the beam."""
        front, beam = (channel[end - CHUNK_SAMPLES : end] for channel in (ears.sound[0], ears.beam))
        return self._network.probability(front, ears.voice_state), self._network.probability(beam, ears.beam_state)

    def answer_now(self, tick: int, *, setup: Setup, tuning: Tuning) -> SoundReport:
        """What would be answered if the wake word had just been said; nothing changes by asking."""
        return self._woken(tick, 0.0, setup, tuning)

    def _woken(self, tick: int, probability: float, setup: Setup, tuning: Tuning) -> SoundReport:
        """The precise answer to the wake word."""
        return self._directions.woken(self._hearing, tick, probability=probability, setup=setup, tuning=tuning)

    def _running(self, tick: int, setup: Setup, tuning: Tuning) -> SoundReport | None:
        """The map of the last moments."""
        return self._directions.running(self._hearing, tick, setup=setup, tuning=tuning)

    def _frozen(self, tick: int, *, frozen: bool = True) -> SoundReport:
        """The direction of before, kept until the next map."""
        ears, before = self._hearing, self._hearing.report
        if before is None or before.azimuth_deg is None:
            return SoundReport(tick=tick, voice=ears.voice, frozen=frozen)
        if before.frozen == frozen and not before.wake_word:
            return before
        return replace(before, tick=tick, voice=ears.voice, frozen=frozen, wake_word=False, wake_confidence=0.0)
