"""The process beside a real screen, with a supervisor's core in its place and a virtual motor behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import Heartbeat, Hello, Input, Order
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorState
from simulator.runtime.live import Live
from simulator.runtime.orders.live_pipe import (
    LIVE_REPORTS,
    DeviceOrderFailed,
    DriveEnded,
    Jog,
    LiveReport,
    ResetDevice,
    StopDevice,
)
from simulator.runtime.pipe import Unpacker

RANGE = RangeOfMotion(min_deg=-90.0, max_deg=90.0)


class Device:
    """A supervised motor without a socket: what is sent counts in the supervisor's next tick."""

    def __init__(self, *, yaw_deg: float = 0.0) -> None:
        self.plant = Plant(MotorFacts(), yaw_deg=yaw_deg)
        motor = VirtualMotor(self.plant)
        self.capabilities = motor.capabilities
        self.hello = Hello(device="virtual", capabilities=motor.capabilities, range_deg=(RANGE.min_deg, RANGE.max_deg))
        self._core = SupervisorCore(GuardedMotor(motor, MotorFacts(), RANGE))
        self._inputs: list[Input] = []
        self._tick = 0
        self.refused = ""
        self.pass_tick()

    def pass_tick(self) -> None:
        self.report = self._core.tick(self._tick, self._inputs)
        self.refused = self.report.refused or self.refused
        self._inputs, self._tick = [], self._tick + 1
        self.plant.advance()

    def command(self, command: MotorCommand) -> MotorCommand:
        self._inputs.append(Heartbeat(command=command, planner_tick=command.tick, engaged=self.report.engaged))
        return command

    def state(self, tick: int) -> MotorState:
        return replace(self.report.state, tick=tick)

    def enable(self) -> None:
        self._inputs.append(Order(what="enable"))

    def quick_stop(self) -> None:
        self._inputs.append(Order(what="stop"))

    def free(self) -> None:
        self._inputs.append(Order(what="free"))

    def reset(self) -> None:
        self._inputs.append(Order(what="reset"))


class Company:
    """The process under test, and what it tells the window."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.told: list[LiveReport] = []
        unpacker = Unpacker(LIVE_REPORTS)
        self.live = Live(device, send=lambda data: self.told.extend(unpacker.feed(data)))

    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            self.live.tick()
            self.device.pass_tick()

    def failed(self) -> list[str]:
        return [one.text for one in self.told if isinstance(one, DeviceOrderFailed)]

    def ended(self) -> list[tuple[str, str]]:
        return [(one.by, one.words) for one in self.told if isinstance(one, DriveEnded)]


def test_a_turn_may_follow_another_one_at_once():
    company = Company(Device())
    company.live.obey(Jog(by_deg=5.0))
    company.run(20)
    company.live.obey(Jog(by_deg=10.0))
    began_deg = company.device.plant.yaw_deg
    company.run(200)
    assert company.device.plant.yaw_deg == pytest.approx(began_deg + 10.0, abs=1.0)
    assert company.device.report.guard == "off"
    assert company.ended() == [("done", "")]


def test_after_a_stop_nothing_moves_before_a_reset():
    company = Company(Device())
    company.live.obey(Jog(by_deg=40.0))
    company.run(40)
    company.live.obey(StopDevice())
    company.run(100)
    assert company.device.report.guard == "stopped"
    stood_deg = company.device.plant.yaw_deg
    company.live.obey(Jog(by_deg=-20.0))
    company.run(100)
    assert company.failed() == ["the device waits for a reset"]
    assert company.device.plant.yaw_deg == pytest.approx(stood_deg, abs=0.1)
    company.live.obey(ResetDevice())
    company.run(2)
    company.live.obey(Jog(by_deg=-5.0))
    company.run(200)
    assert company.device.plant.yaw_deg == pytest.approx(stood_deg - 5.0, abs=0.5)


def test_a_screen_outside_its_range_is_not_turned_by_more_than_was_asked():
    company = Company(Device(yaw_deg=130.0))
    company.live.obey(Jog(by_deg=-5.0))
    company.run(200)
    assert "outside its range of -90 to 90°" in company.failed()[0]
    assert company.device.plant.yaw_deg == pytest.approx(130.0, abs=0.1)


def test_a_device_that_refuses_torque_ends_the_turn(monkeypatch):
    company = Company(Device())
    monkeypatch.setattr(GuardedMotor, "enable", lambda _: None)
    company.live.obey(Jog(by_deg=5.0))
    company.run(20)
    assert company.ended() == [("fault", "not enabled: reset first")]
    assert CommandKind.FREE is company.device.report.sent.kind
