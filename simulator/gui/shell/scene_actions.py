"""What a person does with scenes as files: begin one, look through all, go back to the file or to an earlier version."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from simulator.gui.panels.offer import Offer
from simulator.gui.shell.window_protocol import Host
from simulator.scene.loader import Scene, load, loads
from simulator.workbench import new_scene
from simulator.workbench.document import DocumentState


def new(window: Host) -> None:
    """Choose a template to begin with."""
    offers = [
        Offer(new_scene.title(path), "Template", partial(load, path), partial(begin, window, path))
        for path in new_scene.templates()
    ]
    window.gallery.offer("New scene", offers)


def begin(window: Host, template: Path) -> None:
    """A new scene like a template, open in Scenario."""
    try:
        path = new_scene.begin(template, window.settings.folder / "scenes")
    except OSError as error:
        window.banner.tell("error", f"The new scene cannot be written: {error.strerror or error}")
        return
    if window.open(path):
        window.show_workspace("scenario")
        window.banner.tell("info", f"{path.name} is kept in {path.parent}; Ctrl+Shift+S puts it elsewhere")


def browse(window: Host) -> None:
    """Templates, recent scenes and the library."""
    offers = [
        Offer(new_scene.title(path), "New from a template", partial(load, path), partial(begin, window, path))
        for path in new_scene.templates()
    ]
    recent = [Path(one) for one in window.settings.values.recent if Path(one).exists()]
    library = sorted(window.samples.rglob(f"*{new_scene.SUFFIX}")) if window.samples.exists() else []
    for group, paths in (("Recent", recent), ("Library", [one for one in library if one.resolve() not in recent])):
        offers += [
            Offer(
                new_scene.title(path), group, partial(load, path), partial(window.open, path), detail=path.parent.name
            )
            for path in paths
        ]
    window.gallery.offer("Scenes", offers)


def draw_path(window: Host) -> None:
    """Press in the room where somebody walks."""
    window.show_workspace("scenario")
    window.workspace("scenario").draw_path()


def revert(window: Host) -> None:
    """Open the file as it is on the disk; what was done to it stays among the versions."""
    path = window.session.document.path
    window.autosave()
    leave_alone(window, path)
    if window.open(path):
        window.banner.tell("info", f"{path.name} as it is on the disk; “Versions of this scene” has what was changed")


def leave_alone(window: Host, path: Path) -> None:
    """Make the file itself the newest version, so that opening it shows the file and not what was tried on it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    window.settings.autosave(path, DocumentState.fresh(text))


def versions(window: Host) -> None:
    """Everything that was kept of this scene, with pictures."""
    document = window.session.document
    offers = []
    for words, path in window.settings.versions(document.path):
        data = window.settings.read(path)
        state = data.get("state")
        if not isinstance(state, dict):
            continue
        text = str(state.get("text", ""))
        settings = state.get("settings")
        knobs = sum(len(one) for one in settings.values() if isinstance(one, dict)) if isinstance(settings, dict) else 0
        changed = "as the file" if text == document.saved_text else "edited"
        detail = f"{changed}, {knobs} knobs changed" if knobs else changed
        offers.append(
            Offer(words, detail, partial(_scene, text, document.path), partial(_restore, window, words, path))
        )
    if not offers:
        window.banner.tell("info", "No version of this scene has been kept yet")
        return
    window.gallery.offer(f"Versions of {document.path.name}", offers)


def _scene(text: str, path: Path) -> Scene:
    return loads(text, path=path, root=path.parent)


def _restore(window: Host, words: str, path: Path) -> None:
    window.autosave()  # what is there now is a version too
    window.session.document.restore(window.settings.read(path))
    window.session.run_whole()
    window.banner.tell("info", f"Back to the version of {words}")
