"""Whole emulated motors, ready to turn: device, wire on virtual time, driver and motor in one box.

`hybrid` rigs, the contract suite, benchmarks and `swivel bridge jog emulated:dynamixel` all build their motors here.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from hardware_bridge.backends import cia402, dynamixel, feetech, reachy, refboard
from hardware_bridge.backends.can_link import SlcanLink
from hardware_bridge.backends.motor_driver import MotorDriver
from hardware_bridge.backends.wired import WHOLE_TRAVEL, WiredMotor
from hardware_bridge.body.plant import Plant
from hardware_bridge.emulators import board, drive402, slcan_port
from hardware_bridge.emulators import dynamixel as dynamixel_servo
from hardware_bridge.emulators import feetech as feetech_servo
from hardware_bridge.emulators import reachy as reachy_daemon
from hardware_bridge.emulators.bus_servo import BusServo
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.side_door import Room
from hardware_bridge.firmware.compile import Built, build
from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.ports import PortError
from hardware_bridge.wires.faults import BYTE_FAULTS, FaultInjector, WireFault
from hardware_bridge.wires.links import TICK_US, ByteLog, Device, Link, LoggedLink, VirtualWire
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import MotorState

Kind = Literal["dynamixel", "feetech", "cia402", "refboard", "reachy"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CHECKED: tuple[Kind, ...] = ("cia402", "reachy")  # CAN and a network drop what is damaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulated:
    """One emulated motor with everything that belongs to it."""

    kind: Kind
    motor: WiredMotor
    wire: VirtualWire
    device: Device
    body: EmulatedBody
    facts: MotorFacts


def emulate(
    kind: Kind,
    *,
    facts: MotorFacts,
    rng: np.random.Generator,
    faults: FaultInjector | None = None,
    built: Built | None = None,
    travel: RangeOfMotion = WHOLE_TRAVEL,
    yaw_deg: float = 0.0,
    log: ByteLog | None = None,
    stiffness_share: float = 1.0,
) -> Emulated:
    """A motor of this kind; `built` saves the compilers when many boards are made. Somebody may have set its loop softer or stiffer."""
    device, body = new_device(kind, facts=facts, rng=rng, built=built, yaw_deg=yaw_deg)
    if isinstance(device, BusServo):
        device.set_stiffness(stiffness_share)
    wire = VirtualWire(device, name=f"emulated {kind}", faults=faults)
    wire.run_until(TICK_US)
    link: Link = LoggedLink(wire, log=log) if log else wire
    motor = WiredMotor(_new_driver(kind, link, travel=travel), travel=travel)
    return Emulated(kind=kind, motor=motor, wire=wire, device=device, body=body, facts=body.plant.facts)


def new_device(
    kind: Kind,
    *,
    facts: MotorFacts,
    rng: np.random.Generator,
    built: Built | None = None,
    yaw_deg: float = 0.0,
    as_found: bool = False,
) -> tuple[Device, EmulatedBody]:
    """The far end of the wire alone: what a pseudo terminal serves. Only a Dynamixel has something to be found `as_found`."""
    match kind:
        case "dynamixel":
            body = EmulatedBody(facts, rng=rng, yaw_deg=yaw_deg)
            return dynamixel_servo.DynamixelServo(body, facts=facts, as_found=as_found), body
        case "feetech":
            body = EmulatedBody(facts, rng=rng, yaw_deg=yaw_deg)
            return feetech_servo.FeetechServo(body, facts=facts), body
        case "cia402":
            body = EmulatedBody(facts, rng=rng, yaw_deg=yaw_deg)
            return slcan_port.SlcanPort(drive402.Drive402(body, facts=facts)), body
        case "refboard":
            body = board.new_body(facts, rng=rng, yaw_deg=yaw_deg)
            return board.Board(body, built=built or _build_for_this_run()), body
        case "reachy":
            body = EmulatedBody(facts, rng=rng, yaw_deg=yaw_deg)
            return reachy_daemon.ReachyDaemon(body, facts=facts), body


def new_faults(
    kind: Kind, *, rng: np.random.Generator, share: float = 0.0, kinds: tuple[WireFault, ...] = BYTE_FAULTS
) -> FaultInjector:
    """Faults as this wire knows them: CAN and a network drop what is damaged, the others deliver it.

    Only the language of our own board numbers its messages, so only there overtaking is part of the game.
    """
    readdress = {
        "dynamixel": dynamixel_servo.readdress,
        "feetech": feetech_servo.readdress,
        "cia402": slcan_port.readdress,
        "refboard": board.readdress,
        "reachy": reachy_daemon.readdress,
    }[kind]
    return FaultInjector(
        rng, share=share, kinds=kinds, readdress=readdress, checked=kind in CHECKED, reorders=kind == "refboard"
    )


class OnVirtualTime(PassingOn):
    """An emulated motor in the loop of the simulator: time on its wire follows the ticks, and a room may push it."""

    def __init__(self, emulated: Emulated) -> None:
        super().__init__(emulated.motor)
        self.emulated = emulated
        self._offset_us: int | None = None

    def state(self, tick: int) -> MotorState:
        """Let the wire live up to this tick, then ask."""
        self.live_until(tick)
        return self.motor.state(tick)

    @property
    def plant(self) -> Plant:
        """The mechanics of the screen."""
        return self.emulated.body.plant

    def lend(self, room: Room) -> None:
        """From now on this room moves the plant on."""
        self.emulated.body.room = room

    def live_until(self, tick: int) -> None:
        """Let time pass on the wire up to the start of a tick."""
        wire = self.emulated.wire
        if self._offset_us is None:
            # Set-up took some time on the wire; the first tick starts the common count.
            self._offset_us = wire.now_us - tick * TICK_US
        wire.run_until(self._offset_us + tick * TICK_US)


def _new_driver(kind: Kind, link: Link, *, travel: RangeOfMotion) -> MotorDriver:
    match kind:
        case "dynamixel":
            return dynamixel.DynamixelDriver(link)
        case "feetech":
            return feetech.FeetechDriver(link)
        case "cia402":
            return cia402.Cia402Driver(SlcanLink(link), travel=travel)
        case "refboard":
            return refboard.RefBoardDriver(link, travel=travel)
        case "reachy":
            return reachy.ReachyDriver(link)


def _build_for_this_run() -> Built:
    folder = Path(tempfile.mkdtemp(prefix="swivel-board-"))
    try:
        return build(folder)
    except OSError as error:
        raise PortError(f"cannot build the firmware in {folder}: {error}") from error
