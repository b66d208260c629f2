"""The page of behaviours is what the device runs."""

from __future__ import annotations

from pathlib import Path

from simulator.lab.behaviour_charts import MODES, page
from simulator.onboard.behaviour.table import TABLE
from simulator.onboard.messages import Mode
from simulator.onboard.tuning import leaves

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_not_stale() -> None:
    assert (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8") == page()


def test_every_mode_has_a_chart_and_all_its_answers() -> None:
    text = page()
    assert set(MODES) == set(Mode)
    for mode in Mode:
        part = text.split(f"\n## {mode.value}\n")[1].split("\n## ")[0]
        assert "stateDiagram-v2" in part
        assert part.count("\n| ") == len(TABLE[mode]) + 1


def test_the_knobs_it_names_exist() -> None:
    paths = {leaf.path for leaf in leaves()}
    groups = {leaf.group for leaf in leaves()}
    for _, knobs, _ in MODES.values():
        for word in (part for index, part in enumerate(knobs.split("`")) if index % 2):
            assert word in paths or (word.endswith(".*") and word[:-2] in groups), word
