"""The entry in a desktop's menu: one .desktop file and one icon in the user's own folders (freedesktop.org's specifications)."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from simulator.world.assets import ASSETS

NAME = "swivel"  # also what the window calls itself, so that a desktop finds the icon
ICON = ASSETS / "icons" / "swivel.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopFiles:
    """Where the two files lie."""

    entry: Path
    icon: Path

    @classmethod
    def of_this_user(cls) -> DesktopFiles:
        """In the folder that the desktop reads."""
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return cls(
            entry=home / "applications" / f"{NAME}.desktop",
            icon=home / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg",
        )

    def install(self) -> None:
        """Write both, over older ones."""
        _write(self.icon, ICON.read_text(encoding="utf-8"))
        _write(self.entry, entry_text(_command()))

    def remove(self) -> list[Path]:
        """Take away what is there; returns that."""
        there = [path for path in (self.entry, self.icon) if path.exists()]
        for path in there:
            path.unlink()
        return there


def entry_text(command: list[str]) -> str:
    """The entry that starts a command with the scene or recording that was dropped on it, if any."""
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=Swivel",
        "GenericName=Display simulator",
        "Comment=Simulate and tune a motorized smart display",
        f"Exec={' '.join(map(_quoted, command))} gui %f",
        f"Icon={NAME}",
        f"StartupWMClass={NAME}",
        "Terminal=false",
        "Categories=Science;Engineering;Robotics;",
        "Keywords=simulator;robot;display;microphone;camera;",
    )
    return "\n".join(lines) + "\n"


def _command() -> list[str]:
    """How this very installation is started, whatever the search path holds."""
    script = Path(sys.executable).with_name("swivel")
    if script.is_file():
        return [str(script)]
    return [sys.executable, "-c", "from simulator.cli.main import main; raise SystemExit(main())"]


def _quoted(text: str) -> str:
    """One argument of Exec: in double quotes, four characters escaped, then once more as every value of the file is."""
    argument = re.sub(r'(["`$\\])', r"\\\1", text)
    return '"' + argument.replace("\\", "\\\\").replace("%", "%%") + '"'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
