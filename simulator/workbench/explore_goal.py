"""What a person asks to have explored: knobs or feels with their range, scenes to tune on and to hold out, and how much to try.

It becomes a goal file as `swivel tune` reads it, so that whatever the window does can be done at the command line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.onboard.tuning import Leaf, leaves
from simulator.workbench.feel_sliders import FEELS, MIDDLE, Feel, Way

THIS_SCENE: Final = "this scene"
HOMES: Final = re.compile(r"(\d+)\s+(?:random\s+|other\s+)?homes?")
MOST_HOMES: Final = 2000
# Homes that are tuned on and homes that are held out are drawn from seeds that never meet.
TRAIN_FIRST, HELD_OUT_FIRST = 1000, 5000
# A knob is tried from half of what ships to twice as much, within its bounds.
AROUND: Final = (0.5, 2.0)
FEEL_RANGE: Final = (15.0, 85.0)
FIRST_FEELS: Final = ("calmness", "patience", "speed")


class GoalError(ValueError):
    """What was asked cannot be explored; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Something that can be tried over a range: a feel with all its knobs, or one knob."""

    name: str
    title: str
    sentence: str
    unit: str
    bounds: tuple[float, float]
    usual: tuple[float, float]
    turns: dict[str, str]  # knob: an expression in x

    @property
    def is_feel(self) -> bool:
        """Whether several knobs are moved as one."""
        return len(self.turns) > 1 or "default" in next(iter(self.turns.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneChoice:
    """Scenes and random homes as they were written."""

    scenes: tuple[str, ...] = ()
    homes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much is tried."""

    trials: int = 40  # of each adviser
    walks: int = 4  # of Morris, for what matters; 0 leaves it out
    advisers: tuple[str, ...] = ("random",)


def directions() -> list[Direction]:
    """The feels first, then every number that designers turn."""
    knobs = [leaf for leaf in leaves() if leaf.tier == "design" and leaf.kind == "number"]
    return [*map(_of_feel, FEELS), *map(_of_knob, knobs)]


def _of_feel(feel: Feel) -> Direction:
    return Direction(
        feel.name, feel.title, feel.sentence, "", (0.0, 100.0), FEEL_RANGE, {way.path: _along(way) for way in feel.ways}
    )


def _along(way: Way) -> str:
    """The knob as the feel's slider moves it: straight from its low end to what ships, and on to its high end."""
    from simulator.onboard.tuning import leaf_at

    middle = float(leaf_at(way.path).default)
    down, up = ((end - middle) / MIDDLE for end in (way.low, way.high))
    return f"default + max(x - {MIDDLE:g}, 0) * {up:.6g} + max({MIDDLE:g} - x, 0) * {down:.6g}"


def _of_knob(leaf: Leaf) -> Direction:
    low, high, default = float(leaf.low or 0.0), float(leaf.high or 0.0), float(leaf.default)
    start, end = (round(min(max(default * share, low), high), 3) for share in AROUND)
    usual = (start, end) if start < end else (low, high)
    return Direction(leaf.path, leaf.label, leaf.sentence, leaf.unit, (low, high), usual, {leaf.path: ""})


def scene_choice(words: str, *, this: Path | None, samples: Path) -> SceneChoice:
    """What is written, as "wake, follow, 20 homes"; raises GoalError."""
    scenes, homes = [], 0
    for word in (part.strip() for part in words.split(",")):
        if not word:
            continue
        if match := HOMES.fullmatch(word):
            homes += int(match[1])
        elif word == THIS_SCENE:
            if this is None or not this.exists():
                raise GoalError("this scene is in no file yet: save it first")
            scenes.append(this.resolve().as_posix())
        elif (found := _beside(word, samples)) is not None:
            scenes.append(found.resolve().as_posix())
        else:
            raise GoalError(f"{word}: there is no such folder of scenes; write folders, {THIS_SCENE}, or 20 homes")
    if not scenes and not homes:
        raise GoalError("name folders of scenes, or a number of homes, as in: wake, 20 homes")
    if homes > MOST_HOMES:
        raise GoalError(f"{homes} homes: at most {MOST_HOMES}")
    return SceneChoice(scenes=tuple(dict.fromkeys(scenes)), homes=homes)


def _beside(word: str, samples: Path) -> Path | None:
    places = (samples / word, samples / f"{word}.scene.yaml", Path(word))
    return next((place for place in places if place.exists()), None)


def goal_text(
    axes: Sequence[tuple[Direction, float, float]], *, tune_on: SceneChoice, hold_out: SceneChoice, budget: Budget
) -> str:
    """The goal as a file; raises GoalError."""
    if not axes:
        raise GoalError("tick at least one feel or knob")
    turned: dict[str, str] = {}
    for direction, low, high in axes:
        if not low < high:
            raise GoalError(f"{direction.title}: from {low:g} to {high:g}: must go up")
        for path in direction.turns:
            if path in turned:
                raise GoalError(f"{direction.title} and {turned[path]} turn the same knob: tick one of them")
            turned[path] = direction.title
    lines = [
        "tune: 1",
        *_scenes(tune_on, first=TRAIN_FIRST),
        f"held_out: {{{', '.join(_scenes(hold_out, first=HELD_OUT_FIRST))}}}",
        f"advisers: {json.dumps(list(budget.advisers))}",
        f"trials: {budget.trials}",
        f"walks: {budget.walks}",
        "axes:",
        *(f"  - {_axis(*one)}" for one in axes),
    ]
    return "\n".join(lines) + "\n"


def _scenes(choice: SceneChoice, *, first: int) -> list[str]:
    lines = []
    if choice.scenes:
        lines.append(f"scenes: {json.dumps(list(choice.scenes))}")
    if choice.homes:
        lines.append(f"homes: {{count: {choice.homes}, first: {first}}}")
    return lines


def _axis(direction: Direction, low: float, high: float) -> str:
    turns = (
        f"set: {json.dumps(direction.turns)}"
        if direction.is_feel
        else f"knob: {json.dumps(next(iter(direction.turns)))}"
    )
    return f"{{name: {json.dumps(direction.title)}, {turns}, from: {low:g}, to: {high:g}}}"


def folder_of(goal: str, *, home: Path) -> Path:
    """Where the results of a goal are kept: the same goal goes on where it was left."""
    return home / "explore" / hashlib.sha256(goal.encode()).hexdigest()[:12]
