"""The API server as a process of the window: it serves until the window hangs up, and tells who is connected."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from simulator.runtime.pipe import PipeError, Unpacker, own_output, pack, write_all
from simulator.server.desk import Desk
from simulator.server.door import DoorError, load_tokens, token_file
from simulator.server.hub import Hub
from simulator.server.messages import Done, Scope
from simulator.server.serve import ServeFailed, ServeOptions, serve
from simulator.server.window_pipe import (
    SERVING_ORDERS,
    SERVING_REPORTS,
    AnswerNow,
    ClientNow,
    ServeRoom,
    Serving,
    ServingFailed,
    ServingReport,
    ServingStatus,
)

FIRST_PORT, PORTS = 8760, 20
TELL_S = 0.2


def status_of(hub: Hub) -> ServingStatus:
    """What the window shows of the hub."""
    holder, left_s = hub.lease
    state = hub.state()
    return ServingStatus(
        clients=tuple(
            ClientNow(
                name=client.name, scope=client.scope.value, open_commands=len(client.open),
                lease_s=round(left_s) if client.name == holder else None,
            )
            for client in hub.clients.values()
        ),
        answers=tuple(
            AnswerNow(
                client=one.client, command=one.command, kind=type(one.reply).__name__,
                good=isinstance(one.reply, Done) and one.reply.ok, sentence=one.reply.sentence,
            )
            for one in reversed(hub.journal)
        ),
        answered=hub.answered,
        yaw_deg=round(state.angle, 1),
        why=state.why,
    )  # fmt: skip


async def tell_status(desk: Desk, report: Callable[[ServingReport], None]) -> None:
    """Tell what has changed, until the window hangs up."""
    hung_up = asyncio.Event()
    asyncio.get_running_loop().add_reader(0, lambda: None if os.read(0, 1 << 10) else hung_up.set())
    told: ServingStatus | None = None
    while not hung_up.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(hung_up.wait(), TELL_S)
        if desk.hub is not None and (now := status_of(desk.hub)) != told:
            told = now
            report(now)


def free_port(wanted: int) -> int:
    """The usual port, or the next one that is free."""
    ports = [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS)
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServeFailed(f"ports {ports[0]} to {ports[-1]} of this machine are taken")


def main() -> int:
    """Serve what the first order says."""
    out = own_output()

    def report(message: ServingReport) -> None:
        try:
            write_all(out, pack(SERVING_REPORTS, message))
        except BrokenPipeError:
            os._exit(0)  # the window is gone, and the loop's process hears of it by its own pipe

    try:
        order = _order()
        path = token_file()
        tokens, _ = load_tokens(path)
        port = free_port(order.port)
        address = f"http://127.0.0.1:{port}/"

        def tell() -> None:
            report(Serving(address=address, page=f"{address}#{tokens.by_scope[Scope.APP]}", token_file=path))

        ended = serve(
            ServeOptions(room=order.room, port=port, view_program=order.view_program), tokens,
            on_ready=tell, beside=lambda desk: tell_status(desk, report),
        )  # fmt: skip
    except (ServeFailed, DoorError, ValueError, OSError) as error:
        report(ServingFailed(text=str(error)))
        return 1
    if ended:
        report(ServingFailed(text=ended))
    return 0


def _order() -> ServeRoom:
    unpacker = Unpacker(SERVING_ORDERS)
    while data := os.read(0, 1 << 16):
        for order in unpacker.feed(data):
            if isinstance(order, PipeError):
                raise ValueError(f"the window sent something else than a room: {order}")
            return order
    raise ServeFailed("the window hung up")


if __name__ == "__main__":
    sys.exit(main())
