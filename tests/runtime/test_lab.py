"""Real rooms and their recordings: the rig of a bench, and a lab session that is decided again without a lab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.ports import PortError
from hardware_bridge.rigs.lab_rig import LabRig, load_bench, open_lab
from simulator.cli.main import main
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
        ({"shutter": "ajar"}, "shutter 'ajar': must be 'open', 'closed' or"),
        ({"camera_latency_ms": -3}, "camera_latency_ms -3: must be greater than or equal to 0"),
        ({"camera_latency_ms": "soon"}, "'soon': must be a valid number"),
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


def test_a_lens_that_is_free_again_is_noticed_though_nobody_asks_for_pictures():
    rig = _rig(0, 0, 0, 0, 90, 90, shutter="dark picture")
    assert [rig.sense(tick, frame_wanted=True).shutter for tick in range(3)][-1] is Shutter.CLOSED
    sensed = [rig.sense(tick, frame_wanted=False) for tick in range(3, 40)]
    assert sensed[-1].shutter is Shutter.OPEN
    assert all(one.camera is None for one in sensed)
    assert rig.sense(40, frame_wanted=True).camera is not None


def test_a_rig_without_a_range_lets_nothing_move():
    rig = _rig(shutter="open")
    rig.set_range(None)
    rig.sense(0, frame_wanted=False)
    sent, remark = rig.actuate(MotorCommand(tick=0, seq=1, kind=CommandKind.MOVE, yaw_deg=1.0, rate_dps=20.0))
    assert sent.kind is not CommandKind.MOVE
    assert remark
    rig.close()


def test_a_motor_that_is_gone_keeps_no_sense_open():
    """What is left open would go on in a thread of its own when the program ends."""
    closed = []

    class Gone(VirtualMotor):
        def close(self):
            closed.append("motor")
            raise PortError("the port is gone")

    class Sense(_Pictures):
        def close(self):
            closed.append("sense")

    rig = LabRig(
        facts=DeviceFacts(), range_of_motion=ARC, motor=Gone(Plant(MotorFacts())), microphones=Sense(), camera=Sense()
    )
    with pytest.raises(PortError, match="the port is gone"):
        rig.close()
    assert closed == ["motor", "sense", "sense"]


@pytest.mark.process
@pytest.mark.skipif(
    shutil.which("pulseaudio") is None or shutil.which("pacat") is None, reason="pulseaudio is not installed"
)
def test_a_whole_bench_runs_and_loses_its_microphones(tmp_path):
    """A desktop's sound system, a camera over the network, an emulated motor, the full stack; by the wall clock, so that
    only what happens is judged, not how fast. Then the sound system dies: the ears are lost, and nothing turns."""
    (tmp_path / "bench.py").write_text(_BENCH)
    (tmp_path / "asound.conf").write_text("pcm.micarray { type pulse device micarray }\n")
    environment = os.environ | {
        "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2]),
        "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{tmp_path / 'asound.conf'}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "bench.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500,
        check=False,
    )  # fmt: skip
    if "no sound system" in done.stderr or "cannot open 'micarray'" in done.stderr:
        pytest.skip("the desktop's sound system does not run here: " + done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["heard"] > 50
    assert told["seen"] == "seeing"
    assert told["lost"]
    assert told["moved_deg"] < 0.5


_BENCH = """
import itertools, json, socketserver, subprocess, threading, time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
import cv2
import numpy as np
from simulator.onboard.facts import DeviceFacts
from simulator.runtime.compose import compose
from simulator.scene.loader import load
from simulator.world.assets import SCENES

MAP = "front-left,front-right,rear-left,rear-right,front-center,lfe,side-left,side-right"

chance = np.random.default_rng(1)
# Made beforehand: a thread of ours inside OpenCV when the program ends would abort it.
PICTURES = [cv2.imencode(".jpg", chance.integers(90, 130, (360, 640, 3), dtype=np.uint8))[1].tobytes() for _ in range(10)]

class Pictures(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            for data in itertools.cycle(PICTURES):
                head = f"--frame\\r\\nContent-Type: image/jpeg\\r\\nContent-Length: {len(data)}\\r\\n\\r\\n"
                self.wfile.write(head.encode() + data + b"\\r\\n")
                time.sleep(0.1)
        except OSError:
            return
    def log_message(self, *arguments):
        pass

server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Pictures)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
subprocess.run(["pulseaudio", "-n", "--daemonize=yes", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"], check=True)
player = None
try:
    for line in (
        f"module-null-sink sink_name=room channels=8 channel_map={MAP} rate=16000 format=s16le",
        f"module-remap-source source_name=micarray master=room.monitor channels=8 channel_map={MAP} master_channel_map={MAP} remix=no",
    ):
        subprocess.run(["pactl", "load-module", *line.split()], check=True, capture_output=True)
    noise = (300 * np.random.default_rng(2).standard_normal((16000 * 60, 8))).astype("<i2").tobytes()
    player = subprocess.Popen(["pacat", "--device=room", "--channels=8", f"--channel-map={MAP}", "--rate=16000",
                               "--format=s16le", "--latency-msec=40"], stdin=subprocess.PIPE)
    threading.Thread(target=lambda: player.stdin.write(noise), daemon=True).start()
    places = [list(place) for place in DeviceFacts().microphones.positions_m]
    Path("array.json").write_text(json.dumps({"name": "eight", "device": "micarray", "device_channels": 8,
                                              "channels": list(range(8)), "positions_m": places}))
    Path("bench.json").write_text(json.dumps({"lab": 1, "motor": "emulated:dynamixel", "microphones": "array.json",
        "camera": f"http://127.0.0.1:{server.server_address[1]}/v.mjpg", "camera_latency_ms": 40}))
    session = compose(load(SCENES / "sample.scene.yaml"), rig="real:bench.json")
    traces = [session.step() for _ in range(300)]
    subprocess.run(["pulseaudio", "--kill"], check=False)
    after = [session.step() for _ in range(150)]
    session.close()
    print(json.dumps({
        "heard": sum("microphones" not in trace.guard for trace in traces),
        "seen": str(traces[-1].vision.seeing),
        "lost": "microphones lost" in after[-1].guard,
        "moved_deg": float(np.ptp([trace.motor.yaw_deg for trace in traces + after])),
    }))
finally:
    if player is not None:
        player.kill()
    subprocess.run(["pulseaudio", "--kill"], check=False, capture_output=True)
"""
