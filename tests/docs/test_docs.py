"""Pages and tables that are made from the code are not stale, and the numbers that a page states are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hardware_bridge.guard import Deed, GuardEvent
from hardware_bridge.guard_table import DEEDS, EVENTS
from simulator.lab.qa.plan import find_scenes
from simulator.runtime.exit_codes import ExitCode
from simulator.scene.loader import Scene, load
from tools.make_docs import ALL, Made

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def library() -> list[Scene]:
    """All scenes that come with the code."""
    return [load(path) for path in find_scenes([ROOT / "scenes"])]


@pytest.mark.process
def test_all_pages_that_are_made_from_the_code_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.make_docs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_page_that_says_that_it_is_made_is_in_the_list_of_made_pages() -> None:
    says = re.compile(r"made (from|by) [^\n]*`make docs`", re.IGNORECASE)
    pages = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md") if says.search(path.read_text())
    }
    assert pages - {made.file for made in ALL} == set()


def test_a_part_of_a_page_is_renewed_between_its_marks_only() -> None:
    made = Made("page.md", lambda: "new\n", "figures")
    page = "before\n<!-- made by `make docs`: figures -->\nold\n<!-- end -->\nafter\n"
    assert made.renewed(page) == page.replace("old", "new")
    with pytest.raises(SystemExit, match="the marks of the part 'figures' are missing"):
        made.renewed("before\n")


def test_the_readme_names_every_exit_code() -> None:
    told = README[README.index("Exit codes:") :].partition("\n\n")[0]
    assert [code for code in ExitCode if f"{code.value} " not in told] == []


def test_every_folder_of_the_product_has_a_row_that_says_what_to_run():
    rows = re.findall(
        r"^\| `([a-z_/]+)` \| (.+) \|$", (ROOT / "docs" / "tests.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    folders = {path.parent for part in ("simulator", "hardware_bridge") for path in (ROOT / part).rglob("*.py")}
    assert sorted(folder for folder, _ in rows) == sorted(path.relative_to(ROOT).as_posix() for path in folders)
    for folder, cell in rows:
        named = re.findall(r"`(tests[^`]*)`", cell)
        assert named, folder
        assert [name for name in named if not (ROOT / name).exists()] == [], folder


def test_the_guards_table_has_words_for_everything() -> None:
    assert set(DEEDS) == set(Deed)
    assert set(EVENTS) == set(GuardEvent)


@pytest.mark.long
def test_the_readme_counts_the_scenes_of_the_library(library: list[Scene]) -> None:
    scenes, seconds = re.search(r"the library of (\d+) scenes, ([\d,]+) simulated seconds", README).groups()  # type: ignore[union-attr]
    feature = [scene for scene in library if "feature" in scene.modes]
    assert int(scenes) == len(feature)
    assert float(seconds.replace(",", "")) == pytest.approx(sum(s.spec.duration_s for s in feature), rel=0.02)
    (smoke,) = re.search(r"the smoke set of (\d+) scenes", README).groups()  # type: ignore[union-attr]
    assert int(smoke) == sum("smoke" in scene.tags for scene in library)
