"""Writes every page, and every table inside a page, that is made from the code: `make docs`; `--check` only says which are stale.

The table of wheels is not among them: tools/lock_dependencies.py writes it together with the lock that it is made from.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hardware_bridge import guard_table
from simulator.cli import commands_page, knobs
from simulator.lab.bench import board_page
from simulator.lab.export import foxglove
from simulator.lab.measure import labels
from simulator.lab.qa import knob_guard
from simulator.lab.report import behaviour_charts, recording_page, requests_page, stages_page
from simulator.lab.why import hold_words
from simulator.runtime import exit_codes
from simulator.scene.handbook import handbook
from simulator.scene.homes import hardness, stories
from simulator.scene.schema import schema_text
from simulator.server import documents
from simulator.server.messages import COMMANDS
from tools import api_pages

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- made by `make docs`: {} -->\n", "<!-- end -->\n"


@dataclass(frozen=True, slots=True)
class Made:
    """Something that is made from the code: a whole file, or the part of one between two marks."""

    file: str
    make: Callable[[], str]
    part: str = ""  # name of the part; empty for the whole file

    def renewed(self, text: str) -> str:
        """The file with this in it."""
        if not self.part:
            return self.make()
        before, mark, rest = text.partition(BEGIN.format(self.part))
        _, end, after = rest.partition(END)
        if not mark or not end:
            raise SystemExit(f"{self.file}: the marks of the part {self.part!r} are missing")
        return f"{before}{mark}{self.make()}{end}{after}"


def shortcuts() -> str:
    """The table of keys, which only a window knows."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    from simulator.gui.look.theme import load_fonts
    from simulator.gui.session_model import SessionModel
    from simulator.gui.shell.settings import Settings
    from simulator.gui.views.canvas import Look
    from simulator.gui.window import MainWindow
    from simulator.workbench.command_list import keys_table

    load_fonts()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(settings=Settings(Path(folder)), session=SessionModel(), look=Look(), samples=Path(folder))
        page = keys_table(window.commands)
        window.close()
    del app
    return page


ALL = (
    Made("docs/tuning.md", knobs.as_markdown),
    Made("docs/behaviours.md", behaviour_charts.page),
    Made("docs/requests.md", requests_page.page),
    Made("docs/recording.md", recording_page.page),
    Made("docs/commands.md", commands_page.page),
    Made("docs/explanation/stages.md", stages_page.page),
    Made("docs/bench.md", board_page.as_markdown, "columns of the bench"),
    Made("assets/layouts/swivel.foxglove.json", foxglove.layout_text),
    Made("docs/hold-reasons.md", hold_words.as_markdown),
    Made("docs/knob-guards.md", knob_guard.as_markdown),
    Made("docs/labels.md", labels.as_markdown),
    Made("docs/scene-format.md", handbook),
    Made("docs/shortcuts.md", shortcuts),
    Made("docs/ci.md", exit_codes.as_markdown, "exit codes"),
    Made("docs/homes.md", stories.as_markdown, "stories"),
    Made("docs/homes.md", hardness.as_markdown, "hardness"),
    Made("docs/body.md", guard_table.as_markdown, "table of the guard"),
    *(Made(f"docs/api/{documents.kind_of(model)}.md", partial(api_pages.page, model)) for model in COMMANDS),
    Made("docs/api/README.md", api_pages.commands, "commands"),
    Made("docs/api/README.md", api_pages.codes, "codes"),
    Made("docs/api/openapi.json", lambda: documents.as_text(documents.openapi())),
    Made("docs/api/asyncapi.json", lambda: documents.as_text(documents.asyncapi())),
    Made("scenes/schema/scene-1.schema.json", schema_text),
)


def main() -> int:
    """Renew all, or check all; returns how the check ended."""
    check, stale = "--check" in sys.argv[1:], []
    for made in ALL:
        path = ROOT / made.file
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        now = made.renewed(before)
        if now != before:
            stale.append(made.file)
            if not check:
                path.write_text(now, encoding="utf-8")
    for file in stale:
        print(f"{file}: {'stale, run `make docs`' if check else 'renewed'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
