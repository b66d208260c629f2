"""A flood on one connection is taken a little at a time, so that the others are heard in between."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from websockets.asyncio.client import ClientConnection, connect

from simulator.server.small_reads import READ_BYTES, SmallReads

COMMANDS = 20_000


class Counting(SmallReads):
    """A protocol that notes what it gets."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def data_received(self, data: bytes) -> None:
        self.sizes.append(len(data))


def test_a_megabyte_that_is_there_at_once_comes_in_small_parts():
    async def main() -> list[int]:
        loop, flooded = asyncio.get_running_loop(), Counting()
        server = await loop.create_server(lambda: flooded, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x" * 1_000_000)
        await writer.drain()
        while sum(flooded.sizes) < 1_000_000:
            await asyncio.sleep(0.01)
        writer.close()
        server.close()
        return flooded.sizes

    assert max(asyncio.run(main())) <= READ_BYTES


@pytest.mark.process
def test_a_stop_is_heard_in_the_middle_of_another_clients_flood(served):
    async def main() -> tuple[int, float, list[float], float]:
        url = served.url.replace("http", "ws") + "/v1/motion"
        bearer = {"Authorization": f"Bearer {served.token()}"}
        async with (
            connect(url, additional_headers=bearer, max_queue=None) as flood,
            connect(url, additional_headers=bearer) as other,
        ):
            sending = asyncio.create_task(send(flood))
            waits = []
            for number in range(20):
                began = time.perf_counter()
                await other.send(json.dumps({"type": "StopMotion", "id": f"s{number}"}))
                while json.loads(await other.recv()).get("id") != f"s{number}":
                    pass
                waits.append(time.perf_counter() - began)
            stopped_s = time.perf_counter()
            answers, ended_s = await sending
            return answers, ended_s, waits, stopped_s

    async def send(flood: ClientConnection) -> tuple[int, float]:
        reading = asyncio.create_task(answers_of(flood))
        for number in range(COMMANDS):
            await flood.send(json.dumps({"type": "TurnTo", "id": f"f{number}", "angle": number % 40 - 20}))
        return len(await reading), time.perf_counter()

    async def answers_of(flood: ClientConnection) -> set[str]:
        finals: set[str] = set()
        while len(finals) < COMMANDS:
            message = json.loads(await flood.recv())
            if message["type"] not in ("Hello", "Accepted"):
                finals.add(message["id"])
        return finals

    answers, ended_s, waits, stopped_s = asyncio.run(main())
    assert answers == COMMANDS
    assert stopped_s < ended_s  # the flood was still on its way when the last stop was answered
    assert sorted(waits)[10] < 0.25
