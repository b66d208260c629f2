"""The page of behaviours is what the device runs."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from simulator.lab.report.behaviour_charts import GOES_ON, MODES, page
from simulator.lab.why.transitions import INTO, alone
from simulator.onboard.behaviour.table import TABLE, Step
from simulator.onboard.messages import Mode, ModeEvent
from simulator.onboard.tuning import leaves

ROOT = Path(__file__).resolve().parents[2]


def test_every_mode_has_a_chart_and_all_its_answers() -> None:
    text = page()
    assert set(MODES) == set(Mode)
    for mode in Mode:
        part = text.split(f"\n## {mode.value}\n")[1].split("\n## ")[0]
        assert part.count("stateDiagram-v2") == 2
        assert part.count("\n| ") == len(TABLE[mode]) + 1


def test_the_charts_show_every_way_that_the_table_allows_and_no_other() -> None:
    """Drawn ways against those that the machine takes when each mode meets each event, alone or above another mode."""
    drawn = {
        (before.replace("_", " "), after.replace("_", " "), cause)
        for before, after, causes in re.findall(r"^    (\w+) --> (\w+): (.+)$", page(), re.MULTILINE)
        for cause in causes.split(" / ")
        if before[0].islower()
    }
    taken = set()
    for mode, event in itertools.product(Mode, ModeEvent):
        wishes = alone(mode)
        wishes.happen(event)
        if wishes.mode is not mode:
            taken.add((mode.value, wishes.mode.value, event.value))
    for low, high in itertools.permutations(INTO, 2):
        wishes = alone(low)
        wishes.happen(INTO[high])
        if wishes.mode is high:
            wishes.happen(
                {Mode.FAULT: ModeEvent.FAULT_OVER, Mode.MANUAL: ModeEvent.HAND_OVER}.get(high, ModeEvent.IDLE_ASKED)
            )
            if wishes.mode is low:
                taken.add((high.value, low.value, GOES_ON))
    queued = {way for way in drawn - taken if way[2] == GOES_ON}
    assert taken <= drawn
    assert drawn - taken - queued == {("wake word", "idle", "time over")}
    for before, after, _ in queued:
        wishes = alone(Mode(before))
        assert wishes.happen(INTO[Mode(after)]) is Step.QUEUE


def test_the_knobs_it_names_exist() -> None:
    paths = {leaf.path for leaf in leaves()}
    groups = {leaf.group for leaf in leaves()}
    for _, knobs, _ in MODES.values():
        for word in (part for index, part in enumerate(knobs.split("`")) if index % 2):
            assert word in paths or (word.endswith(".*") and word[:-2] in groups), word
