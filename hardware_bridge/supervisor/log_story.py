"""What happened in a session, out of the supervisor's log: what was asked, what was answered, when, and why it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hardware_bridge.ports import PortError
from hardware_bridge.supervisor.log_reader import Defect, Said, Start, Told, WireBytes, entries
from hardware_bridge.supervisor.messages import STOPPED, Heartbeat, Report, StopCause
from simulator.onboard.messages import TICK_S

CAUSE_WORDS: dict[StopCause, str] = {
    "none": "no cause was noted",
    "asked": "somebody asked for it",
    "silence": "nothing new came from the app in time, or this computer was too busy",
    "contradiction": "the app was wrong about who drives",
    "device": "the device has a fault of its own",
}
STANDING_DPS = 3.0
GAP_TICKS = 3  # the app is expected to speak each tick; from here on a pause is worth a line
LAST_MESSAGES = 6  # on the wire before a stop


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """One line of the story."""

    at_s: float
    who: str  # app, guard, motor, wire or supervisor
    words: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.at_s:9.2f} s  {self.who:<10}  {self.words}"


@dataclass(slots=True, kw_only=True)
class LogSummary:
    """The session in figures."""

    motor: str = ""
    length_s: float = 0.0
    late_ticks: int = 0
    beats: int = 0
    longest_gap_ms: float = 0.0  # between two beats while the app drove
    messages_out: int = 0
    messages_in: int = 0
    stops: dict[str, int] = field(default_factory=dict)  # by cause

    @property
    def sentence(self) -> str:
        """For people."""
        stops = ", ".join(f"{number} × {cause}" for cause, number in self.stops.items()) or "none"
        return (
            f"{self.length_s:.1f} s with {self.motor}: {self.beats} beats of the app, longest gap {self.longest_gap_ms:.0f} ms; "
            f"{self.messages_out} messages to the device, {self.messages_in} from it; {self.late_ticks} ticks late; stops: {stops}"
        )


class LogStory:
    """Reads a log once; the summary is complete when the events have been read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.summary = LogSummary()
        self._before: Report | None = None
        self._beat_tick: int | None = None
        self._tick = 0
        self._stop_yaw_deg: float | None = None  # where a stop began; None while it does not brake
        self._recent: list[WireBytes] = []

    def events(self) -> Iterator[LogEvent]:
        """Every change, in order. Raises PortError for a file that is no log."""
        for entry in entries(self._path):
            match entry:
                case Start():
                    self.summary.motor = entry.motor
                    yield self._event(
                        "supervisor", f"drives {entry.motor} from {entry.range[0]:g}° to {entry.range[1]:g}°"
                    )
                case WireBytes():
                    self._note_message(entry)
                case Said():
                    yield from self._asked(entry)
                case Told():
                    yield from self._answered(entry)
                case Defect():
                    yield self._event("supervisor", f"failed: {entry.words.strip().splitlines()[-1]}")
        if not self.summary.motor:
            raise PortError(f"log {self._path} holds no session")

    def _event(self, who: str, words: str) -> LogEvent:
        return LogEvent(at_s=self._tick * TICK_S, who=who, words=words)

    def _note_message(self, entry: WireBytes) -> None:
        if entry.way == ">":
            self.summary.messages_out += 1
        else:
            self.summary.messages_in += 1
        self._recent = [*self._recent[1 - LAST_MESSAGES :], entry]

    def _asked(self, entry: Said) -> Iterator[LogEvent]:
        self._tick = entry.tick
        if not isinstance(entry.message, Heartbeat):
            what = entry.message.what
            yield self._event("app", "has hung up" if what == "gone" else f"asks: {what}")
            return
        self.summary.beats += 1
        gap_ticks = 0 if self._beat_tick is None else entry.tick - self._beat_tick
        if self._before is not None and self._before.engaged:
            self.summary.longest_gap_ms = max(self.summary.longest_gap_ms, 1000.0 * gap_ticks * TICK_S)
        if gap_ticks >= GAP_TICKS:
            yield self._event("app", f"speaks again after {1000.0 * gap_ticks * TICK_S:.0f} ms")
        elif self._beat_tick is None:
            yield self._event("app", "begins to send set points")
        self._beat_tick = entry.tick

    def _answered(self, entry: Told) -> Iterator[LogEvent]:
        now, before = entry.message, self._before
        missed = 0 if before is None else now.late_ticks - before.late_ticks
        self._tick, self._before = entry.tick, now
        self.summary.length_s, self.summary.late_ticks = entry.tick * TICK_S, now.late_ticks
        if missed:
            yield self._event("supervisor", f"was kept from its work for {missed} ticks")
        if now.refused and (before is None or now.refused != before.refused):
            yield self._event("guard", f"refuses: {now.refused}")
        if before is None or now.guard != before.guard:
            yield from self._guard_changed(now, before)
        if now.state.fault and (before is None or now.state.fault != before.state.fault):
            yield self._event("motor", f"reports: {now.state.fault}")
        if self._stop_yaw_deg is not None and abs(now.state.rate_dps) < STANDING_DPS:
            yield self._event(
                "motor", f"stands at {now.state.yaw_deg:.1f}°, {abs(now.state.yaw_deg - self._stop_yaw_deg):.1f}° on"
            )
            self._stop_yaw_deg = None

    def _guard_changed(self, now: Report, before: Report | None) -> Iterator[LogEvent]:
        state = now.state
        place = f"at {state.yaw_deg:.1f}°, {state.rate_dps:.0f}°/s"
        stops = now.guard in STOPPED and (before is None or before.guard not in STOPPED)
        if not stops:
            yield self._event("guard", f"{'is' if before is None else f'from {before.guard} to'} {now.guard}, {place}")
            return
        self.summary.stops[now.cause] = self.summary.stops.get(now.cause, 0) + 1
        self._stop_yaw_deg = state.yaw_deg
        silent_ms = None if self._beat_tick is None else 1000.0 * (self._tick - self._beat_tick) * TICK_S
        last = "" if silent_ms is None else f"; the app's last set point came {silent_ms:.0f} ms before"
        yield self._event("guard", f"stops {place}: {CAUSE_WORDS[now.cause]}{last}")
        for message in self._recent:
            yield self._event("wire", f"{message.t:.4f} {message.way} {message.hex}")
