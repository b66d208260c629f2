"""Pictures of the room for people who look on, drawn by a process of its own: nothing that moves the screen waits for one."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass

from simulator.runtime.children import environment
from simulator.runtime.onlooker import Moment
from simulator.runtime.pipe import PipeError, Unpacker, pack
from simulator.server.clock import now_s
from simulator.server.pipe import OpenRoom
from simulator.server.view_pipe import VIEW_ORDERS, VIEW_REPORTS, Draw, Drawn, DrawRoom, ViewFailed, ViewOrder
from simulator.world.camera.view import View

PICTURES_PER_S = 10.0  # of one standpoint; without a graphics card a picture costs 15 ms of a processor
MOMENT_S, FIRST_S, PICTURE_S = 5.0, 90.0, 20.0  # patience: the first picture loads the room and its people
ENDING_S = 2.0


class NoPicture(RuntimeError):
    """There is no picture; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """From where somebody looks."""

    view: View
    who: str = ""  # whose eyes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture as JPEG."""

    tick: int
    jpeg: bytes


class Artist:
    """Has pictures drawn, one at a time; who asks for the same standpoint gets the same picture."""

    def __init__(self, room: OpenRoom, *, program: str, look_on: Callable[[], None]) -> None:
        self._room, self._program, self._look_on = room, program, look_on
        self._moment: Moment | None = None
        self._fresh = asyncio.Event()
        self._underway: dict[Standing, asyncio.Task[Picture]] = {}
        self._last: dict[Standing, tuple[float, int]] = {}  # when it was drawn, and of which tick
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._reports = Unpacker(VIEW_REPORTS)
        self.failed = ""

    def take(self, moment: Moment) -> None:
        """The loop says where everything stands."""
        self._moment = moment
        self._fresh.set()

    async def picture(self, standing: Standing) -> Picture:
        """The next picture from there; raises NoPicture."""
        if self.failed:
            raise NoPicture(self.failed)
        task = self._underway.get(standing)
        if task is None:
            task = self._underway[standing] = asyncio.create_task(self._next(standing))
            task.add_done_callback(lambda _: self._underway.pop(standing, None))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End the process."""
        for task in list(self._underway.values()):
            task.cancel()
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), ENDING_S)
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None:
                process.kill()
        await process.wait()

    async def _next(self, standing: Standing) -> Picture:
        last_s, last_tick = self._last.get(standing, (0.0, -1))
        await asyncio.sleep(max(0.0, last_s + 1.0 / PICTURES_PER_S - now_s()))
        moment = await self._newer_than(last_tick)
        async with self._turn:
            self._last[standing] = now_s(), moment.tick
            jpeg = await self._drawn(Draw(view=standing.view, who=standing.who, moment=moment))
        return Picture(tick=moment.tick, jpeg=jpeg)

    async def _newer_than(self, tick: int) -> Moment:
        self._look_on()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOMENT_S):
                while self._moment is None or self._moment.tick <= tick:
                    self._fresh.clear()
                    await self._fresh.wait()
                return self._moment
        raise NoPicture("The room stands still.")

    async def _drawn(self, order: ViewOrder) -> bytes:
        if self.failed:
            raise NoPicture(self.failed)
        try:
            process, patience_s = self._process, PICTURE_S
            if process is None:
                process, patience_s = await self._started(), FIRST_S
            assert process.stdin is not None
            process.stdin.write(pack(VIEW_ORDERS, order))
            return await asyncio.wait_for(self._answer(process), patience_s)
        except (OSError, TimeoutError) as error:
            self.failed = f"The process that draws has ended: {error or 'it took too long'}."
        except NoPicture as error:
            self.failed = str(error)
        raise NoPicture(self.failed)

    async def _started(self) -> Process:
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._program, stdin=PIPE, stdout=PIPE, env=environment(), start_new_session=True
        )
        assert process.stdin is not None
        process.stdin.write(pack(VIEW_ORDERS, DrawRoom(room=self._room)))
        return process

    async def _answer(self, process: Process) -> bytes:
        assert process.stdout is not None
        while data := await process.stdout.read(1 << 18):
            for report in list(self._reports.feed(data)):
                match report:
                    case Drawn(body=body):
                        return body
                    case ViewFailed(text=text):
                        raise NoPicture(text)
                    case PipeError():
                        raise NoPicture(f"The process that draws sent something else than a picture: {report}.")
        raise NoPicture(f"The process that draws has ended (exit code {await process.wait()}).")
