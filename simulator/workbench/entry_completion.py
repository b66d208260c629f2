"""What may stand next in an entry of the timeline or of the checks: from the scene's own words, never from a list kept beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.scene.event_words import GENERAL_EVENTS
from simulator.scene.phrases import VERBS
from simulator.scene.signal_table import SIGNALS
from simulator.world.spec import WorldSpec

TIMELINE_KEYS = ("at", "who", "does", "to", "speed", "for")
CHECK_KEYS = ("id", "after", "within", "then", "for", "while", "from", "always", "never", "finally", "eventually")
DEVICE_PARTS = ("device", "hand", "room", "asker", "designer", "ears", "eyes", "fusion", "planner", "motion", "motor")
_FIELD = re.compile(r"(?:^|,\s*)([a-z_]*)(:\s*)?([^,:\[]*)$")


def completions(typed: str, section: str, spec: WorldSpec) -> tuple[int, list[str]]:
    """Where the word under way begins, and what it may become; `typed` is the text before the cursor."""
    found = _FIELD.search(typed)
    if found is None:
        return len(typed), []
    key, colon, value = found.groups()
    if not colon:
        keys = TIMELINE_KEYS if section == "timeline" else CHECK_KEYS
        return found.start(1), _fitting(key, [f"{one}: " for one in keys])
    return found.start(3), _fitting(value, _values(key, section, spec))


def _values(key: str, section: str, spec: WorldSpec) -> list[str]:
    people = [person.name for person in spec.people]
    if section == "timeline":
        if key == "who":
            return [*people, *(one.name for one in spec.sources), *(one.name for one in spec.things), *DEVICE_PARTS]
        if key == "does":
            return sorted({words for verb in VERBS for words in (verb.example, *verb.also)})
        return {"speed": ["0.8 m/s", "1.2 m/s"], "for": ["2 s", "3 s"], "at": ["2.0 s"]}.get(key, [])
    if key in ("within", "for", "from"):
        return ["1 s", "2 s", "3 s"]
    if key == "id":
        return []
    said = [f"{name} says wake word" for name in people] + list(GENERAL_EVENTS)
    return [*said, *(words for signal in SIGNALS for words in _signal(signal.pattern, people))]


def _signal(pattern: str, people: Sequence[str]) -> list[str]:
    """A signal's words with every person in the place of its blank."""
    return [pattern.replace("NAME", name) for name in people] if "NAME" in pattern else [pattern]


def _fitting(begun: str, words: Sequence[str]) -> list[str]:
    low = begun.strip().lower()
    return [one for one in words if low in one.lower() and one.lower() != low]
