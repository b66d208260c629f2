"""Ears and eyes without hardware: the same code that reads a sound card and a network camera."""

from __future__ import annotations

import json
import os
import shutil
import socketserver
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest

from hardware_bridge.capture import camera
from hardware_bridge.capture.array import ArrayDescription, dead_channels, load_array, tapped
from hardware_bridge.capture.audio import BlockQueue, ClockDrift
from hardware_bridge.capture.camera import NewestPicture, VideoCapture, read_time_bar, write_time_bar
from hardware_bridge.ports import PortError
from simulator.onboard.messages import BLOCK_SAMPLES, MotorMode, MotorState

PATIENCE_S = 120.0
DESCRIBED = ArrayDescription(
    name="test",
    device="micarray",
    device_channels=4,
    channels=(2, 0),
    gains=(1.0, 0.5),
    positions_m=((0.05, 0.0, 0.0), (-0.05, 0.0, 0.0)),
)


def test_channels_come_in_the_order_of_the_description_and_evenly_loud():
    queue = BlockQueue(DESCRIBED)
    samples = np.tile(np.array([[0.2, 0.0, 0.7, 0.0]], dtype=np.float32), (3 * BLOCK_SAMPLES + 5, 1))
    queue.deliver(samples[:100])
    queue.deliver(samples[100:])
    blocks = [queue.block(tick) for tick in range(4)]
    assert [block is None for block in blocks] == [False, False, False, True]
    assert blocks[0].samples.shape == (2, BLOCK_SAMPLES)
    assert blocks[0].samples[:, 0] == pytest.approx([0.7, 0.1])


def test_unplugged_microphones_are_lost_after_200_ms():
    queue = BlockQueue(DESCRIBED)
    for tick in range(19):
        assert queue.block(tick) is None
    assert not queue.lost
    queue.block(19)
    assert queue.lost


def test_old_sound_is_dropped_not_played_late():
    queue = BlockQueue(DESCRIBED)
    queue.deliver(np.zeros((60 * BLOCK_SAMPLES, 4), dtype=np.float32))
    queue.block(0)
    assert queue.dropped_blocks == 35


@pytest.mark.parametrize("ppm", [-100.0, 0.0, 80.0])
def test_the_drift_of_a_sound_card_is_found(ppm, rng):
    drift = ClockDrift()
    for k in range(1900):
        drift.deliver(k * 0.01 / (1.0 + 1e-6 * ppm) + 1e-4 * rng.standard_normal(), BLOCK_SAMPLES)
    assert drift.ppm == pytest.approx(ppm, abs=5.0)


def test_a_tap_names_its_microphone_and_silence_names_none(rng):
    block = 0.005 * rng.standard_normal((4, 1600)).astype(np.float32)
    assert tapped(block) is None
    block[2, 700:710] += 0.4
    assert tapped(block) == 2
    block[1] = 0.0
    assert dead_channels(block) == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"channels": [0, 0]},
        {"channels": [0, 9]},
        {"positions_m": [[0, 0, 0]]},
        {"gains": [1.0]},
        {"device": None, "name": 3, "channels": 5},
    ],
)
def test_an_array_that_cannot_be_is_refused(tmp_path, change):
    path = tmp_path / "a.json"
    good = {
        "name": "a",
        "device": "d",
        "device_channels": 4,
        "channels": [0, 1],
        "positions_m": [[0, 0, 0], [0.1, 0, 0]],
    }
    path.write_text(json.dumps(good))
    assert load_array(path).gains == (1.0, 1.0)
    path.write_text(json.dumps(good | change))
    with pytest.raises(PortError, match="array description"):
        load_array(path)


def test_a_frozen_camera_gives_no_picture_and_says_so(rng):
    newest = NewestPicture()
    picture = rng.integers(0, 255, (90, 160, 3), dtype=np.uint8)
    newest.put(picture)
    assert newest.take(0) is not None
    for tick in range(10, 111, 10):
        newest.put(picture)
        assert newest.take(tick) is None
    assert newest.frozen
    newest.put(255 - picture)
    assert newest.take(120) is not None
    assert not newest.frozen


def test_a_camera_that_hangs_is_not_released_under_its_reader(monkeypatch):
    goes_on, released = threading.Event(), threading.Event()

    class Hanging:
        def read(self):
            goes_on.wait(10.0)
            return False, None

        def release(self):
            assert goes_on.is_set()
            released.set()

    monkeypatch.setattr(camera, "_open", lambda _: Hanging())
    monkeypatch.setattr(camera, "CLOSE_S", 0.02)
    opened = camera.VideoCapture("any", yaw=lambda tick: None)
    opened.close()
    assert not released.is_set()
    goes_on.set()
    assert released.wait(10.0)


def test_a_time_survives_in_a_picture():
    picture = np.zeros((180, 320, 3), dtype=np.uint8)
    write_time_bar(picture, now_ms=0x1234_5678)
    assert read_time_bar(picture) == 0x1234_5678


class _Mjpeg(BaseHTTPRequestHandler):
    """A network camera: pictures that carry the time at which they were made."""

    pause_s = 1 / 30

    def do_GET(self):
        import cv2

        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            while True:
                picture = np.full((360, 640, 3), 60, dtype=np.uint8)
                write_time_bar(picture, now_ms=int(time.monotonic() * 1000) & 0xFFFF_FFFF)
                data = cv2.imencode(".jpg", picture)[1].tobytes()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")
                time.sleep(self.pause_s)
        except OSError:
            return

    def log_message(self, *arguments):
        pass


def test_pictures_of_a_network_camera_arrive_with_their_age():
    """Over loopback and by the wall clock: that pictures come and carry a sane age is judged, not how fast this machine is."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mjpeg)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state = MotorState(tick=0, yaw_deg=12.5, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    camera = VideoCapture(f"http://127.0.0.1:{server.server_address[1]}/v.mjpg", yaw=lambda tick: state)
    ages = []
    try:
        deadline = time.monotonic() + PATIENCE_S
        tick = 0
        while len(ages) < 10 and time.monotonic() < deadline:
            tick += 1
            frame = camera.frame(tick)
            if frame is not None:
                now_ms = int(time.monotonic() * 1000) & 0xFFFF_FFFF
                ages.append(now_ms - read_time_bar(frame.pixels))
                assert frame.yaw_deg == 12.5
                assert frame.pixels.shape == (360, 640, 3)
            time.sleep(0.005)
    finally:
        camera.close()
        server.shutdown()
        server.server_close()
    assert len(ages) == 10
    assert 0 <= float(np.median(ages)) < 1000
    assert "QT_QPA_FONTDIR" not in os.environ


class _Quick(_Mjpeg):
    """So many pictures that a reader is always about to come back with one."""

    pause_s = 0.0


@pytest.mark.process
def test_a_program_that_ends_with_its_camera_running_ends_in_order():
    """Four cameras and a mistake that nobody caught: the mistake is told, and the process is not aborted by a reader."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Quick)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program = (
        "import time\n"
        "from hardware_bridge.capture.camera import VideoCapture\n"
        f"place = 'http://127.0.0.1:{server.server_address[1]}/v.mjpg'\n"
        "cameras = [VideoCapture(place, yaw=lambda tick: None) for _ in range(4)]\n"
        "time.sleep(0.2)\n"
        "raise SystemExit(3)\n"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 3, done.stderr


def test_a_camera_that_is_not_there_is_said_in_one_line(tmp_path):
    with pytest.raises(PortError, match="cannot open camera"):
        VideoCapture(str(tmp_path / "none.mkv"), yaw=lambda tick: None)


@pytest.mark.process
@pytest.mark.skipif(
    shutil.which("pulseaudio") is None or shutil.which("pacat") is None, reason="pulseaudio is not installed"
)
def test_eight_channels_through_pulseaudio_keep_their_lags_to_the_sample(tmp_path):
    """The sound system of a desktop, in a process of its own: eight channels, each later by one sample than the one before."""
    script = tmp_path / "listen.py"
    script.write_text(_LISTEN)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    (tmp_path / "asound.conf").write_text("pcm.micarray { type pulse device micarray }\n")
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    environment["ALSA_CONFIG_PATH"] = f"/usr/share/alsa/alsa.conf:{tmp_path / 'asound.conf'}"
    result = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    if "no sound system" in result.stderr or "cannot open" in result.stderr:
        pytest.skip("the desktop's sound system does not run here: " + result.stderr.strip().splitlines()[-1])
    assert result.returncode == 0, result.stderr
    lags = json.loads(result.stdout.strip().splitlines()[-1])
    assert lags == [0, 1, 2, 3, 4, 5, 6, 7]


_LISTEN = """
import json, subprocess, sys, time
import numpy as np
from hardware_bridge.capture.array import ArrayDescription
from hardware_bridge.capture.audio import SoundCard

MAP = "front-left,front-right,rear-left,rear-right,front-center,lfe,side-left,side-right"
subprocess.run(["pulseaudio", "-n", "--daemonize=yes", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"], check=True)
try:
    for line in (
        f"module-null-sink sink_name=room channels=8 channel_map={MAP} rate=16000 format=s16le",
        f"module-remap-source source_name=micarray master=room.monitor channels=8 channel_map={MAP} master_channel_map={MAP} remix=no",
    ):
        subprocess.run(["pactl", "load-module", *line.split()], check=True, capture_output=True)
    described = ArrayDescription(name="eight", device="micarray", device_channels=8, channels=tuple(range(8)),
                                 gains=(1.0,) * 8, positions_m=((0.0, 0.0, 0.0),) * 8)
    card = SoundCard(described)
    noise = (6000 * np.random.default_rng(1).standard_normal(16000 * 4 + 8)).astype("<i2")
    sound = np.stack([noise[8 - k: len(noise) - k] for k in range(8)], axis=1).tobytes()
    player = subprocess.Popen(["pacat", "--device=room", "--channels=8", f"--channel-map={MAP}", "--rate=16000",
                               "--format=s16le", "--latency-msec=40"], stdin=subprocess.PIPE)
    player.stdin.write(sound)
    player.stdin.close()
    # A second of it, from when it is first heard: it lasts four, and a busy machine takes its time.
    heard, loud_blocks, until = [], 0, time.monotonic() + 60.0
    while loud_blocks < 100 and time.monotonic() < until:
        block = card.block(0)
        if block is None:
            time.sleep(0.005)
        else:
            heard.append(block.samples)
            loud_blocks += bool(loud_blocks) or bool(np.abs(block.samples[0]).max() > 0.05)
    player.kill()
    card.close()
    heard = np.concatenate(heard, axis=1)
    loud = np.nonzero(np.abs(heard[0]) > 0.05)[0]
    piece = heard[:, loud[0] + 1600: loud[0] + 1600 + 8000]
    print(json.dumps([int(np.argmax([np.dot(piece[0, 16:-16], np.roll(piece[k], -lag)[16:-16]) for lag in range(16)]))
                      for k in range(8)]))
finally:
    subprocess.run(["pulseaudio", "--kill"], check=False)
"""
