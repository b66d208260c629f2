"""The supervisor's socket: one app drives, any other may watch, and everybody may stop."""

from __future__ import annotations

import os
import select
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardware_bridge.json_messages import MessageError
from hardware_bridge.ports import PortError
from hardware_bridge.supervisor.local_socket import local_socket
from hardware_bridge.supervisor.messages import (
    LONGEST_LINE,
    TOLD,
    Heartbeat,
    Hello,
    Input,
    Introduction,
    Order,
    Report,
    read_said,
)

MOST_APPS = 8
# An app that has been silent for a second does not keep the motor from another one.
IDLE_TICKS = 100
KNOCK_S = 0.2


@dataclass(slots=True, eq=False)
class _App:
    """One connection."""

    socket: socket.socket
    name: str = "an app without a name"
    said: bytes = b""  # the beginning of a line
    told: bytes = b""  # the rest of a line that did not fit
    refused: list[str] = field(default_factory=list)
    gone: bool = False

    def tell(self, line: bytes) -> None:
        """Send a line, or leave it out while the last one has not been read: an app is never waited for."""
        if self.told:
            line = b""
        data = self.told + line
        try:
            sent = self.socket.send(data) if data else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self.gone = True
            return
        self.told = data[sent:] if sent or self.told else b""


class AppSocket:
    """Everybody who is connected."""

    def __init__(self, path: str, greeting: Hello) -> None:
        """Raises PortError where something else is at the path, or another supervisor."""
        self._path = path
        self._greeting = TOLD.to_json(greeting) + b"\n"
        _make_way(path)
        self._listener = local_socket()
        # Nobody but the user who started the supervisor may turn the screen.
        before = os.umask(0o177)
        try:
            self._listener.bind(path)
        finally:
            os.umask(before)
        self._inode = os.stat(path).st_ino
        self._listener.listen(MOST_APPS)
        self._listener.setblocking(False)
        self._apps: list[_App] = []
        self._driver: _App | None = None
        self._driver_left = False
        self._idle_ticks = 0
        self._asked: _App | None = None  # whose order was passed on last
        self.had_apps = False

    @property
    def empty(self) -> bool:
        """Whether nobody is connected."""
        return not self._apps

    def receive(self) -> list[Input]:
        """What may be passed on of what was said since the last call; a torn or foolish line ends its connection."""
        self._accept()
        self._idle_ticks += 1
        passed = [given for app in self._apps for given in self._heard(app)]
        self._forget_gone()
        if self._driver_left:
            self._driver_left = False
            passed.append(Order(what="gone"))
        return passed

    def send(self, report: Report) -> None:
        """Tell everybody; why an order was refused is told to whoever gave it."""
        plain = TOLD.to_json(replace(report, refused="")) + b"\n"
        for app in self._apps:
            words = app.refused.pop(0) if app.refused else report.refused if app is self._asked else ""
            app.tell(TOLD.to_json(replace(report, refused=words)) + b"\n" if words else plain)
        if report.refused:
            self._asked = None
        self._forget_gone()

    def close(self) -> None:
        """Remove the socket, if it is still ours."""
        for app in self._apps:
            app.socket.close()
        self._listener.close()
        with suppress(OSError):
            if os.stat(self._path).st_ino == self._inode:
                Path(self._path).unlink()

    def _accept(self) -> None:
        while select.select([self._listener], [], [], 0.0)[0]:
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            if len(self._apps) >= MOST_APPS:
                connection.close()
                continue
            app = _App(socket=connection)
            app.tell(self._greeting)
            if app.gone:  # it only knocked
                connection.close()
                continue
            self._apps.append(app)
            self.had_apps = True

    def _heard(self, app: _App) -> Iterator[Input]:
        try:
            data = app.socket.recv(LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        *lines, app.said = (app.said + data).split(b"\n")
        app.gone = not data or len(app.said) > LONGEST_LINE
        for line in filter(None, lines):
            try:
                given = read_said(line)
            except MessageError:
                app.gone = True
                return
            if isinstance(given, Introduction):
                app.name = given.name
            elif self._may(app, given):
                yield given

    def _may(self, app: _App, given: Input) -> bool:
        """Everybody may stop; for the rest one app has the motor until it goes, or is silent for a second."""
        if isinstance(given, Order):
            self._asked = app
            if given.what == "stop":
                return True
        if self._driver not in (None, app) and self._idle_ticks < IDLE_TICKS:
            if not app.refused:
                assert self._driver is not None
                app.refused.append(f"another app is connected and drives: {self._driver.name}")
            return False
        if isinstance(given, Heartbeat) or given.what == "enable":
            self._driver, self._idle_ticks = app, 0
        return True

    def _forget_gone(self) -> None:
        for app in [one for one in self._apps if one.gone]:
            app.socket.close()
            self._apps.remove(app)
            if self._driver is app:
                self._driver, self._driver_left = None, True


def _make_way(path: str) -> None:
    """Remove the socket of a supervisor that has died; nothing else is ever removed."""
    try:
        kind = os.stat(path).st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(kind):
        raise PortError(f"{path}: there is something else than a socket: name another path")
    with local_socket() as knock:
        knock.settimeout(KNOCK_S)
        try:
            knock.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink(missing_ok=True)
            return
        except OSError as error:
            raise PortError(f"{path}: {error.strerror or error}") from error
    raise PortError(f"{path}: another supervisor answers there: stop it first, or name another path")
