"""Undo and redo as plain data: each step says in words what it did and holds the state before and after.

A step is a document change: a part of the document (such as "tuning") with its value before and after. Because it is data, the history is
saved beside the scene's autosave and survives a restart. A drag is one step: steps with the same mark within one gesture merge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import JsonValue, TypeAdapter

LIMIT = 300


@dataclass(slots=True)
class UndoStep:
    """One thing done."""

    text: str  # "Set Holding zone at 1.5 m: 28 → 30 °"
    part: str  # which part of the document
    before: object  # plain data, as JSON knows it
    after: object
    mark: str = ""  # gestures that merge share it


@dataclass(slots=True)
class SavedHistory:
    """Both lists, as they are kept."""

    done: list[UndoStep] = field(default_factory=list)
    undone: list[UndoStep] = field(default_factory=list)


_SAVED: TypeAdapter[SavedHistory] = TypeAdapter(SavedHistory)


class History:
    """Steps done and undone, over parts of a document that are set through one function."""

    def __init__(self, apply: Callable[[str, object], None]) -> None:
        self._apply = apply
        self._done: list[UndoStep] = []
        self._undone: list[UndoStep] = []
        self._open_mark = ""
        self.changed: Callable[[], None] = lambda: None

    def do(self, step: UndoStep) -> None:
        """Note a step and apply it; while a gesture goes on, it replaces the gesture's former end."""
        self._apply(step.part, step.after)
        last = self._done[-1] if self._done else None
        if last and step.mark and step.mark == last.mark == self._open_mark:
            last.after, last.text = step.after, step.text
            if last.after == last.before:
                self._done.pop()
        elif step.after != step.before:
            self._done.append(step)
            del self._done[:-LIMIT]
        self._open_mark = step.mark
        self._undone.clear()
        self.changed()

    def start_of(self, mark: str) -> object:
        """The state before the gesture under way; None when this is its first step."""
        last = self._done[-1] if self._done else None
        return last.before if last and mark and last.mark == mark == self._open_mark else None

    def end_gesture(self) -> None:
        """The mouse was released: the next step is a new one even on the same thing."""
        self._open_mark = ""

    def undo(self) -> bool:
        """Take the last step back."""
        return self._shift(self._done, self._undone, after=False)

    def redo(self) -> bool:
        """Do the last undone step again."""
        return self._shift(self._undone, self._done, after=True)

    @property
    def undo_part(self) -> str:
        """Which part of the document undo would change; empty when there is nothing."""
        return self._done[-1].part if self._done else ""

    @property
    def redo_part(self) -> str:
        """Which part of the document redo would change."""
        return self._undone[-1].part if self._undone else ""

    @property
    def undo_text(self) -> str:
        """What undo would take back; empty when there is nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def redo_text(self) -> str:
        """What redo would do; empty when there is nothing."""
        return self._undone[-1].text if self._undone else ""

    def to_data(self) -> JsonValue:
        """As plain data for the autosave."""
        plain: JsonValue = _SAVED.dump_python(SavedHistory(self._done, self._undone), mode="json")
        return plain

    def load(self, data: JsonValue) -> None:
        """Take over a saved history without applying anything; none begins an empty one."""
        saved = SavedHistory() if data is None else _SAVED.validate_python(data)
        self._done, self._undone = saved.done, saved.undone
        self._open_mark = ""
        self.changed()

    def clear(self) -> None:
        """Forget everything, for a new document."""
        self.load(None)

    def _shift(self, source: list[UndoStep], target: list[UndoStep], *, after: bool) -> bool:
        if not source:
            return False
        step = source.pop()
        self._open_mark = ""
        self._apply(step.part, step.after if after else step.before)
        target.append(step)
        self.changed()
        return True
