"""An emulated CiA 402 drive on a CAN bus: state machine, profile and cyclic position, quick stop, heartbeat watch."""

from __future__ import annotations

import math
import struct

from hardware_bridge.codecs import canopen_min as can
from hardware_bridge.codecs import cia402
from hardware_bridge.codecs.canopen_min import CanFrame, NmtCommand, NmtState
from hardware_bridge.codecs.cia402 import DriveState
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.servo_loop import Ramp, ServoLoop
from simulator.onboard.facts import MotorFacts

UNITS_PER_DEG = 100  # this drive is configured to hundredths of a degree
RATED_MNM = 1000
HOST_NODE = 1
NAME = b"Swivel emulated CiA 402 drive"
DEVICE_TYPE = 0x00020192  # a servo drive that follows profile 402
TPDO_EVERY_MS = 5
FAULT_HEARTBEAT, FAULT_BLOCKED = 0x8130, 0x7121
BLOCKED_MS = 250
ABORT_IGNORE, ABORT_FAULT = 0, 1

RPDO_LAYOUT = struct.Struct("<Hi")
RPDO2_LAYOUT = struct.Struct("<iH")
TPDO_LAYOUT = struct.Struct("<Hih")
TPDO2_LAYOUT = struct.Struct("<ibH")


class Drive402:
    """One drive; everything it says and hears is a CAN message."""

    def __init__(self, body: EmulatedBody, *, facts: MotorFacts, node_id: int = 5) -> None:
        self.body = body
        self._facts = facts
        self.node_id = node_id
        self._out: list[CanFrame] = []
        self._boot()

    @property
    def loop(self) -> ServoLoop:
        """What turns the shaft."""
        return self._loop

    @property
    def state(self) -> DriveState:
        """Where the state machine is."""
        return self._state

    def hear(self, frame: CanFrame) -> None:
        """A message arrives."""
        if (order := can.parse_nmt(frame)) is not None:
            self._obey_nmt(*order)
        elif frame.can_id == can.HEARTBEAT + HOST_NODE:
            self._quiet_ms = 0
        elif frame.can_id == can.SDO_REQUEST + self.node_id:
            self._answer_sdo(frame)
        elif self._nmt is NmtState.OPERATIONAL and frame.can_id == can.RPDO1 + self.node_id:
            if len(frame.data) == RPDO_LAYOUT.size:
                controlword, target = RPDO_LAYOUT.unpack(frame.data)
                self._values[cia402.TARGET_POSITION, 0] = target
                self._control(controlword)
        elif (
            self._nmt is NmtState.OPERATIONAL
            and frame.can_id == can.RPDO2 + self.node_id
            and len(frame.data) == RPDO2_LAYOUT.size
        ):
            self._values[cia402.VELOCITY_OFFSET, 0], self._values[cia402.MAX_TORQUE, 0] = RPDO2_LAYOUT.unpack(
                frame.data
            )
            self._limit_torque()

    def say(self) -> list[CanFrame]:
        """The messages since the last call."""
        frames, self._out = self._out, []
        return frames

    def step(self) -> None:
        """Live one millisecond."""
        self._clock_ms += 1
        self._quiet_ms += 1
        self._watch()
        if self._state is DriveState.OPERATION_ENABLED:
            self._follow()
        self._loop.millisecond()
        self._settle()
        producer_ms = self._values[cia402.PRODUCER_HEARTBEAT, 0]
        if producer_ms and self._clock_ms % producer_ms == 0:
            self._out.append(can.heartbeat(self.node_id, state=self._nmt))
        if self._nmt is NmtState.OPERATIONAL and self._clock_ms % TPDO_EVERY_MS == 0:
            self._publish()

    def brown_out(self) -> None:
        """Lose the supply for a moment."""
        self._boot()

    def _boot(self) -> None:
        self._loop = ServoLoop(self.body, facts=self._facts)
        self._out.clear()
        self._nmt = NmtState.PRE_OPERATIONAL
        self._state = DriveState.SWITCH_ON_DISABLED
        self._controlword = 0
        self._clock_ms = self._quiet_ms = self._blocked_ms = 0
        self._set_point_taken = False
        self._long_value = b""
        self._long_toggle = False
        values = dict.fromkeys(cia402.ENTRIES, 0)
        values[cia402.DEVICE_TYPE, 0] = DEVICE_TYPE
        values[cia402.CONSUMER_HEARTBEAT, 0] = 1
        for sub, value in enumerate((4, 0x0000_0000, 0x0000_5357, 0x0001_0000, 0x0000_0001)):
            values[cia402.IDENTITY, sub] = value
        values[cia402.ABORT_OPTION, 0] = ABORT_FAULT
        values[cia402.QUICK_STOP_OPTION, 0] = 6
        values[cia402.MAX_TORQUE, 0] = round(1000.0 * self._facts.torque_limit_nm * 1000.0 / RATED_MNM)
        values[cia402.RATED_TORQUE, 0] = RATED_MNM
        values[cia402.POSITION_LIMIT, 0] = 2
        values[cia402.POSITION_LIMIT, 1], values[cia402.POSITION_LIMIT, 2] = -36_000, 36_000
        values[cia402.MAX_VELOCITY, 0] = values[cia402.PROFILE_VELOCITY, 0] = 18_000
        values[cia402.PROFILE_ACCELERATION, 0] = values[cia402.PROFILE_DECELERATION, 0] = 36_000
        values[cia402.QUICK_STOP_DECELERATION, 0] = 108_000
        values[cia402.SUPPORTED_MODES, 0] = 1 << 0 | 1 << 2 | 1 << 7
        self._values = values
        self._limit_torque()
        self._out.append(can.heartbeat(self.node_id, state=NmtState.BOOT))

    # --- messages ---------------------------------------------------------------------------------------------------

    def _obey_nmt(self, command: NmtCommand, node_id: int) -> None:
        if node_id not in (0, self.node_id):
            return
        match command:
            case NmtCommand.START:
                self._nmt = NmtState.OPERATIONAL
            case NmtCommand.STOP:
                self._nmt = NmtState.STOPPED
                self._lose_connection()
            case NmtCommand.PRE_OPERATIONAL:
                self._nmt = NmtState.PRE_OPERATIONAL
            case NmtCommand.RESET_NODE | NmtCommand.RESET_COMMUNICATION:
                self._boot()

    def _answer_sdo(self, frame: CanFrame) -> None:
        if self._nmt is NmtState.STOPPED:
            return
        match can.parse_request(frame):
            case can.SdoRead(index=index, subindex=subindex):
                answer = self._read_object(index, subindex)
            case can.SdoWrite(index=index, subindex=subindex, data=data):
                answer = self._write_object(index, subindex, data)
            case can.SdoNextSegment(toggle=toggle):
                answer = self._next_segment(toggle)
            case can.SdoAbort():
                self._long_value = b""
                return
            case None:
                index, subindex = struct.unpack_from("<HB", frame.data.ljust(4, b"\0"), 1)
                answer = can.SdoAbort(index=index, subindex=subindex, code=can.ABORT_COMMAND)
        self._out.append(can.encode_answer(self.node_id, answer))

    def _read_object(self, index: int, subindex: int) -> can.SdoAnswer:
        if (index, subindex) == (cia402.DEVICE_NAME, 0):
            self._long_value, self._long_toggle = NAME, False
            return can.SdoLongValue(index=index, subindex=subindex, size=len(NAME))
        entry = cia402.ENTRIES.get((index, subindex))
        if entry is None:
            return self._unknown(index, subindex)
        self._refresh()
        return can.SdoValue(index=index, subindex=subindex, data=entry.pack(self._values[index, subindex]))

    def _next_segment(self, toggle: bool) -> can.SdoAnswer:
        if toggle != self._long_toggle or not self._long_value:
            return can.SdoAbort(index=cia402.DEVICE_NAME, subindex=0, code=can.ABORT_TOGGLE)
        piece, self._long_value = self._long_value[:7], self._long_value[7:]
        self._long_toggle = not toggle
        return can.SdoSegment(toggle=toggle, data=piece, last=not self._long_value)

    def _write_object(self, index: int, subindex: int, data: bytes) -> can.SdoAnswer:
        entry = cia402.ENTRIES.get((index, subindex))
        if entry is None:
            return self._unknown(index, subindex)
        if not entry.writable:
            return can.SdoAbort(index=index, subindex=subindex, code=can.ABORT_READ_ONLY)
        if len(data) != entry.size:
            return can.SdoAbort(index=index, subindex=subindex, code=can.ABORT_LENGTH)
        value = entry.unpack(data)
        if index == cia402.MODE and value not in (0, 1, 3, 8):
            return can.SdoAbort(index=index, subindex=subindex, code=can.ABORT_RANGE)
        if index == cia402.MODE and self._state is DriveState.OPERATION_ENABLED and not self._loop.at_rest:
            return can.SdoAbort(index=index, subindex=subindex, code=can.ABORT_STATE)
        self._values[index, subindex] = value
        if index == cia402.CONTROLWORD:
            self._control(value)
        elif index == cia402.CONSUMER_HEARTBEAT:
            self._quiet_ms = 0
        elif index == cia402.MAX_TORQUE:
            self._limit_torque()
        return can.SdoWritten(index=index, subindex=subindex)

    def _unknown(self, index: int, subindex: int) -> can.SdoAbort:
        known = any(entry.index == index for entry in cia402.ENTRIES.values())
        code = can.ABORT_NO_SUBINDEX if known else can.ABORT_NO_OBJECT
        return can.SdoAbort(index=index, subindex=subindex, code=code)

    def _publish(self) -> None:
        self._refresh()
        values = self._values
        torque = round(self.body.mean_torque_nm() * 1e6 / RATED_MNM)
        values[cia402.TORQUE, 0] = values[cia402.CURRENT, 0] = torque
        self._out.append(
            CanFrame(
                can_id=can.TPDO1 + self.node_id,
                data=TPDO_LAYOUT.pack(
                    values[cia402.STATUSWORD, 0], values[cia402.POSITION, 0], values[cia402.TORQUE, 0]
                ),
            )
        )
        self._out.append(
            CanFrame(
                can_id=can.TPDO2 + self.node_id,
                data=TPDO2_LAYOUT.pack(
                    values[cia402.VELOCITY, 0], values[cia402.MODE_DISPLAY, 0], values[cia402.ERROR_CODE, 0]
                ),
            )
        )

    def _refresh(self) -> None:
        loop, values = self._loop, self._values
        values[cia402.POSITION, 0] = round(self.body.encoder_deg * UNITS_PER_DEG)
        values[cia402.VELOCITY, 0] = round(self.body.encoder_dps * UNITS_PER_DEG)
        values[cia402.MODE_DISPLAY, 0] = values[cia402.MODE, 0]
        arrived = abs(loop.goal_deg - loop.reference_deg) < 0.05 and loop.reference_dps == 0.0
        values[cia402.STATUSWORD, 0] = (
            self._state.bits
            | cia402.REMOTE_BIT
            | cia402.VOLTAGE_BIT
            | (cia402.TARGET_REACHED_BIT if arrived else 0)
            | (cia402.SET_POINT_TAKEN_BIT if self._set_point_taken else 0)
        )

    # --- state machine ----------------------------------------------------------------------------------------------

    def _control(self, controlword: int) -> None:
        before, self._controlword = self._controlword, controlword
        self._values[cia402.CONTROLWORD, 0] = controlword
        if self._state is DriveState.FAULT:
            if controlword & cia402.FAULT_RESET and not before & cia402.FAULT_RESET:
                self._state = DriveState.SWITCH_ON_DISABLED
                self._values[cia402.ERROR_CODE, 0] = self._values[cia402.ERROR_REGISTER, 0] = 0
                self._out.append(can.emergency(self.node_id, code=0, register=0))
            return
        was = self._state
        self._state = cia402.TRANSITIONS[was][cia402.event_of(controlword)]
        if self._state is DriveState.QUICK_STOP_ACTIVE and was is not self._state:
            self._brake()
        if self._state is DriveState.OPERATION_ENABLED and was is not self._state:
            self._loop.hold_here()
            self._values[cia402.TARGET_POSITION, 0] = round(self.body.encoder_deg * UNITS_PER_DEG)
        self._loop.powered = self._state in (
            DriveState.OPERATION_ENABLED,
            DriveState.QUICK_STOP_ACTIVE,
            DriveState.FAULT_REACTION,
        )
        rising = controlword & cia402.NEW_SET_POINT and not before & cia402.NEW_SET_POINT
        if self._state is DriveState.OPERATION_ENABLED and self._values[cia402.MODE, 0] == 1:
            self._set_point_taken = bool(controlword & cia402.NEW_SET_POINT)
            if rising:
                self._take_profile_target(relative=bool(controlword & cia402.RELATIVE))

    def _take_profile_target(self, *, relative: bool) -> None:
        target_deg = self._values[cia402.TARGET_POSITION, 0] / UNITS_PER_DEG
        self._loop.goal_deg = self._limited_deg(target_deg + (self._loop.goal_deg if relative else 0.0))
        self._loop.ramp = Ramp(
            rate_dps=max(self._values[cia402.PROFILE_VELOCITY, 0], 1) / UNITS_PER_DEG,
            accel_dps2=max(self._values[cia402.PROFILE_ACCELERATION, 0], 1) / UNITS_PER_DEG,
        )

    def _follow(self) -> None:
        mode, loop, values = self._values[cia402.MODE, 0], self._loop, self._values
        if mode == cia402.MODE_CYCLIC_POSITION:
            loop.goal_deg = self._limited_deg(values[cia402.TARGET_POSITION, 0] / UNITS_PER_DEG)
            offset_dps = abs(values[cia402.VELOCITY_OFFSET, 0]) / UNITS_PER_DEG
            fastest_dps = values[cia402.MAX_VELOCITY, 0] / UNITS_PER_DEG
            # The offset is the host's speed: the drive moves between two targets at it, not in steps.
            rise_dps2 = values[cia402.MAX_ACCELERATION, 0] / UNITS_PER_DEG or math.inf
            loop.ramp = Ramp(rate_dps=min(offset_dps, fastest_dps) or fastest_dps, rise_dps2=rise_dps2)
        elif mode == cia402.MODE_PROFILE_VELOCITY:
            loop.speed_goal_dps = values[cia402.TARGET_VELOCITY, 0] / UNITS_PER_DEG
            loop.ramp = Ramp(accel_dps2=max(values[cia402.PROFILE_ACCELERATION, 0], 1) / UNITS_PER_DEG)

    def _limited_deg(self, target_deg: float) -> float:
        low, high = (self._values[cia402.POSITION_LIMIT, sub] / UNITS_PER_DEG for sub in (1, 2))
        return min(max(target_deg, low), high)

    def _limit_torque(self) -> None:
        asked_nm = self._values[cia402.MAX_TORQUE, 0] * RATED_MNM * 1e-6
        self._loop.torque_limit_nm = min(asked_nm, self._facts.torque_limit_nm)

    def _brake(self) -> None:
        self._loop.torque_limit_nm = self._facts.torque_limit_nm
        self._loop.stop_with(max(self._values[cia402.QUICK_STOP_DECELERATION, 0], 1) / UNITS_PER_DEG)

    def _watch(self) -> None:
        entry = self._values[cia402.CONSUMER_HEARTBEAT, 1]
        if self._state is not DriveState.OPERATION_ENABLED:
            self._blocked_ms = 0
            return
        if entry & 0xFFFF and self._quiet_ms > (entry & 0xFFFF):
            self._lose_connection()
        pushing = abs(self._loop.torque_nm) >= 0.98 * self._facts.torque_limit_nm
        self._blocked_ms = self._blocked_ms + 1 if pushing and abs(self.body.encoder_dps) < 3.0 else 0
        if self._blocked_ms >= BLOCKED_MS:
            self._fail(FAULT_BLOCKED)
            self._loop.hold_here()

    def _lose_connection(self) -> None:
        if self._state is DriveState.OPERATION_ENABLED and self._values[cia402.ABORT_OPTION, 0] != ABORT_IGNORE:
            self._fail(FAULT_HEARTBEAT)

    def _fail(self, code: int) -> None:
        self._state = DriveState.FAULT_REACTION
        self._values[cia402.ERROR_CODE, 0] = code
        self._values[cia402.ERROR_REGISTER, 0] = 0x11
        self._out.append(can.emergency(self.node_id, code=code, register=0x11))
        self._brake()

    def _settle(self) -> None:
        if self._state is DriveState.FAULT_REACTION and self._loop.at_rest:
            self._state = DriveState.FAULT
            self._loop.powered = False
