"""The page docs/behaviours.md: what each mode is for, its steps and its transitions, made from the table the device runs.

Each mode has two charts: its inner steps, and all the ways in and out of it that the table allows.

`make docs` writes it; a test fails when it is stale.
"""

from __future__ import annotations

from simulator.lab.why.transitions import caused, resumed
from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.behaviour.table import HAND_TABLE, MODE_OF, OWNER_OF, TABLE, Step
from simulator.onboard.messages import Mode, ModeEvent, Owner

GOES_ON = "it waited and goes on"
HEAD = """# Behaviours

Made by `make docs` from `simulator/onboard/behaviour/table.py`; a test fails when this page is stale.

The device is always in one *mode*. A mode belongs to an *owner*, and each owner has one wish at a time; the highest owner's
wish runs, the others wait and go on afterwards. The order, highest first: {order}.

What an event does to a mode:

| answer | meaning |
|---|---|
| begin | a new wish on top; what ran waits underneath |
| replace | what ran is over, the new wish takes its place |
| queue | the new wish waits until the higher owner is done |
| refuse | turned down, with an event that says who has the screen |
| keep | the mode stays; it may still listen to the event |
| end | the mode is over, the next wish goes on |
| lift | a fault is over, wherever it waits |
| clear | everything but a fault and a hand that is still there is over |

Some pairs cannot happen and are answered with *keep*: only idle hears a reply, a broken motor feels no hand, and recipe, call, away
and manual are never done by themselves. Every other way from one mode to another, as the charts show them, occurs in some scene.

While a hand is on the screen, and for `bump.manual_rest_s` after it let go, nobody else gets the screen:

| event | answer |
|---|---|
{hand}
"""

# Purpose, knobs and inner steps of each mode; the transitions come from the table.
MODES: dict[Mode, tuple[str, str, str]] = {
    Mode.IDLE: (
        "Nobody has asked for the screen, so it stays. Somebody who faces the device and speaks soon after an exchange is "
        "answered without a wake word (natural turn taking); two people who talk to each other are not.",
        "`attention.reply_window_s`, `attention.engaged_threshold`, `patience.ignore_sound_under_s`",
        "[*] --> Staying\nStaying --> Staying: talk not meant for the device",
    ),
    Mode.WAKE: (
        "Turns once to who said the wake word and stops there. With the policy *do not move* it only shows that it was told "
        "not to.",
        "`attention.wake_policy`, `attention.min_sound_confidence`, `attention.ambiguity_ratio`, `attention.ambiguity_gap_deg`",
        "[*] --> Turning: direction clear\n[*] --> Staying: direction in doubt\nTurning --> Looking: arrived\n"
        "Looking --> [*]: somebody seen\nLooking --> [*]: nobody seen, direction becomes a reflector",
    ),
    Mode.FOLLOW: (
        "Turns to who called and keeps that person in view, with others who face the device as long as all fit. Who leaves the "
        "view is not searched; it goes on when they are seen again or heard. Who else faces the device and speaks to it takes over.",
        "`zones.*`, `patience.*`, `attention.follow_for_s`, `attention.group_margin_deg`",
        "[*] --> Turning: wake word\n[*] --> Keeping: asked for\nTurning --> Looking: arrived\nLooking --> Keeping: somebody seen\n"
        "Keeping --> Turning: wake word elsewhere\nKeeping --> Overhearing: people talk to each other\n"
        "Overhearing --> Keeping: somebody means the device\nKeeping --> [*]: nobody faces it for long",
    ),
    Mode.RECIPE: (
        "Stays visible to a busy cook: facing is not needed, zones are wider, settling is shorter.",
        "`recipe.settle_s`, `recipe.widen`, `zones.*`",
        "[*] --> Keeping: nearest person\nKeeping --> Turning: wake word\nTurning --> Keeping: somebody seen",
    ),
    Mode.CALL: (
        "Frames one or several people. The digital crop follows softly in the room's directions; the screen turns only when the crop "
        "nears the picture's edge and the people have settled, and the crop slides back while it turns.",
        "`call.*`",
        "[*] --> Cropping\nCropping --> Turning: crop past its share of the way\nTurning --> Cropping: centred\n"
        "Cropping --> Widening: nobody for a while\nWidening --> Cropping: somebody seen",
    ),
    Mode.AWAY: (
        "Looks around an empty home from time to time at guard speed. A living person seen in several pictures raises a smart "
        "alert with its evidence and is kept in view; a television, a poster or a pet does not.",
        "`away.*`, `motion.patrol_rate_dps`",
        "[*] --> Turning\nTurning --> Dwelling: at a place\nDwelling --> Turning: next place\nDwelling --> Waiting: last place\n"
        "Waiting --> Turning: time for a look around\nTurning --> Watching: somebody seen\nDwelling --> Watching: somebody seen\n"
        "Waiting --> Watching: somebody seen\nWatching --> Turning: gone",
    ),
    Mode.REMOTE: (
        "A remote user looks around: slower than a person in the room, at most five wishes a second, and the screen is given back "
        "after a silence.",
        "`away.remote_rate_dps`, `away.remote_timeout_s`",
        "[*] --> Turning: wish\nTurning --> Waiting: arrived\nWaiting --> Turning: next wish\nWaiting --> [*]: time over",
    ),
    Mode.MANUAL: (
        "A hand turns the screen: the motor lets go, and the new direction is the wanted one until it is forgotten or somebody "
        "asks for the screen. Scrolling and tapping never lead here.",
        "`bump.push_hold_s`, `bump.push_turn_deg`, `bump.manual_rest_s`, `bump.manual_keep_s`",
        "[*] --> Yielding: hand\nYielding --> Resting: let go\nResting --> Keeping: three seconds later\nKeeping --> [*]: forgotten",
    ),
    Mode.APP: (
        "An app turns to a direction, at a speed, to the centre, or plays a choreography ({choreographies}); a lease keeps the screen "
        "between its wishes. What does not fit into the range is refused or ends at its edge, and the answer says so (see requests.md).",
        "`motion.*`",
        "[*] --> Turning: wish\nTurning --> Waiting: arrived\nWaiting --> Turning: next wish\nWaiting --> [*]: no lease left",
    ),
    Mode.SETUP: (
        "The guided set-up of the range of motion: against a wall, in a corner or free-standing it sweeps the arc slowly once and "
        "ends it where it touches something; or a hand shows both ends.",
        "(none: safety comes first)",
        "[*] --> Left: wall, corner or free\nLeft --> Right: reached or touched\nRight --> Centre: reached or touched\n"
        "Centre --> [*]: range set\n[*] --> Hand: shown by hand\nHand --> [*]: range set\nLeft --> [*]: not enough room",
    ),
    Mode.FAULT: (
        "The motor reports a fault: stop, and say which. Whatever waited goes on when the fault is over.",
        "(none)",
        "[*] --> Stopped\nStopped --> [*]: fault over",
    ),
}


def page() -> str:
    """The whole page."""
    held = "\n".join(f"| {event.value} | {step.value} |" for event, step in HAND_TABLE.items() if step is not Step.KEEP)
    order = ", ".join(owner.value for owner in Owner if owner is not Owner.NOBODY)
    parts = [HEAD.format(order=order, hand=held)]
    for mode, (purpose, knobs, steps) in MODES.items():
        text = purpose.format(choreographies=", ".join(CHOREOGRAPHIES)) if "{" in purpose else purpose
        parts.append(
            f"\n## {mode.value}\n\n{text}\n\nOwner: {OWNER_OF[mode].value}. Knobs: {knobs}.\n\n"
            f"{_chart(steps)}\nHow it begins and ends:\n\n{_ways(mode)}{_answers(mode)}"
        )
    return "".join(parts)


def _ways(mode: Mode) -> str:
    """All ways in and out of a mode: what causes them, and what waits for its end."""
    causes: dict[tuple[Mode, Mode], list[str]] = {}
    for step in caused():
        if mode in (step.before, step.after):
            causes.setdefault((step.before, step.after), []).append(
                "time over" if step.cause is None else step.cause.value
            )
    for pair in resumed():
        if mode in pair:
            causes.setdefault(pair, []).append(GOES_ON)
    return _chart(
        "\n".join(
            f"{_name(before)} --> {_name(after)}: {' / '.join(words)}" for (before, after), words in causes.items()
        )
    )


def _chart(lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return f"```mermaid\nstateDiagram-v2\n{body}```\n"


def _answers(mode: Mode) -> str:
    rows = "".join(f"| {event.value} | {step.value}{_target(event, step)} |\n" for event, step in TABLE[mode].items())
    return f"\n| event | answer |\n|---|---|\n{rows}"


def _target(event: ModeEvent, step: Step) -> str:
    mode = MODE_OF[event]
    return f" *{mode.value}*" if mode is not None and step in (Step.BEGIN, Step.REPLACE, Step.QUEUE) else ""


def _name(mode: Mode) -> str:
    return mode.value.replace(" ", "_")
