"""What a Reachy Mini's own daemon and its clients say to each other about the axis that turns its body: JSON, a message a line.

On the real wire each line is one text message of a websocket, ws://HOST:8000/ws/sdk. The daemon pushes the angles of all joints fifty
times a second and its status once a second; what a client orders is not answered. Angles are radians, to the left positive.

Where to look it up: Reachy Mini, `io/protocol.py` of its package (Apache-2.0), commands `set_body_yaw`, `set_torque` and
`set_automatic_body_yaw`, messages `joint_positions` (the first of the head's joints is the body's yaw) and `daemon_status`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import orjson

from hardware_bridge.codecs.byte_framing import StreamDecoder

BODY = "body_rotation"  # the name of the axis
PORT, PATH = 8000, "/ws/sdk"
LONGEST_LINE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyYaw:
    """Where the body points."""

    yaw_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonState:
    """How the daemon is."""

    state: str  # "running" when all is well
    version: str
    serial: str  # of the robot's sound card; empty in its simulations
    error: str


Pushed = BodyYaw | DaemonState


def turn_to(yaw_deg: float) -> bytes:
    """Go to a place at once, as fast as the servo can, and stay there for ever."""
    return _line(type="set_body_yaw", body_yaw=math.radians(yaw_deg))


def torque(*, on: bool) -> bytes:
    """Switch the torque of the body's axis alone: without the others the head would fall."""
    return _line(type="set_torque", on=on, ids=[BODY])


def no_own_ideas() -> bytes:
    """The daemon must not turn the body by itself when the head looks elsewhere."""
    return _line(type="set_automatic_body_yaw", enabled=False)


def pushed(message: Pushed) -> bytes:
    """What the daemon's end of the wire says: for an emulator."""
    if isinstance(message, BodyYaw):
        return _line(
            type="joint_positions",
            head_joint_positions=[math.radians(message.yaw_deg), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            antennas_joint_positions=[0.0, 0.0],
        )
    return _line(
        type="daemon_status", state=message.state, version=message.version, hardware_id=message.serial or None,
        error=message.error or None,
    )  # fmt: skip


def ordered(line: bytes) -> dict[str, object]:
    """What a client ordered: for an emulator. Raises ValueError for what is no order."""
    plain = orjson.loads(line)
    if not isinstance(plain, dict) or not isinstance(plain.get("type"), str):
        raise ValueError("no order")
    return plain


class ReachyDecoder(StreamDecoder[Pushed]):
    """Finds the two messages that matter among all that a daemon pushes."""

    def _next(self) -> Pushed | None:
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if (message := _read(line)) is not None:
                return message
        if len(self._buffer) > LONGEST_LINE:
            self._drop(len(self._buffer))
        return None


def _read(line: bytes) -> Pushed | None:
    """Anything else than the two is passed over, and so is what is damaged."""
    try:
        plain = ordered(line)
    except ValueError:
        return None
    if plain["type"] == "joint_positions":
        joints = plain.get("head_joint_positions")
        yaw_rad = joints[0] if isinstance(joints, list) and joints else None
        if isinstance(yaw_rad, bool) or not isinstance(yaw_rad, float | int) or abs(yaw_rad) > math.tau:
            return None
        return BodyYaw(yaw_deg=math.degrees(yaw_rad))
    if plain["type"] == "daemon_status":
        state, version, serial, error = (plain.get(name) for name in ("state", "version", "hardware_id", "error"))
        return DaemonState(
            state=str(state), version=str(version or ""), serial=str(serial or ""), error=str(error or "")
        )
    return None


def _line(**values: object) -> bytes:
    return orjson.dumps(values) + b"\n"
