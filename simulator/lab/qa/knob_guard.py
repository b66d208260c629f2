"""Which scene objects when a design knob is pushed to either end: a knob that nobody guards can be ruined unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.lab.qa.batch import Setting, chosen_runs
from simulator.lab.qa.knob_guard_table import EXEMPT, GUARDS
from simulator.lab.qa.plan import short_name
from simulator.onboard.messages import Asker, Mode, SetMode
from simulator.onboard.tuning import Leaf, Tuning, TuningError, Value, leaves
from simulator.scene.loader import Scene
from simulator.world.spec import HandAction, RequestAction

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

    @property
    def key(self) -> tuple[str, str]:
        """The knob and the end."""
        return self.path, self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class KnobGuards:
    """All ends; some may not have been asked about when somebody interrupted."""

    ends: tuple[KnobEnd, ...]
    complete: bool


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


def guard_knobs(scenes: Scenes, *, out: Path, workers: int, on_progress: Callable[[float, str], object]) -> KnobGuards:
    """Ask the scene that is written down for each end; for ends at which it is silent, ask the others until one objects."""
    by_name = {short_name(path): (path, scene) for path, scene in scenes}
    wanted = ends()
    named = {end.key: [by_name[name]] for end in wanted if (name := GUARDS.get(end.key, "")) in by_name}
    objecting: dict[tuple[str, str], str] = {}
    complete = _ask(wanted, named, objecting, out=out, workers=workers, on_progress=on_progress)
    bare = [end for end in wanted if end.key not in objecting and end.key not in EXEMPT]
    shortest_first = sorted(by_name.values(), key=lambda pair: pair[1].spec.duration_s)
    others = {
        end.key: [p for p in shortest_first if p not in named.get(end.key, []) and can_notice(p[1], end.path)]
        for end in bare
    }
    while complete and (bare := [end for end in bare if end.key not in objecting and others[end.key]]):
        wave = {end.key: others[end.key][:AT_ONCE] for end in bare}
        others |= {end.key: others[end.key][AT_ONCE:] for end in bare}
        complete = _ask(bare, wave, objecting, out=out, workers=workers, on_progress=on_progress)
    found = [replace(end, scene=objecting.get(end.key, ""), exempt=EXEMPT.get(end.key, "")) for end in wanted]
    return KnobGuards(ends=tuple(found), complete=complete)


def _ask(
    wanted: Sequence[KnobEnd],
    asked: Mapping[tuple[str, str], Scenes],
    objecting: dict[tuple[str, str], str],
    *,
    out: Path,
    workers: int,
    on_progress: Callable[[float, str], object],
) -> bool:
    """Note the first scene of each end that does not pass with the knob there; False when somebody interrupted."""
    chosen = [
        (path, scene, Setting(name=f"{end.path} {end.end}", changes={end.path: end.value}))
        for end in wanted
        for path, scene in asked.get(end.key, ())
        if end.path not in scene.tuning.changed()
    ]
    if not chosen:
        return True
    table = chosen_runs(chosen, seeds=1, out=out, workers=workers, on_progress=on_progress)
    for end in wanted:
        for path, _ in asked.get(end.key, ()):
            if table.kept(f"{end.path} {end.end}", path.as_posix()) is False:
                objecting.setdefault(end.key, short_name(path))
    return table.complete


def can_notice(scene: Scene, path: str) -> bool:
    """Whether a knob can make any difference to a scene: those of a mode that it never enters, or of hands, cannot."""
    section = path.partition(".")[0]
    modes = {action.request.mode for action in _requests(scene) if isinstance(action.request, SetMode)}
    match section:
        case "call":
            return Mode.CALL in modes
        case "recipe":
            return Mode.RECIPE in modes
        case "away" if "remote" in path:
            return any(action.request.client.asker is Asker.REMOTE for action in _requests(scene))
        case "away":
            return Mode.AWAY in modes
        case "bump":
            touched = any(isinstance(action, HandAction) for action in scene.spec.actions)
            return touched or bool(scene.spec.things)
    return True


def _requests(scene: Scene) -> list[RequestAction]:
    return [action for action in scene.spec.actions if isinstance(action, RequestAction)]


def as_markdown() -> str:
    """The page docs/knob-guards.md."""
    rows = "".join(
        f"| `{end.path}` | {end.end}: {end.value} | {_who(GUARDS.get(end.key, ''), EXEMPT.get(end.key, ''))} |\n"
        for end in ends()
    )
    return _HEAD + rows


def _who(scene: str, exempt: str) -> str:
    return f"[{scene}](../scenes/{scene})" if scene else f"no scene: {exempt}" if exempt else "nobody yet"


_HEAD = """# Who guards the knobs

Every design knob is pushed to both ends. A scene that then fails guards it: nobody can turn the knob that far without hearing of it.
Where an objection would be wrong the reason stands instead. Made by `make docs` from `simulator/lab/qa/knob_guard_table.py`; a test runs
every scene that is named. `swivel qa scenes --guard-knobs` tries all ends, and looks for another scene where the named one is silent.

| knob | at | a scene that objects |
|---|---|---|
"""
