"""Which scene objects when a design knob is pushed to either end: a knob that nobody guards can be ruined unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.lab.qa.batch import Setting, runs
from simulator.lab.qa.knob_guard_table import EXEMPT, GUARDS
from simulator.lab.qa.plan import short_name
from simulator.onboard.tuning import Leaf, Tuning, TuningError, Value, leaves
from simulator.scene.loader import Scene

Scenes = Sequence[tuple[Path, Scene]]
# Scenes asked at once about one end, when the one that is written down does not object.
AT_ONCE = 24
HALVINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KnobEnd:
    """A knob at one end, and who objects."""

    path: str
    end: str  # low, high, or the value of a choice
    value: Value
    scene: str = ""  # inside the scene folder; empty when nobody objects
    exempt: str = ""  # why an objection would be wrong


def ends() -> list[KnobEnd]:
    """Every design knob at both ends; as far as the other knobs' defaults allow."""
    found = []
    for leaf in leaves():
        if leaf.tier == "design":
            found += [KnobEnd(path=leaf.path, end=end, value=value) for end, value in _ends_of(leaf)]
    return found


def _ends_of(leaf: Leaf) -> list[tuple[str, Value]]:
    if leaf.kind == "choice":
        return [(choice, choice) for choice in leaf.choices if choice != leaf.default]
    if leaf.kind == "switch":
        return [("off" if leaf.default else "on", not leaf.default)]
    return [("low", _furthest(leaf, float(leaf.low or 0.0))), ("high", _furthest(leaf, float(leaf.high or 0.0)))]


def _furthest(leaf: Leaf, bound: float) -> float:
    """The bound, or the nearest to it that does not clash with the defaults of other knobs."""
    default, good, bad = float(leaf.default), 0.0, 1.0
    if _allowed(leaf.path, bound):
        return bound
    for _ in range(HALVINGS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if _allowed(leaf.path, default + (bound - default) * middle) else (good, middle)
    return round(default + (bound - default) * good, 3) if good else default


def _allowed(path: str, value: float) -> bool:
    try:
        Tuning().patched({path: value})
    except TuningError:
        return False
    return True


def guard_knobs(
    scenes: Scenes, *, out: Path, workers: int, on_progress: Callable[[float, str], object]
) -> list[KnobEnd]:
    """Ask the scene that is written down for each end; when it does not object, ask the others until one does."""
    by_name = {short_name(path): (path, scene) for path, scene in scenes}
    found = []
    wanted = ends()
    for done, end in enumerate(wanted):
        on_progress(done / len(wanted), f"{end.path} {end.end}")
        first = [by_name[name] for name in [GUARDS.get((end.path, end.end), "")] if name in by_name]
        exempt = EXEMPT.get((end.path, end.end), "")
        rest = [] if exempt else [pair for pair in by_name.values() if pair not in first]
        waves = [first, *(rest[at : at + AT_ONCE] for at in range(0, len(rest), AT_ONCE))]
        objects = next((name for wave in waves if wave and (name := _objects(wave, end, out=out, workers=workers))), "")
        found.append(KnobEnd(path=end.path, end=end.end, value=end.value, scene=objects, exempt=exempt))
    return found


def _objects(scenes: Scenes, end: KnobEnd, *, out: Path, workers: int) -> str:
    """The first of some scenes that does not pass with a knob at its end; "" for none."""
    turned = [(path, scene) for path, scene in scenes if end.path not in scene.tuning.changed()]
    table = runs(turned, [Setting(name=end.end, changes={end.path: end.value})], seeds=1, out=out, workers=workers)
    if not table.complete:
        raise KeyboardInterrupt
    return next((short_name(path) for path, _ in turned if table.kept(end.end, path.as_posix()) is False), "")


def as_markdown() -> str:
    """The page docs/knob-guards.md."""
    rows = "".join(
        f"| `{end.path}` | {end.end}: {end.value} | "
        f"{_who(GUARDS.get((end.path, end.end), ''), EXEMPT.get((end.path, end.end), ''))} |\n"
        for end in ends()
    )
    return _HEAD + rows


def _who(scene: str, exempt: str) -> str:
    return f"[{scene}](../scenes/{scene})" if scene else f"no scene: {exempt}" if exempt else "nobody yet"


_HEAD = """# Who guards the knobs

Every design knob is pushed to both ends. A scene that then fails guards it: nobody can turn the knob that far without hearing of it.
Where an objection would be wrong the reason stands instead. Made by `make docs` from `simulator/lab/qa/knob_guard_table.py`; a test runs
every scene that is named. `swivel qa scenes --guard-knobs` tries all ends and finds other scenes where the named one is silent.

| knob | at | a scene that objects |
|---|---|---|
"""
