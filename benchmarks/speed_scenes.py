"""The scenes that speed is measured in, by name: one person, the kitchen that the window opens with, and rooms full of talkers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.scene.loader import Scene, load, loads
from simulator.world.assets import SCENES

TALKERS = {"one": 1, "two": 2, "four": 4, "eight": 8}
TALK_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A scene, and how much of it is run in full mode."""

    scene: Scene
    seconds: float


def named_scenes(*, quick: bool) -> dict[str, Named]:
    """The scenes of full and audio mode."""
    sample, kitchen = load(SCENES / "sample.scene.yaml"), load(SCENES / "living-kitchen.scene.yaml")
    most_s = 6.0 if quick else 20.0
    found = {
        "sample": Named(scene=sample, seconds=min(most_s, sample.spec.duration_s)),
        "kitchen": Named(scene=kitchen, seconds=min(most_s, kitchen.spec.duration_s)),
    }
    talk_s = 3.0 if quick else TALK_S
    return found | {name: Named(scene=talking(count), seconds=talk_s) for name, count in TALKERS.items()}


def talking(people: int, *, seconds: float = TALK_S) -> Scene:
    """Some people in an empty room, all of whom talk all the time."""
    lines = ["scene: 1", "claim: Everybody talks at once.", f"duration: {seconds:g} s", "people:"]
    lines += [f"  p{k}: {{at: [{1.0 + 0.4 * k:.2f}, {2.4 + 0.5 * (k % 2):.2f}], faces: device}}" for k in range(people)]
    lines += ["timeline:"]
    lines += [
        f"  - {{at: {0.2 + 0.05 * k:.2f} s, who: p{k}, does: talk for {seconds - 1.0:g} s}}" for k in range(people)
    ]
    return loads("\n".join(lines) + "\n", path=Path(f"talking-{people}.scene.yaml"), root=SCENES)


def hour() -> Scene:
    """The sample, with an hour of staying afterwards."""
    path = SCENES / "sample.scene.yaml"
    text = path.read_text(encoding="utf-8").replace("\npeople:", "\nduration: 3600 s\npeople:", 1)
    return loads(text, path=path, root=SCENES)
