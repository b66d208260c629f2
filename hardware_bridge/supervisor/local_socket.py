"""The socket between a supervisor and its app: one that only this machine can reach, and only this user may open."""

from __future__ import annotations

import socket

from hardware_bridge.ports import PortError


def local_socket() -> socket.socket:
    """A new Unix socket; raises PortError on a system that has none."""
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        raise PortError("a supervisor and its app meet at a Unix socket, which this system lacks; use Linux or macOS")
    return socket.socket(family, socket.SOCK_STREAM)
