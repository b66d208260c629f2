"""The study that a new one begins as."""

from __future__ import annotations

from pathlib import Path

from simulator.lab.qa.result_store import write_whole
from simulator.lab.study.plan import StudyError

TEMPLATE = """\
# A study: which motion do people like? Everything is described in docs/study.md.
study: 1
name: How eager should it be?
question: Which of the two motions feels more natural?
consent: |
  You will see a display that turns, in pairs of short films, and press a key for the one you like more. It takes about
  eight minutes. Only your answers are kept, under a random name that you can use to withdraw them. You can stop at any time.
seed: 1
settings:
  Default: {}
  Calmer: {preset: Calmer}
  Eager: {preset: Eager}
planted: {motion.max_rate_dps: 8}   # plainly worse: whoever prefers it did not look
moments:
  Somebody calls: {scene: sample.scene.yaml, from: 1 s, to: 9 s}
pairs: 9
warm_ups: 2
view: room   # the display in its home; screen: nothing but the turning screen
"""


def write_new(path: Path) -> None:
    """Write a study to begin with; one that is there is not overwritten. Raises StudyError and OSError."""
    if path.exists():
        raise StudyError(f"{path}: is there already")
    write_whole(path, TEMPLATE.encode())
