"""Between the window and the process that drives a real motor beside its virtual twin (runtime/live.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hardware_bridge.json_messages import MessageSet
from hardware_bridge.ports import Capabilities
from hardware_bridge.supervisor.messages import STOPPED, GuardState
from simulator.onboard.messages import MotorMode
from simulator.onboard.tuning import Value
from simulator.runtime.orders.run_messages import Body, Ticks

Doing = Literal["watching", "turning", "running"]
EndedBy = Literal["done", "left", "stopped", "fault"]

# --- orders -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOnDevice:
    """Run a scene: the room is virtual, the screen is real."""

    path: Path
    text: str
    seed: int
    settings: dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jog:
    """Turn by some degrees, stand for a moment, let go."""

    by_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneDevice:
    """Give the device these knobs; a scene under way feels them from its next tick on."""

    settings: dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDevice:
    """Stop the screen now; it stays stopped until a reset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOff:
    """End what drives; the screen is free afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetDevice:
    """Leave a stop or a fault; torque stays off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseProfile:
    """Let the virtual twin be the motor that was matched to this device."""

    path: Path


LiveOrder = RunOnDevice | Jog | TuneDevice | StopDevice | LeaveOff | ResetDevice | UseProfile

# --- reports ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConnected:
    """Which device there is, what it can do and how far it may turn."""

    device: str
    range_deg: tuple[float, float]
    capabilities: Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """What the device does now, and the last ticks in numbers."""

    doing: Doing = "watching"
    scene_tick: int = -1  # -1 while no scene runs
    mode: MotorMode = MotorMode.OFF
    fault: str = ""
    guard: GuardState = "off"
    words: str = ""  # what the guard says
    refused: str = ""  # why the last order was not carried out
    alarm: str = ""  # the real screen and its twin part
    count: int = 0
    body: Body = b""  # a row of live_rows.LIVE for each tick

    @property
    def waits_for_reset(self) -> bool:
        """Whether the guard stays stopped until somebody resets it."""
        return self.guard in STOPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsApplied:
    """The knobs that the device has now, as far as they are not the usual ones."""

    settings: dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveEnded:
    """What drove the screen has come to its end."""

    by: EndedBy
    words: str = ""  # of a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileUsed:
    """The virtual twin is the matched one."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRefused:
    """A profile that does not fit this device, or cannot be read."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOrderFailed:
    """An order could not be carried out."""

    text: str


LiveReport = (
    DeviceConnected
    | DeviceState
    | Ticks
    | SettingsApplied
    | DriveEnded
    | ProfileUsed
    | ProfileRefused
    | DeviceOrderFailed
)

LIVE_ORDERS: MessageSet[LiveOrder] = MessageSet(LiveOrder)
LIVE_REPORTS: MessageSet[LiveReport] = MessageSet(LiveReport)
