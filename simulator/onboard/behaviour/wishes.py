"""Who may move the screen: one wish per owner, the highest owner's wish runs, the others wait.

The order is that of `Owner`: hand, safety, remote user, call framing, app, follow, away patrol. When one takes over from
another, or is turned down, that is an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.onboard.behaviour.table import MODE_OF, OWNER_OF, Step, answer
from simulator.onboard.messages import MindEvent, Mode, ModeChanged, ModeEvent, Owner, TakenOver, TimeOver, TurnedDown
from simulator.onboard.state import Remembers

RANK: Final = {owner: rank for rank, owner in enumerate(Owner)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One owner's wish to run a mode."""

    mode: Mode
    until_tick: int | None = None  # None: until it is done or ended


class Wishes(Remembers):
    """The state machine: all wishes, and the mode that follows from them."""

    __slots__ = ("_wishes", "events", "mode")

    def __init__(self) -> None:
        self._wishes: dict[Owner, Wish] = {}
        self.mode = Mode.IDLE  # what the device is there for now
        self.events: list[MindEvent] = []

    @property
    def owner(self) -> Owner:
        """Who has the screen."""
        return OWNER_OF[self.mode]

    def happen(self, event: ModeEvent, *, hand_firm: bool = False, until_tick: int | None = None) -> Step:
        """Let the table answer an event; returns the answer."""
        step = answer(self.mode, event, hand_firm=hand_firm)
        wanted = MODE_OF[event]
        if step is Step.END or step is Step.REPLACE:
            self._wishes.pop(self.owner, None)
        elif step is Step.CLEAR:
            stays = (Mode.FAULT, Mode.MANUAL) if hand_firm else (Mode.FAULT,)
            self._wishes = {o: w for o, w in self._wishes.items() if w.mode in stays}
        if step in (Step.BEGIN, Step.REPLACE, Step.QUEUE) and wanted is not None:
            self._wishes[OWNER_OF[wanted]] = Wish(mode=wanted, until_tick=until_tick)
        elif step is Step.LIFT:
            self._wishes = {o: w for o, w in self._wishes.items() if w.mode is not Mode.FAULT}
        elif step is Step.REFUSE:
            self.events.append(TurnedDown(asked=event, owner=self.owner))
        self._choose(event)
        return step

    def mode_of(self, owner: Owner) -> Mode | None:
        """The mode that an owner wishes, running or waiting; None without a wish."""
        wish = self._wishes.get(owner)
        return None if wish is None else wish.mode

    def expire(self, tick: int) -> None:
        """End every wish whose time is over."""
        over = [o for o, w in self._wishes.items() if w.until_tick is not None and tick >= w.until_tick]
        for owner in over:
            self.events.append(TimeOver(owner=owner))
            del self._wishes[owner]
        if over:
            self._choose(None)

    def _choose(self, cause: ModeEvent | None) -> None:
        """Let the highest owner's wish run, and say so when that is another mode than before."""
        before, top = self.mode, min(self._wishes, key=lambda owner: RANK[owner], default=None)
        now = self.mode = Mode.IDLE if top is None else self._wishes[top].mode
        if now is before:
            return
        owner_before, owner_now = OWNER_OF[before], OWNER_OF[now]
        if RANK[owner_now] < RANK[owner_before] and owner_before is not Owner.NOBODY:
            self.events.append(TakenOver(before=owner_before, now=owner_now))
        self.events.append(ModeChanged(before=before, after=now, cause=cause))
