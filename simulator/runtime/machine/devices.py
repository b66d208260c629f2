"""What is plugged in: sound devices, cameras and serial ports, and whether this user may open them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.runtime.machine.finding import Finding, Status, tried

LIST_SOUND = """
import json, sys
try:
    import sounddevice
except OSError as error:
    sys.exit(str(error))
print(json.dumps([[d["name"], d["max_input_channels"], d["max_output_channels"]] for d in sounddevice.query_devices()]))
"""
LIST_PORTS = """
import json
from serial.tools import list_ports
print(json.dumps(sorted(port.device for port in list_ports.comports() if port.vid is not None)))
"""


def sound() -> Finding:
    """Microphones for a real room, loudspeakers to listen to the virtual one."""
    trial = tried(LIST_SOUND)
    if trial.code != 0:
        found, do = f"no sound devices can be listed: {trial.reason}", "on Debian: apt-get install libportaudio2"
        return Finding(part="sound", status=Status.LESS, found=found, do=do)
    devices = json.loads(trial.said)
    if not devices:
        do = "plug in a microphone array to hear a real room; the virtual one needs none"
        return Finding(part="sound", status=Status.LESS, found="no sound device", do=do)
    most = max(channels for _, channels, _ in devices)
    heard, played = sum(one[1] > 0 for one in devices), sum(one[2] > 0 for one in devices)
    found = f"{heard} to hear with (up to {most} channels), {played} to play on"
    return Finding(part="sound", status=Status.GOOD, found=found)


def cameras(devices: Path = Path("/dev")) -> Finding:
    """Cameras that a real room is seen with."""
    if sys.platform != "linux":
        do = "try one with swivel see"
        return Finding(part="cameras", status=Status.LESS, found="looked for on Linux only", do=do)
    found = sorted(str(path) for path in devices.glob("video[0-9]*"))
    if not found:
        do = "plug one in, or give an address, to see a real room; the virtual one needs none"
        return Finding(part="cameras", status=Status.LESS, found="no camera", do=do)
    return _may_open("cameras", found, group="video")


def serial_ports(ports: Sequence[str] | None = None) -> Finding:
    """Ports that a real motor hangs on."""
    if ports is None:
        trial = tried(LIST_PORTS)
        if trial.code != 0:
            return Finding(part="serial ports", status=Status.LESS, found=trial.reason, do="mend the packages first")
        ports = json.loads(trial.said)
    if not ports:
        do = "plug in a motor's adapter, or try everything without one: swivel emulate dynamixel"
        return Finding(part="serial ports", status=Status.LESS, found="no adapter is plugged in", do=do)
    return _may_open("serial ports", ports, group="dialout")


def _may_open(part: str, paths: Sequence[str], *, group: str) -> Finding:
    own = os.access in os.supports_effective_ids
    closed = [path for path in paths if not os.access(path, os.R_OK | os.W_OK, effective_ids=own)]
    if not closed:
        return Finding(part=part, status=Status.GOOD, found=", ".join(paths))
    owner = _group_of(closed[0]) or group
    do = f"sudo usermod -aG {owner} $USER, then log in again"
    return Finding(part=part, status=Status.LESS, found=f"this user may not open {', '.join(closed)}", do=do)


def _group_of(path: str) -> str:
    """The group that may open a device, where groups have names; root's own group helps nobody."""
    try:
        import grp

        name = grp.getgrgid(os.stat(path).st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return ""
    return "" if name == "root" else name
