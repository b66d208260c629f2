"""A servo out of its box, by the window alone: found, mended, shown how it sits, matched, turned beside its twin."""

from __future__ import annotations

import json

import pytest

from benchmarks import bridge_window

pytestmark = [pytest.mark.process, pytest.mark.long]


@pytest.fixture
def person(window, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    servo = bridge_window.FreshServo()
    yield bridge_window.Person(window, servo)
    window.device.close()
    servo.close()


def test_a_servo_out_of_its_box_turns_beside_its_twin_after_twenty_actions(person, window, tmp_path):
    """The match is left off once it has begun: it takes minutes, and `benchmarks.bridge_window` goes through with it."""
    bridge_window.set_up(person)
    device, page = window.device, window.workspace("device")
    assert person.registers >= 10
    assert page.connect_card.values["Wire"].text.endswith("?id=1")  # no baud: it is the usual one now
    kept = [json.loads(path.read_text()) for path in (tmp_path / "config").rglob("devices/*.json")]
    assert len(kept) == 1
    assert kept[0]["sign"] == 1
    assert abs(kept[0]["zero_deg"] - bridge_window.FRONT_DEG) < 1.5
    assert abs(kept[0]["left_end_deg"] - 120.0) < 3.0
    assert abs(kept[0]["right_end_deg"] + 120.0) < 3.0
    assert abs(float(device.rows(1)["real_deg"][0])) < 1.5
    bridge_window.match(person, to_the_end=False)
    assert bridge_window.turn_beside_its_twin(person)
    assert person.actions <= bridge_window.MOST_ACTIONS
