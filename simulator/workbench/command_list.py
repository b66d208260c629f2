"""Everything the window can do, as one list that feeds keys, menus, the command palette, help and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCommand:
    """One thing to do."""

    name: str  # stays the same over versions: layouts and tests refer to it
    title: str
    group: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    enabled: Callable[[], bool] = lambda: True
    hint: str = ""


class Commands:
    """All commands by name, in the order they were declared."""

    def __init__(self) -> None:
        self._by_name: dict[str, WindowCommand] = {}
        self._by_key: dict[str, str] = {}
        self._own_keys: dict[str, tuple[str, ...]] = {}

    def add(self, command: WindowCommand) -> None:
        """Declare one; a name or a key taken twice is a programming error and says so."""
        if command.name in self._by_name:
            raise ValueError(f"command {command.name}: declared twice")
        for key in command.keys:
            if key in self._by_key:
                raise ValueError(f"key {key}: wanted by {command.name} but taken by {self._by_key[key]}")
            self._by_key[key] = command.name
        self._by_name[command.name] = command
        self._own_keys[command.name] = command.keys

    def take_keys(self, given: Mapping[str, Sequence[str]]) -> None:
        """Put commands under the keys that a person has given them; all others keep their own."""
        for name, own in self._own_keys.items():
            self._by_name[name] = replace(self._by_name[name], keys=tuple(given.get(name, own)))

    def own_keys(self, name: str) -> tuple[str, ...]:
        """The keys with which a command was declared."""
        return self._own_keys[name]

    def __iter__(self) -> Iterator[WindowCommand]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> WindowCommand:
        return self._by_name[name]

    def run(self, name: str) -> bool:
        """Run one if it is possible now."""
        command = self._by_name[name]
        if not command.enabled():
            return False
        command.run()
        return True


def score(query: str, text: str) -> int:
    """How well letters typed match a text: 0 is not at all; words' beginnings and runs count most."""
    query, text = query.lower().strip(), text.lower()
    if not query:
        return 1
    if query in text:
        return 1000 - text.index(query) - len(text) // 4 + (200 if text.startswith(query) else 0)
    points, at, run = 0, 0, 0
    for letter in query:
        if letter == " ":
            run = 0
            continue
        found = text.find(letter, at)
        if found < 0:
            return 0
        run = run + 1 if found == at else 0
        points += 2 + 3 * run + (6 if found == 0 or text[found - 1] in " :·-" else 0) - min(found - at, 4)
        at = found + 1
    return max(points, 1)


def keys_table(commands: Commands) -> str:
    """The page of shortcuts, as Markdown, grouped as the commands are."""
    lines = [
        "# Keys",
        "",
        "Made from the window's list of commands by `make docs`. Every command is also in the palette (Ctrl+K).",
    ]
    group = ""
    for command in sorted(commands, key=lambda one: _GROUPS.index(one.group)):
        if command.group != group:
            group = command.group
            lines += ["", f"## {group}", "", "| Key | What it does |", "| --- | --- |"]
        keys = " or ".join(f"`{key}`" for key in command.keys) or "–"
        lines.append(f"| {keys} | {command.title} |")
    lines += ["", "## Held", "", "| Key | What it does |", "| --- | --- |"]
    lines += [f"| {key} | {words} |" for key, words in HELD]
    return "\n".join(lines) + "\n"


# What happens only as long as a key is down; the window sees to these itself.
HELD = (("`` ` ``", "In Compare, B in the place of A: room, lanes, curve and title; elsewhere its zones"),)
_GROUPS = ("Scene", "Time", "Tuning", "Scenario", "Replay", "Compare", "Device", "View", "Edit", "Export", "Help")
