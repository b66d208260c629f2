"""What `swivel bridge scan` does: look for motors of every kind, at every speed that they may speak, under every number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hardware_bridge.backends import cia402, dynamixel, feetech, refboard
from hardware_bridge.codecs import dynamixel_table
from hardware_bridge.codecs import feetech as feetech_codec
from hardware_bridge.codecs.refproto import BAUD
from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import MotorFound, PortNotSearched, ProgramFailed, SearchProgress, Tell
from hardware_bridge.rigs import motor_by_name
from hardware_bridge.rigs.motor_by_name import SERVO_BAUD, open_can, parse_url
from hardware_bridge.wires.links import Link

DONE, FAILED = 0, 1
# The speeds in the order in which they are likely: ours, a new servo's, then the others.
DYNAMIXEL_BAUDS = (SERVO_BAUD, *(baud for baud in dynamixel_table.BAUDS.values() if baud != SERVO_BAUD))
FEETECH_BAUDS = (SERVO_BAUD, *(baud for baud in feetech_codec.BAUDS.values() if baud != SERVO_BAUD))

Look = Callable[[Link], list[tuple[int, str]]]
Progress = Callable[[float, str], None]


def scan(ports: Iterable[str], *, tell: Tell) -> int:
    """Look on serial ports, and on CAN buses given as cia402:INTERFACE:CHANNEL; on all of this machine's ports by default."""
    places = list(ports) or _serial_ports()
    if not places:
        tell(ProgramFailed(text="no serial port found: plug the adapter in, or name a port"))
        return FAILED
    found = 0
    for number, place in enumerate(places):

        def progress(share: float, words: str, *, number: int = number) -> None:
            tell(SearchProgress(share=(number + share) / len(places), words=words))

        try:
            for motor in _found_on(place, progress=progress):
                tell(motor)
                found += 1
        except PortError as error:
            tell(PortNotSearched(place=place, text=str(error)))
    if not found:
        tell(
            ProgramFailed(
                text=f"no motor answers on {', '.join(places)}, at any speed and under any number: check supply and wiring"
            )
        )
    return DONE if found else FAILED


def _found_on(place: str, *, progress: Progress) -> Iterator[MotorFound]:
    if place.startswith("cia402:"):
        progress(0.0, f"{place}: all numbers on the bus")
        bus = open_can(parse_url(place))
        try:
            bus.reopen()
            for node, words in cia402.discover(bus):
                yield MotorFound(name=f"{place}?node={node}", words=words)
        finally:
            bus.close()
        return
    looks: tuple[tuple[str, tuple[int, ...], Look], ...] = (
        ("dynamixel", DYNAMIXEL_BAUDS, dynamixel.discover),
        ("feetech", FEETECH_BAUDS, feetech.discover),
        ("refboard", (BAUD,), refboard.discover),
    )
    ways = [(kind, baud, look) for kind, bauds, look in looks for baud in bauds]
    for number, (kind, baud, look) in enumerate(ways):
        progress(number / len(ways), f"{place}: {kind} at {baud} baud, all numbers")
        for address, words in _heard_at(place, baud, look):
            usual = kind == "refboard" or baud == SERVO_BAUD
            options = "" if kind == "refboard" else f"?id={address}"
            yield MotorFound(name=f"{kind}:{place}{options}{'' if usual else f'&baud={baud}'}", words=words)


def _heard_at(place: str, baud: int, look: Look) -> list[tuple[int, str]]:
    link = motor_by_name.open_serial(place, baud=baud)
    try:
        return look(link)
    finally:
        link.close()


def _serial_ports() -> list[str]:
    from serial.tools import list_ports

    return sorted(port.device for port in list_ports.comports() if port.vid is not None)
