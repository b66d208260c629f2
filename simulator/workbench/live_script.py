"""What was done to a run on its way: the knobs it began with, those turned later, and what was done to room and device by hand.

Told to the engine as commands at ticks, so that the same script headless gives the same run.
"""

from __future__ import annotations

from typing import Any

from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.onboard.tuning import Tuning, Value
from simulator.workbench.lanes import CheckMark
from simulator.world.spec import TuneAction

Commands = list[list[Any]]  # tick, action as plain data


class Script:
    """The script of the run that the engine holds."""

    def __init__(self) -> None:
        self.start: dict[str, Value] = {}
        self.tunes: Commands = []
        self._ran: Commands = []

    def begin(
        self, settings: dict[str, Value], *, tunes: Commands | None = None, by_hand: Commands | None = None
    ) -> None:
        """A run from the beginning, with its knobs and all that is done to it."""
        self.start, self.tunes = settings, tunes or []
        if by_hand is not None:
            self._ran = [list(one) for one in by_hand]

    def settings_at(self, tick: int) -> dict[str, Value]:
        """The knobs at a tick, as far as they are not the usual ones."""
        values = dict(self.start)
        for at, action in self.tunes:
            if at <= tick:
                values[action["path"]] = action["value"]
        return values

    def turn(self, tick: int, wanted: Tuning) -> bool:
        """Turn the knobs at a tick to what is wanted, for good; says whether that changes anything."""
        standing = Tuning().patched(self.settings_at(tick))
        changed = {path: mine for path, (mine, _) in wanted.differences(standing).items()}
        if not changed and not any(at > tick for at, _ in self.tunes):
            return False
        kept = [one for one in self.tunes if one[0] < tick or (one[0] == tick and one[1]["path"] not in changed)]
        self.tunes = kept + [
            [tick, TuneAction(at_s=tick * TICK_S, path=path, value=value).model_dump(mode="json")]
            for path, value in sorted(changed.items())
        ]
        return True

    def commands(self, by_hand: Commands) -> Commands:
        """Everything that is done, in order."""
        return sorted([*self.tunes, *by_hand], key=lambda one: one[0])

    def first_news(self, by_hand: Commands, *, end: int) -> int:
        """The earliest tick at which what is done by hand differs from what the run has had."""
        different = [one[0] for one in by_hand if one not in self._ran] + [
            one[0] for one in self._ran if one not in by_hand
        ]
        self._ran = [list(one) for one in by_hand]
        return min(different, default=end)


def at_tick(action: Any, tick: int) -> dict[str, Any]:
    """Something done by hand, as the plain data of a command."""
    plain: dict[str, Any] = action.model_copy(update={"at_s": tick * TICK_S}).model_dump(mode="json")
    return plain


def check_mark(outcome: dict[str, Any], ticks: int) -> CheckMark:
    """A check's place on the timeline: around its worst moment, wide enough to be seen."""
    at = round(outcome["at_s"] * TICKS_PER_S) if outcome["at_s"] is not None else 0
    wide = max(120, ticks // 12)
    passed = {"pass": True, "fail": False}.get(outcome["verdict"])
    return CheckMark(outcome["sentence"], max(0, at - wide // 8), min(ticks, at + wide), passed, outcome["detail"])


def in_words(action: Any) -> str:
    """What was done by hand, for the undo step."""
    name = type(action).__name__.removesuffix("Action")
    return {"Shutter": "Shutter", "Hand": f"Hand: {getattr(action, 'gesture', '')}", "Request": "Request"}.get(
        name, name
    )
