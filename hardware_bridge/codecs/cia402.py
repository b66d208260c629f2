"""The common language of motor drives, CiA 402: a state machine behind two words, and a handful of objects.

The host raises the drive step by step with the controlword (6040h) and sees where it is in the statusword (6041h).

Where to look it up: CiA 402-2 (the same text as IEC 61800-7-201, Annex A), "Power drive system finite state automaton" for the two
words and the states, and the chapter of each mode (profile position, profile velocity, cyclic synchronous position) for its objects.
Objects 1000h to 1FFFh are those of CiA 301, "Communication profile area".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

CONTROLWORD = 0x6040
STATUSWORD = 0x6041
QUICK_STOP_OPTION = 0x605A
ABORT_OPTION = 0x6007
ERROR_CODE = 0x603F
MODE = 0x6060
MODE_DISPLAY = 0x6061
POSITION = 0x6064
FOLLOWING_WINDOW = 0x6065
VELOCITY = 0x606C
TARGET_TORQUE = 0x6071
MAX_TORQUE = 0x6072
RATED_TORQUE = 0x6076
TORQUE = 0x6077
CURRENT = 0x6078
TARGET_POSITION = 0x607A
POSITION_LIMIT = 0x607D
MAX_VELOCITY = 0x607F
PROFILE_VELOCITY = 0x6081
PROFILE_ACCELERATION = 0x6083
PROFILE_DECELERATION = 0x6084
QUICK_STOP_DECELERATION = 0x6085
VELOCITY_OFFSET = 0x60B1
MAX_ACCELERATION = 0x60C5
TARGET_VELOCITY = 0x60FF
SUPPORTED_MODES = 0x6502
CONSUMER_HEARTBEAT = 0x1016
PRODUCER_HEARTBEAT = 0x1017
IDENTITY = 0x1018
DEVICE_TYPE = 0x1000
DEVICE_NAME = 0x1008
ERROR_REGISTER = 0x1001

MODE_PROFILE_POSITION = 1
MODE_PROFILE_VELOCITY = 3
MODE_CYCLIC_POSITION = 8

DISABLE_VOLTAGE = 0x0000
SHUTDOWN = 0x0006
SWITCH_ON = 0x0007
ENABLE_OPERATION = 0x000F
QUICK_STOP = 0x0002
FAULT_RESET = 0x0080
NEW_SET_POINT = 0x0010
CHANGE_AT_ONCE = 0x0020
RELATIVE = 0x0040
HALT = 0x0100

TARGET_REACHED_BIT = 0x0400
SET_POINT_TAKEN_BIT = 0x1000
INTERNAL_LIMIT_BIT = 0x0800
REMOTE_BIT = 0x0200
VOLTAGE_BIT = 0x0010


class DriveState(Enum):
    """Where a drive is between dead and driving; the value is what its statusword shows under the mask."""

    NOT_READY = (0x4F, 0x00)
    SWITCH_ON_DISABLED = (0x4F, 0x40)
    READY_TO_SWITCH_ON = (0x6F, 0x21)
    SWITCHED_ON = (0x6F, 0x23)
    OPERATION_ENABLED = (0x6F, 0x27)
    QUICK_STOP_ACTIVE = (0x6F, 0x07)
    FAULT_REACTION = (0x4F, 0x0F)
    FAULT = (0x4F, 0x08)

    @property
    def bits(self) -> int:
        """The bits of the statusword in this state."""
        return self.value[1]


class DriveEvent(Enum):
    """What a controlword asks for."""

    DISABLE_VOLTAGE = "disable voltage"
    QUICK_STOP = "quick stop"
    SHUTDOWN = "shutdown"
    SWITCH_ON = "switch on"
    ENABLE = "enable operation"


# The maker-independent table of the standard (IEC 61800-7-201): every state answers every event.
TRANSITIONS: dict[DriveState, dict[DriveEvent, DriveState]] = {
    DriveState.NOT_READY: dict.fromkeys(DriveEvent, DriveState.NOT_READY),
    DriveState.SWITCH_ON_DISABLED: {
        DriveEvent.DISABLE_VOLTAGE: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.QUICK_STOP: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.SHUTDOWN: DriveState.READY_TO_SWITCH_ON,
        DriveEvent.SWITCH_ON: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.ENABLE: DriveState.SWITCH_ON_DISABLED,
    },
    DriveState.READY_TO_SWITCH_ON: {
        DriveEvent.DISABLE_VOLTAGE: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.QUICK_STOP: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.SHUTDOWN: DriveState.READY_TO_SWITCH_ON,
        DriveEvent.SWITCH_ON: DriveState.SWITCHED_ON,
        DriveEvent.ENABLE: DriveState.SWITCHED_ON,
    },
    DriveState.SWITCHED_ON: {
        DriveEvent.DISABLE_VOLTAGE: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.QUICK_STOP: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.SHUTDOWN: DriveState.READY_TO_SWITCH_ON,
        DriveEvent.SWITCH_ON: DriveState.SWITCHED_ON,
        DriveEvent.ENABLE: DriveState.OPERATION_ENABLED,
    },
    DriveState.OPERATION_ENABLED: {
        DriveEvent.DISABLE_VOLTAGE: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.QUICK_STOP: DriveState.QUICK_STOP_ACTIVE,
        DriveEvent.SHUTDOWN: DriveState.READY_TO_SWITCH_ON,
        DriveEvent.SWITCH_ON: DriveState.SWITCHED_ON,
        DriveEvent.ENABLE: DriveState.OPERATION_ENABLED,
    },
    DriveState.QUICK_STOP_ACTIVE: {
        DriveEvent.DISABLE_VOLTAGE: DriveState.SWITCH_ON_DISABLED,
        DriveEvent.QUICK_STOP: DriveState.QUICK_STOP_ACTIVE,
        DriveEvent.SHUTDOWN: DriveState.QUICK_STOP_ACTIVE,
        DriveEvent.SWITCH_ON: DriveState.QUICK_STOP_ACTIVE,
        # The standard lets a drive choose; ours stays stopped, so that a stop needs an explicit way back.
        DriveEvent.ENABLE: DriveState.QUICK_STOP_ACTIVE,
    },
    DriveState.FAULT_REACTION: dict.fromkeys(DriveEvent, DriveState.FAULT_REACTION),
    DriveState.FAULT: dict.fromkeys(DriveEvent, DriveState.FAULT),
}


def state_of(statusword: int) -> DriveState | None:
    """The state that a statusword shows; None for a pattern that the standard does not know."""
    for state in DriveState:
        mask, bits = state.value
        if statusword & mask == bits:
            return state
    return None


def event_of(controlword: int) -> DriveEvent:
    """What a controlword asks for; a fault reset is an edge and is seen by comparing two of them."""
    if not controlword & 0x02:
        return DriveEvent.DISABLE_VOLTAGE
    if not controlword & 0x04:
        return DriveEvent.QUICK_STOP
    if not controlword & 0x01:
        return DriveEvent.SHUTDOWN
    return DriveEvent.ENABLE if controlword & 0x08 else DriveEvent.SWITCH_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One object of the drive: its place, its size and what one step is worth."""

    index: int
    subindex: int = 0
    size: int
    signed: bool = False
    writable: bool = True

    def pack(self, value: int) -> bytes:
        """The value as bytes."""
        return value.to_bytes(self.size, "little", signed=self.signed)

    def unpack(self, data: bytes) -> int:
        """The bytes as a value; a drive may answer with the wrong length."""
        if len(data) != self.size:
            raise ValueError(f"object {self.index:04x}.{self.subindex} has {self.size} bytes, got {len(data)}")
        return int.from_bytes(data, "little", signed=self.signed)


def _entry(index: int, size: int, *, subindex: int = 0, signed: bool = False, writable: bool = True) -> Entry:
    return Entry(index=index, subindex=subindex, size=size, signed=signed, writable=writable)


ENTRIES = {
    (entry.index, entry.subindex): entry
    for entry in (
        _entry(DEVICE_TYPE, 4, writable=False),
        _entry(ERROR_REGISTER, 1, writable=False),
        _entry(CONSUMER_HEARTBEAT, 1, subindex=0, writable=False),
        _entry(CONSUMER_HEARTBEAT, 4, subindex=1),
        _entry(PRODUCER_HEARTBEAT, 2),
        *(_entry(IDENTITY, 1 if sub == 0 else 4, subindex=sub, writable=False) for sub in range(5)),
        _entry(ABORT_OPTION, 2, signed=True),
        _entry(ERROR_CODE, 2, writable=False),
        _entry(CONTROLWORD, 2),
        _entry(STATUSWORD, 2, writable=False),
        _entry(QUICK_STOP_OPTION, 2, signed=True),
        _entry(MODE, 1, signed=True),
        _entry(MODE_DISPLAY, 1, signed=True, writable=False),
        _entry(POSITION, 4, signed=True, writable=False),
        _entry(FOLLOWING_WINDOW, 4),
        _entry(VELOCITY, 4, signed=True, writable=False),
        _entry(TARGET_TORQUE, 2, signed=True),
        _entry(MAX_TORQUE, 2),
        _entry(RATED_TORQUE, 4),
        _entry(TORQUE, 2, signed=True, writable=False),
        _entry(CURRENT, 2, signed=True, writable=False),
        _entry(TARGET_POSITION, 4, signed=True),
        _entry(POSITION_LIMIT, 1, subindex=0, writable=False),
        _entry(POSITION_LIMIT, 4, subindex=1, signed=True),
        _entry(POSITION_LIMIT, 4, subindex=2, signed=True),
        _entry(MAX_VELOCITY, 4),
        _entry(PROFILE_VELOCITY, 4),
        _entry(PROFILE_ACCELERATION, 4),
        _entry(PROFILE_DECELERATION, 4),
        _entry(QUICK_STOP_DECELERATION, 4),
        _entry(VELOCITY_OFFSET, 4, signed=True),
        _entry(MAX_ACCELERATION, 4),
        _entry(TARGET_VELOCITY, 4, signed=True),
        _entry(SUPPORTED_MODES, 4, writable=False),
    )
}
