"""The same clients on a virtual display, on emulated motors in the loop, and on a motor behind a pseudo terminal by the clock."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware_bridge.rigs.emulated import KINDS
from swivel_client import AsyncDisplay, Display, Lost, Refused
from swivel_client.serving import PROGRAM, Served
from tests.bridge.by_the_clock import TOO_BUSY, too_busy

pytestmark = pytest.mark.process

PTY = pytest.param("pty", marks=pytest.mark.skipif(too_busy(), reason=TOO_BUSY))
RIGS = ("virtual", *(f"hybrid:emulated:{kind}" for kind in KINDS), PTY)
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def pty_motor() -> Iterator[str]:
    """A servo in a process of its own, behind a pseudo terminal."""
    command = [sys.executable, "-c", PROGRAM, "emulate", "dynamixel", "--json-lines"]
    emulator = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert emulator.stdout is not None
    name = json.loads(emulator.stdout.readline())["name"]
    yield f"hybrid:{name}?id=1"
    emulator.terminate()
    emulator.wait(30)
    emulator.stdout.close()


@pytest.fixture(scope="module", params=RIGS)
def display_at(request: pytest.FixtureRequest, quiet_scene: Path) -> Iterator[Served]:
    rig = request.getfixturevalue("pty_motor") if request.param == "pty" else request.param
    with Served(quiet_scene, options=("--rig", rig)) as served:
        served.rig = request.param  # type: ignore[attr-defined]
        yield served


def test_the_hello_says_what_turns(display_at):
    with display_at.display() as display:
        backend = "virtual" if display_at.rig == "virtual" else "hybrid"
        assert display.hello["backend"] == display.state()["backend"] == backend
        assert display.state()["deadman"]
        assert display.hello["limits"]["min"] == -90.0


def test_it_turns_and_ends_where_it_said(display_at):
    with display_at.display() as display:
        move = display.turn_to(25)
        assert move.answers[0]["willGoTo"] == 25.0
        end = move.wait()
        assert (end.kind, end.ok) == ("Done", True)
        assert end.angle == pytest.approx(25.0, abs=1.0)
        assert display.turn_to(-10, relative=True).wait().angle == pytest.approx(15.0, abs=1.5)


def test_a_turn_is_cut_superseded_and_stopped(display_at):
    with display_at.display() as display:
        cut = display.turn_to(150, style="calm")
        assert cut.answers[0]["clampedFrom"] == 150.0
        newer = display.turn_to(-60, style="calm")
        assert cut.wait().kind == "Superseded"
        display.stop()
        assert (newer.wait().kind, newer.wait().code) == ("Preempted", "stopped")
        display.wait_until(lambda state: abs(state["velocity"]) < 3.0, within_s=PATIENCE_S)


def test_a_lease_holds_and_a_choreography_plays(display_at):
    with display_at.display() as mine, display_at.display() as other:
        mine.center().wait()
        with mine.lease(lease_ms=60_000):
            with pytest.raises(Refused) as no:
                other.turn_to(5)
            assert no.value.code == "not_owner"
            assert mine.play("ScreenImpactCenter").wait().ok
        assert other.turn_at(20, ttl_ms=300).wait().ok


def test_asyncio_has_the_same_display(display_at):
    async def main() -> list[str]:
        async with AsyncDisplay(display_at.url, token=display_at.token()) as display:
            move = await display.turn_to(-15)
            names = []
            async for event in display.events(since=0):
                names.append(event["name"])
                break
            assert (await move.done()).ok
            async for state in display.states(rate_hz=20):
                assert state["angle"] == pytest.approx(-15.0, abs=1.5)
                break
            return names

    assert asyncio.run(main())


def test_what_a_client_loses_stops(display_at):
    leaving = display_at.display()
    leaving.turn_to(80, style="calm")
    leaving.wait_until(lambda state: state["velocity"] > 10.0, within_s=PATIENCE_S)
    leaving.close()
    with display_at.display(scope="watch") as display:
        state = display.wait_until(lambda state: abs(state["velocity"]) < 3.0, within_s=PATIENCE_S)
        assert state["angle"] < 79.0


def test_a_wrong_token_is_an_end_and_not_a_loop(served):
    with pytest.raises(Lost, match="token missing or wrong"):
        Display(served.url, token="x" * 32)
