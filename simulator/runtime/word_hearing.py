"""Whether a wake word is heard where it is said: for modelled senses, the clip is rendered in the scene's own room and given to the
real detector.

One microphone answers most calls, in 25 ms; what it misses is rendered for all of them and given to the detectors behind the beams,
as on the device. What was heard once is kept on disk under a digest of all that it hangs on, also the code that renders and hears.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.onboard.ssl.wakeword import FULL_SCALE, PRE_ROLL_BLOCKS
from simulator.onboard.tuning import SoundKnobs
from simulator.runtime.models import cache_dir
from simulator.runtime.seeds import stream
from simulator.world.people import CLIP_DB, Cast
from simulator.world.sound.view import Directivity, SoundView, SourceNow
from simulator.world.sound.voices import Voices, noise_clip
from simulator.world.spec import PersonSpec, WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame
from simulator.world.views import noises_now, obstacles_now

# After the clip's end the room still answers, and the detector is some frames late.
AFTER_BLOCKS: Final = 25
# What lasts must have been heard for this long before the beams have a hole for it.
NOISE_BLOCKS: Final = 220
# In a quiet room the ears rest, and the detectors begin with what they heard last: so much before a word.
QUIET_BLOCKS: Final = 40
_SIMULATOR: Final = Path(__file__).parents[1]
CODE: Final = (
    Path(__file__),
    *sorted((_SIMULATOR / "world" / "sound").glob("*.py")),
    *(_SIMULATOR / "onboard" / "ssl" / name for name in ("beams.py", "wakeword.py")),
)


class WordHearing:
    """Asks the real detectors about one word at a time; None where there are none, or where the device itself sounds."""

    def __init__(self, spec: WorldSpec, facts: DeviceFacts) -> None:
        self._spec = spec
        array = facts.microphones
        front = array.model_copy(update={"positions_m": array.positions_m[:1]})
        self._all, self._front = facts, facts.model_copy(update={"microphones": front})
        self._nobody = Cast(device=spec.device, clips=_voices())
        self._known: dict[str, bool] = {}

    def __call__(self, who: PersonSpec, person: PersonTruth, truth: TruthFrame) -> bool | None:
        """Whether the detectors hear this person's wake word, said here and now."""
        if find_spec("pymicro_wakeword") is None or self._spec.device.plays != "nothing":
            return None
        key = self._key(who, person, truth)
        if key not in self._known:
            self._known[key] = self._remembered(key, who, person, truth)
        return self._known[key]

    def _key(self, who: PersonSpec, person: PersonTruth, truth: TruthFrame) -> str:
        spec = self._spec
        sounding = [source for source, now in zip(spec.sources, truth.sources, strict=True) if now.on]
        place = [round(x, 2) for x in (person.x_m, person.y_m, person.mouth_height_m)]
        things = [
            (thing.name, round(thing.x_m, 2), round(thing.y_m, 2), round(thing.angle_deg)) for thing in truth.things
        ]
        hangs_on = (
            _code(), spec.room, spec.device, spec.things, things, sounding, who.voice, who.loudness_db, place,
            round(person.head_deg), round(truth.yaw_deg), self._all.microphones,
        )  # fmt: skip
        return hashlib.sha256(repr(hangs_on).encode()).hexdigest()

    def _remembered(self, key: str, who: PersonSpec, person: PersonTruth, truth: TruthFrame) -> bool:
        """The verdict on disk, or a new one, which is then kept there if that can be written."""
        kept = cache_dir() / "words" / key[:2] / key
        try:
            return kept.read_text(encoding="ascii") == "heard"
        except (OSError, UnicodeDecodeError):
            pass
        heard = self._heard(who, person, truth)
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            whole = kept.with_suffix(f".{os.getpid()}")
            whole.write_text("heard" if heard else "missed", encoding="ascii")
            whole.replace(kept)
        except OSError:
            pass  # a home that cannot be written only costs the time to hear it again
        return heard

    def _heard(self, who: PersonSpec, person: PersonTruth, truth: TruthFrame) -> bool:
        # What samples need takes half a second to load: a run whose words were all heard before does without it.
        from simulator.onboard.ssl.beams import COUNTED_BLOCKS, STREAMS, Beams
        from simulator.runtime.ear_models import load_ear_models

        open_detector, knobs = load_ear_models().wake, SoundKnobs()
        quiet = not any(source.on for source in truth.sources)
        before = QUIET_BLOCKS if quiet else PRE_ROLL_BLOCKS
        detector, most = open_detector(), 0.0
        for block in self._blocks(who, person, truth, facts=self._front, before=before):
            most = max(most, detector.hear(_pcm(block[0])))
        if most >= knobs.wake_threshold:
            return True
        beams = Beams(self._all.microphones)
        detectors = [open_detector() for _ in range(STREAMS)]
        sound = np.zeros((len(self._all.microphones.positions_m), (COUNTED_BLOCKS + 3) * BLOCK_SAMPLES), np.float32)
        learning = 0 if quiet else NOISE_BLOCKS - before
        blocks = self._blocks(who, person, truth, facts=self._all, before=before + learning)
        for count, block in enumerate(blocks, start=1):
            sound = np.concatenate([sound[:, BLOCK_SAMPLES:], block], axis=1)
            if count % COUNTED_BLOCKS == 0:
                beams.learn(sound, yaw_deg=truth.yaw_deg)
            streams = beams.hear(sound)
            if count <= learning:
                continue
            for k, one in enumerate(detectors):
                least = knobs.look_threshold if k else knobs.wake_threshold
                if one.hear(_pcm(streams[k])) >= least:
                    return True
        return False

    def _blocks(
        self, who: PersonSpec, person: PersonTruth, truth: TruthFrame, *, facts: DeviceFacts, before: int
    ) -> Iterator[NDArray[np.float32]]:
        """What these microphones hear (microphone, 160), from some blocks before the word to its end."""
        from simulator.world.sound.field import SoundField

        spec = self._spec
        field = SoundField(spec, facts, partial(stream, 0))
        clip = _voices().clip(who.voice, "wake_word") * np.float32(10.0 ** ((who.loudness_db - CLIP_DB) / 20.0))
        obstacles = obstacles_now(spec, truth.things, self._nobody)
        on = {source.name: source.on for source in truth.sources}
        for tick in range(before + -(-len(clip) // BLOCK_SAMPLES) + AFTER_BLOCKS):
            start = (tick - before) * BLOCK_SAMPLES
            samples = None
            if 0 <= start < len(clip):
                samples = np.zeros(BLOCK_SAMPLES, np.float32)
                part = clip[start : start + BLOCK_SAMPLES]
                samples[: len(part)] = part
            voice = SourceNow(
                name=who.name,
                position_m=(person.x_m, person.y_m, person.mouth_height_m),
                facing_deg=person.head_deg,
                directivity=Directivity.MOUTH,
                samples=samples,
            )
            sources = (voice, *noises_now(spec, tick=tick, on=on, loops=_noise))
            view = SoundView(tick=tick, yaw_deg=truth.yaw_deg, rate_dps=0.0, sources=sources, obstacles=obstacles)
            yield field.block(view)


def _pcm(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE).astype(np.int16)


@cache
def _voices() -> Voices:
    return Voices()


@cache
def _noise(kind: str) -> NDArray[np.float32]:
    return noise_clip(kind)


@cache
def _code() -> str:
    found = hashlib.sha256()
    for path in CODE:
        found.update(path.read_bytes() if path.is_file() else path.name.encode())
    return found.hexdigest()
