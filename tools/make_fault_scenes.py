"""Writes scenes/faults: for every fault that a scene can plant one scene in which it lasts, and one in which it passes.

python -m tools.make_fault_scenes
"""

from __future__ import annotations

import re
from pathlib import Path

from simulator.scene.fault_phrases import FAULT_VERBS

FOLDER = Path(__file__).resolve().parents[1] / "scenes" / "faults"
# Knobs that make a good device a bad one: nothing is broken, and no part is to blame.
SETTINGS = {
    "settles-for-ever": ("patience.settle_s", "9", "waits nine seconds until a move may begin"),
    "waits-before-moving": ("patience.motion_delay_s", "2", "waits two seconds before each turn"),
    "turns-at-5-dps": ("motion.max_rate_dps", "5", "turns at five degrees a second"),
    "may-not-move": ("attention.wake_policy", "do not move", "may not move for a wake word"),
    "hears-nobody-beyond-1-m": ("attention.max_distance_m", "1", "serves nobody farther away than a metre"),
    "starts-softly": ("motion.max_accel_dps2", "20", "starts and stops its turns very softly"),
}
# After these a second call is not answered in time: what the device believes by then outlasts the fault.
OUTLASTS = {
    "motor-read-80-percent-of-the-angle": "a blow that the false reading feigned closes the left side for who calls from there",
}
HEAD = """\
# yaml-language-server: $schema=../schema/scene-1.schema.json
scene: 1
claim: {claim}
tags: [fault, {part}]
use: [homes/kitchen-wall.yaml, checks/safety.yaml]
modes: [feature]
duration: {duration}
people:
  anna: {{at: [0.74, 1.25]}}
"""
CALL = (
    "{id: faces-anna, after: anna says wake word, within: 2.5 s, then: anna in dead zone, for: 0.5 s, may fail: true}"
)


def main() -> None:
    """Write all of them anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.scene.yaml"):
        old.unlink()
    for verb in FAULT_VERBS:
        part, does = verb.who[0], verb.example
        name = f"{part}-{_slug(does)}"
        _write(f"{name}-lasting", _lasting(part, does))
        if verb.extras:  # how a motor is built does not pass
            _write(f"{name}-passing", _passing(part, does, name))
    for name, (path, value, words) in SETTINGS.items():
        _write(f"settings-{name}", _settings(path, value, words))


def _lasting(part: str, does: str) -> str:
    claim = f"While the {_named(part)} {_third(part, does)}, the screen may miss Anna, but it stays within its limits."
    lines = [f"  - {{at: 0 s, who: {part}, does: {does}}}", "  - {at: 1 s, who: anna, does: say wake word}"]
    return _text(claim, part, "5 s", lines, [f"  - {CALL}"])


def _passing(part: str, does: str, name: str) -> str:
    claim = f"The {_named(part)} {_third(part, does)} for a while, and after that Anna is answered again."
    lines = [
        f"  - {{at: 0 s, who: {part}, does: {does}, for: 2.5 s}}",
        "  - {at: 1 s, who: anna, does: say wake word}",
        "  - {at: 4.5 s, who: anna, does: say wake word}",
    ]
    outlasts = OUTLASTS.get(name, "")
    why = f"  # {outlasts}\n" if outlasts else ""
    end = ", may fail: true" if outlasts else ""
    again = f"{why}  - {{id: answers-again, after: 4.5 s, within: 4 s, then: anna in dead zone, for: 0.5 s{end}}}"
    if outlasts:
        claim = f"The {_named(part)} {_third(part, does)} for a while, which may leave Anna unanswered for longer."
    return _text(claim, part, "9.5 s", lines, [again])


def _settings(path: str, value: str, words: str) -> str:
    claim = f"A device that {words} may leave Anna unanswered, though none of its parts is faulty."
    lines = [
        f"  - {{at: 0 s, who: designer, does: set {path} to {value}}}",
        "  - {at: 1 s, who: anna, does: say wake word}",
    ]
    return _text(claim, "settings", "5 s", lines, [f"  - {CALL}"])


def _text(claim: str, part: str, duration: str, timeline: list[str], expect: list[str]) -> str:
    head = HEAD.format(claim=claim, part=part, duration=duration)
    return head + "\n".join(["timeline:", *timeline, "expect:", *expect]) + "\n"


def _named(part: str) -> str:
    return {"fusion": "tracker", "motion": "motion stage"}.get(part, part)


def _third(part: str, does: str) -> str:
    """`go deaf` as it is said of ears, and of a planner."""
    if part in ("ears", "eyes"):
        return "are" + does.removeprefix("be") if does.startswith("be ") else does
    first, _, rest = does.partition(" ")
    if first == "be":
        return f"is {rest}"
    if first == "have":
        return f"has {rest}"
    if first in ("only", "never"):
        return f"{first} {_third(part, rest)}"
    ending = "es" if first.endswith(("s", "sh", "ch", "o")) else "s"
    return f"{first}{ending} {rest}".strip()


def _slug(words: str) -> str:
    plain = words.replace("%", "percent").replace("°/s", "dps").replace("°", "deg").replace("-", "minus ")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace(".", "-")).strip("-")


def _write(name: str, text: str) -> None:
    (FOLDER / f"{name}.scene.yaml").write_text(text)


if __name__ == "__main__":
    main()
