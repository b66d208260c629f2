"""What would mend a mistake in a scene, where that is known: the word that was meant, the nearest bound, a missing person."""

from __future__ import annotations

import html
from dataclasses import dataclass

from simulator.scene.errors import Problem
from simulator.scene.mistakes import Mistake, ProblemCode
from simulator.scene.saver import SceneText


@dataclass(frozen=True, slots=True)
class Fix:
    """One click that mends a mistake."""

    words: str  # on the button
    wrong: str  # what stands there
    right: str  # what shall stand there; empty when a person is to be added


def fix_of(problem: Problem) -> Fix | None:
    """The fix of a problem, if one is known."""
    mistake = problem.mistake
    wrong = mistake.written or mistake.value
    right = mistake.meant or _nearest_bound(mistake)
    if wrong and right:
        return Fix(f"Use {right}", wrong, right)
    return Fix(f"Add {wrong}", wrong, "") if mistake.code is ProblemCode.NOBODY else None


def _nearest_bound(mistake: Mistake) -> str:
    """The bound that a number is beyond, as a file would say it; empty where it is open or unknown."""
    number, low, high = mistake.number, mistake.low, mistake.high
    if number is not None and low is not None and number < low and not mistake.low_open:
        return f"{low:g} {mistake.unit}".rstrip()
    if number is not None and high is not None and number > high and not mistake.high_open:
        return f"{high:g} {mistake.unit}".rstrip()
    return ""


def mended(text: str, problem: Problem, fix: Fix, *, place: tuple[float, float]) -> str:
    """The text with the fix in it; a person who is missing stands at a place."""
    if not fix.right:
        edited = SceneText(text)
        edited.set(["people", fix.wrong], {"at": list(place), "faces": "device"})
        return edited.text
    lines = text.split("\n")
    line = lines[problem.place.line - 1]
    start = max(0, problem.place.column - 1 - len(fix.wrong) - 2)
    at = line.find(fix.wrong, start)
    at = at if at >= 0 else line.find(fix.wrong)
    if at < 0:
        return text
    lines[problem.place.line - 1] = line[:at] + fix.right + line[at + len(fix.wrong) :]
    return "\n".join(lines)


def with_link(words: str, fix: Fix | None, colour: str, *, name: str = "fix") -> str:
    """A problem as rich text, the fix as a link behind it."""
    shown = html.escape(words)
    return shown if fix is None else f'{shown} <a href="{name}" style="color: {colour}">{html.escape(fix.words)}</a>'
