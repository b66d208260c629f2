"""Lengths in metres or feet, everywhere at once, while files stay in metres; and the page on which that is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from simulator.gui.panels.typed import shown, typed
from simulator.gui.panels.why import needs_words, value_words
from simulator.gui.shell.preferences import Preferences
from simulator.gui.shell.settings import Settings
from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate
from simulator.onboard.tuning import TuningError, leaf_at
from simulator.workbench.lengths import FEET, METRES

REACH = leaf_at("attention.max_distance_m")


@pytest.fixture
def page(window):
    window.commands.run("help.preferences")
    return window.findChild(Preferences)


def test_feet_are_shown_and_read_and_metres_are_kept(window, page, session):
    page.lengths.buttons["ft"].click()
    assert Settings(window.settings.folder).values.lengths == "ft"
    assert window.status.run_words.text().endswith("° ft s")
    row = window.tune.panel.rows[REACH.path]
    assert row.edit.text() == "14.76 ft"
    row.edit.selectAll()
    QTest.keyClicks(row.edit, "10")
    row.edit.editingFinished.emit()
    assert session.tuning.attention.max_distance_m == pytest.approx(3.048)
    page.lengths.buttons["m"].click()
    assert row.edit.text() == "3.048 m"


def test_the_form_of_a_scene_is_in_feet_and_its_file_in_metres(window, page, session):
    page.lengths.buttons["ft"].click()
    scenario = window.workspace("scenario")
    scenario.inspector.show_thing("ana")
    field = scenario.inspector.fields["at"]
    assert isinstance(field, QLineEdit)
    x_m, y_m = next(one.at for one in session.spec.people if one.name == "ana")
    assert field.text() == f"[{FEET.words(x_m, decimals=2, short=True)}, {FEET.words(y_m, decimals=2, short=True)}]"
    words = field.text().split(", ")[1]
    field.setText(f"[10, {words}")
    field.setModified(True)
    field.editingFinished.emit()
    assert next(one.at for one in session.spec.people if one.name == "ana") == (3.048, y_m), (
        "what was not touched stays"
    )
    assert " ft" not in session.document.text


@pytest.mark.parametrize(
    ("written", "in_feet", "back"),
    [
        ("2.5 m", "8.2 ft", "2.5 m"),
        ("[1, 0.1]", "[3.28 ft, 0.33 ft]", "[1, 0.1]"),
        ("-40 cm", "-1.31 ft", "-40 cm"),
        ("true", "true", "true"),
    ],
)
def test_what_reads_the_same_is_kept_as_it_was(written, in_feet, back):
    assert FEET.shown(written) == in_feet
    assert FEET.kept(in_feet, before=written) == back
    assert METRES.shown(written) == METRES.kept(written) == written


def test_what_is_typed_in_feet_is_metres_in_the_file():
    assert FEET.kept("6") == "1.829 m"
    assert FEET.kept("6 ft") == "1.829 m"
    assert FEET.kept("1.5 m") == "1.5 m"
    assert FEET.kept("[10, 5 ft]") == "[3.048, 1.524]"


def test_a_bound_is_told_in_the_unit_that_was_typed():
    assert shown(REACH, 3.048, FEET) == "10 ft"
    with pytest.raises(TuningError, match=r"40 is outside 3\.281 to 26\.25 ft"):
        typed(REACH, "40", now=4.5, lengths=FEET)


def test_gates_speak_the_same_unit():
    gate = Gate(name=GateName.NEAR_ENOUGH, value=3.048, threshold=4.572, margin=1.524, unit="m", passed=True)
    assert (value_words(gate, FEET), needs_words(gate, FEET)) == ("10.0\u2009ft", "≤ 15.0\u2009ft")
    assert value_words(gate) == "3.0\u2009m"


def test_colours_go_with_the_system_until_somebody_chooses(window, page):
    page.theme.buttons["system"].click()
    assert Settings(window.settings.folder).values.follow_system
    window.commands.run("view.theme")
    assert not window.settings.values.follow_system


def test_names_and_sentences_that_hold_a_length_follow(window, page):
    near = window.tune.panel.rows["zones.dead_half_width_deg"]
    assert near.name.text == "Dead zone at 1.5 m"
    page.lengths.buttons["ft"].click()
    assert near.name.text == "Dead zone at 4.9 ft"
    assert (
        FEET.in_words("faster than 0.3 m/s for 200 ms within 3 m.") == "faster than 0.3 m/s for 200 ms within 9.8 ft."
    )
