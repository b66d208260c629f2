"""CiA 402 drives on CANopen: cyclic position set points, quick stop in the drive, heartbeat of the host as deadman."""

from __future__ import annotations

import struct

from hardware_bridge.backends.can_link import CanLink
from hardware_bridge.backends.motor_driver import Identity, MotorHealth, MotorReading, NoAnswer, Refused, Target
from hardware_bridge.backends.wired import LEAD_S, WHOLE_TRAVEL
from hardware_bridge.codecs import canopen_min as can
from hardware_bridge.codecs import cia402
from hardware_bridge.codecs.canopen_min import CanFrame, NmtCommand, NmtState
from hardware_bridge.codecs.cia402 import DriveState
from hardware_bridge.ports import Capabilities, PortError
from simulator.onboard.angles import RangeOfMotion

HOST_NODE = 1
UNITS_PER_DEG = 100
FASTEST_DPS, BRISKEST_DPS2 = 180.0, 360.0
STOP_DPS2 = 1350.0  # 1080 is promised; the rest makes up for the way by which the drive leads
# What the drive allows when a wire that was stuck lets a crowd of targets through at once: four times the normal ramp.
RISE_DPS2 = 1440.0
LARGEST_NM = 1.4
DEADMAN_MS = 100
PATIENT_S = 0.020
TRIES = 3
# The drive sends its sensors every 5 ms; older than this they are missing.
FRESH_S = 0.016
FREE_ECHO_S = 0.100
CLIMB_S = 0.5

RPDO_LAYOUT = struct.Struct("<Hi")
RPDO2_LAYOUT = struct.Struct("<iH")
TPDO_LAYOUT = struct.Struct("<Hih")
TPDO2_LAYOUT = struct.Struct("<ibH")


class Cia402Driver:
    """One drive on a CAN bus."""

    def __init__(
        self,
        link: CanLink,
        *,
        node_id: int = 5,
        travel: RangeOfMotion = WHOLE_TRAVEL,
        sign: int = 1,
        zero_deg: float = 0.0,
    ) -> None:
        """`sign` and `zero_deg` say how the drive is built in: which way is left, and where straight ahead is."""
        self._link = link
        self._node = node_id
        self._travel = travel
        self._sign = sign
        self._zero_deg = zero_deg
        self._answers: list[can.SdoAnswer] = []
        self._fault = ""
        self.reconnect()

    @property
    def capabilities(self) -> Capabilities:
        """What the drive can do."""
        return Capabilities(
            name=f"CiA 402 drive (node {self._node})",
            max_rate_dps=FASTEST_DPS,
            max_accel_dps2=BRISKEST_DPS2,
            yaw_step_deg=1.0 / UNITS_PER_DEG,
            rate_step_dps=1.0 / UNITS_PER_DEG,
            accel_step_dps2=1.0 / UNITS_PER_DEG,
            has_profile=True,
            deadman="device",
            deadman_step_ms=1.0,
        )

    @property
    def identity(self) -> Identity:
        """From the identity object of the drive."""
        vendor, product, revision, serial = self._identity
        return Identity(
            kind="cia402",
            address=self._node,
            model=f"{vendor:08x}:{product:08x}",
            firmware=f"{revision:08x}",
            serial=f"{serial:08x}",
        )

    def built_in(self, *, sign: int, zero_deg: float) -> None:
        """How the drive sits in its base; for whoever learns that only after it has said who it is. Torque must be off."""
        self._sign, self._zero_deg = sign, zero_deg
        self.reconnect()  # the drive keeps the ends of the range itself

    @property
    def health(self) -> MotorHealth:
        """It says nothing of its heat."""
        return MotorHealth()

    @property
    def stiffness_share(self) -> float:
        """It does not say."""
        return 1.0

    def now_s(self) -> float:
        """The clock of the bus."""
        return self._link.now_s()

    def reconnect(self) -> None:
        """Find the drive, configure it, torque off, faults cleared."""
        self._forget()
        self._link.reopen()
        kind = self.read(cia402.DEVICE_TYPE)
        if kind & 0xFFFF != 402:
            raise PortError(f"node {self._node} follows profile {kind & 0xFFFF}, not CiA 402")
        self._identity = tuple(self.read(cia402.IDENTITY, subindex=sub) for sub in (1, 2, 3, 4))
        self._rated_nm = 0.001 * self.read(cia402.RATED_TORQUE)
        self.write(cia402.CONTROLWORD, cia402.DISABLE_VOLTAGE)
        low, high = self._travel.min_deg, self._travel.max_deg
        for index, subindex, value in (
            (cia402.CONSUMER_HEARTBEAT, 1, HOST_NODE << 16 | DEADMAN_MS),
            (cia402.PRODUCER_HEARTBEAT, 0, 50),
            (cia402.ABORT_OPTION, 0, 1),
            (cia402.QUICK_STOP_OPTION, 0, 6),
            (cia402.QUICK_STOP_DECELERATION, 0, round(STOP_DPS2 * UNITS_PER_DEG)),
            (cia402.MAX_VELOCITY, 0, round(FASTEST_DPS * UNITS_PER_DEG)),
            (cia402.MAX_ACCELERATION, 0, round(RISE_DPS2 * UNITS_PER_DEG)),
            (cia402.POSITION_LIMIT, 1, self._units(low if self._sign > 0 else high)),
            (cia402.POSITION_LIMIT, 2, self._units(high if self._sign > 0 else low)),
            (cia402.MODE, 0, cia402.MODE_CYCLIC_POSITION),
        ):
            self.write(index, value, subindex=subindex)
        self._link.send(can.nmt(NmtCommand.START, node_id=self._node))
        self._leave_fault()
        self._await_sensors()

    def power(self, *, on: bool, here_deg: float) -> None:
        """Climb the drive's state machine, with the goal where the screen is; or fall to its foot."""
        if not on:
            self.write(cia402.CONTROLWORD, cia402.DISABLE_VOLTAGE)
            return
        self.write(cia402.TARGET_POSITION, self._units(here_deg))
        self.alive()
        until_s = self._link.now_s() + CLIMB_S
        while self._link.now_s() < until_s:
            state = self._state()
            match state:
                case DriveState.OPERATION_ENABLED:
                    return
                case DriveState.SWITCH_ON_DISABLED:
                    word = cia402.SHUTDOWN
                case DriveState.READY_TO_SWITCH_ON:
                    word = cia402.SWITCH_ON
                case DriveState.SWITCHED_ON:
                    word = cia402.ENABLE_OPERATION
                case DriveState.QUICK_STOP_ACTIVE:
                    word = cia402.DISABLE_VOLTAGE
                case _:
                    raise Refused(f"drive {self._node} does not switch on: {self._fault or state}")
            self.alive()
            self.write(cia402.CONTROLWORD, word)
        raise NoAnswer(f"drive {self._node} did not switch on within {CLIMB_S:g} s")

    def measure(self) -> MotorReading:
        """What the drive has sent by itself; nothing needs to be asked."""
        self._collect()
        if self._link.now_s() - self._heard_s > FRESH_S:
            self._link.wait(self._link.now_s() + 0.004)
            self._collect()
        if self._link.now_s() - self._heard_s > FRESH_S:
            raise NoAnswer(f"no sensors from drive {self._node} on {self._link.name}")
        if self._torques:
            self._torque = sum(self._torques) / len(self._torques)
            self._torques.clear()
        state = cia402.state_of(self._statusword)
        if state in (DriveState.FAULT, DriveState.FAULT_REACTION) and not self._fault:
            self._fault = f"drive {self._node} is in a fault"
        return MotorReading(
            yaw_deg=self._sign * self._position / UNITS_PER_DEG - self._zero_deg,
            rate_dps=self._sign * self._velocity / UNITS_PER_DEG,
            torque_nm=self._sign * self._torque * 0.001 * self._rated_nm,
            powered=state in (DriveState.OPERATION_ENABLED, DriveState.QUICK_STOP_ACTIVE)
            or (state is DriveState.SWITCHED_ON and self._link.now_s() < self._free_until_s),
            fault=self._fault,
        )

    def follow(self, target: Target) -> None:
        """Speed and torque limit first, then the place a little ahead; the heartbeat proves that the planner lives."""
        self.alive()
        if cia402.state_of(self._statusword) is DriveState.QUICK_STOP_ACTIVE:
            # A drive leaves a quick stop only by way of torque off, so that no late message can undo a stop.
            self.power(on=True, here_deg=self.measure().yaw_deg)
        rate = round(target.speed_dps * UNITS_PER_DEG) + 1
        torque = round(min(target.torque_limit_nm, LARGEST_NM) / self._rated_nm * 1000.0)
        if target.torque_limit_nm <= 0.0:
            # Let go: power off in one step of the state machine, and on again in one step, where the screen then is.
            self._free_until_s = self._link.now_s() + FREE_ECHO_S
            self._send_control(cia402.SWITCH_ON, self._units(target.yaw_deg))
            return
        lead_deg = target.yaw_deg + target.rate_dps * LEAD_S
        self._link.send(CanFrame(can_id=can.RPDO2 + self._node, data=RPDO2_LAYOUT.pack(rate, torque)))
        self._send_control(cia402.ENABLE_OPERATION, self._units(lead_deg))

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """The quick stop of the drive; sent as a PDO, which no full mailbox can hold up."""
        self.alive()
        self._send_control(cia402.QUICK_STOP, self._units(yaw_deg))

    def alive(self) -> None:
        """The heartbeat of the host."""
        self._link.send(can.heartbeat(HOST_NODE, state=NmtState.OPERATIONAL))

    def close(self) -> None:
        """Give the bus back."""
        self._link.close()

    def read(self, index: int, *, subindex: int = 0) -> int:
        """One object of the drive."""
        entry = cia402.ENTRIES[index, subindex]
        answer = self._transfer(can.SdoRead(index=index, subindex=subindex))
        if not isinstance(answer, can.SdoValue):
            raise NoAnswer(f"drive {self._node} answers a read with something else")
        try:
            return entry.unpack(answer.data)
        except ValueError as error:
            raise NoAnswer(str(error)) from error

    def write(self, index: int, value: int, *, subindex: int = 0) -> None:
        """Set one object of the drive."""
        self._transfer(can.SdoWrite(index=index, subindex=subindex, data=cia402.ENTRIES[index, subindex].pack(value)))

    # --- messages ---------------------------------------------------------------------------------------------------

    def _transfer(self, request: can.SdoRead | can.SdoWrite) -> can.SdoAnswer:
        for _ in range(TRIES):
            self._collect()
            self._answers.clear()
            self._link.send(can.encode_request(self._node, request))
            until_s = self._link.now_s() + PATIENT_S
            while self._link.now_s() < until_s:
                self._link.wait(until_s)
                self._collect()
                while self._answers:
                    answer = self._answers.pop(0)
                    if self._answers_to(request, answer):
                        return answer
        raise NoAnswer(f"no answer from drive {self._node} on {self._link.name}")

    def _answers_to(self, request: can.SdoRead | can.SdoWrite, answer: can.SdoAnswer) -> bool:
        if isinstance(answer, can.SdoSegment):
            return False
        if (answer.index, answer.subindex) != (request.index, request.subindex):
            return False
        if isinstance(answer, can.SdoAbort):
            where = f"{request.index:04x}.{request.subindex}"
            raise Refused(f"drive {self._node} refuses object {where}: {answer.words}")
        # A late answer to the other kind of question about the same object is not this answer.
        return isinstance(answer, can.SdoValue if isinstance(request, can.SdoRead) else can.SdoWritten)

    def _collect(self) -> None:
        for frame in self._link.receive():
            if frame.can_id == can.TPDO1 + self._node and len(frame.data) == TPDO_LAYOUT.size:
                self._statusword, self._position, torque = TPDO_LAYOUT.unpack(frame.data)
                self._torques.append(torque)
                self._heard_s = self._link.now_s()
            elif frame.can_id == can.TPDO2 + self._node and len(frame.data) == TPDO2_LAYOUT.size:
                self._velocity, _, self._error = TPDO2_LAYOUT.unpack(frame.data)
            elif frame.can_id == can.SDO_ANSWER + self._node:
                if (answer := can.parse_answer(frame)) is not None:
                    self._answers.append(answer)
            elif frame.can_id == can.EMCY + self._node and (emergency := can.parse_emergency(frame)):
                self._fault = f"drive {self._node}: {emergency.words}" if emergency.code else ""
            elif frame.can_id == can.HEARTBEAT + self._node and can.parse_heartbeat(frame) is NmtState.BOOT:
                self._fault = self._fault or f"drive {self._node} was restarted"

    def _send_control(self, controlword: int, target: int) -> None:
        self._link.send(CanFrame(can_id=can.RPDO1 + self._node, data=RPDO_LAYOUT.pack(controlword, target)))

    def _leave_fault(self) -> None:
        """Wait until the drive has come to rest, then take the fault back; the reset is an edge."""
        until_s = self._link.now_s() + CLIMB_S
        while (state := self._state()) in (DriveState.FAULT, DriveState.FAULT_REACTION):
            if self._link.now_s() > until_s:
                raise Refused(f"drive {self._node} stays in a fault: {self._fault or 'it gives no reason'}")
            if state is DriveState.FAULT:
                self.write(cia402.CONTROLWORD, cia402.FAULT_RESET)
                self.write(cia402.CONTROLWORD, cia402.DISABLE_VOLTAGE)

    def _state(self) -> DriveState | None:
        """Asked, not taken from the last periodic message, which may be older than what was just done."""
        self._statusword = self.read(cia402.STATUSWORD)
        return cia402.state_of(self._statusword)

    def _await_sensors(self) -> None:
        until_s = self._link.now_s() + 0.2
        while self._link.now_s() - self._heard_s > FRESH_S:
            if self._link.now_s() > until_s:
                raise NoAnswer(f"drive {self._node} does not send its sensors")
            self._link.wait(until_s)
            self._collect()
        self._state()
        self._fault = ""

    def _forget(self) -> None:
        self._statusword = self._position = self._velocity = self._error = 0
        self._torque = 0.0
        self._torques: list[int] = []  # since the last measurement
        self._heard_s = -1.0
        self._free_until_s = -1.0  # a drive that was let go shows so for a moment longer
        self._fault = ""
        self._answers.clear()

    def _units(self, yaw_deg: float) -> int:
        return round(self._sign * (yaw_deg + self._zero_deg) * UNITS_PER_DEG)


def discover(link: CanLink, *, listen_s: float = 0.2) -> list[tuple[int, str]]:
    """Which nodes answer, and what their device type says."""
    found: dict[int, str] = {}
    for node_id in range(1, 128):
        link.send(can.encode_request(node_id, can.SdoRead(index=cia402.DEVICE_TYPE, subindex=0)))
        link.wait(link.now_s() + 0.001)
        _note_answers(link, found)
    until_s = link.now_s() + listen_s
    while link.now_s() < until_s:
        link.wait(until_s)
        _note_answers(link, found)
    return sorted(found.items())


def _note_answers(link: CanLink, found: dict[int, str]) -> None:
    for frame in link.receive():
        answer = can.parse_answer(frame)
        if isinstance(answer, can.SdoValue) and answer.index == cia402.DEVICE_TYPE:
            kind = int.from_bytes(answer.data, "little")
            profile = kind & 0xFFFF
            found[frame.node_id] = "CiA 402 drive" if profile == 402 else f"CANopen device of profile {profile}"
