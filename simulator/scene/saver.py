"""Edits a scene's text the way a careful person would: only the lines that change, every comment kept.

The window drags, the text follows: `SceneText.set("people.anna.at", [1.2, 2.5])` is a one-line difference.
"""

from __future__ import annotations

import difflib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from simulator.scene.tree import read_tree

Step = str | int


class EditError(ValueError):
    """An edit that does not fit the text; it says which path."""


class SceneText:
    """One scene's text with edits."""

    def __init__(self, text: str, *, file: str = "scene.yaml") -> None:
        """Raises SceneError when the text is not YAML within the caps."""
        read_tree(text, file=file)
        self._original = text
        self._data = _yaml().load(text.removeprefix("\ufeff").replace("\r\n", "\n"))
        self._before = _dumped(self._data)

    @property
    def text(self) -> str:
        """The text with all edits so far; lines that no edit touched are as they were, byte for byte."""
        after = _dumped(self._data)
        if after == self._before:
            return self._original
        newline = "\r\n" if "\r\n" in self._original else "\n"
        bom = "\ufeff" if self._original.startswith("\ufeff") else ""
        original = self._original.removeprefix("\ufeff").replace("\r\n", "\n").splitlines()
        before, now = self._before.splitlines(), after.splitlines()
        if len(original) != len(before):  # written in a style of its own: what ruamel makes of it must do
            return bom + after.replace("\n", newline)
        # What ruamel writes may differ from the original in spaces; so only the hunks that an edit made are taken from it.
        lines: list[str] = []
        for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(a=before, b=now, autojunk=False).get_opcodes():
            lines += original[a0:a1] if kind == "equal" else now[b0:b1]
        return bom + newline.join(lines) + (newline if self._original.endswith("\n") or not self._original else "")

    def get(self, path: str | Sequence[Step]) -> Any:
        """The value at a path; None when there is none."""
        at = self._data
        for step in _steps(path):
            try:
                at = at[step]
            except (KeyError, IndexError, TypeError):
                return None
        return at

    def set(self, path: str | Sequence[Step], value: Any) -> None:
        """Put a value at a path; missing mappings on the way are made."""
        steps = _steps(path)
        at = self._data
        for step in steps[:-1]:
            if isinstance(at, CommentedMap) and (step not in at or at[step] is None):
                at[step] = CommentedMap()
            at = self._into(at, step, path)
        if isinstance(at, CommentedSeq) and (not isinstance(steps[-1], int) or not 0 <= steps[-1] < len(at)):
            raise EditError(f"{_said(path)}: there is no such entry")
        if not isinstance(at, CommentedMap | CommentedSeq):
            raise EditError(f"{_said(path)}: expected a mapping to put it into, found {_kind(at)}")
        at[steps[-1]] = _flow(value)

    def append(self, path: str | Sequence[Step], value: Any) -> None:
        """Add an entry to the end of a list; the list is made when missing."""
        steps = _steps(path)
        at = self.get(steps)
        if at is None:
            self.set(steps, CommentedSeq())
            at = self.get(steps)
            at.fa.set_block_style()
        if not isinstance(at, CommentedSeq):
            raise EditError(f"{_said(path)}: expected a list, found {_kind(at)}")
        _keep_trailing_comment(at, lambda: at.append(_flow(value)))

    def remove(self, path: str | Sequence[Step]) -> None:
        """Take away an entry."""
        steps = _steps(path)
        at = self._data
        for step in steps[:-1]:
            at = self._into(at, step, path)
        try:
            del at[steps[-1]]
        except (KeyError, IndexError, TypeError):
            raise EditError(f"{_said(path)}: there is no such entry") from None

    def _into(self, at: Any, step: Step, path: str | Sequence[Step]) -> Any:
        try:
            return at[step]
        except (KeyError, IndexError, TypeError):
            raise EditError(f"{_said(path)}: there is no {step}") from None


def save(text: str, path: Path) -> None:
    """Write a scene's text; the old file stays whole until the new one is."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _yaml() -> YAML:
    # These settings, and a width that never wraps, are what keeps an untouched file byte-identical (ruamel 0.19).
    yaml = YAML(typ="rt", pure=True)
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    yaml.preserve_quotes = True
    return yaml


def _dumped(data: Any) -> str:
    stream = io.StringIO()
    try:
        _yaml().dump(data, stream)
    except YAMLError as error:
        raise EditError(f"this value cannot be written: {error}") from None
    return stream.getvalue()


def _steps(path: str | Sequence[Step]) -> list[Step]:
    """`timeline.3.at` to its steps; a knob's dotted path stays one key."""
    if not isinstance(path, str):
        return list(path)
    head, _, rest = path.partition(".")
    if head == "tuning" and rest:
        return [head, rest]
    return [int(step) if step.isdigit() else step for step in path.split(".")]


def _said(path: str | Sequence[Step]) -> str:
    return path if isinstance(path, str) else ".".join(map(str, path))


def _kind(found: Any) -> str:
    """What stands there, as an error says it."""
    return "a mapping" if isinstance(found, dict) else "a list" if isinstance(found, list) else f"{found!r}"


def _flow(value: Any) -> Any:
    """Lists and mappings on one line, as scenes write them."""
    if isinstance(value, dict) and not isinstance(value, CommentedMap):
        made = CommentedMap((key, _flow(item)) for key, item in value.items())
        made.fa.set_flow_style()
        return made
    if isinstance(value, list | tuple) and not isinstance(value, CommentedSeq):
        items = CommentedSeq(_flow(item) for item in value)
        items.fa.set_flow_style()
        return items
    return value


def _keep_trailing_comment(sequence: CommentedSeq, change: Any) -> None:
    """ruamel hangs blank lines and comments after a list on its last entry; they must follow the new last one."""
    last = len(sequence) - 1
    trailing = sequence.ca.items.pop(last, None) if last >= 0 and _ends_block(sequence, last) else None
    change()
    if trailing is not None:
        sequence.ca.items[len(sequence) - 1] = trailing


def _ends_block(sequence: CommentedSeq, at: int) -> bool:
    found = sequence.ca.items.get(at)
    return bool(found and found[0] is not None and found[0].value.startswith("\n"))
