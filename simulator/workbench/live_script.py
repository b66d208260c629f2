"""What was done to a run on its way: the knobs it began with, those turned later, and what was done to room and device by hand.

Told to the engine as commands at ticks, so that the same script headless gives the same run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.orders.run_messages import Command
from simulator.scene.checks import Outcome, Verdict
from simulator.workbench.run_spans import CheckMark
from simulator.world.spec import Action, AnyAction, HandAction, RequestAction, ShutterAction, TuneAction


class Script:
    """The script of the run that the engine holds."""

    def __init__(self) -> None:
        self.start: dict[str, Value] = {}
        self.tunes: list[tuple[int, TuneAction]] = []
        self._ran: list[Command] = []

    def begin(
        self,
        settings: dict[str, Value],
        *,
        tunes: Iterable[tuple[int, TuneAction]] = (),
        by_hand: Iterable[Command] | None = None,
    ) -> None:
        """A run from the beginning, with its knobs and all that is done to it."""
        self.start, self.tunes = settings, list(tunes)
        if by_hand is not None:
            self._ran = list(by_hand)

    def settings_at(self, tick: int) -> dict[str, Value]:
        """The knobs at a tick, as far as they are not the usual ones."""
        values = dict(self.start)
        for at, action in self.tunes:
            if at <= tick:
                values[action.path] = action.value
        return values

    def turn(self, tick: int, wanted: Tuning) -> bool:
        """Turn the knobs at a tick to what is wanted, for good; says whether that changes anything."""
        standing = Tuning().patched(self.settings_at(tick))
        changed = {path: mine for path, (mine, _) in wanted.differences(standing).items()}
        if not changed and not any(at > tick for at, _ in self.tunes):
            return False
        kept = [one for one in self.tunes if one[0] < tick or (one[0] == tick and one[1].path not in changed)]
        self.tunes = kept + [
            (tick, TuneAction(at_s=tick * TICK_S, path=path, value=value)) for path, value in sorted(changed.items())
        ]
        return True

    def commands(self, by_hand: Sequence[Command]) -> tuple[Command, ...]:
        """Everything that is done, in order."""
        turned = [Command(tick, action) for tick, action in self.tunes]
        return tuple(sorted([*turned, *by_hand], key=lambda one: one.tick))

    def first_news(self, by_hand: Sequence[Command], *, end: int) -> int:
        """The earliest tick at which what is done by hand differs from what the run has had."""
        news = [one.tick for one in by_hand if one not in self._ran]
        gone = [one.tick for one in self._ran if one not in by_hand]
        self._ran = list(by_hand)
        return min(news + gone, default=end)


def at_tick(action: AnyAction, tick: int) -> Command:
    """Something done by hand, as a command."""
    return Command(tick, action.model_copy(update={"at_s": tick * TICK_S}))


def check_mark(outcome: Outcome, ticks: int) -> CheckMark:
    """A check's place on the timeline: around its worst moment, wide enough to be seen."""
    at = round(outcome.at_s * TICKS_PER_S) if outcome.at_s is not None else 0
    wide = max(120, ticks // 12)
    passed = None if outcome.verdict is Verdict.NOT_EXERCISED else outcome.verdict is Verdict.PASS
    return CheckMark(outcome.sentence, max(0, at - wide // 8), min(ticks, at + wide), passed, outcome.detail)


def in_words(action: Action) -> str:
    """What was done by hand, for the undo step."""
    match action:
        case ShutterAction():
            return "Shutter"
        case HandAction():
            return f"Hand: {action.gesture}"
        case RequestAction():
            return "Request"
        case _:
            return type(action).__name__
