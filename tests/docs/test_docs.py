"""The pages that are made from the code are not stale."""

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
