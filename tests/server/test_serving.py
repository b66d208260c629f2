"""The server as a whole, over real sockets: who gets in, what a lost client leaves behind, and how it all ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from simulator.runtime.recording import read
from swivel_client import Lost, Refused
from swivel_client.serving import PROGRAM, Served

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
TURN = {"type": "TurnTo", "id": "t", "angle": 20}


def post(served: Served, message: object, *, scope: str = "app", **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {served.token(scope)}", **more.pop("headers", {})}  # type: ignore[dict-item]
    return httpx.post(f"{served.url}/v1/commands", json=message, headers=headers, timeout=90, **more)  # type: ignore[arg-type]


def closed_with(url: str, **options: object) -> tuple[int, str]:
    """How the server ends a connection that it does not want."""

    async def try_it() -> tuple[int, str]:
        try:
            async with connect(url, **options) as ws:
                await asyncio.wait_for(ws.recv(), 5)
                return 0, "let in"
        except ConnectionClosed as error:
            return error.rcvd.code, error.rcvd.reason
        except InvalidStatus as error:
            return error.response.status_code, ""

    return asyncio.run(try_it())


# --- who gets in --------------------------------------------------------------------------------------------------------


def test_a_socket_is_let_in_only_with_a_token_from_our_own_page(served):
    url, token = served.url.replace("http", "ws") + "/v1/motion", served.token("app")
    bearer = ["swivel.v1", f"bearer.{token}"]
    assert closed_with(url) == (4401, "token missing or wrong")
    assert closed_with(url, subprotocols=["swivel.v1", "bearer.wrong"]) == (4401, "token missing or wrong")
    assert closed_with(f"{url}?token={token}") == (4401, "token missing or wrong")  # it would stand in logs
    assert closed_with(url, subprotocols=bearer, origin="http://evil.example") == (4403, "foreign origin")
    foreign = {"Host": "evil.example", "Authorization": f"Bearer {token}"}
    assert closed_with(url, additional_headers=foreign)[0] in (400, 403, 4403)  # two Host headers
    assert closed_with(url, subprotocols=["swivel.v9", f"bearer.{token}"])[0] == 4400
    assert closed_with(url, subprotocols=bearer) == (0, "let in")
    assert closed_with(url, subprotocols=bearer, origin=served.url) == (0, "let in")
    assert closed_with(url, additional_headers={"Authorization": f"Bearer {token}"}) == (0, "let in")


def test_a_post_is_taken_only_with_a_token_our_name_and_no_foreign_page(served):
    assert httpx.post(f"{served.url}/v1/commands", json=TURN).status_code == 401
    assert post(served, TURN, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert post(served, TURN, headers={"Host": "evil.example"}).status_code == 421
    assert post(served, TURN, headers={"Origin": "http://evil.example"}).status_code == 403
    no = post(served, TURN, scope="watch")
    assert (no.status_code, no.json()["code"], no.json()["needs"]) == (403, "forbidden_scope", "app")
    assert "access-control-allow-origin" not in no.headers
    with served.display(scope="watch") as display:
        assert display.state()["angle"] == pytest.approx(0.0, abs=0.3)


def test_a_doubled_host_is_refused(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        host = f"Host: 127.0.0.1:{served.port}\r\n"
        raw.sendall(f"GET /v1/state HTTP/1.1\r\n{host}{host}\r\n".encode())
        status = raw.recv(100).split()[1]
    assert status in (b"400", b"421")


def test_a_message_that_is_too_big_ends_the_connection_or_the_post(served):
    async def shout() -> int:
        url = served.url.replace("http", "ws") + "/v1/motion"
        async with connect(url, additional_headers={"Authorization": f"Bearer {served.token()}"}) as ws:
            await ws.send("x" * 20_000_000)
            while True:
                await asyncio.wait_for(ws.recv(), 20)

    with pytest.raises(ConnectionClosed) as caught:
        asyncio.run(shout())
    assert caught.value.rcvd is None or caught.value.rcvd.code == 1009
    big = httpx.post(
        f"{served.url}/v1/commands", content=b"x" * 1_000_000, headers={"Authorization": f"Bearer {served.token()}"}
    )
    assert big.status_code == 413
    assert post(served, {**TURN, "id": "after"}).status_code == 200


def test_a_slow_sender_of_headers_is_hung_up_on_and_disturbs_nobody(served):
    started = time.monotonic()
    slow = [socket.create_connection(("127.0.0.1", served.port), timeout=30) for _ in range(20)]
    for one in slow:
        one.sendall(b"GET /v1/state HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
    with served.display() as display:
        assert display.turn_to(-15).wait().ok
        before = display.state()["tick"]
        time.sleep(1.0)
        assert 60 <= display.state()["tick"] - before <= 400
    for one in slow:
        assert one.recv(100) == b""
        one.close()
    assert time.monotonic() - started < 30


# --- commands over HTTP -------------------------------------------------------------------------------------------------


def test_the_same_commands_over_http(served):
    done = post(served, {"type": "TurnTo", "id": "h1", "angle": 12}, params={"wait": "final"})
    assert (done.status_code, done.json()["type"], done.json()["ok"]) == (200, "Done", True)
    first = post(served, {"type": "TurnTo", "id": "h2", "angle": -12})
    assert first.json()["type"] == "Accepted"
    headers = {"Authorization": f"Bearer {served.token()}"}
    kinds = []
    for _ in range(100):
        kinds = [one["type"] for one in httpx.get(f"{served.url}/v1/commands/h2", headers=headers).json()]
        if kinds[-1] != "Accepted":
            break
        time.sleep(0.1)
    assert kinds == ["Accepted", "Done"]
    assert httpx.get(f"{served.url}/v1/commands/never", headers=headers).status_code == 404
    assert post(served, {"type": "Subscribe", "id": "h3"}).status_code == 422
    assert post(served, {"type": "TurnTo", "id": "h4", "angle": "far"}).json()["field"] == "angle"
    assert httpx.get(f"{served.url}/v1/hello", headers=headers).json()["room"]["people"] == ["anna"]


def test_the_documents_and_the_page_need_no_token(served):
    assert httpx.get(f"{served.url}/v1/openapi.json").json()["openapi"] == "3.1.0"
    assert httpx.get(f"{served.url}/v1/asyncapi.json").json()["asyncapi"] == "3.0.0"
    page = httpx.get(f"{served.url}/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]


# --- clients ------------------------------------------------------------------------------------------------------------


def test_every_refusal_reaches_the_client_as_an_exception_with_its_numbers(served):
    with served.display() as display:
        display.turn_to(80).wait()
        with pytest.raises(Refused) as caught:
            display.play_beats([{"offset": 60, "speed": 30}])
        assert (caught.value.code, caught.value.threshold, caught.value.unit) == ("does_not_fit", 90.0, "°")
        with pytest.raises(Refused, match="needs a token of scope setup"):
            display.set_range(-170, 170)
        display.center().wait()


def test_a_lease_is_free_soon_after_its_client_was_cut_off(served):
    async def cut_off() -> float:
        url = served.url.replace("http", "ws") + "/v1/motion"
        headers = {"Authorization": f"Bearer {served.token()}"}
        async with connect(url, additional_headers=headers) as other:
            ws = await connect(url, additional_headers=headers)
            await ws.send('{"type": "AcquireMotion", "id": "a", "leaseMs": 60000}')
            while json.loads(await ws.recv())["type"] != "Accepted":
                pass
            ws.transport.abort()
            begun, number = time.monotonic(), 0
            while time.monotonic() - begun < 10:
                number += 1
                await other.send(json.dumps({"type": "TurnTo", "id": str(number), "angle": 3}))
                while (answer := json.loads(await other.recv())).get("id") != str(number):
                    pass
                if answer["type"] == "Accepted":
                    return time.monotonic() - begun
                await asyncio.sleep(0.005)
            return 99.0

    assert asyncio.run(cut_off()) < 1.0  # benchmarks/api.py measures it on a quiet machine


def test_a_client_that_loses_the_server_is_told_and_goes_on_with_the_next_one(quiet_scene, tmp_path):
    tokens = tmp_path / "tokens.json"
    with Served(quiet_scene, token_file=tokens) as one, one.display() as display:
        display.world_move_shutter(closed=True)
        assert display.wait_for("OnInhibited", since=0, within_s=20)["reason"] == "shutter closed"
        display.world_move_shutter(closed=False)
        move = display.turn_to(60, style="calm")
        os.kill(one.process.pid, signal.SIGKILL)
        with pytest.raises(Lost):
            move.wait()
        with Served(quiet_scene, token_file=tokens, port=one.port):
            assert display.turn_to(20).wait().ok


def test_the_loop_ends_with_its_server_and_the_server_with_its_loop(quiet_scene):
    with Served(quiet_scene) as one:
        [loop] = children(one.process.pid)
        os.kill(one.process.pid, signal.SIGKILL)
        assert ended(loop)
    with Served(quiet_scene) as one:
        [loop] = children(one.process.pid)
        with one.display() as display:
            move = display.turn_to(60, style="calm")
            os.kill(loop, signal.SIGKILL)
            end = move.wait()
        assert (end.kind, end.code) == ("Refused", "device_lost")
        assert one.process.wait(30) != 0
        assert "has ended" in one.process.stderr.read()


def children(pid: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ended(pid: int) -> bool:
    for _ in range(300):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


# --- the command line ---------------------------------------------------------------------------------------------------


def serve(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", "serve", *arguments], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_mistakes_are_one_clear_line(tmp_path, served):
    tokens = ("--token-file", str(tmp_path / "t.json"))
    other = serve("--address", "0.0.0.0", *tokens)
    assert other.returncode == 2
    assert "--certificate" in other.stderr
    no_scene = serve(str(tmp_path / "none.scene.yaml"), *tokens)
    assert no_scene.returncode == 2
    assert "none.scene.yaml" in no_scene.stderr
    taken = serve("--port", str(served.port), *tokens)
    assert taken.returncode == 2
    assert "address already in use" in taken.stderr
    assert "Traceback" not in other.stderr + no_scene.stderr + taken.stderr


def test_without_the_extra_one_line_names_it(tmp_path):
    hide = f"import sys; sys.modules['fastapi'] = None; sys.argv = ['swivel', 'serve']; {PROGRAM}"
    said = subprocess.run([sys.executable, "-c", hide], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert said.stderr == "swivel: the motion API needs more packages: pip install 'swivel-display[api]'\n"


def test_a_recorded_session_with_an_app_replays_to_the_same_hash(tmp_path, quiet_scene):
    path = tmp_path / "session.mcap"
    with Served(quiet_scene, options=("--record", str(path))) as one, one.display() as display:
        display.turn_to(30).wait()
        display.world_turn("anna")
        display.world_say("anna")
        display.wait_for("OnWakeWord", since=0, within_s=30)
        display.play("ScreenImpactCenter")
        display.stop().wait()
    recording = read(path)
    names = [type(action).__name__ for _, action in recording.commands]
    assert names.count("RequestAction") >= 3
    assert {"Turn", "Say"} <= set(names)
    again = subprocess.run(
        [sys.executable, "main.py", "replay", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stdout + again.stderr
