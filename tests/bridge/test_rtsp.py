"""A network camera that speaks RTSP: real H.264 over loopback, through the capture code of a real bench."""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import threading
import time

import numpy as np
import pytest

from hardware_bridge.capture.camera import VideoCapture
from simulator.onboard.messages import MotorMode, MotorState

PATIENCE_S = 120.0
SDP = "\r\n".join((
    "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "c=IN IP4 127.0.0.1", "t=0 0", "m=video 0 RTP/AVP 96",
    "a=rtpmap:96 H264/90000", "a=fmtp:96 packetization-mode=1", "a=control:track1", "",
))  # fmt: skip


class _Camera(socketserver.StreamRequestHandler):
    """As much of RTSP as a client needs to play: the session is ours, the pictures are ffmpeg's."""

    def handle(self):
        encoder, rtp = None, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        rtp.bind(("127.0.0.1", 0))
        try:
            while head := self._request():
                method, number = head[0].split()[0], head[1]
                extra, body = {
                    "OPTIONS": ("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN", ""),
                    "DESCRIBE": ("Content-Type: application/sdp", SDP),
                    "SETUP": ("Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1", ""),
                }.get(method, ("Session: 1", ""))
                length = f"Content-Length: {len(body)}\r\n" if body else ""
                self.wfile.write(f"RTSP/1.0 200 OK\r\n{number}\r\n{extra}\r\n{length}\r\n{body}".encode())
                if method == "PLAY":
                    encoder = self._encoder(rtp.getsockname()[1])
                    threading.Thread(target=self._pass_on, args=(rtp,), daemon=True).start()
                if method == "TEARDOWN":
                    return
        except OSError:
            return
        finally:
            if encoder is not None:
                encoder.kill()
                encoder.wait()
            rtp.close()

    def _request(self):
        """The request line and its number; None at the end."""
        lines = []
        while line := self.rfile.readline().decode("latin-1").strip():
            lines.append(line)
        number = [line for line in lines if line.lower().startswith("cseq")]
        return (lines[0], number[0]) if number else None

    def _encoder(self, port):
        return subprocess.Popen(
            ["ffmpeg", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-c:v", "libx264",
             "-preset", "ultrafast", "-tune", "zerolatency", "-g", "10", "-x264-params", "repeat-headers=1", "-pix_fmt",
             "yuv420p", "-f", "rtp", f"rtp://127.0.0.1:{port}?pkt_size=1200"],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def _pass_on(self, rtp):
        try:
            while packet := rtp.recv(65_536):
                self.wfile.write(b"$\0" + len(packet).to_bytes(2, "big") + packet)
        except (OSError, ValueError):
            return


def _has_encoder():
    if shutil.which("ffmpeg") is None:
        return False
    told = subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], capture_output=True, text=True, check=False)
    return "libx264" in told.stdout


@pytest.mark.process
@pytest.mark.skipif(not _has_encoder(), reason="ffmpeg with libx264 is not installed")
def test_pictures_of_an_rtsp_camera_arrive_in_the_size_of_the_eyes():
    """By the wall clock: that changing pictures come, cut to size, is judged, not how fast."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Camera)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state = MotorState(tick=0, yaw_deg=12.5, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    camera = VideoCapture(
        f"rtsp://127.0.0.1:{server.server_address[1]}/camera", yaw=lambda tick: state, size=(320, 240)
    )
    frames = []
    try:
        deadline = time.monotonic() + PATIENCE_S
        while len(frames) < 5 and time.monotonic() < deadline:
            frame = camera.frame(len(frames))
            if frame is not None:
                frames.append(frame)
            time.sleep(0.01)
    finally:
        camera.close()
        server.shutdown()
        server.server_close()
    assert len(frames) == 5
    assert {frame.pixels.shape for frame in frames} == {(240, 320, 3)}
    assert np.abs(frames[0].pixels.astype(int) - frames[-1].pixels).mean() > 0.1
    assert frames[0].pixels.std() > 20.0
    assert frames[0].detail is not None
