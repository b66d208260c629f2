"""Opens a file: a scene, a recording, the results of a QA run or of a tuning, or a scene with mistakes where they can be mended."""

from __future__ import annotations

from pathlib import Path

from simulator.gui.shell.window_protocol import Host
from simulator.runtime.orders.explore_pipe import EXPLORED_FILE
from simulator.scene.errors import SceneError

REPLAYED = (".mcap", ".xml", ".jsonl")
OPENED = (".yaml", *REPLAYED, EXPLORED_FILE)


def open_path(window: Host, path: Path) -> bool:
    """Open a file; what is wrong with it is told in the window, and what was open stays."""
    if path.name.endswith(REPLAYED):
        window.show_workspace("replay")
        window.workspace("replay").open(path)
        return True
    if path.name == EXPLORED_FILE:
        window.show_workspace("explore")
        window.workspace("explore").open(path)
        return True
    try:
        versions = window.settings.versions(path)
        window.session.open_scene(path, kept=window.settings.read(versions[0][1]) if versions else None)
    except SceneError as error:
        window.banner.tell("error", str(error))
        window.show_workspace("scenario")
        window.workspace("scenario").show_draft(path, path.read_text(encoding="utf-8"), error.problems)
        return False
    except UnicodeDecodeError:
        window.banner.tell("error", f"{path.name} is not a text file, so it cannot be a scene")
        return False
    except (OSError, ValueError) as error:
        window.banner.tell("error", f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}")
        return False
    window.settings.remember(path)
    window.banner.hide()  # what went wrong before is over
    return True
