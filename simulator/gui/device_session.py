"""One real motor, or none: which motor is connected, what it does, and every order to it.

Nothing is ever sent to a real device by turning a knob, unless live apply is armed. The processes on the way to the motor are
processes/motor_processes.py's, those of a match processes/match_process.py's.
"""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from hardware_bridge.ports import Capabilities
from simulator.gui.processes.match_process import MotorMatching
from simulator.gui.processes.motor_processes import MotorConnection
from simulator.gui.processes.search_process import MotorSearch
from simulator.gui.processes.setting_up import SettingUp
from simulator.gui.session_model import SessionModel
from simulator.onboard.tuning import Tuning, Value, leaf_at
from simulator.runtime.orders.live_pipe import (
    DeviceConnected,
    DeviceOrderFailed,
    DeviceState,
    DriveEnded,
    Jog,
    LeaveOff,
    LiveOrder,
    LiveReport,
    ProfileRefused,
    ProfileUsed,
    ResetDevice,
    RunOnDevice,
    SettingsApplied,
    StopDevice,
    TuneDevice,
    UseProfile,
)
from simulator.runtime.orders.run_messages import Ticks
from simulator.workbench import matched_profiles
from simulator.workbench.last_minute import KEPT_TICKS, LastMinute
from simulator.workbench.run_data import RunData

EMULATED = (
    ("dynamixel", "Emulated Dynamixel servo"),
    ("feetech", "Emulated Feetech servo"),
    ("cia402", "Emulated CiA 402 drive"),
    ("refboard", "Emulated reference board"),
    ("reachy", "Emulated Reachy Mini body"),
)
ARMED_S = 60


class DeviceSession(QObject):
    """One motor, or none."""

    changed = Signal()  # connected, doing something else, armed, applied
    told = Signal()  # new rows
    notice = Signal(str, str)
    found = Signal(list)  # names of motors that answered a search

    def __init__(self, session: SessionModel, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._folder = session, folder
        self.state = "off"  # off, connecting, connected
        self.step = ""  # what connecting waits for, in words
        self.url, self.problem = "", ""
        self.identity, self.range_deg = "", (-90.0, 90.0)
        self.can: Capabilities | None = None
        self.now = DeviceState()
        self.on_device: dict[str, Value] = {}  # the knobs that the device has, as far as they are not the usual ones
        self.run = RunData()  # the scene as it runs on the device
        self.profile: Path | None = None
        self.search = MotorSearch(self)
        self.search.changed.connect(self.changed)
        self.search.ended.connect(self.found)
        self.setting_up = SettingUp(self)
        self.setting_up.changed.connect(self.changed)
        self.setting_up.ended.connect(self._is_set_up)
        self._goes_on_connected = False  # after it was set up
        self.matching = MotorMatching(self)
        self.matching.ended.connect(self._matched)
        self.connection = MotorConnection(self)
        self.connection.waits.connect(self._waits)
        self.connection.arrived.connect(self._arrived)
        self.connection.lost.connect(self._lost)
        self._last_minute = LastMinute()
        self._armed = QTimer(self)
        self._armed.setSingleShot(True)
        self._armed.setInterval(ARMED_S * 1000)
        self._armed.timeout.connect(lambda: self.arm(False))
        session.document_changed.connect(self._document)

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether a motor is there."""
        return self.state == "connected"

    @property
    def driven(self) -> bool:
        """Whether something moves the screen."""
        return self.connected and self.now.doing != "watching"

    @property
    def waits_for_reset(self) -> bool:
        """Whether the guard stays stopped until somebody resets it."""
        return self.connected and self.now.waits_for_reset

    @property
    def armed(self) -> bool:
        """Whether knobs reach the device as they are turned."""
        return self._armed.isActive()

    @property
    def armed_s(self) -> int:
        """Seconds until live apply loosens by itself."""
        return min(ARMED_S, -(-self._armed.remainingTime() // 1000)) if self.armed else 0

    @property
    def taken(self) -> bool:
        """Whether a program other than the supervisor has the motor, or looks for one."""
        return self.matching.running or self.setting_up.running or self.search.running

    @property
    def wire(self) -> str:
        """The name under which the motor itself is opened."""
        return self.connection.wire

    def rows(self, ticks: int = KEPT_TICKS) -> NDArray[np.void]:
        """The last ticks."""
        return self._last_minute.rows(ticks)

    def differences(self) -> list[tuple[str, str, str]]:
        """The knobs that differ: label, on the device, here."""
        found = []
        for path, (theirs, mine) in (
            Tuning().patched(self.on_device).differences(self._session.document.tuning()).items()
        ):
            leaf = leaf_at(path)
            found.append((leaf.label, _value(theirs, leaf.unit), _value(mine, leaf.unit)))
        return found

    # --- connecting ---------------------------------------------------------------------------------------------------

    def connect_to(self, url: str) -> None:
        """Connect to a motor by its name; `emulate:KIND` is an emulated one."""
        self.disconnect_all()
        self.url, self.problem, self.state = url, "", "connecting"
        arc = self._session.spec.device.range
        self.connection.open(url, range_deg=(arc.min_deg, arc.max_deg) if arc else (-90.0, 90.0))

    def disconnect_all(self) -> None:
        """Let go of the motor and end all processes that were started for it."""
        self.matching.stop()
        self.setting_up.stop()
        self.connection.close()
        self._forget()

    def close(self) -> None:
        """The window closes."""
        self.search.stop()
        self.disconnect_all()

    # --- setting up ---------------------------------------------------------------------------------------------------

    def set_up(self, url: str, *, new_id: int | None = None, new_baud: int | None = None) -> None:
        """Show and mend what stands in a servo's memory; the supervisor steps aside meanwhile."""
        self.setting_up.set_up(self._stepped_aside(url), new_id=new_id, new_baud=new_baud)

    def calibrate(self, url: str) -> None:
        """Be shown which way is left, where the front is and where the cable ends; the supervisor steps aside meanwhile."""
        self.setting_up.calibrate(self._stepped_aside(url))

    def _stepped_aside(self, url: str) -> str:
        """The name of the motor that is free now: the connected one, or this."""
        self._goes_on_connected = self.connected
        if not self.connected:
            self.problem = ""
            return url
        self.connection.step_aside()
        self._forget()
        return self.wire

    def _is_set_up(self, url: str) -> None:
        if self._goes_on_connected:
            self.connection.wire, self.state = url, "connecting"
            self.connection.supervise()
        else:
            self.found.emit([url])
        self.changed.emit()

    # --- orders -------------------------------------------------------------------------------------------------------

    def run_scene(self) -> None:
        """Run the open scene with the real screen in it, from its beginning, with the knobs that the device has."""
        document = self._session.document
        if document.scene is None:
            return
        self.run.cut(0)
        self._send(
            RunOnDevice(path=document.path, text=document.text, seed=self._session.seed, settings=self.on_device)
        )
        self._session.play(False)

    def turn_by(self, by_deg: float) -> None:
        """Turn the screen by some degrees."""
        self._send(Jog(by_deg=by_deg))

    def leave_off(self) -> None:
        """End the scene; the screen is free afterwards."""
        self._send(LeaveOff())

    def stop(self) -> None:
        """Stop the screen now. It stays stopped until somebody resets it."""
        self.arm(False)
        self.matching.cancel()
        self.setting_up.cancel()
        if self.connected:
            self._send(StopDevice())
            self.notice.emit("warning", "Stopped: the device moves again only after Reset")

    def reset(self) -> None:
        """Leave a stop or a fault; torque stays off."""
        self._send(ResetDevice())

    def apply(self) -> None:
        """Send the knobs as they are here."""
        self._send(TuneDevice(settings=self._session.document.tuning().changed()))

    def arm(self, on: bool) -> None:
        """Let knobs reach the device as they are turned, for a minute after the last one."""
        if on and self.connected:
            self._armed.start()
            self.apply()
        elif self.armed:
            self._armed.stop()
        self.changed.emit()

    def save_table(self, path: Path) -> None:
        """The last minute as CSV."""
        try:
            path.write_text(self._last_minute.table(), encoding="utf-8")
        except OSError as error:
            self.notice.emit("error", f"{path}: cannot be written: {error.strerror or error}")
            return
        self.notice.emit("info", f"Saved {path.name}")

    # --- match --------------------------------------------------------------------------------------------------------

    def match(self, today: str) -> None:
        """Match the virtual motor to the real one; the supervisor steps aside meanwhile."""
        path = matched_profiles.path_for(self.identity, day=today, folder=self._folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection.step_aside()
        self.matching.start(self.wire, path)
        self._forget()

    def use_profile(self, path: Path) -> None:
        """Let the virtual twin be the one that was matched."""
        self._send(UseProfile(path=path))

    def _matched(self, path: Path | None, problem: str) -> None:
        if path is not None:
            self.profile = path
            self.notice.emit("info", f"Matched: {self.matching.words}. Saved {path.name}")
        elif problem:
            self.notice.emit("error", problem)
        self.state = "connecting"
        self.connection.supervise()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _waits(self, words: str) -> None:
        self.step = words
        self.changed.emit()

    def _forget(self) -> None:
        """There is no device now."""
        self._armed.stop()
        self.state, self.now, self.identity = "off", DeviceState(), ""
        self.on_device = {}
        self.changed.emit()

    def _lost(self, why: str) -> None:
        if self.state == "off":
            return
        self.disconnect_all()
        self.problem = why or "the connection was lost"
        self.notice.emit("error", self.problem)
        self.changed.emit()

    def _send(self, order: LiveOrder) -> None:
        if self.connected:
            self.connection.send(order)

    def _arrived(self, report: LiveReport) -> None:
        match report:
            case DeviceConnected():
                self._connected(report)
            case DeviceState():
                self._state(report)
            case Ticks():
                self.run.feed(report)
            case SettingsApplied():
                self.on_device = report.settings
                self.changed.emit()
            case DriveEnded():
                if report.by == "fault":
                    self.notice.emit("error", f"The device stopped: {report.words}")
                self.changed.emit()
            case ProfileUsed():
                self.profile = report.path
                self.changed.emit()
            case ProfileRefused():
                self.profile = None
                self._failed(report.text)
            case DeviceOrderFailed():
                self._failed(report.text)
            case _:
                assert_never(report)

    def _connected(self, report: DeviceConnected) -> None:
        self.identity, self.can, self.range_deg = report.device, report.capabilities, report.range_deg
        self.state, self.step = "connected", ""
        self._last_minute.clear()
        self.profile = matched_profiles.newest_for(self.identity, folder=self._folder)
        if self.profile is not None:
            self.use_profile(self.profile)
        self.changed.emit()

    def _state(self, report: DeviceState) -> None:
        self._last_minute.keep(report.body, report.count)
        was, self.now = self.now, report
        if report.refused:
            self.notice.emit("warning", report.refused)
        if self.armed and self.waits_for_reset:
            self.arm(False)
        if report.alarm and not was.alarm:
            self.notice.emit("error", report.alarm)
        if report.scene_tick >= 0:
            self._session.seek(report.scene_tick)
        if (was.doing, was.mode, was.guard, was.fault, was.alarm) != (
            report.doing, report.mode, report.guard, report.fault, report.alarm,
        ):  # fmt: skip
            self.changed.emit()
        self.told.emit()

    def _failed(self, text: str) -> None:
        self.notice.emit("error", text)
        self.changed.emit()

    def _document(self, part: str) -> None:
        if not part.startswith("settings") and part not in ("all", "whole", "text"):
            return
        if self.armed:
            self._armed.start()
            self.apply()
        self.changed.emit()


def _value(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:g} {unit}".rstrip()
