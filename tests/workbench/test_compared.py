"""Two runs compared: the checks come first, what breaks is named, and over all scenes each scene has one row."""

from __future__ import annotations

from simulator.runtime.orders.compare_pipe import CheckMargins, SceneBroken, SceneCompared
from simulator.workbench.compared import check_rows, outcome_row, scene_rows, tally, totals
from simulator.workbench.run_spans import CheckMark


def marks(*passed: bool | None) -> list[CheckMark]:
    return [CheckMark(f"check {place}", 0, 10, one) for place, one in enumerate(passed)]


def test_a_run_that_breaks_checks_says_so_in_its_first_row():
    rows = check_rows(marks(True, True, True, None), marks(True, False, False, True))
    assert rows[0] == ("Checks", "3 of 4", "2 of 4", "breaks 2, gains 1", "bad")
    assert rows[1] == ("check 1", "✓", "×", "broken", "bad")
    assert rows[3] == ("check 3", "–", "✓", "gained", "ok")
    assert len(rows) == 4


def test_equal_runs_and_scenes_without_checks():
    assert check_rows(marks(True, False), marks(True, False)) == [("Checks", "1 of 2", "1 of 2", "same", "faint")]
    assert check_rows([], []) == [("Checks", "none", "none", "", "faint")]
    assert tally(marks(True), marks(None)).broken == ("check 0",), "one that was not exercised is not kept"


def test_numbers_are_told_in_words():
    assert outcome_row("Longest wait", 1.7, 0.8)[3:] == ("−0.9 s better", "ok")
    assert outcome_row("Person out of view", 1.0, 2.0)[3:] == ("+1.0 s worse", "bad")
    assert outcome_row("Turns", 3.0, 3.0)[3] == "same"


def test_each_scene_has_one_row_and_what_broke_comes_first():
    lost = CheckMargins(check="reach", unit="s", a=1.2, b=-0.4)
    rows = scene_rows(
        [
            SceneCompared(scene="fine.scene.yaml", path="scenes/fine.scene.yaml", checks=2),
            SceneCompared(scene="better.scene.yaml", better=("sees",), checks=2),
            SceneCompared(scene="mixed.scene.yaml", better=("sees",), worse=("reach",), checks=2, margins=(lost,)),
            SceneCompared(scene="worse.scene.yaml", worse=("reach",), checks=2, margins=(lost,)),
            SceneBroken(scene="bad.scene.yaml", text="knobs do not fit"),
        ]
    )
    assert [row.scene for row in rows] == ["worse", "mixed", "bad", "better", "fine"]
    assert rows[0].broke == "reach"
    assert rows[0].margin == "reach 1.2 → −0.4 s"
    assert (rows[1].gained, rows[1].broke) == ("sees", "reach")
    assert rows[2].broke == "knobs do not fit"
    assert rows[4].path == "scenes/fine.scene.yaml"


def test_the_counts_in_one_line():
    both = SceneCompared(scene="a", worse=("x",), better=("y",))
    assert totals([both, SceneCompared(scene="b")]) == "2 scenes: B breaks checks in 1, gains in 1"
    assert totals([]) == "Nothing ran"
