"""The row of checks on the timeline: every check has its box, and the sign of one that failed is never under another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from simulator.gui.render.timeline_axis import Curve, TimeAxis, TimelineScene, speed_top_dps
from simulator.gui.render.timeline_checks import BOX_PX, check_boxes
from simulator.workbench.run_spans import CheckMark

BOX = QRectF(0, 0, 600, 22)


def mark(name: str, first: int, last: int, passed: bool | None = True) -> CheckMark:
    return CheckMark(name, first, last, passed)


@pytest.mark.parametrize("wide", [300, 600, 1400])
def test_checks_at_the_same_moment_stand_side_by_side(qapp, wide):
    marks = [mark(f"check {n}", 1000, 1300, passed=n != 2) for n in range(5)] + [mark("late", 3390, 3400, passed=False)]
    axis = TimeAxis(QRectF(0, 0, wide, 200), 0, 34)
    found = check_boxes(BOX, axis, marks)
    assert {one.text for one, _ in found} == {one.text for one in marks}
    assert all(a.right() <= b.left() for (_, a), (_, b) in pairwise(found))
    assert all(axis.left <= box.left() and box.right() <= axis.right + 0.1 for _, box in found)
    assert all(box.width() >= BOX_PX for _, box in found)


def test_one_that_is_out_of_view_has_no_box_and_room_is_used_for_words(qapp):
    axis = TimeAxis(QRectF(0, 0, 900, 200), 0, 10)
    found = check_boxes(BOX, axis, [mark("ana is faced in time", 100, 300), mark("later", 2000, 2300)])
    assert [one.text for one, _ in found] == ["ana is faced in time"]
    assert found[0][1].width() > 100


def made(run, **more) -> TimelineScene:
    return TimelineScene(
        run=run, duration_ticks=2400, first_s=0, last_s=24, people=(), voices=[], decisions=[], happenings=[], **more
    )  # fmt: skip


def test_the_axis_of_speeds_stands_still_and_holds_every_run(run):
    def end(knob: float, *others: float) -> float:
        rates = [Curve(np.full(10, fastest, dtype=np.float32), "B") for fastest in others]
        return speed_top_dps(made(run, rates=rates, top_rate_dps=knob))

    assert end(20.0) == end(60.0) == end(80.0) == 90.0, "a turned knob does not make the same turn look smaller"
    assert end(60.0, 121.0) == 180.0
    assert end(135.0) == 180.0
