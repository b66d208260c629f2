"""Two runs of one scene, or two sets of knobs over many scenes, as rows that a person can judge: what broke comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.runtime.orders.compare_pipe import CompareReport, SceneBroken, SceneCompared
from simulator.workbench.run_spans import CheckMark

# For these less is better; for the others it is a matter of taste, and the table says only by how much.
LESS_IS_BETTER = frozenset({"Person out of view", "Longest wait"})
UNITS = {
    "Turns": "",
    "Degrees travelled": "°",
    "Peak speed": "°/s",
    "Time turning": "s",
    "Longest wait": "s",
    "Person out of view": "s",
}
SIGNS = {True: "✓", False: "×", None: "–"}
Row = tuple[str, str, str, str, str]  # words, A, B, difference and its colour


@dataclass(frozen=True, slots=True)
class CheckTally:
    """The checks of two runs of one scene."""

    kept_a: int
    kept_b: int
    of: int
    broken: tuple[str, ...]  # kept with A only
    gained: tuple[str, ...]  # kept with B only

    @property
    def words(self) -> str:
        """What B does to the checks."""
        parts = [
            f"breaks {len(self.broken)}" if self.broken else "",
            f"gains {len(self.gained)}" if self.gained else "",
        ]
        return ", ".join(filter(None, parts)) or "same"


def tally(a: Sequence[CheckMark], b: Sequence[CheckMark]) -> CheckTally:
    """Compare the verdicts, check by check; one that was not exercised counts as not kept."""
    theirs = {mark.text: mark.passed for mark in b}
    pairs = [(mark.text, mark.passed is True, theirs.get(mark.text) is True) for mark in a]
    return CheckTally(
        kept_a=sum(mine for _, mine, _ in pairs),
        kept_b=sum(other for _, _, other in pairs),
        of=len(pairs),
        broken=tuple(text for text, mine, other in pairs if mine and not other),
        gained=tuple(text for text, mine, other in pairs if other and not mine),
    )


def check_rows(a: Sequence[CheckMark], b: Sequence[CheckMark]) -> list[Row]:
    """How many checks each run keeps, and every check in which they differ."""
    found = tally(a, b)
    if not found.of:
        return [("Checks", "none", "none", "", "faint")]
    colour = "bad" if found.broken else "ok" if found.gained else "faint"
    rows = [("Checks", f"{found.kept_a} of {found.of}", f"{found.kept_b} of {found.of}", found.words, colour)]
    signs = {mark.text: SIGNS[mark.passed] for mark in b}
    for mark in a:
        if mark.text in found.broken or mark.text in found.gained:
            worse = mark.text in found.broken
            rows.append(
                (
                    mark.text,
                    SIGNS[mark.passed],
                    signs.get(mark.text, "–"),
                    "broken" if worse else "gained",
                    "bad" if worse else "ok",
                )
            )
    return rows


def outcome_rows(a: Mapping[str, float], b: Mapping[str, float]) -> list[Row]:
    """What came of the two runs in numbers."""
    return [outcome_row(name, a[name], b[name]) for name in a if name in b]


def outcome_row(name: str, a: float, b: float) -> Row:
    """One number of both."""
    unit = UNITS[name]
    gap = " " if unit not in ("", "°") else ""
    decimals = 1 if unit == "s" else 0
    difference = b - a
    shown = (f"{a:.{decimals}f}{gap}{unit}", f"{b:.{decimals}f}{gap}{unit}")
    if abs(difference) < 0.5 * 10**-decimals:
        return name, *shown, "same", "faint"
    words = f"{difference:+.{decimals}f}{gap}{unit}".replace("-", "−")
    if name not in LESS_IS_BETTER:
        return name, *shown, words, "text"
    better = difference < 0
    return name, *shown, f"{words} {'better' if better else 'worse'}", "ok" if better else "bad"


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One scene in the table over all scenes."""

    scene: str
    path: str
    kind: Literal["broke", "gained", "both", "lost margin", "same", "could not run"]
    gained: str
    broke: str
    margin: str


ORDER = {"broke": 0, "both": 1, "could not run": 2, "gained": 3, "lost margin": 4, "same": 5}


def scene_rows(results: Sequence[CompareReport]) -> list[SceneRow]:
    """All scenes, those that broke first, and among equals what lost most of its margin."""
    rows = [_scene_row(one) for one in results]
    return [row for row, _ in sorted(rows, key=lambda one: (ORDER[one[0].kind], one[1], one[0].scene))]


def totals(results: Sequence[CompareReport]) -> str:
    """The counts in one line."""
    compared = [one for one in results if isinstance(one, SceneCompared)]
    if not results:
        return "Nothing ran"
    worse, better = sum(bool(one.worse) for one in compared), sum(bool(one.better) for one in compared)
    broken = len(results) - len(compared)
    tail = f", {broken} could not run" if broken else ""
    return f"{len(results)} scenes: B breaks checks in {worse}, gains in {better}{tail}"


def _scene_row(one: CompareReport) -> tuple[SceneRow, float]:
    name = one.scene.removesuffix(".scene.yaml")
    if isinstance(one, SceneBroken):
        return SceneRow(name, "", "could not run", "", one.text, ""), 0.0
    lost = one.margins[0] if one.margins else None
    change = lost.b - lost.a if lost is not None else 0.0
    words = (
        f"{lost.check} {_figure(lost.a)} → {_figure(lost.b)} {lost.unit}".rstrip()
        if lost and abs(change) > 1e-6
        else "same"
    )
    kind: Literal["broke", "gained", "both", "lost margin", "same"] = (
        "both" if one.worse and one.better else "broke" if one.worse else "gained" if one.better else "same"
    )
    if kind == "same" and change < -1e-6:
        kind = "lost margin"
    return SceneRow(name, one.path, kind, ", ".join(one.better), ", ".join(one.worse), words), change


def _figure(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
