"""One WebSocket from its knock to its leaving."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect

from simulator.server.clients import Client
from simulator.server.clock import now_s
from simulator.server.desk import Desk, Socket
from simulator.server.door import PROTOCOL
from simulator.server.hub import Hub
from simulator.server.messages.commands import Subscribe

# After so many refused commands in a row a client is not read for a moment: its network fills up and slows it down, its answers come
# late but come, and nobody else waits for it.
PAUSE_EVERY, PAUSE_S = 32, 0.005


async def serve_socket(desk: Desk, socket: WebSocket) -> None:
    """One client from its knock to its leaving."""
    protocols = [text.strip() for line in socket.headers.getlist("sec-websocket-protocol") for text in line.split(",")]
    scope = desk.door.scope_of(authorization=socket.headers.getlist("authorization"), protocols=protocols)
    # Accepted first: a browser learns nothing of a refusal before that but "1006".
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in protocols else None)
    if not desk.door.host_is_ours(socket.headers.getlist("host")):
        return await socket.close(4403, "foreign host")
    if not desk.door.origin_is_ours(socket.headers.getlist("origin")):
        return await socket.close(4403, "foreign origin")
    if scope is None:
        return await socket.close(4401, "token missing or wrong")
    if any(text.startswith("swivel.v") and text != PROTOCOL for text in protocols) and PROTOCOL not in protocols:
        return await socket.close(4400, f"unsupported version: this is {PROTOCOL}")
    hub = desk.hub
    if hub is None:
        return await socket.close(1013, "the device is starting")
    client, box = hub.join(scope), Socket(hub)
    box.answer(hub.hello(client))
    desk.sockets.add(box)
    sender = asyncio.create_task(_send(socket, box))
    try:
        await _receive(hub, client, socket, box)
    except (WebSocketDisconnect, RuntimeError):
        pass  # gone; RuntimeError when it was closed from here
    finally:
        sender.cancel()
        desk.sockets.discard(box)
        hub.leave(client)
    return None


async def _send(socket: WebSocket, box: Socket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        while not box.too_slow:
            await socket.send_text(await box.next())
        await socket.close(4429, "answers are not read")


async def _receive(hub: Hub, client: Client, socket: WebSocket, box: Socket) -> None:
    refused = 0
    while not box.too_slow:
        message = await socket.receive()
        if message["type"] != "websocket.receive":
            return
        text = message.get("text")
        command = hub.receive(client, text if text is not None else message.get("bytes") or b"", box, now_s=now_s())
        if isinstance(command, Subscribe):
            since, done = hub.subscribed(command)
            box.answer(done)
            box.subscribe(command, since)
        refused = refused + 1 if command is None else 0
        if refused % PAUSE_EVERY == PAUSE_EVERY - 1:
            await asyncio.sleep(PAUSE_S)
