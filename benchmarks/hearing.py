"""How often the wake word is heard while something else sounds, and how often other words are taken for it.

python -m benchmarks.hearing [--quick] [--trials N] [--json FILE]

The whole ears (beams, voice gate, detectors, knobs as shipped) on recorded people saying the wake word in random rooms
(benchmarks/hearing_rooms.py says how they are drawn), beside the bare detector at the front microphone on the same samples
(`front.`), which is what the device had before. A trial counts when the wake word is reported between its beginning and 0.7 s
after its end. False alarms are counted over recorded prompts without pauses, half of them over something else 5 dB softer.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import finish, parser, wilson
from benchmarks.hearing_rooms import AFTER_S, HISS_DB, WORD_AT_S, Sounds, Spot, through
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    BLOCK_SAMPLES,
    SAMPLE_RATE_HZ,
    TICK_S,
    MicBlock,
    MotorMode,
    MotorState,
    Setup,
    SoundReport,
)
from simulator.onboard.ssl.stage import WAKE_REST_TICKS, SoundStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import load_ear_models
from simulator.world.sound.noises import REFERENCE_RMS
from simulator.world.sound.voices import active_rms

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
FIRST_SEED = 40_000
TRIALS, QUICK_TRIALS = 200, 4
PIECE_S = 30.0
SHIPPED = (Tuning().sound.wake_threshold, Tuning().sound.look_threshold)
# One microphone had this threshold before there were beams.
FRONT = 0.6
# What else was thought of: the stream without a look, and the looks.
THRESHOLDS = ((0.6, 0.85), (0.6, 0.9), (0.7, 0.85), (0.7, 0.9), (0.8, 0.95), (0.9, 0.95), (0.9, 0.97))
QUIET = 300
CELLS = (
    *(("talker", db) for db in (10, 5, 0)),
    *(("tv", db) for db in (5, 0, -5)),
    *(("music", db) for db in (5, 0, -5)),
    *(("babble", db) for db in (5, 0)),
    ("quiet", QUIET),
    ("own", 60),
)
# The device has played for so long before the word, through a loudspeaker that bends 2 % (second and third harmonic alike).
PLAYED_S, BENT = 8.2, 0.02


class Ears(SoundStage):
    """The real ears without directions, which have no part in what is heard; they note what their detectors say."""

    def __init__(self, facts: DeviceFacts) -> None:
        super().__init__(facts, load_ear_models(array=facts.microphones))
        self._tuning, self._fresh = Tuning(), self.snapshot()
        self._bare = load_ear_models().wake()
        self._noted: F64 = np.zeros((0, 2))
        self._hear, self._wake.hear = self._wake.hear, self._note  # type: ignore[method-assign]
        self.ticks, self.spent_s, self.slowest_s = 0, 0.0, 0.0

    def probabilities(self, samples: F32, played: F32 | None = None) -> F64:
        """For each tick of a recording, from fresh ears: what the stream without a look says, and the best of the looks."""
        self.restore(self._fresh)
        ticks = samples.shape[1] // BLOCK_SAMPLES
        self._noted = np.zeros((ticks, 2))
        for tick in range(ticks):
            now = slice(tick * BLOCK_SAMPLES, (tick + 1) * BLOCK_SAMPLES)
            mic = MicBlock(tick=tick, samples=samples[:, now], played=None if played is None else played[now])
            motor = MotorState(tick=tick, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
            self._now = tick
            started = time.process_time()
            self.tick(mic, motor=motor, setup=Setup(), tuning=self._tuning)
            spent = time.process_time() - started
            self.ticks, self.spent_s, self.slowest_s = self.ticks + 1, self.spent_s + spent, max(self.slowest_s, spent)
        return self._noted

    def at_front(self, samples: F32) -> F64:
        """For each tick what the bare detector says of the front microphone."""
        self._bare.reset()
        pcm = np.clip(samples[0] * 32767, -32767, 32767).astype(np.int16)
        blocks = (pcm[at : at + BLOCK_SAMPLES] for at in range(0, len(pcm) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES))
        return np.array([self._bare.hear(block) for block in blocks])

    def _note(self, streams: F32, *, listening: bool) -> F64:
        said = self._hear(streams, listening=listening)
        self._noted[self._now] = np.maximum(self._noted[self._now], (said[0], said[1:].max()))
        return said

    def _running(self, tick: int, setup: Setup, tuning: Tuning) -> SoundReport | None:
        return None

    def _woken(self, tick: int, probability: float, setup: Setup, tuning: Tuning) -> SoundReport:
        return SoundReport(tick=tick, voice=1.0, wake_word=True, wake_confidence=probability)


@dataclass(frozen=True)
class Trial:
    """One word in one room."""

    samples: F32
    first_tick: int
    played: F32 | None = None

    def heard(self, over: NDArray[np.bool_]) -> bool:
        """Whether an alarm belongs to the word."""
        return any(tick >= self.first_tick for tick in alarms(over))


def alarms(over: NDArray[np.bool_]) -> list[int]:
    """The ticks in which the wake word counts as said, with the stage's own pause between two."""
    said: list[int] = []
    for tick in np.flatnonzero(over):
        if not said or tick - said[-1] >= WAKE_REST_TICKS:
            said.append(int(tick))
    return said


def counted(ears: Ears, samples: F32, played: F32 | None = None) -> dict[str, NDArray[np.bool_]]:
    """For each tick whether the wake word is heard: by the ears as shipped, by other thresholds, and at the front microphone."""
    heard, front = ears.probabilities(samples, played), ears.at_front(samples)
    rows = {"": SHIPPED, **{f"at_{plain:g}_{look:g}.": (plain, look) for plain, look in THRESHOLDS}}
    over = {name: (heard[:, 0] >= plain) | (heard[:, 1] >= look) for name, (plain, look) in rows.items()}
    return {**over, "front.": front >= FRONT}


def main() -> int:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--trials", type=int, help=f"trials of each row; {TRIALS} unless --quick")
    options.add_argument("--minutes", type=float, help="minutes of other speech; all there is twice unless --quick")
    args = options.parse_args()
    trials = args.trials or (QUICK_TRIALS if args.quick else TRIALS)
    sounds, ears = Sounds(), Ears(DeviceFacts())
    figures: dict[str, float | int | str] = {"trials": trials}
    heard: Counter[str] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + trials):
        spot = Spot(seed)
        for kind, db in CELLS:
            trial = word_beside(spot, sounds, kind, db)
            for row, over in counted(ears, trial.samples, trial.played).items():
                heard[f"{row}{key(kind, db)}"] += trial.heard(over)
    for name in sorted(heard, key=lambda name: (name.startswith("at_"), name)):
        low, high = wilson(heard[name], trials)
        figures[f"{name}_pct"] = 100.0 * heard[name] / trials
        if not name.startswith("at_"):
            figures[f"{name}_low_pct"], figures[f"{name}_high_pct"] = 100.0 * low, 100.0 * high
    figures["cost.tick_ms"] = 1e3 * ears.spent_s / ears.ticks
    figures["cost.cores"] = ears.spent_s / (ears.ticks * TICK_S)
    figures.update(false_alarms(sounds, ears, minutes=args.minutes or (2.0 if args.quick else float("inf"))))
    figures["cost.slowest_tick_ms"] = 1e3 * ears.slowest_s
    finish(figures, args)
    return 0


def key(kind: str, db: int) -> str:
    """The name of a row."""
    return kind if kind == "quiet" else f"{kind}.{'m' if db < 0 else ''}{abs(db)}db"


def word_beside(spot: Spot, sounds: Sounds, kind: str, db: int) -> Trial:
    """A recorded wake word in a room in which something else has sounded for some seconds."""
    clip = sounds.words[spot.seed % len(sounds.words)]
    start = round((PLAYED_S if kind == "own" else WORD_AT_S) * SAMPLE_RATE_HZ)
    length = start + len(clip) + round(AFTER_S * SAMPLE_RATE_HZ)
    said = np.zeros(length, np.float32)
    said[start : start + len(clip)] = clip
    word = through(said, spot.talker)
    samples = word + hiss(spot.seed, word.shape)
    if kind == "own":
        rng = np.random.default_rng([spot.seed, *b"own"])
        played = (sounds.tune if spot.seed % 2 else sounds.talk)(rng, length) * np.float32(10 ** ((db - 60) / 20))
        bent = played + BENT * 0.3 * (played**2 / REFERENCE_RMS + played**3 / REFERENCE_RMS**2)
        return Trial(samples + through(bent.astype(np.float32), spot.own), start // BLOCK_SAMPLES, played)
    if kind != "quiet":
        other = interferer(spot, sounds, kind, length)
        level = active_rms(word[0, start : start + len(clip) + SAMPLE_RATE_HZ // 5])
        samples += other * np.float32(level / rms(other[0]) * 10 ** (-db / 20))
    return Trial(samples, start // BLOCK_SAMPLES)


def interferer(spot: Spot, sounds: Sounds, kind: str, length: int) -> F32:
    """What else sounds in the room, as the microphones hear it."""
    rng = np.random.default_rng([spot.seed, *kind.encode()])
    if kind == "talker":
        return through(sounds.talk(rng, length), spot.mouth)
    if kind == "tv":
        return through(sounds.television(rng, length), spot.loudspeaker)
    if kind == "music":
        return through(sounds.tune(rng, length), spot.loudspeaker)
    return np.sum([through(sounds.talk(rng, length), response) for response in spot.crowd], axis=0)


def false_alarms(sounds: Sounds, ears: Ears, *, minutes: float) -> dict[str, float | int | str]:
    """How often speech is taken for the wake word: all that there is, once alone and once over something else."""
    said: Counter[str] = Counter()
    heard_s = 0.0
    for number, (piece, kind) in enumerate(pieces(sounds)):
        if heard_s >= 60.0 * minutes:
            break
        spot = Spot(FIRST_SEED + 10_000 + number)
        samples = through(piece, spot.talker)
        if kind != "quiet":
            other = interferer(spot, sounds, kind, len(piece))
            samples = samples + other * np.float32(active_rms(samples[0]) / rms(other[0]) * 10 ** (-5 / 20))
        samples = samples + hiss(spot.seed, samples.shape)
        for row, over in counted(ears, samples).items():
            said[row] += len(alarms(over))
        heard_s += len(piece) / SAMPLE_RATE_HZ
    out: dict[str, float | int | str] = {"false_minutes": heard_s / 60.0}
    for row, count in said.items():
        out[f"{row}false_count"], out[f"{row}false_per_h"] = count, 3600.0 * count / heard_s
    return out


def pieces(sounds: Sounds) -> Iterator[tuple[F32, str]]:
    """Half minutes of speech of all talkers in turn, each alone and beside something else."""
    length = round(PIECE_S * SAMPLE_RATE_HZ)
    longest = max(len(speech) for speech in sounds.speech.values())
    kinds = ("talker", "tv", "babble", "music")
    for number, start in enumerate(range(0, longest - length, length)):
        for speech in sounds.speech.values():
            if start + length <= len(speech):
                yield speech[start : start + length], "quiet"
                yield speech[start : start + length], kinds[number % len(kinds)]


def hiss(seed: int, shape: tuple[int, ...]) -> F32:
    """The microphones' own noise."""
    level = REFERENCE_RMS * 10 ** (HISS_DB / 20)
    return np.random.default_rng([seed, 99]).normal(0, level, shape).astype(np.float32)


def rms(samples: F32) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


if __name__ == "__main__":
    raise SystemExit(main())
