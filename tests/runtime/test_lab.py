"""Real rooms and their recordings: the rig of a bench, and a lab session that is decided again without a lab."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hardware_bridge.lab_rig import LabRig, load_bench, open_lab
from hardware_bridge.plant import Plant
from hardware_bridge.ports import PortError
from hardware_bridge.virtual_motor import VirtualMotor
from simulator.cli import main
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts, MotorFacts
from simulator.onboard.messages import CameraFrame, CommandKind, MotorCommand, Shutter
from simulator.runtime.compose import RigError, compose
from simulator.runtime.recording import read
from simulator.runtime.replayed import OTHERWISE
from simulator.runtime.run import run
from simulator.scene.loader import load
from simulator.world.assets import SCENES

# Made by `python -m benchmarks.bridge_lab --record`; after an intended change of behaviour: `--accept`.
LAB = Path(__file__).parent / "lab.mcap"
ARC = RangeOfMotion(min_deg=-90.0, max_deg=90.0)


@pytest.fixture(scope="module")
def lab():
    return read(LAB)


def _again(lab, **changes):
    return run(replace(lab.header, rig=f"replay:{LAB}", **changes), ticks=len(lab.traces))


def test_a_lab_session_is_decided_again_the_same(lab):
    assert lab.header.rig.startswith("real:")
    assert max(abs(trace.motor.yaw_deg) for trace in lab.traces) > 20.0
    again = _again(lab)
    assert again.trace_hash == lab.trace_hash
    assert [trace.decision for trace in again.traces] == [trace.decision for trace in lab.traces]


def test_other_knobs_decide_otherwise_and_the_motor_does_what_it_did(lab):
    again = _again(lab, tuning=lab.header.tuning.patched({"motion.max_rate_dps": 25}))
    assert again.trace_hash != lab.trace_hash
    assert [trace.motor for trace in again.traces] == [trace.motor for trace in lab.traces]
    assert any(trace.guard == OTHERWISE for trace in again.traces)


def test_the_command_replays_a_lab_session_headless(capsys):
    assert main(["replay", str(LAB)]) == 0
    assert "the same decisions again" in capsys.readouterr().out


def test_a_recording_of_another_scene_is_refused():
    other = load(SCENES / "wake" / "from-the-left.scene.yaml")
    with pytest.raises(RigError, match="a recording of 'sample', not of"):
        compose(other, rig=f"replay:{LAB}")


def test_a_real_room_is_heard_and_seen():
    with pytest.raises(RigError, match="needs mode full"):
        compose(load(SCENES / "sample.scene.yaml"), mode="feature", rig="real:bench.json")


GOOD = {"lab": 1, "motor": "emulated:dynamixel", "microphones": "array.json", "camera": "none.mkv"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lab": 2}, "version 2"),
        ({"motor": None, "camara": "0"}, "unknown entry 'camara'"),
        ({"shutter": "ajar"}, "shutter 'ajar': must be one of"),
        ({"camera_latency_ms": -3}, "must be 0 to 500"),
        ({"camera_latency_ms": "soon"}, "cannot be read"),
    ],
)
def test_a_bench_that_cannot_be_is_one_clear_line(tmp_path, change, words):
    path = tmp_path / "bench.json"
    path.write_text(json.dumps(GOOD | change))
    with pytest.raises(PortError, match=words) as told:
        load_bench(path)
    assert "\n" not in str(told.value)


def test_what_is_missing_from_a_bench_is_said(tmp_path):
    path = tmp_path / "bench.json"
    with pytest.raises(PortError, match="No such file"):
        load_bench(path)
    path.write_text(json.dumps({"lab": 1, "motor": "x"}))
    with pytest.raises(PortError, match="'microphones' is missing"):
        load_bench(path)
    path.write_text(json.dumps(GOOD))
    array = {
        "name": "two", "device": "no such sound card", "device_channels": 2, "channels": [0, 1],
        "positions_m": [[0.06, 0, 0], [-0.06, 0, 0]],
    }  # fmt: skip
    (tmp_path / "array.json").write_text(json.dumps(array))
    with pytest.raises(PortError, match="microphones at other places than the device"):
        open_lab(path, facts=DeviceFacts(), range_of_motion=ARC)


class _Pictures:
    """A camera that shows one grey after the other; it also stands in for microphones that hear nothing."""

    def __init__(self, *greys):
        self._greys = list(greys)

    def frame(self, tick):
        pixels = np.full((36, 64, 3), self._greys.pop(0), dtype=np.uint8)
        return CameraFrame(tick=tick, pixels=pixels, yaw_deg=0.0, rate_dps=0.0)

    def block(self, tick):
        return None


def _rig(*greys, shutter):
    doors = _Pictures(*greys)
    motor = VirtualMotor(Plant(MotorFacts()))
    return LabRig(
        facts=DeviceFacts(), range_of_motion=ARC, motor=motor, microphones=doors, camera=doors, shutter=shutter
    )


def test_a_covered_lens_is_a_closed_shutter_and_its_picture_is_not_passed_on():
    rig = _rig(90, 0, 0, 0, 0, 90, shutter="dark picture")
    sensed = [rig.sense(tick, frame_wanted=True) for tick in range(6)]
    assert [one.shutter is Shutter.CLOSED for one in sensed] == [False, False, False, True, True, False]
    assert [one.camera is None for one in sensed] == [False, False, False, True, True, False]


def test_a_rig_without_a_range_lets_nothing_move():
    rig = _rig(shutter="open")
    rig.set_range(None)
    rig.sense(0, frame_wanted=False)
    sent, remark = rig.actuate(MotorCommand(tick=0, seq=1, kind=CommandKind.MOVE, yaw_deg=1.0, rate_dps=20.0))
    assert sent.kind is not CommandKind.MOVE
    assert remark
    rig.close()
