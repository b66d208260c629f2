"""The last thousand events with their numbers: kept once for everybody, each client only has its place in them."""

from __future__ import annotations

from collections import deque

from simulator.server.messages import Event

KEPT = 1_000


class EventLog:
    """Numbers events from 1 on."""

    def __init__(self) -> None:
        self._texts: deque[str] = deque(maxlen=KEPT)
        self.seq = 0  # of the newest

    @property
    def oldest(self) -> int:
        """The number of the oldest that is kept; one above the newest when there is none."""
        return self.seq - len(self._texts) + 1

    def add(self, event: Event) -> None:
        """Keep an event, which has the next number."""
        if event.seq != self.seq + 1:
            raise ValueError(f"event {event.seq}: the next is {self.seq + 1}")
        self.seq = event.seq
        self._texts.append(event.model_dump_json(by_alias=True, exclude_none=True))

    def after(self, seq: int) -> tuple[int, str] | None:
        """The first kept event after a number, with its own; None when there is none."""
        if seq >= self.seq:
            return None
        wanted = max(seq + 1, self.oldest)
        return wanted, self._texts[wanted - self.oldest]

    def missed(self, seq: int) -> int:
        """How many events after a number are not kept any more."""
        return max(0, self.oldest - 1 - seq)
