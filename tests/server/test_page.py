"""The page at / and the JavaScript client in a real browser."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from swivel_client.serving import Served
from tests.server.browser import CHROMIUM, Page

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def page(served: Served) -> Page:
    with Page(f"{served.url}/#{served.token()}") as one:
        yield one


def test_the_page_shows_the_room_and_turns_the_screen(served, page):
    page.until("document.getElementById('left') !== null")
    assert "quiet" in page.value("document.getElementById('link').textContent")
    page.value("document.getElementById('left').click()")
    with served.display(scope="watch") as display:
        display.wait_until(lambda state: abs(state["angle"] - 40.0) < 1.0, within_s=60)
    page.until("/^(39|40)[.][0-9]°/.test(document.querySelector('#facts dd').textContent)")
    page.until("document.getElementById('log').innerText.includes('Done: as asked')")
    assert page.value("document.getElementById('why').textContent") != ""
    drawn = (
        "[...document.getElementById('room').getContext('2d').getImageData(0, 0, 900, 700).data].filter(x => x).length"
    )
    assert page.value(drawn) > 10_000


def test_the_page_shows_what_a_person_sees_and_how_often(served, page):
    page.until("/^[1-9][0-9]* pictures a second$/.test(document.getElementById('rate').textContent)")
    assert page.value("[...document.getElementById('whose').options].map(o => o.text)") == [
        "What anna sees",
        "From a corner",
        "No picture",
    ]
    choose = "(() => {{ const s = document.getElementById('whose'); s.selectedIndex = {}; s.onchange() }})()"
    page.value(choose.format(1))  # anna faces a wall
    colours = """(() => { const d = document.getElementById('seen').getContext('2d').getImageData(0, 0, 800, 450).data
      return new Set(Array.from({length: 3600}, (_, i) => d[400 * i] >> 3)).size > 15 })()"""
    page.until(colours)
    if folder := os.environ.get("SWIVEL_PICTURES"):
        page.until("document.getElementById('rate').textContent !== ''")
        page.picture(Path(folder) / "api-page.png")
    page.value(choose.format(2))
    page.until("document.getElementById('seen').hidden")


def test_the_page_keeps_its_token_out_of_the_address(page, served):
    assert page.value("location.href") == f"{served.url}/"
    assert served.token() not in page.value("document.documentElement.outerHTML")


def test_a_press_on_the_plan_turns_there_and_stop_stops(served, page):
    press = """(() => { const c = document.getElementById('room'), b = c.getBoundingClientRect()
      c.dispatchEvent(new MouseEvent('click', {clientX: b.left + b.width * 0.8, clientY: b.top + b.height * 0.55})) })()"""
    page.value(press)
    with served.display(scope="watch") as display:
        display.wait_until(lambda state: state["angle"] < 0.0, within_s=60)
    page.value("document.getElementById('stop').click()")
    page.until("document.getElementById('log').innerText.includes('StopMotion')")


def test_the_module_tells_a_refusal_with_its_code_and_numbers(page):
    found = page.value(
        """(async () => {
          const { Display } = await import("/swivel.js")
          const display = await new Display({ token: sessionStorage.getItem("token") }).connect()
          const told = []
          display.addEventListener("event", e => told.push(e.detail.name))
          await display.subscribe({ since: 0 })
          const move = await display.send("TurnTo", { angle: 10 })
          const end = await move.done
          const no = await display.send("SetRangeOfMotion", { min: -10, max: 10 }).catch(error => error)
          display.close()
          return JSON.stringify({ end, goes: move.accepted.willGoTo, name: no.name, code: no.code, told: told.length })
        })()"""
    )
    found = json.loads(found)
    assert (found["end"]["type"], found["end"]["ok"], found["goes"]) == ("Done", True, 10)
    assert (found["name"], found["code"]) == ("Refused", "forbidden_scope")
    assert found["told"] > 0


def test_a_page_without_a_token_asks_for_one(served):
    with Page(f"{served.url}/") as stranger:
        stranger.until("document.getElementById('ask')?.hidden === false")
    with Page(f"{served.url}/#wrong") as stranger:
        stranger.until("document.getElementById('link')?.textContent.includes('token missing or wrong')")


def test_the_page_finds_a_server_that_comes_back(quiet_scene, tmp_path):
    tokens = tmp_path / "tokens.json"
    with Served(quiet_scene, token_file=tokens) as one, Page(f"{one.url}/#{one.token()}") as page:
        page.until("document.getElementById('left') !== null")
        os.kill(one.process.pid, signal.SIGKILL)
        page.until("document.getElementById('link')?.textContent.includes('connection lost')")
        with Served(quiet_scene, token_file=tokens, port=one.port):
            page.until("document.getElementById('link')?.textContent.includes('quiet')")
            page.value("document.getElementById('right').click()")
            page.until("document.getElementById('log').innerText.includes('TurnTo: Done')")
