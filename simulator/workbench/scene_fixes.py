"""What would mend a mistake in a scene, where that is known: the word that was meant, the nearest bound, a missing person.

Read from the sentence of the problem, which already names the word, the bounds and what was probably meant.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from simulator.scene.errors import Problem
from simulator.scene.saver import SceneText

_MEANT = re.compile(r"did you mean (.+?)\?")
_WRONG = (re.compile(r"there is no (\S+) here"), re.compile(r"'(.+?)'"), re.compile(r"(.+?): "))
_BOUNDS = re.compile(r"(.+?): must be at least ([-\d.]+) and at most ([-\d.]+) ?(\S*)")
_NOBODY = re.compile(r"(\w+): nobody of this name")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fix:
    """One click that mends a mistake."""

    words: str  # on the button
    wrong: str  # what stands there
    right: str  # what shall stand there; empty when a person is to be added


def fix_of(problem: Problem) -> Fix | None:
    """The fix of a problem, if one is known."""
    text = problem.text
    bounds = _BOUNDS.match(text)
    if bounds:
        value, low, high, unit = bounds.groups()
        number = _NUMBER.search(value)
        if number is None:
            return None
        nearest = low if float(number[0]) < float(low) else high
        right = f"{nearest} {unit}".strip()
        return Fix(f"Use {right}", value, right)
    meant = _MEANT.search(text)
    wrong = next((found[1] for pattern in _WRONG if (found := pattern.match(text))), "")
    if meant and wrong:
        return Fix(f"Use {meant[1]}", wrong, meant[1])
    nobody = _NOBODY.match(text)
    return Fix(f"Add {nobody[1]}", nobody[1], "") if nobody else None


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
