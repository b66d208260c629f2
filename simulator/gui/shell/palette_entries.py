"""Everything that the palette finds: commands, knobs, bookmarks, scenes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from simulator.gui.panels.palette import PaletteEntry
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.tuning import leaves

SCENE_SUFFIX = ".scene.yaml"


def entries(window: Host, samples: Path) -> list[PaletteEntry]:
    """In the order of the groups; the palette sorts by how well they match."""
    return [*_commands(window), *_knobs(window), *_bookmarks(window), *_scenes(window, samples)]


def _commands(window: Host) -> Iterator[PaletteEntry]:
    for command in window.commands:
        yield PaletteEntry(
            command.title,
            f"{command.group}. {command.hint}",
            ", ".join(command.keys),
            partial(window.commands.run, command.name),
            command.enabled(),
        )


def _knobs(window: Host) -> Iterator[PaletteEntry]:
    def reveal(path: str) -> None:
        window.show_workspace("tune")
        window.tune.panel.reveal(path)

    for leaf in leaves():
        yield PaletteEntry(f"Knob: {leaf.label}", f"{leaf.path}. {leaf.sentence}", "", partial(reveal, leaf.path))


def _bookmarks(window: Host) -> Iterator[PaletteEntry]:
    for tick, name in window.session.document.bookmarks:
        yield PaletteEntry(f"Bookmark: {name}", "", "", partial(window.session.seek, tick))


def _scenes(window: Host, samples: Path) -> Iterator[PaletteEntry]:
    """Recent ones first, then the samples."""
    recent = [Path(one) for one in window.settings.values.recent if Path(one).exists()]
    others = sorted(samples.rglob(f"*{SCENE_SUFFIX}")) if samples.exists() else []
    for path in [*recent, *(one for one in others if one.resolve() not in recent)]:
        name = path.name.removesuffix(SCENE_SUFFIX).replace("_", " ").replace("-", " ")
        yield PaletteEntry(f"Scene: {name}", str(path), "", partial(window.open, path))
