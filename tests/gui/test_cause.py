"""A failed run says which knobs were others when it last passed, takes another value in place, and says what that did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.lab.qa.last_pass import changed_since, last_pass, ledger_of, note_passes
from simulator.lab.run_result import RunResult, RunVerdict, from_json
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.header import Header
from simulator.workbench.run_spans import CheckMark
from simulator.world.spec import WorldSpec

RATE, SETTLE = "motion.max_rate_dps", "patience.settle_s"
LATE = CheckMark("Ana is served.", 100, 400, False, "ana in dead zone after 2.9 s (limit 2 s)")


def result(verdict: RunVerdict, **knobs: Value) -> RunResult:
    return RunResult(
        key="k", scene="a.scene.yaml", name="a", seed=0, mode="feature", verdict=verdict, counts_as=verdict,
        knobs={name.replace("__", "."): value for name, value in knobs.items()},
    )  # fmt: skip


def header(**knobs: Value) -> Header:
    tuning = Tuning().patched({name.replace("__", "."): value for name, value in knobs.items()})
    return Header(
        scene_name="a", scene_path="a.scene.yaml", scene_text="", spec=WorldSpec(), facts=DeviceFacts(), tuning=tuning,
        seed=0, mode="feature",
    )  # fmt: skip


def note(folder, *results, when="2026-01-02T10:00:00"):
    note_passes(folder, results, revision="abc123", when=when)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_the_last_pass_is_kept_with_all_its_knobs_and_a_failure_leaves_it(tmp_path):
    assert last_pass(tmp_path, scene="a.scene.yaml", seed=0, mode="feature") is None
    note(tmp_path, result(RunVerdict.PASS), when="2026-01-01T10:00:00")
    note(tmp_path, result(RunVerdict.PASS, patience__settle_s=3.0))
    note(tmp_path, result(RunVerdict.FAIL, motion__max_rate_dps=20.0), when="2026-01-03T10:00:00")
    found = last_pass(tmp_path, scene="a.scene.yaml", seed=0, mode="feature")
    assert (found.revision, found.when) == ("abc123", "2026-01-02T10:00:00")
    failed = Tuning().patched({RATE: 20.0})
    assert changed_since(found, failed) == {RATE: (60.0, 20.0), SETTLE: (3.0, Tuning().value(SETTLE))}
    assert last_pass(tmp_path, scene="a.scene.yaml", seed=1, mode="feature") is None
    assert last_pass(tmp_path, scene="a.scene.yaml", seed=0, mode="full") is None


def test_knobs_travel_with_a_result(tmp_path):
    kept = from_json(result(RunVerdict.PASS, motion__max_rate_dps=20.0).to_json())
    assert kept.knobs == {RATE: 20.0}
    earlier = replace(kept, knobs={}).to_json().replace(b'"knobs":{},', b"")
    assert from_json(earlier).knobs == {}, "results of an earlier version are still read"


def test_the_ledger_is_found_from_a_recording(tmp_path):
    note(tmp_path, result(RunVerdict.PASS))
    assert ledger_of(tmp_path / "recordings" / "a.0.feature.mcap") == tmp_path
    assert ledger_of(tmp_path / "a" / "b" / "c" / "d" / "a.mcap") is None


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(window, session, tmp_path):
    """A run that failed with a slow top speed is open, and the folder knows when it passed."""
    note(tmp_path, result(RunVerdict.PASS))
    panel = window.workspace("replay").cause
    session.document.set_knobs({RATE: 20.0})
    session.script.begin({RATE: 20.0})
    session.shown.settings = {RATE: 20.0}
    session.shown.checks = [LATE]
    panel.show_run(header(motion__max_rate_dps=20.0), tmp_path / "recordings" / "a.mcap", scene="a.scene.yaml")
    session.run_changed.emit()
    return panel


def test_the_sentence_says_what_failed_what_is_other_and_when_it_passed(opened):
    assert opened.words.text() == (
        "Ana in dead zone after 2.9 s (limit 2 s). Top speed is 20 °/s; it was 60 °/s when this last passed (2 Jan, 10:00, abc123)."
    )
    assert (opened.knob.currentText(), opened.value.text()) == ("Top speed", "60 °/s")


def tried(panel, session, value: str, checks: list[CheckMark]) -> str:
    panel.value.setText(value)
    panel.go.click()
    assert session.shown.coming is not None, "the whole scene runs again"
    session.shown.coming, session.shown.complete, session.shown.old = None, True, False
    session.shown.settings, session.shown.checks = session.tuning.changed(), checks
    session.run_changed.emit()
    return panel.found.text()


def test_because_is_said_when_the_other_value_was_tried_and_helped(opened, session):
    assert opened.found.isHidden()
    kept = replace(LATE, passed=True)
    assert (
        tried(opened, session, "60", [kept])
        == "“Ana is served” failed because Top speed was 20 °/s; with 60 °/s it is kept."
    )
    assert session.tuning.motion.max_rate_dps == 60.0


def test_a_value_that_does_not_help_is_said_not_to_be_the_cause(opened, session):
    assert (
        tried(opened, session, "40", [LATE]) == "Top speed is not the cause: with 40 °/s “Ana is served” still fails."
    )


def test_what_a_value_breaks_is_said(opened, session):
    other = CheckMark("not-too-fast", 0, 10, False)
    words = tried(opened, session, "170", [replace(LATE, passed=True), other])
    assert (
        words
        == "“Ana is served” failed because Top speed was 20 °/s; with 170 °/s it is kept, but it breaks “not-too-fast”."
    )


def test_any_knob_can_be_tried_and_a_wrong_value_is_told(opened, session, window):
    opened.knob.setCurrentIndex(opened.knob.findText("Top speed"))
    opened.value.setText("900")
    opened.go.click()
    assert "is outside" in window.banner.words
    assert session.tuning.motion.max_rate_dps == 20.0
    assert opened.knob.findText("Settle time") > 0


def test_without_a_ledger_it_says_what_a_knob_ships_as(window, session, tmp_path):
    panel = window.workspace("replay").cause
    panel.show_run(header(motion__max_rate_dps=20.0), tmp_path / "a.mcap", scene="")
    assert panel.words.text() == "Top speed is 20 °/s; it ships as 60 °/s."


def test_when_no_knob_differs_it_says_so(window, tmp_path):
    note(tmp_path, result(RunVerdict.PASS))
    panel = window.workspace("replay").cause
    panel.show_run(header(), tmp_path / "a.mcap", scene="a.scene.yaml")
    assert panel.words.text().startswith("No knob is another than when this last passed (2 Jan, 10:00, abc123)")
