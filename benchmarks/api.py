"""The motion API: exactly one answer under fuzz, floods, latencies beside a bare echo, watchers, and memory.

    python -m benchmarks.api [--quick] [--json FILE]

What waits for a clock depends on the machine: each latency is printed with the echo of the same run, and with the processor's share.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.api_fuzz import fuzz
from benchmarks.common import finish, parser, processor_s
from simulator.onboard.messages import Scope
from simulator.runtime.watched import memory_mb
from swivel_client.serving import Served

FUZZED = 100_000
FLOOD_PER_S = 13_000
Figures = dict[str, float | int | str]


def main() -> None:
    """Measure all."""
    args = parser(__doc__).parse_args()
    figures: Figures = {}
    _fuzz(figures)
    with Served() as served:
        asyncio.run(_by_the_clock(served, figures, quick=args.quick))
    figures["machine.load"] = round(os.getloadavg()[0], 1)
    finish(figures, args)


def _fuzz(figures: Figures) -> None:
    began = time.process_time()
    found, watchers = fuzz(FUZZED, seed=1), fuzz(FUZZED // 10, seed=2, scopes=(Scope.WATCH,))
    pushed = fuzz(FUZZED // 10, seed=3, hands=True)
    every = (found, watchers, pushed)
    commands = sum(one.commands for one in every)
    outside = (watchers.turned_deg > 1.0) + (
        found.widest_deg > 90.6
    )  # hands may push the screen out of its range, apps may not
    figures["fuzz.commands"] = commands
    figures["fuzz.answered_pct"] = 100.0 * sum(one.answered_once for one in every) / commands
    figures["fuzz.unsafe"] = sum(one.unsafe for one in every) + outside
    figures["fuzz.exceptions"] = sum(one.exceptions for one in every)
    figures["fuzz.disconnects"] = sum(one.disconnects for one in every)
    figures["fuzz.widest_deg"] = found.widest_deg
    figures["fuzz.turned_deg"] = round(found.turned_deg)
    figures["fuzz.watchers_turned_deg"] = round(watchers.turned_deg, 3)
    figures["fuzz.processor_us_a_command"] = 1e6 * (time.process_time() - began) / commands


async def _by_the_clock(served: Served, figures: Figures, *, quick: bool) -> None:
    before = processor_s(served.process.pid)
    began = time.monotonic()
    figures["echo.p99_ms"] = await _bare_echo(100 if quick else 1000)
    await _turns(served, figures, count=60 if quick else 500)
    await _flood(served, figures, rounds=20 if quick else 50)
    await _dropped(served, figures, rounds=10 if quick else 100)
    await _watchers(served, figures, seconds=3.0 if quick else 20.0)
    await _memory(served, figures, connects=200 if quick else 1000, slow=50)
    figures["server.processor_share"] = (processor_s(served.process.pid) - before) / (time.monotonic() - began)
    for name in ("turn_to.accepted_p99_ms", "watchers100.age_p99_ms", "flood.stop_ms"):
        figures[f"{name}_to_echo"] = float(figures[name]) / float(figures["echo.p99_ms"])


def _connect(served: Served, *, scope: str = "app", **more: object):  # type: ignore[no-untyped-def]
    url = served.url.replace("http", "ws") + "/v1/motion"
    return connect(url, additional_headers={"Authorization": f"Bearer {served.token(scope)}"}, max_queue=None, **more)


async def _bare_echo(count: int) -> float:
    """The round trip to a server that does nothing, on this machine just now."""
    from websockets.asyncio.server import serve

    async def echo(ws) -> None:  # type: ignore[no-untyped-def]
        async for text in ws:
            await ws.send(text)

    took = []
    async with serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}") as ws:
            for _ in range(count):
                began = time.perf_counter()
                await ws.send("x" * 80)
                await ws.recv()
                took.append(time.perf_counter() - began)
                await asyncio.sleep(0.01)
    return _pct(took, 99)


async def _ask(ws: ClientConnection, kind: str, command_id: str, **fields: object) -> float:
    """Send, and wait for the first answer; seconds."""
    began = time.perf_counter()
    await ws.send(json.dumps({"type": kind, "id": command_id, **fields}))
    while json.loads(await ws.recv()).get("id") != command_id:
        pass
    return time.perf_counter() - began


async def _turns(served: Served, figures: Figures, *, count: int) -> None:
    took = []
    async with _connect(served) as ws:
        for number in range(count):
            took.append(await _ask(ws, "TurnTo", f"t{number}", angle=20 if number % 2 else -20))
            await asyncio.sleep(0.033)
    figures["turn_to.accepted_p50_ms"] = _pct(took, 50)
    figures["turn_to.accepted_p99_ms"] = _pct(took, 99)


async def _flood(served: Served, figures: Figures, *, rounds: int) -> None:
    """One client sends all it can, up to 13,000 a second; another stops; the flood still gets all its answers."""
    url = served.url.replace("http", "ws") + "/v1/motion"
    seconds = str(1.0 + rounds * 0.12)
    flood = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.api_flood", url, served.token(), seconds, stdout=PIPE
    )
    took = []
    async with _connect(served) as other:
        await asyncio.sleep(1.0)
        for number in range(rounds):
            await asyncio.sleep(0.1)
            took.append(await _ask(other, "StopMotion", f"s{number}"))
    said, _ = await flood.communicate()
    told = json.loads(said)
    figures["flood.sent_per_s"] = told["sent_per_s"]
    figures["flood.stop_p50_ms"] = _pct(took, 50)
    figures["flood.stop_ms"] = _pct(took, 99)
    figures["flood.answers_lost"] = told["lost"]


async def _dropped(served: Served, figures: Figures, *, rounds: int) -> None:
    """How long a lease outlives its socket."""
    took = []
    async with _connect(served) as other:
        for number in range(rounds):
            ws = await _connect(served)
            await _ask(ws, "AcquireMotion", "a", leaseMs=60_000)
            began = time.perf_counter()
            ws.transport.abort()
            tries = 0
            while True:
                tries += 1
                await other.send(json.dumps({"type": "TurnTo", "id": f"d{number}.{tries}", "angle": 5}))
                while (answer := json.loads(await other.recv())).get("id") != f"d{number}.{tries}":
                    pass
                if answer["type"] == "Accepted":
                    break
                await asyncio.sleep(0.021)
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.1)
    figures["lease.free_p99_ms"] = _pct(took, 99)


async def _watchers(served: Served, figures: Figures, *, seconds: float) -> None:
    """A hundred clients that watch at 10 Hz while another turns."""
    ages: list[float] = []
    counts: list[int] = []

    async def watch() -> None:
        async with _connect(served, scope="watch") as ws:
            await ws.send('{"type":"Subscribe","id":"s","rateHz":10,"events":false}')
            end, count = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                message = json.loads(await ws.recv())
                if message["type"] == "DeviceState":
                    ages.append(time.time() - message["wallTime"])
                    count += 1
            counts.append(count)

    watching = [asyncio.create_task(watch()) for _ in range(100)]
    await asyncio.gather(*watching)
    figures["watchers100.rate_hz"] = sum(counts) / len(counts) / seconds
    figures["watchers100.age_p50_ms"] = _pct(ages, 50)
    figures["watchers100.age_p99_ms"] = _pct(ages, 99)


async def _memory(served: Served, figures: Figures, *, connects: int, slow: int) -> None:
    """Many come and go, and some never read what they asked for."""
    async with asyncio.timeout(300):
        for _ in range(20):  # what is allocated once
            async with _connect(served) as ws:
                await ws.recv()
        before = memory_mb(served.process.pid)
        lazy = []
        for _ in range(slow):
            ws = await connect(
                served.url.replace("http", "ws") + "/v1/motion",
                additional_headers={"Authorization": f"Bearer {served.token()}"}, max_queue=1,
            )  # fmt: skip
            await ws.send('{"type":"Subscribe","id":"s","rateHz":20,"since":0}')
            lazy.append(ws)
        for _ in range(connects):
            async with _connect(served) as ws:
                await ws.recv()
        figures["memory.growth_mb"] = memory_mb(served.process.pid) - before
        for ws in lazy:
            ws.transport.abort()


def _pct(seconds: list[float], percent: int) -> float:
    """A percentile, in milliseconds."""
    ordered = sorted(seconds)
    return 1000.0 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    main()
