"""Puts the server together: the loop's process, the hub, the door, and uvicorn around them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from simulator.runtime.children import environment
from simulator.runtime.pipe import PipeError, Unpacker, pack
from simulator.server.app import make_app
from simulator.server.artist import Artist
from simulator.server.desk import Desk
from simulator.server.door import LOOPBACK, Door, DoorError, Tokens
from simulator.server.hub import Hub
from simulator.server.patient_http import PatientHttp
from simulator.server.pipe import (
    LOOP_ORDERS,
    LOOP_REPORTS,
    LookOn,
    LoopFailed,
    LoopOrder,
    LoopReady,
    LoopTick,
    OpenRoom,
)
from simulator.server.small_reads import FairWebSocket

MOST_CONNECTIONS = 2_048
# A client whose network is dead is noticed by these; the pong of one that floods waits behind its own commands.
PING_S, PONG_S = 5.0, 30.0
ENDING_S = 5.0
LOOK_ON_TICKS = 300  # the loop tells where everything stands for so long after somebody asked for a picture


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What is served, and to whom."""

    room: OpenRoom
    address: str = "127.0.0.1"
    port: int = 8760
    names: tuple[str, ...] = ()  # further names of this machine
    certificate: Path | None = None
    key: Path | None = None
    view_program: str = ""  # the module that draws the room for people; the layers above know it

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.certificate is not None


class ServeFailed(RuntimeError):
    """The device could not begin, or has ended; one line."""


class LoopProcess:
    """The device's process, and the hub that it feeds."""

    def __init__(self, options: ServeOptions, desk: Desk, *, on_end: Callable[[str], None]) -> None:
        self._options, self._desk, self._on_end = options, desk, on_end
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self.failed = ""

    async def start(self) -> None:
        """Start it, and wait until it ticks."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "simulator.server.loop",
            stdin=PIPE, stdout=PIPE, env=environment(), start_new_session=True,
        )  # fmt: skip
        self._send(self._options.room)
        self._reading = asyncio.create_task(self._read(self._process))
        await self._ready.wait()
        if self.failed:
            raise ServeFailed(self.failed)

    async def stop(self) -> None:
        """Hang up: the loop gives the motor back and ends."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=ENDING_S)
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.kill()
        await self._process.wait()

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        unpacker = Unpacker(LOOP_REPORTS)
        while data := await process.stdout.read(1 << 16):
            for report in unpacker.feed(data):
                match report:
                    case LoopReady():
                        if report.corners and self._options.view_program:
                            self._desk.artist = self._artist()
                        self._desk.hub = Hub(report, send=self._send, views=self._desk.views)
                        self._ready.set()
                    case LoopTick(moment=moment):
                        if self._desk.hub is not None:
                            self._desk.hub.report(report)
                        if self._desk.artist is not None and moment is not None:
                            self._desk.artist.take(moment)
                    case LoopFailed(text=text):
                        self.failed = text
                    case PipeError():
                        self.failed = f"the device's loop sent something else than a report: {report}"
            self._desk.ticked()
        await process.wait()
        self.failed = self.failed or f"the device's loop has ended (exit code {process.returncode})"
        if self._desk.hub is not None:
            self._desk.hub.lose(f"The device has gone: {self.failed}.")
            self._desk.ticked()
        self._ready.set()
        self._on_end(self.failed)

    def _artist(self) -> Artist:
        options = self._options
        return Artist(
            options.room, program=options.view_program, look_on=lambda: self._send(LookOn(ticks=LOOK_ON_TICKS))
        )

    def _send(self, order: LoopOrder) -> None:
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(pack(LOOP_ORDERS, order))


def serve(
    options: ServeOptions,
    tokens: Tokens,
    *,
    on_ready: Callable[[], None],
    beside: Callable[[Desk], Coroutine[None, None, None]] | None = None,
) -> str:
    """Serve until interrupted, or until `beside` is done; returns why it ended, "" for an interrupt.

    Raises ServeFailed and DoorError.
    """
    _check_address(options)
    names = {*LOOPBACK, *(name.lower() for name in options.names)}
    if options.address not in ("0.0.0.0", "::"):
        names.add(f"[{options.address}]" if ":" in options.address else options.address)
    desk = Desk(Door(tokens=tokens, names=frozenset(names), port=options.port, tls=options.tls))
    return asyncio.run(_serve(options, desk, on_ready=on_ready, beside=beside))


async def _serve(
    options: ServeOptions,
    desk: Desk,
    *,
    on_ready: Callable[[], None],
    beside: Callable[[Desk], Coroutine[None, None, None]] | None,
) -> str:
    ended: list[str] = []

    def on_end(why: str) -> None:
        ended.append(why)
        asyncio.get_running_loop().call_later(0.2, _ask_to_end, server)  # the clients are told first

    loop = LoopProcess(options, desk, on_end=on_end)

    config = uvicorn.Config(
        make_app(desk), host=options.address, port=options.port, http=PatientHttp, ws=FairWebSocket,
        ws_max_size=1 << 16, ws_max_queue=16, ws_ping_interval=PING_S, ws_ping_timeout=PONG_S, ws_per_message_deflate=False,
        log_level="warning", access_log=False, limit_concurrency=MOST_CONNECTIONS, timeout_graceful_shutdown=1,
        server_header=False, ssl_certfile=options.certificate, ssl_keyfile=options.key, lifespan="off",
    )  # fmt: skip
    server = _Server(config, on_ready=on_ready)
    going_on: asyncio.Task[None] | None = None
    keeping_time = asyncio.create_task(desk.keep_time())
    try:
        await loop.start()
        if beside is not None:
            going_on = asyncio.create_task(beside(desk))
            going_on.add_done_callback(lambda _: _ask_to_end(server))
        await server.serve()
    finally:
        keeping_time.cancel()
        if going_on is not None:
            going_on.cancel()
        stopping, loop._on_end = list(ended), lambda _: None
        if desk.artist is not None:
            await desk.artist.close()
        await loop.stop()
    return stopping[0] if stopping else ""


class _Server(uvicorn.Server):
    """uvicorn, which says when it listens."""

    def __init__(self, config: uvicorn.Config, *, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; a port that is taken has been told by then."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def _ask_to_end(server: uvicorn.Server) -> None:
    server.should_exit = True


def _check_address(options: ServeOptions) -> None:
    if options.address not in ("127.0.0.1", "localhost", "::1") and not options.tls:
        raise DoorError(
            f"--address {options.address}: whoever can reach it could read the token; give --certificate and --key, "
            "or leave the address out to serve this machine only"
        )
    if (options.certificate is None) is not (options.key is None):
        raise DoorError("--certificate and --key go together")


def interrupted() -> None:
    """Let a polite end of the terminal be the same as Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
