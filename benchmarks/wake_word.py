"""How sure the wake word must be: words noticed and false alarms for each threshold, through the real ears in random rooms.

Recordings of people saying the wake word lie in ../shared/data (see its README), recorded prompts come from Debian's packages.
Half of the people and half of the talkers choose the threshold, the other halves judge it. Speech that is not the wake word is
said with pauses, as somebody speaks who talks on the phone in the room.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import finish, parser, wilson
from benchmarks.ssl_rooms import Case, Listener, active_clip, make_room
from benchmarks.ssl_speech import everything_said, wake_words
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    BLOCK_SAMPLES,
    SAMPLE_RATE_HZ,
    MicBlock,
    MotorMode,
    MotorState,
    Setup,
    SoundReport,
)
from simulator.onboard.ssl.stage import WAKE_REST_TICKS, SoundStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import load_ear_models

F32 = NDArray[np.float32]
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
# Speech at 1.5 m as the microphones hear it, relative to full scale.
LEVEL = 0.05
PAUSE_S = 0.7
PIECE_S = 10.0


class Ears(SoundStage):
    """The real ears, asked for the wake word's probability in every tick, and without the map, which has no part in it."""

    def __init__(self, facts: DeviceFacts) -> None:
        super().__init__(facts, load_ear_models(array=facts.microphones))
        self._tuning = Tuning().patched({"sound.wake_threshold": 0.99})
        self._fresh = self.snapshot()
        self._heard: list[float] = []
        self._hear, self._wake.hear = self._wake.hear, self._noted  # type: ignore[method-assign]

    def probabilities(self, samples: F32) -> list[float]:
        """For each tick of a recording, from fresh ears."""
        self.restore(self._fresh)
        self._heard = []
        for tick in range(samples.shape[1] // BLOCK_SAMPLES):
            self._heard.append(0.0)
            block = samples[:, tick * BLOCK_SAMPLES : (tick + 1) * BLOCK_SAMPLES]
            motor = MotorState(tick=tick, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
            self.tick(MicBlock(tick=tick, samples=block), motor=motor, setup=Setup(), tuning=self._tuning)
        return self._heard

    def _noted(self, block: F32, *, before: F32) -> float:
        self._heard[-1] = self._hear(block, before=before)
        return self._heard[-1]

    def _running(self, tick: int, setup: Setup, tuning: Tuning) -> SoundReport | None:
        return None


def alarms(probabilities: Iterable[float], *, threshold: float) -> int:
    """How often the wake word counts as spoken, with the stage's own pause between two."""
    count, last = 0, -WAKE_REST_TICKS
    for tick, probability in enumerate(probabilities):
        if probability >= threshold and tick - last >= WAKE_REST_TICKS:
            count, last = count + 1, tick
    return count


def main() -> None:
    """Measure and print."""
    args = parser(__doc__).parse_args()
    clips = wake_words()
    if not clips or not len(everything_said("judge")):
        raise SystemExit("the recordings are missing: ../shared/data/wakeword and the asterisk-core-sounds packages")
    figures: dict[str, float | int | str] = {}
    facts = DeviceFacts()
    ears, listener = Ears(facts), Listener(facts.microphones)
    for number, half in enumerate(("choose", "judge")):
        mine = clips[number::2][: 10 if args.quick else None]
        said = []
        for seed, clip in enumerate(mine):
            case: Case = "facing" if seed % 2 == 0 else "turned"
            speech = np.pad(active_clip(clip, seconds=1.2), (0, SAMPLE_RATE_HZ // 2))
            heard = listener.hear(make_room(2 * seed + number), case, (speech,))
            said.append(ears.probabilities(heard.samples * np.float32(LEVEL)))
        spoken = []
        piece = round(PIECE_S * SAMPLE_RATE_HZ)
        speech = everything_said("train" if half == "choose" else "judge")[: 6 * piece if args.quick else None]
        for seed, start in enumerate(range(0, len(speech), piece)):
            clip = np.pad(speech[start : start + piece], (0, round(PAUSE_S * SAMPLE_RATE_HZ)))
            heard = listener.hear(make_room(1000 + 2 * seed + number), "facing", (clip,))
            spoken.append(ears.probabilities(heard.samples * np.float32(LEVEL)))
        figures[f"{half}.words"], figures[f"{half}.minutes"] = len(said), len(speech) / SAMPLE_RATE_HZ / 60.0
        for threshold in THRESHOLDS:
            noticed = sum(alarms(p, threshold=threshold) > 0 for p in said)
            low, high = wilson(noticed, len(said))
            name = f"{half}.at_{threshold:g}"
            figures[f"{name}.noticed_pct"] = 100.0 * noticed / len(said)
            figures[f"{name}.noticed_low_pct"], figures[f"{name}.noticed_high_pct"] = 100.0 * low, 100.0 * high
            figures[f"{name}.false_alarms"] = sum(alarms(p, threshold=threshold) for p in spoken)
    finish(figures, args)


if __name__ == "__main__":
    main()
