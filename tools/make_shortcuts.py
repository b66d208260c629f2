"""Writes docs/shortcuts.md from the window's list of commands.

python -m tools.make_shortcuts [--check]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "docs" / "shortcuts.md"


def main() -> int:
    """Write the page, or say whether it is up to date."""
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
    if "--check" in sys.argv:
        good = TARGET.exists() and TARGET.read_text(encoding="utf-8") == page
        print("up to date" if good else f"{TARGET.name} is out of date: run python -m tools.make_shortcuts")
        return 0 if good else 1
    TARGET.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
