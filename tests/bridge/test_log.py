"""The story of a session, as the log viewer tells it."""

from __future__ import annotations

from dataclasses import asdict

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.programs import log_commands
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import SAID, TOLD, Heartbeat, Order
from hardware_bridge.supervisor.session_log import SessionLog
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand


def test_the_story_says_what_was_asked_and_why_it_stopped(tmp_path):
    """A turn of half a second, then silence, then an order that is refused."""
    path, plant = tmp_path / "log", Plant(MotorFacts())
    motor, log = VirtualMotor(plant), SessionLog(path)
    core = SupervisorCore(GuardedMotor(motor, MotorFacts(), RangeOfMotion(min_deg=-90.0, max_deg=90.0)))
    log.note("start", motor="virtual", range=[-90.0, 90.0], capabilities=asdict(motor.capabilities))
    yaw_deg = 0.0
    for tick in range(100):
        inputs = [Order(what="enable")] if tick in (0, 95) else []
        if tick < 50:
            rate_dps = min(60.0, 3.0 * tick)
            yaw_deg += 0.01 * rate_dps
            move = MotorCommand(
                tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_limit_nm=1.0
            )
            inputs.append(Heartbeat(command=move, planner_tick=tick, engaged=tick > 0))
        for given in inputs:
            log.message("input", tick, SAID.to_json(given))
        log.byte(0.01 * tick, ">", bytes([tick]))
        log.message("report", tick, TOLD.to_json(core.tick(tick, inputs)))
        plant.advance()
    log.close()
    said: list[str] = []
    assert log_commands.show(path, from_s=0.0, to_s=9.0, say=said.append) == 0
    text = "\n".join(said)
    for words in (
        "app         asks: enable",
        "app         begins to send set points",
        "nothing new came from the app in time, or this computer was too busy; the app's last set point came 100 ms before",
        "motor       stands at ",
        "refuses: not enabled: reset first",
    ):
        assert words in text, text
    stop = next(k for k, line in enumerate(said) if "guard       stops" in line)
    assert "0.5800 > 3a" in said[stop + 5], said[stop : stop + 8]
    assert "50 beats of the app" in said[-1]
    assert "1 × silence" in said[-1]


def test_a_file_that_is_no_log_is_one_clear_line(tmp_path):
    said: list[str] = []
    (tmp_path / "x").write_text("hello\n")
    assert log_commands.show(tmp_path / "x", from_s=0.0, to_s=9.0, say=said.append) == 1
    assert len(said) == 1
    assert "line 1" in said[0]
