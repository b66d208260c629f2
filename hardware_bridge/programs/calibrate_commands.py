"""What `swivel bridge calibrate` does: a person shows which way is left, where the front is and where the cable ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from hardware_bridge.ports import Motor, PortError
from hardware_bridge.programs.turning import JOG_LIMIT_DEG, Turner
from hardware_bridge.rigs import built_in, motor_by_name
from hardware_bridge.rigs.motor_by_name import parse_url

DONE, FAILED, WRONG = 0, 1, 2
FIRST_TURN_DEG, RATE_DPS = 8.0, 20.0

Ask = Callable[[str], str]
Say = Callable[[str], object]


def calibrate(motor: str, *, folder: Path, ask: Ask, say: Say) -> int:
    """Ask, turn where that is wanted, and keep what was shown under the device; returns an exit code."""
    try:
        url = parse_url(motor)
        if set(url.options) & {"sign", "zero"}:
            raise PortError(f"calibrate {motor}: leave sign and zero out of the name: they are what is found here")
    except PortError as error:
        say(str(error))
        return WRONG
    try:
        opened = motor_by_name.open_motor(motor, as_built=False)
        try:
            return _calibrate(opened, port=url.place, folder=folder, ask=ask, say=say)
        finally:
            opened.close()
    except PortError as error:
        say(f"{motor}: {error}")
        return FAILED


def _calibrate(motor: Motor, *, port: str, folder: Path, ask: Ask, say: Say) -> int:
    identity = motor_by_name.wired_of(motor).identity
    turner = Turner(motor)
    say(f"the screen turns by {FIRST_TURN_DEG:g}° now")
    turner.turn(FIRST_TURN_DEG, rate_dps=RATE_DPS)
    left = ask("Seen from above, did it turn to its own left, against the clock? (y/n) ")
    sign = 1 if left.strip().lower().startswith("y") else -1
    front_deg = sign * _shown(turner, "straight ahead", sign=sign, ask=ask, say=say)
    ends = [
        sign * _shown(turner, where, sign=sign, ask=ask, say=say) - front_deg
        for where in ("as far to its left as the cable allows", "as far to its right as the cable allows")
    ]
    try:
        found = built_in.BuiltIn(
            device=built_in.device_key(identity, port=port),
            sign=1 if sign > 0 else -1,
            zero_deg=round(front_deg, 2),
            left_end_deg=round(min(ends[0], built_in.FURTHEST_DEG), 1),
            right_end_deg=round(max(ends[1], -built_in.FURTHEST_DEG), 1),
        )
    except ValidationError as error:
        said = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        say(f"nothing was saved: {said}")
        return FAILED
    path = built_in.save(found, folder)
    way = "left is positive" if sign > 0 else "left is negative in the device, so its sign is turned round"
    say(
        f"{way}; front at {found.zero_deg:g}°; turns from {found.right_end_deg:g}° to {found.left_end_deg:g}°; saved {path}"
    )
    return DONE


def _shown(turner: Turner, where: str, *, sign: int, ask: Ask, say: Say) -> float:
    """Where the device stands when the person says that the screen looks there."""
    while True:
        said = ask(
            f"Let it look {where}: turn it by hand, or type degrees to its left (12, -5). Enter when it does: "
        ).strip()
        if not said:
            return turner.here_deg()
        try:
            by_deg = float(said)
        except ValueError:
            say(f"{said!r:.20}: type a number of degrees")
            continue
        if not 0.5 <= abs(by_deg) <= JOG_LIMIT_DEG:
            say(f"{by_deg:g}°: from half a degree up to {JOG_LIMIT_DEG:g}° at once")
            continue
        turner.turn(sign * by_deg, rate_dps=RATE_DPS)
