"""The guard's table of states and events as a page shows it."""

from __future__ import annotations

from hardware_bridge.guard import TABLE, Deed, Event, State

DEEDS = {
    Deed.FREE: "torque off",
    Deed.FOLLOW: "follow the command",
    Deed.COAST: "go on as before",
    Deed.SLOW: "come to rest gently",
    Deed.BRAKE: "brake",
    Deed.HOLD: "hold",
}
EVENTS = {
    Event.GOOD: "a fresh, sound command",
    Event.MUTE: "none for a moment",
    Event.STALE: "none for 50 ms",
    Event.LOST: "none for 100 ms",
    Event.STOP: "stop",
    Event.REST: "a stop came to rest",
    Event.BROKEN: "the motor reports a fault",
    Event.ENABLE: "enable",
    Event.RESET: "reset",
    Event.FREED: "torque off asked for",
}


def as_markdown() -> str:
    """One row an event, one column a state: what is done, and the state that follows where it is another one."""
    head = f"| event | {' | '.join(state.name.lower() for state in State)} |\n|{'---|' * (len(State) + 1)}\n"
    rows = (f"| {EVENTS[event]} | {' | '.join(_cell(state, event) for state in State)} |\n" for event in Event)
    return head + "".join(rows)


def _cell(state: State, event: Event) -> str:
    following, deed = TABLE[state][event]
    return DEEDS[deed] if following is state else f"{DEEDS[deed]} → *{following.name.lower()}*"
