"""Who may move the screen: one wish per owner, the highest owner's wish runs, the others wait.

The order is that of `Owner`: hand, safety, remote user, call framing, app, follow, away patrol. When one takes over from
another, or is turned down, that is an event with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.behaviour.table import MODE_OF, OWNER_OF, Event, Step, answer
from simulator.onboard.messages import Mode, Owner

RANK = {owner: rank for rank, owner in enumerate(Owner)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One owner's wish to run a mode."""

    mode: Mode
    until_tick: int | None = None  # None: until it is done or ended


IDLE_WISH = Wish(mode=Mode.IDLE)
TIME_OVER = "time over"


class Wishes:
    """The state machine: all wishes, and the mode that follows from them."""

    __slots__ = ("_running", "_wishes", "events")

    def __init__(self) -> None:
        self._wishes: dict[Owner, Wish] = {}
        self._running = IDLE_WISH
        self.events: list[str] = []

    @property
    def mode(self) -> Mode:
        """What the device is there for now."""
        return self._running.mode

    @property
    def owner(self) -> Owner:
        """Who has the screen."""
        return OWNER_OF[self._running.mode]

    def happen(self, event: Event, *, hand_firm: bool = False, until_tick: int | None = None) -> Step:
        """Let the table answer an event; returns the answer."""
        step = answer(self.mode, event, hand_firm=hand_firm)
        wanted = MODE_OF[event]
        before = self._running
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
            self.events.append(f"{event.value}: refused, {self.owner.value} has the screen")
        self._choose(before, cause=event.value)
        return step

    def expire(self, tick: int) -> None:
        """End every wish whose time is over."""
        before = self._running
        for owner in [o for o, w in self._wishes.items() if w.until_tick is not None and tick >= w.until_tick]:
            self.events.append(f"the time of {owner.value} is over")
            del self._wishes[owner]
        self._choose(before, cause=TIME_OVER)

    def copy(self) -> Wishes:
        """An independent copy."""
        other = Wishes()
        other._wishes, other._running, other.events = dict(self._wishes), self._running, list(self.events)
        return other

    def _choose(self, before: Wish, *, cause: str) -> None:
        top = min(self._wishes, key=lambda owner: RANK[owner], default=None)
        self._running = IDLE_WISH if top is None else self._wishes[top]
        now = self._running
        if now.mode is before.mode:
            return
        owner_before, owner_now = OWNER_OF[before.mode], OWNER_OF[now.mode]
        if RANK[owner_now] < RANK[owner_before] and owner_before is not Owner.NOBODY:
            self.events.append(f"{owner_now.value} takes over from {owner_before.value}")
        self.events.append(f"mode {before.mode.value} → {now.mode.value}: {cause}")
