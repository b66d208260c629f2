"""Pictures of the room: who may have them, that those who look from one place share them, and what is told where none can be drawn."""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from simulator.onboard.messages import TICKS_PER_S
from simulator.runtime.compose import header_of
from simulator.runtime.onlooker import Glass, Moment, Moments, Onlooker
from simulator.runtime.run import run_scene
from simulator.scene.loader import load, loads
from simulator.server import artist
from simulator.server.artist import Artist, NoPicture, Standing
from simulator.server.loop import Loop
from simulator.server.pipe import LookOn, LoopReport, LoopTick, OpenRoom
from simulator.world.assets import SCENES
from simulator.world.camera.view import CameraView

CORNER = Standing(view="third")
WALKS = """scene: 1
claim: Somebody calls and walks.
duration: 3 s
people: {anna: {at: [2.0, 1.4]}}
timeline:
  - {at: 0.2 s, who: anna, does: say wake word}
  - {at: 0.5 s, who: anna, does: walk, to: [2.0, 2.6]}
  - {at: 1 s, who: room, does: light evening}
expect:
  - {never: yaw speed > 180 deg/s}
"""
# Stands for the process that draws: it answers with the tick that it was asked for, or says no.
DRAWS = """
import os, sys
from simulator.runtime.pipe import Unpacker, pack, write_all
from simulator.server.view_pipe import VIEW_ORDERS, VIEW_REPORTS, Draw, Drawn, ViewFailed
unpacker = Unpacker(VIEW_ORDERS)
while data := os.read(0, 1 << 16):
    for order in list(unpacker.feed(data)):
        if isinstance(order, Draw):
            said = ViewFailed(text="No OpenGL here.") if order.who == "nobody" else Drawn(body=str(order.moment.tick).encode())
            write_all(1, pack(VIEW_REPORTS, said))
"""


def moment(tick: int) -> Moment:
    return Moment(tick=tick, view=CameraView(tick=tick, yaw_deg=0.0, rate_dps=0.0), glass=Glass())


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "draws_for_tests.py").write_text(DRAWS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "draws_for_tests"


def test_looking_on_says_the_same_as_looking_back():
    scene = loads(WALKS)
    log = run_scene(scene, mode="feature")
    back, on = Moments(scene.spec, log.traces, log.truths), Onlooker(scene.spec)
    for trace, truth in zip(log.traces, log.truths, strict=True):
        assert truth is not None
        on.take(trace, truth)
        assert on.now() == back.at(trace.tick)
    assert any(one.view.people[0].stride_rad is not None for one in back.every(10))


def test_the_loop_tells_where_everything_stands_only_while_somebody_looks_on():
    told: list[LoopReport] = []
    loop = Loop(header_of(load(SCENES / "sample.scene.yaml"), mode="feature"), report=told.append)

    def moments(ticks: int) -> int:
        told.clear()
        for _ in range(ticks):
            loop.step(wall_s=0.0)
        return sum(isinstance(one, LoopTick) and one.moment is not None for one in told)

    assert moments(50) == 0
    loop.obey(LookOn(ticks=TICKS_PER_S // 2))
    assert moments(100) == 10
    assert moments(50) == 0
    loop.close()


@pytest.mark.process
def test_who_looks_from_one_place_shares_a_picture_and_nobody_gets_one_twice(program):
    asked: list[int] = []

    async def main() -> None:
        drawn = Artist(_room(), program=program, look_on=lambda: asked.append(1))
        drawn.take(moment(5))
        first, second = await asyncio.gather(drawn.picture(CORNER), drawn.picture(CORNER))
        assert first is second
        assert (first.tick, first.jpeg) == (5, b"5")
        waiting = asyncio.create_task(drawn.picture(CORNER))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        drawn.take(moment(10))
        assert (await waiting).jpeg == b"10"
        assert len(asked) == 2
        await drawn.close()

    asyncio.run(main())


@pytest.mark.process
def test_where_nothing_can_be_drawn_everybody_is_told_why(program):
    async def main() -> None:
        drawn = Artist(_room(), program=program, look_on=lambda: None)
        drawn.take(moment(1))
        for standing in (Standing(view="eye", who="nobody"), CORNER):
            with pytest.raises(NoPicture, match="No OpenGL here"):
                await drawn.picture(standing)
        await drawn.close()
        gone = Artist(_room(), program="no_such_program", look_on=lambda: None)
        gone.take(moment(1))
        with pytest.raises(NoPicture, match="has ended"):
            await gone.picture(CORNER)
        await gone.close()

    asyncio.run(main())


def test_a_room_that_stands_still_is_said(monkeypatch):
    monkeypatch.setattr(artist, "MOMENT_S", 0.05)

    async def main() -> None:
        with pytest.raises(NoPicture, match="stands still"):
            await Artist(_room(), program="", look_on=lambda: None).picture(CORNER)

    asyncio.run(main())


@pytest.mark.process
@pytest.mark.render
def test_a_picture_of_the_room_is_for_those_who_have_a_token_and_name_somebody_who_is_there(served):
    def get(scope: str = "watch", **asked: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {served.token(scope)}"} if scope else {}
        return httpx.get(f"{served.url}/v1/view", params=asked, headers=headers, timeout=100)

    assert get("").status_code == 401
    assert (get(who="bob").status_code, get(who="bob").json()["code"]) == (404, "no_such_person")
    assert (get(view="nose").status_code, get(view="nose").json()["code"]) == (422, "bad_value")
    first, second = get(view="eye", who="anna"), get(view="third")
    pictures = [cv2.imdecode(np.frombuffer(one.content, np.uint8), cv2.IMREAD_COLOR) for one in (first, second)]
    assert [one.shape for one in pictures] == [(450, 800, 3)] * 2
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() > 10.0
    assert int(second.headers["X-Swivel-Tick"]) > int(first.headers["X-Swivel-Tick"])
    with served.display(scope="watch") as display:
        assert display.hello["room"]["views"] == ["eye", "third"]


@pytest.mark.process
def test_the_server_has_neither_qt_nor_opengl(served):
    with httpx.Client() as client:
        assert client.get(f"{served.url}/view.js").status_code == 200
    maps = Path(f"/proc/{served.process.pid}/maps").read_text()
    assert "libQt6" not in maps
    assert "libGL" not in maps


def _room() -> OpenRoom:
    return OpenRoom(
        path=SCENES / "sample.scene.yaml", settings={}, seed=0, mode="feature", rig="virtual", record_to=None
    )
