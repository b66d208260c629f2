"""A client that sends all it can, in a process of its own, and counts its final answers: address, token and seconds are its arguments."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from websockets.asyncio.client import connect

PER_S, AT_ONCE = 13_000, 65
NOT_FINAL = ("Hello", "Accepted", "Event", "DeviceState")


async def main(url: str, token: str, seconds: float) -> None:
    """Flood, wait for the answers, and print both numbers."""
    finals: set[str] = set()
    async with connect(url, additional_headers={"Authorization": f"Bearer {token}"}, max_queue=None) as ws:

        async def read() -> None:
            async for text in ws:
                message = json.loads(text)
                if message["type"] not in NOT_FINAL:
                    finals.add(message["id"])

        reading = asyncio.create_task(read())
        number, began = 0, time.perf_counter()
        while (now := time.perf_counter() - began) < seconds:
            for _ in range(AT_ONCE):
                await ws.send(json.dumps({"type": "TurnTo", "id": f"f{number}", "angle": number % 40 - 20}))
                number += 1
            await asyncio.sleep(max(0.0, number / PER_S - now))
        took = time.perf_counter() - began
        await ws.send('{"type": "StopMotion", "id": "last"}')
        for _ in range(1200):
            if len(finals) == number + 1:
                break
            await asyncio.sleep(0.05)
        reading.cancel()
    print(json.dumps({"sent_per_s": number / took, "lost": number + 1 - len(finals)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
