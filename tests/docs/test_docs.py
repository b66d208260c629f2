"""The pages that are made from the code are not stale."""

from pathlib import Path

from simulator.cli.knobs import as_markdown

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_knobs_is_what_the_command_prints():
    assert (ROOT / "docs" / "tuning.md").read_text(encoding="utf-8") == as_markdown()
