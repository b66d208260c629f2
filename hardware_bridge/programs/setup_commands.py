"""What `swivel bridge setup` does: show what a servo has in its memory, mend what stands in the way, and give it a number and a speed.

Nothing is written without a yes to the question that names the register, what is in it and what will be.
"""

from __future__ import annotations

from hardware_bridge.backends.dynamixel import DynamixelDriver
from hardware_bridge.backends.feetech import FeetechDriver
from hardware_bridge.backends.motor_driver import NoAnswer
from hardware_bridge.backends.servo_settings import Setting
from hardware_bridge.codecs import dynamixel_table
from hardware_bridge.codecs import feetech as feetech_codec
from hardware_bridge.codecs.dynamixel import HIGHEST_ID
from hardware_bridge.codecs.registers import Register
from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import (
    Ask,
    ProgramFailed,
    RegisterRead,
    RegisterWritten,
    ServoReady,
    Tell,
    says_yes,
)
from hardware_bridge.rigs import motor_by_name
from hardware_bridge.rigs.motor_by_name import SERVO_BAUD, MotorUrl, parse_url

DONE, FAILED, WRONG = 0, 1, 2
SERVOS = ("dynamixel", "feetech")

Servo = DynamixelDriver | FeetechDriver


def setup(motor: str, *, new_id: int | None, new_baud: int | None, ask: Ask, tell: Tell) -> int:
    """Show, mend and rename one servo; returns an exit code, 1 while something grave is left as it was."""
    try:
        url = parse_url(motor)
        if url.scheme not in SERVOS:
            raise PortError(f"setup {motor}: only servos on a serial bus have something to set: {' and '.join(SERVOS)}")
        code = _baud_code(url, new_baud)
        if new_id is not None and not 0 <= new_id <= HIGHEST_ID:
            raise PortError(f"setup {motor}: id {new_id}: must be 0 to {HIGHEST_ID}")
    except PortError as error:
        tell(ProgramFailed(text=str(error)))
        return WRONG
    try:
        return _set_up(url, new_id=new_id, baud_code=code, new_baud=new_baud, ask=ask, tell=tell)
    except PortError as error:
        tell(ProgramFailed(text=f"{motor}: {error}"))
        return FAILED


def _set_up(
    url: MotorUrl, *, new_id: int | None, baud_code: int | None, new_baud: int | None, ask: Ask, tell: Tell
) -> int:
    device_id, baud = int(url.number("id", 1)), int(url.number("baud", SERVO_BAUD))
    servo = _opened(url, device_id=device_id, baud=baud)
    try:
        found = servo.settings()
        for setting in found:
            tell(_shown(setting))
        left = [one for one in found if one.wanted is not None and not _mended(servo, one, ask=ask, tell=tell)]
        if new_id not in (None, device_id) and says_yes(ask, f"give servo {device_id} the number {new_id}?"):
            assert new_id is not None
            _refuse_taken(url, new_id, baud)
            servo.keep(_id_register(url), new_id)
            servo.close()
            servo = _found_again(url, device_id=new_id, baud=baud, what=f"number {new_id}")
            tell(RegisterWritten(name="ID", was=device_id, now=new_id))
            device_id = new_id
        if (
            baud_code is not None
            and new_baud not in (None, baud)
            and says_yes(ask, f"let it speak at {new_baud} baud instead of {baud}?")
        ):
            assert new_baud is not None
            was = next(one.raw for one in servo.settings() if one.register == _baud_register(url))
            servo.keep(_baud_register(url), baud_code)
            servo.close()
            servo = _found_again(url, device_id=device_id, baud=new_baud, what=f"{new_baud} baud")
            tell(RegisterWritten(name="Baud_Rate", was=was, now=baud_code))
            baud = new_baud
        name = f"{url.scheme}:{url.place}?id={device_id}" + ("" if baud == SERVO_BAUD else f"&baud={baud}")
        grave = [setting.sentence for setting in left if setting.grave]
        tell(ServoReady(name=name, health=servo.health.sentence, left="; ".join(one.sentence for one in left)))
        return FAILED if grave else DONE
    finally:
        servo.close()


def _shown(setting: Setting) -> RegisterRead:
    return RegisterRead(
        name=setting.register.name, raw=setting.raw, words=setting.words, wanted=setting.wanted, why=setting.why,
        grave=setting.grave,
    )  # fmt: skip


def _mended(servo: Servo, setting: Setting, *, ask: Ask, tell: Tell) -> bool:
    """Ask whether a setting that is not right may be changed; whether it was."""
    wanted = setting.wanted
    assert wanted is not None
    question = f"{setting.register.name} is {setting.raw} ({setting.words}): {setting.why}. Set it to {wanted}?"
    if not says_yes(ask, question):
        return False
    servo.keep(setting.register, wanted)
    tell(RegisterWritten(name=setting.register.name, was=setting.raw, now=wanted))
    return True


def _opened(url: MotorUrl, *, device_id: int, baud: int) -> Servo:
    link = motor_by_name.open_serial(url.place, baud=baud)
    try:
        if url.scheme == "dynamixel":
            return DynamixelDriver(link, device_id=device_id, as_found=True)
        return FeetechDriver(link, device_id=device_id, as_found=True)
    except PortError:
        link.close()
        raise


def _found_again(url: MotorUrl, *, device_id: int, baud: int, what: str) -> Servo:
    try:
        return _opened(url, device_id=device_id, baud=baud)
    except NoAnswer as error:
        raise NoAnswer(
            f"the servo was given {what} and does not answer to it: look for it with swivel bridge scan"
        ) from error


def _refuse_taken(url: MotorUrl, new_id: int, baud: int) -> None:
    """Two servos with one number talk over each other, and neither can be reached any more."""
    try:
        _opened(url, device_id=new_id, baud=baud).close()
    except NoAnswer:
        return
    raise PortError(f"number {new_id} is taken by another servo on {url.place}")


def _baud_code(url: MotorUrl, baud: int | None) -> int | None:
    if baud is None:
        return None
    known = dynamixel_table.BAUDS if url.scheme == "dynamixel" else feetech_codec.BAUDS
    code = next((code for code, speed in known.items() if speed == baud), None)
    if code is None:
        raise PortError(f"setup: {baud} baud: must be one of {', '.join(map(str, sorted(known.values())))}")
    return code


def _id_register(url: MotorUrl) -> Register:
    return dynamixel_table.SERVO_ID if url.scheme == "dynamixel" else feetech_codec.SERVO_ID


def _baud_register(url: MotorUrl) -> Register:
    return dynamixel_table.BAUD_RATE if url.scheme == "dynamixel" else feetech_codec.BAUD_RATE
