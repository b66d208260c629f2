import math
import re

import pytest

from simulator.onboard.tuning import Tuning, TuningError, leaf_at, leaves, parsed


def test_every_knob_has_a_sentence_a_label_a_step_and_a_default_inside_its_bounds():
    for leaf in leaves():
        assert leaf.sentence.endswith("."), leaf.path
        assert leaf.label, leaf.path
        assert leaf.step > 0, leaf.path
        assert leaf.tier in ("design", "engineering")
        if leaf.kind in ("number", "whole"):
            assert leaf.low is not None, leaf.path
            assert leaf.high is not None, leaf.path
            assert leaf.low <= leaf.default <= leaf.high, leaf.path
        if leaf.kind == "choice":
            assert leaf.default in leaf.choices


def test_labels_and_paths_are_unique_within_a_group():
    labels = [(leaf.group, leaf.label) for leaf in leaves()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("end", ["low", "high"])
def test_each_bound_is_accepted_and_just_beyond_is_refused_with_path_value_and_bounds(end):
    for leaf in leaves():
        if leaf.kind not in ("number", "whole"):
            continue
        bound = getattr(leaf, end)
        beyond = bound + (leaf.step if end == "high" else -leaf.step)
        with pytest.raises(TuningError, match=leaf.path) as refused:
            Tuning().patched({leaf.path: beyond})
        assert f"{leaf.low:g} to {leaf.high:g}" in str(refused.value)
        if leaf.group != "zones":  # there a bound may break the rule that holding lies outside dead
            assert Tuning().patched({leaf.path: bound}).value(leaf.path) == bound


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"zones.dead_half_widht_deg": 9}, "did you mean zones.dead_half_width_deg"),
        ({"nothing.at_all": 9}, "no such knob"),
        ({"motion.max_rate_dps": math.nan}, "must be a number from 5 to 180"),
        ({"attention.wake_policy": "dance"}, "must be one of turn to wake word"),
        ({"zones.dead_half_width_deg": 27.5}, "zones.holding_half_width_deg = 28: must be at least 2° more"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_allowed(changes, text):
    with pytest.raises(TuningError, match=text):
        Tuning().patched(changes)


def test_a_tree_is_frozen_and_a_patch_leaves_it_alone():
    tuning = Tuning()
    patched = tuning.patched({"zones.hysteresis_deg": 3.0})
    assert tuning.zones.hysteresis_deg == 2.0
    assert patched.changed() == {"zones.hysteresis_deg": 3.0}
    assert tuning.differences(patched) == {"zones.hysteresis_deg": (2.0, 3.0)}
    with pytest.raises(ValueError, match="frozen"):
        tuning.zones.hysteresis_deg = 1.0


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("zones.hysteresis_deg", "3", 3.0),
        ("zones.hysteresis_deg", "3 °", 3.0),
        ("motion.max_rate_dps", "90°/s", 90.0),
        ("sound.wall_model", "off", False),
        ("vision.confirm_of_5", "4", 4),
        ("attention.wake_policy", "do not move", "do not move"),
    ],
)
def test_typed_values(path, text, value):
    assert parsed(path, text) == value
    assert Tuning().patched({path: value}).value(path) == value


@pytest.mark.parametrize(
    ("path", "text"), [("zones.hysteresis_deg", "wide"), ("sound.wall_model", "maybe"), ("vision.confirm_of_5", "2.5")]
)
def test_typed_nonsense_is_refused(path, text):
    with pytest.raises(TuningError, match=path):
        parsed(path, text)


def test_unvalidated_copies_of_knobs_are_made_nowhere(repository_sources):
    groups = "|".join({leaf.group for leaf in leaves()})
    unchecked = re.compile(rf"(tuning|knobs|{groups})\w*(\(\))?\.model_copy\(\s*update", re.IGNORECASE)
    assert [path for path, text in repository_sources if unchecked.search(text)] == []
    assert unchecked.search("self._tuning.zones.model_copy(update={})")


def test_an_address_leads_to_its_knob():
    assert leaf_at("zones.dead_half_width_deg").unit == "°"
