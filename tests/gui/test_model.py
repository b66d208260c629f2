"""The window's parts that need no pixels: history, take, lanes, widths, geometry, typed values, results, commands."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.gui.panels.transport import parsed_time
from simulator.gui.panels.typed import shown, stepped, typed
from simulator.gui.panels.why import needs_words, why
from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate
from simulator.onboard.tuning import Tuning, TuningError, leaf_at, leaves
from simulator.workbench import run_spans, scene_edits, zone_edges
from simulator.workbench.command_list import Commands, WindowCommand, keys_table, score
from simulator.workbench.floor_plan import Sight, outline, sound_paths
from simulator.workbench.history import History, UndoStep
from simulator.workbench.playhead import advance
from simulator.workbench.presets import Presets
from simulator.workbench.qa_results import ResultsError, read_results


def test_a_drag_is_one_step_and_undo_goes_back_to_its_start():
    value = {"x": 20}
    history = History(lambda part, new: value.__setitem__(part, new))
    for new in (21, 22, 24):
        history.do(UndoStep(text=f"to {new}", part="x", before=value["x"] if new == 21 else 20, after=new, mark="drag"))
    history.end_gesture()
    history.do(UndoStep(text="to 30", part="x", before=24, after=30, mark="drag"))
    assert history.undo_text == "to 30"
    history.undo()
    assert value["x"] == 24
    history.undo()
    assert value["x"] == 20
    assert not history.undo()
    history.redo()
    assert value["x"] == 24


def test_history_survives_a_restart():
    value = {"x": 1}
    history = History(lambda part, new: value.__setitem__(part, new))
    history.do(UndoStep(text="two", part="x", before=1, after=2))
    later = History(lambda part, new: value.__setitem__(part, new))
    later.load(history.to_data())
    assert later.undo_text == "two"
    later.undo()
    assert value["x"] == 1


def test_a_take_gives_back_what_was_put_in_at_every_tick(run):
    traces, truths = synthetic.run(3.0)
    for tick in (0, 4, 5, 99, 100, 299):
        moment = run.moment(tick)
        assert moment.decision == traces[tick].decision
        assert moment.intent == traces[tick].intent
        assert moment.truth == truths[tick]
        assert moment.yaw_deg == pytest.approx(traces[tick].motor.yaw_deg, abs=1e-4)


def test_cutting_a_take_forgets_only_the_future(run):
    whole, before = len(run), run.moment(500)
    run.cut(700)
    assert len(run) == 700 < whole
    assert run.moment(500) == before
    assert run.moment(5000).tick == 699
    assert all(one.tick < 700 for one in run.happenings)


def test_lanes_tell_turns_voices_and_stillness(run):
    spans = run_spans.decisions(run)
    assert [span.kind for span in spans if span.kind == "turn"]
    assert spans[0].first == 0
    assert spans[-1].last == len(run)
    assert all(a.last == b.first for a, b in pairwise(spans))
    assert [len(voice) for voice in run_spans.voices(run, 3)] == [2, 1, 0]
    assert sum(run_spans.stillness(run).values()) == pytest.approx(24.0)
    assert next(span for span in spans if span.kind == "blocked").text == "still: shutter closed"


def test_two_runs_differ_first_where_one_was_changed(run):
    other = run.copy()
    assert run_spans.first_difference(run, other) is None
    other._rows["yaw_deg"][1234:] += 0.2
    assert run_spans.first_difference(run, other) == 1234
    assert run_spans.outcomes(run)["Turns"] >= 3


@given(
    edge=st.sampled_from(zone_edges.EDGES),
    distance_m=st.floats(0.3, 4.0),
    to_deg=st.floats(-10, 80),
)
@settings(max_examples=settings().max_examples * 3 // 5)
def test_a_dragged_edge_is_always_a_valid_knob_and_lands_as_near_as_allowed(edge, distance_m, to_deg):
    tuning = Tuning()
    changes = zone_edges.dragged(tuning, edge, distance_m=distance_m, to_deg=to_deg)
    turned = tuning.patched(changes)
    (path, value), leaf = next(iter(changes.items())), leaf_at(next(iter(changes)))
    landed = zone_edges.curve(turned, edge).at(distance_m)
    other = {"dead": "holding", "holding": "dead"}[edge]
    knot = next(k for k in range(3) if zone_edges.knob_path(edge, k) == path)
    limit = zone_edges.knot_widths_deg(tuning, other)[knot]
    low, high = (leaf.low, min(leaf.high, limit - 2)) if edge == "dead" else (max(leaf.low, limit + 2), leaf.high)
    assert low <= value <= high
    at_a_bound = value in (low, high)
    assert at_a_bound or abs(landed - to_deg) <= 0.5 * leaf.step + 0.05


def test_a_column_throws_a_shadow_and_a_table_does_not():
    open_room = synthetic.SPEC.model_copy(update={"things": ()})
    sight, free = Sight(synthetic.SPEC), Sight(open_room)
    device = synthetic.SPEC.device
    column = next(thing for thing in synthetic.SPEC.things if thing.name == "column")
    toward = math.degrees(math.atan2(column.at[1] - device.y_m, column.at[0] - device.x_m))
    distance = math.dist(column.at, (device.x_m, device.y_m))
    assert sight.reach_m(toward) == pytest.approx(distance - column.size[0] / 2, abs=0.03)
    assert free.reach_m(toward) > distance + 0.5
    table = next(thing for thing in synthetic.SPEC.things if thing.name == "table")
    toward = math.degrees(math.atan2(table.at[1] - device.y_m, table.at[0] - device.x_m))
    assert sight.reach_m(toward) == pytest.approx(free.reach_m(toward))
    assert len(outline(column)) > 8


def test_echo_images_lie_as_far_behind_the_wall_as_the_talker_before_it(run):
    truth = run.moment(800).truth
    paths = sound_paths(synthetic.SPEC, truth)
    north = next(path for path in paths if path.walls == ("north",))
    talker = next(person for person in truth.people if person.talking)
    assert north.image_m[:2] == pytest.approx((talker.x_m, 2 * synthetic.SPEC.room.depth_m - talker.y_m))
    assert paths[0].order == 0
    assert north.gain_db < paths[0].gain_db


@pytest.mark.parametrize(
    ("path", "words", "value"),
    [
        ("attention.max_distance_m", "10 ft", 3.048),
        ("attention.max_distance_m", "250cm", 2.5),
        ("zones.dead_half_width_deg", "0.05 turn", 18.0),
        ("zones.dead_half_width_deg", "+10%", 13.2),
        ("zones.dead_half_width_deg", "15°", 15.0),
        ("motion.max_rate_dps", "10 rpm", 60.0),
        ("patience.settle_s", "1500 ms", 1.5),
        ("patience.settle_s", "2,5", 2.5),
        ("vision.confirm_of_5", "4", 4),
    ],
)
def test_values_are_read_as_people_type_them(path, words, value):
    leaf = leaf_at(path)
    assert typed(leaf, words, now=leaf.default) == pytest.approx(value)


@pytest.mark.parametrize("words", ["banana", "6 kg", "99", "-1"])
def test_a_wrong_value_is_refused_with_what_is_allowed(words):
    leaf = leaf_at("zones.dead_half_width_deg")
    with pytest.raises(TuningError, match=r"must be a number|is in °|is outside 2 to 40"):
        typed(leaf, words, now=12.0)


def test_every_knob_shows_a_value_that_can_be_typed_back():
    for leaf in leaves():
        assert typed(leaf, shown(leaf, leaf.default), now=leaf.default) == leaf.default
        if leaf.kind in ("number", "whole"):
            assert leaf.low <= stepped(leaf, leaf.default, share=0.1) <= leaf.high
            assert stepped(leaf, leaf.high, share=0.1) == leaf.high


@pytest.mark.parametrize(("words", "at_s"), [("8.3", 8.3), ("1:02.5", 62.5), ("7 s", 7.0), ("x", None), ("", None)])
def test_times_are_read_as_people_type_them(words, at_s):
    assert parsed_time(words) == at_s


def test_the_playhead_goes_on_waits_and_ends():
    assert advance(100.0, by_ticks=2.5, computed=1000, last=1000) == (102.5, "on")
    assert advance(498.0, by_ticks=5.0, computed=500, last=1000) == (499.0, "waits")
    assert advance(998.0, by_ticks=5.0, computed=1000, last=1000) == (999.0, "end")
    assert advance(598.0, by_ticks=5.0, computed=1000, last=600) == (599.0, "end")


def test_commands_refuse_a_key_taken_twice_and_make_their_page():
    commands = Commands()
    commands.add(WindowCommand(name="a", title="Undo", group="Edit", run=lambda: None, keys=("Ctrl+Z",)))
    with pytest.raises(ValueError, match="taken by a"):
        commands.add(WindowCommand(name="b", title="B", group="Edit", run=lambda: None, keys=("Ctrl+Z",)))
    assert "| `Ctrl+Z` | Undo |" in keys_table(commands)
    assert score("und", "Undo") > score("und", "Run the whole scene with these knobs")
    assert score("xyz", "Undo") == 0


def test_the_why_sentence_speaks_of_the_person_by_name(run):
    assert why(run.moment(830)).startswith("Still: Ana is")
    assert "shutter" in why(run.moment(2300))
    assert (
        needs_words(Gate(name=GateName.SETTLED, value=3.0, threshold=12.0, margin=-9.0, unit="°", passed=False))
        == "≥ 12°"
    )
    assert (
        needs_words(Gate(name=GateName.LIVING, value=0.3, threshold=0.7, margin=0.4, unit="", passed=True)) == "≤ 0.70"
    )


def test_results_are_read_with_their_recordings(tmp_path):
    (tmp_path / "a.mcap").write_bytes(b"")
    (tmp_path / "junit.xml").write_text(
        '<testsuites><testsuite name="wake"><testcase name="faces"><failure message="too late"/>'
        '<properties><property name="recording" value="a.mcap"/></properties></testcase>'
        '<testcase name="still"/></testsuite></testsuites>'
    )
    first, second = read_results(tmp_path / "junit.xml")
    assert (first.name, first.passed, first.message, first.recording) == (
        "wake · faces",
        False,
        "too late",
        tmp_path / "a.mcap",
    )
    assert second.passed
    (tmp_path / "bad.xml").write_text("<nothing/>")
    with pytest.raises(ResultsError, match="no test cases"):
        read_results(tmp_path / "bad.xml")


def test_presets_keep_only_what_differs(tmp_path):
    presets = Presets(tmp_path)
    assert {"Calmer", "Eager"} <= set(presets.names())
    presets.save("Mine / yours", {"patience.settle_s": 3.0})
    assert presets.settings("Mine  yours", Tuning()) == {"patience.settle_s": 3.0}
    for name in ("Calmer", "Eager"):
        assert presets.settings(name, Tuning())


def test_edits_of_a_scene_change_only_their_line():
    text = (
        "scene: 1\nclaim: x  # why\npeople:\n  ana: {at: [1.0, 2.0]}  # the cook\n  ben: {at: [2.0, 2.0]}\n"
        "timeline:\n  - {at: 1 s, who: ben, does: walk, to: [1, 1]}\n"
    )
    moved = scene_edits.moved(text, ["people", "ana", "at"], 1.52, 2.27)
    before, after = text.splitlines(), moved.splitlines()
    changed = [new.split() for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [["ana:", "{at:", "[1.5,", "2.25]}", "#", "the", "cook"]]
    added, name = scene_edits.added(text, "person", 1.0, 1.0, taken={"ana", "ben", "person"})
    assert name == "person2"
    assert "person2: {at: [1.0, 1.0], faces: device}" in added
    gone = scene_edits.removed(text, "people", "ben")
    assert "ben" not in gone
    assert scene_edits.walks(text) == [(0, "ben", (1.0, 1.0))]


def test_numbers_of_a_long_run_are_thinned_to_their_extremes():
    from PySide6.QtCore import QRectF

    from simulator.gui.render.timeline import TimeAxis, curve_points

    values = np.zeros(60_000, dtype=np.float32)
    values[31_234] = 77.0
    xs, ys = curve_points(values, 0, TimeAxis(QRectF(0, 0, 1000, 200), 0.0, 600.0))
    assert len(xs) < 2 * 1000
    assert ys.max() == 77.0
