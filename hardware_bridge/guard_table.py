"""The guard's table of states and events as a page shows it."""

from __future__ import annotations

from hardware_bridge.guard import TABLE, Deed, GuardEvent, GuardPhase

DEEDS = {
    Deed.FREE: "torque off",
    Deed.FOLLOW: "follow the command",
    Deed.COAST: "go on as before",
    Deed.SLOW: "come to rest gently",
    Deed.BRAKE: "brake",
    Deed.HOLD: "hold",
}
EVENTS = {
    GuardEvent.GOOD: "a fresh, sound command",
    GuardEvent.MUTE: "none for a moment",
    GuardEvent.STALE: "none for 50 ms",
    GuardEvent.LOST: "none for 100 ms",
    GuardEvent.STOP: "stop",
    GuardEvent.REST: "a stop came to rest",
    GuardEvent.BROKEN: "the motor reports a fault",
    GuardEvent.ENABLE: "enable",
    GuardEvent.RESET: "reset",
    GuardEvent.FREED: "torque off asked for",
}


def as_markdown() -> str:
    """One row an event, one column a state: what is done, and the state that follows where it is another one."""
    head = f"| event | {' | '.join(state.name.lower() for state in GuardPhase)} |\n|{'---|' * (len(GuardPhase) + 1)}\n"
    rows = (
        f"| {EVENTS[event]} | {' | '.join(_cell(state, event) for state in GuardPhase)} |\n" for event in GuardEvent
    )
    return head + "".join(rows)


def _cell(state: GuardPhase, event: GuardEvent) -> str:
    following, deed = TABLE[state][event]
    return DEEDS[deed] if following is state else f"{DEEDS[deed]} → *{following.name.lower()}*"
