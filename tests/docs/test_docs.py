"""The pages that are made from the code are not stale."""

import re
from pathlib import Path

from simulator.cli.knobs import as_markdown
from simulator.runtime import exit_codes
from simulator.runtime.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_knobs_is_what_the_command_prints():
    assert (ROOT / "docs" / "tuning.md").read_text(encoding="utf-8") == as_markdown()


def test_the_exit_codes_of_the_documents_are_those_of_the_commands():
    assert exit_codes.as_markdown() in (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = readme[readme.index("Exit codes:") :].partition("\n\n")[0]
    assert [code for code in ExitCode if f"{code.value} " not in told] == [ExitCode.CANCELLED]


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
