"""What `swivel bridge calibrate` does: a person shows which way is left, where the front is and where the cable ends."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from hardware_bridge.ports import Motor, PortError
from hardware_bridge.program_reports import Ask, BuiltInSaved, Noted, ProgramFailed, QuestionAsked, Tell, says_yes
from hardware_bridge.programs.turning import JOG_LIMIT_DEG, Turner
from hardware_bridge.rigs import built_in, motor_by_name
from hardware_bridge.rigs.motor_by_name import parse_url

DONE, FAILED, WRONG = 0, 1, 2
FIRST_TURN_DEG, RATE_DPS = 8.0, 20.0
# Nearer to the front than this there is nothing to turn back.
NEAR_DEG = 1.0


def calibrate(motor: str, *, folder: Path, ask: Ask, tell: Tell) -> int:
    """Ask, turn where that is wanted, and keep what was shown under the device; returns an exit code."""
    try:
        url = parse_url(motor)
        if set(url.options) & {"sign", "zero"}:
            raise PortError(f"calibrate {motor}: leave sign and zero out of the name: they are what is found here")
    except PortError as error:
        tell(ProgramFailed(text=str(error)))
        return WRONG
    try:
        opened = motor_by_name.open_motor(motor, as_built=False)
        try:
            return _calibrate(opened, port=url.place, folder=folder, ask=ask, tell=tell)
        finally:
            opened.close()
    except PortError as error:
        tell(ProgramFailed(text=f"{motor}: {error}"))
        return FAILED


def _calibrate(motor: Motor, *, port: str, folder: Path, ask: Ask, tell: Tell) -> int:
    identity = motor_by_name.wired_of(motor).identity
    turner = Turner(motor)
    tell(Noted(text=f"the screen turns by {FIRST_TURN_DEG:g}° now"))
    turner.turn(FIRST_TURN_DEG, rate_dps=RATE_DPS)
    left = says_yes(ask, "Seen from above, did it turn to its own left, against the clock?")
    sign = 1 if left else -1
    front_deg = sign * _shown(turner, "straight ahead", sign=sign, ask=ask, tell=tell)
    ends = [
        sign * _shown(turner, where, sign=sign, ask=ask, tell=tell) - front_deg
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
        tell(ProgramFailed(text=f"nothing was saved: {said}"))
        return FAILED
    path = built_in.save(found, folder)
    tell(BuiltInSaved(path=path, **found.model_dump()))
    to_front_deg = sign * front_deg - turner.here_deg()
    if abs(to_front_deg) > NEAR_DEG and says_yes(ask, "Shall it turn back to its front now?"):
        _turn_far(turner, to_front_deg)
    return DONE


def _turn_far(turner: Turner, by_deg: float) -> None:
    """A way that is too long for one turn."""
    turns = -(-abs(by_deg) // JOG_LIMIT_DEG)
    for _ in range(round(turns)):
        turner.turn(by_deg / turns, rate_dps=RATE_DPS)


def _shown(turner: Turner, where: str, *, sign: int, ask: Ask, tell: Tell) -> float:
    """Where the device stands when the person says that the screen looks there."""
    question = f"Let it look {where}: turn it by hand, or by degrees to its left. Does it?"
    while True:
        said = ask(QuestionAsked(text=question, wants="place")).strip()
        if not said:
            return turner.here_deg()
        try:
            by_deg = float(said)
        except ValueError:
            tell(Noted(text=f"{said!r:.20}: a number of degrees is wanted"))
            continue
        if not 0.5 <= abs(by_deg) <= JOG_LIMIT_DEG:
            tell(Noted(text=f"{by_deg:g}°: from half a degree up to {JOG_LIMIT_DEG:g}° at once"))
            continue
        turner.turn(sign * by_deg, rate_dps=RATE_DPS)
