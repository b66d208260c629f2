"""What the window's commands do; window_commands.py says under which names and keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtGui import QGuiApplication

from simulator.gui.panels.ask import ask_file, ask_line
from simulator.gui.panels.transport import SPEEDS
from simulator.gui.shell.scene_actions import leave_alone
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.workbench.document import SLOTS, Bookmark, Slot
from simulator.workbench.new_scene import with_suffix
from simulator.world.spec import HandAction, ShutterAction


def step(window: Host, ticks: int) -> None:
    """Pause, and move the playhead by some ticks."""
    window.session.play(False)
    window.session.seek(window.session.tick + ticks)


def change_speed(window: Host, by: int) -> None:
    """Play at the next speed up or down."""
    session = window.session
    place = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - session.head.speed))
    session.head.speed = SPEEDS[min(max(place + by, 0), len(SPEEDS) - 1)]
    session.engine_changed.emit()
    for made in window.made():
        for timeline in made.timelines:
            timeline.transport.show_speed()


def zoom(window: Host, factor: float) -> None:
    """Show more or less time; 0 shows the whole timeline."""
    for timeline in window.workspace(window.current).timelines:
        if factor:
            timeline.view.zoom(factor)
        else:
            timeline.view.fit()


def find_knob(window: Host) -> None:
    """Bring the search for knobs to the front."""
    window.show_workspace("tune")
    window.tune.panel.search.setFocus()


def keep_knobs(window: Host) -> None:
    """Ask for the name of a preset."""
    window.show_workspace("tune")
    window.tune.panel.ask_name()


def _folder(window: Host) -> Path:
    return window.session.document.path.parent


def ask_open(window: Host) -> None:
    """Ask for a file and open it."""
    ask_file(
        window.stack,
        "Open",
        folder=_folder(window),
        filters="Scenes, recordings, results (*.scene.yaml *.yaml *.mcap *.xml *.jsonl explored.json)",
        then=window.open,
    )


def ask_save(window: Host) -> None:
    """Ask for a name and save the scene under it."""
    ask_file(
        window.stack,
        "Save the scene",
        save_as=window.session.document.path.name,
        folder=_folder(window),
        filters="Scenes (*.scene.yaml)",
        then=lambda path: save_scene(window, with_suffix(path)),
    )


def serve(window: Host) -> None:
    """Let apps move this display."""
    from simulator.gui.shell.serving_window import show_serving

    show_serving(window)


def study(window: Host) -> None:
    """Ask people which motion they like."""
    from simulator.gui.shell.study_window import show_study

    show_study(window)


def save_scene(window: Host, path: Path | None = None, *, with_knobs: bool = False) -> None:
    """Write the scene; the knobs that are turned go into it only when asked. Lines that nobody touched stay as they are."""
    from simulator.scene.saver import SceneText, save

    document = window.session.document
    original, target = document.path, path or document.path
    text = document.text
    changed = document.state.settings[document.slot]
    if changed and with_knobs:
        edited = SceneText(text, file=str(target))
        for knob, value in sorted(changed.items()):
            edited.set(["tuning", knob], value)
        text = edited.text
    try:
        save(text, target)
    except OSError as error:
        window.banner.tell("error", f"{target}: cannot be written: {error.strerror or error}")
        return
    if target != original:  # what was tried on the original goes with the copy
        leave_alone(window, original)
    document.path, document.saved_text = target, text
    document.take_saved(text)
    window.settings.remember(target)
    left = len(document.state.settings[document.slot])
    without = f" without {left} turned knob{'s' if left != 1 else ''}; “Save the scene with these knobs” writes them"
    window.banner.tell("info", f"Saved {target.name}{without if left else ''}")
    window.session.document_changed.emit("saved")


def toggle_loop(window: Host) -> None:
    """Loop five seconds around the playhead, or play the whole scene."""
    session = window.session
    if session.document.loop is not None:
        session.document.set_loop(None)
        return
    first = max(0, session.tick - 2 * TICKS_PER_S)
    session.document.set_loop((first, min(session.duration_ticks, first + 5 * TICKS_PER_S)))


def bookmark(window: Host) -> None:
    """Name this moment, or take away the bookmark that is here."""
    document, tick = window.session.document, window.session.tick
    marks = document.bookmarks
    near = [one for one in marks if abs(one.tick - tick) < 10]
    if near:
        document.set_bookmarks([one for one in marks if one not in near], words="Take bookmark away")
    else:
        document.set_bookmarks(
            [*marks, Bookmark(tick, f"at {tick * TICK_S:.2f} s")], words=f"Bookmark {tick * TICK_S:.1f} s"
        )


def jump(window: Host, way: int) -> None:
    """Seek the next bookmark or event on a side."""
    session = window.session
    marks = {one.tick for one in session.document.bookmarks} | {one.tick for one in session.run.happenings}
    ahead = [mark for mark in marks if (mark - session.tick) * way > 2]
    if ahead:
        session.seek(min(ahead) if way > 0 else max(ahead))


def record(window: Host) -> None:
    """Write the run into a recording in the user's folder, as soon as it is complete."""
    folder = window.settings.folder / "recordings"
    stamp = QDateTime.currentDateTime().toString("yyyyMMdd-HHmmss")
    name = window.session.document.scene.name if window.session.document.scene else "run"
    if not window.session.record(folder / f"{name.replace(' ', '_')}-{stamp}.mcap"):
        window.banner.tell("info", "Recorded as soon as the run is complete")


def undo_or_redo(window: Host, *, undo: bool) -> None:
    """Take the last step back, or do it again, and let the knobs take effect."""
    history, document = window.session.document.history, window.session.document
    part = history.undo_part if undo else history.redo_part
    slot = part.partition(".")[2]
    if part.startswith("settings") and slot in SLOTS and slot != document.slot:
        words = history.undo_text if undo else history.redo_text
        use_slot(window, "A" if slot == "A" else "B")  # what changes has to be seen
        window.banner.tell("info", f"{'Undone' if undo else 'Done again'} in {slot}: {words}")
    done = history.undo() if undo else history.redo()
    if done:
        window.session.commit_knobs()


def use_slot(window: Host, slot: Slot) -> None:
    """Use the other set of knobs."""
    document = window.session.document
    if document.slot != slot:
        document.slot = slot
        window.session.commit_knobs()
        window.session.document_changed.emit("slot")


def back_to_own(window: Host) -> None:
    """Give all knobs the values of the scene file."""
    window.session.document.take_settings({}, name="Scene's own", text="All knobs back to the scene's own")
    window.session.release()


def stop(window: Host) -> None:
    """The real device if there is one; else the playing and the engine."""
    session, device = window.session, window.device
    if device.connected or device.matching.running:
        device.stop()
        return
    session.rest()
    session.notice.emit("warning", "Stopped: nothing runs until you play or turn a knob")


def move_shutter(window: Host) -> None:
    """Close or open the camera's cover at the playhead."""
    session = window.session
    closed = session.moment is not None and session.moment.shutter_closed
    session.act(ShutterAction(at_s=0.0, closed=not closed))


def push(window: Host, by_deg: float) -> None:
    """Turn the screen by hand at the playhead."""
    session = window.session
    moment = session.moment
    yaw_deg = moment.yaw_deg if moment else 0.0
    session.act(HandAction(at_s=0.0, gesture="turn", to_deg=yaw_deg + by_deg, for_s=1.2))


def export_as(window: Host, kind: str) -> None:
    """Ask for a name and export in a format."""
    from simulator.gui.shell.export import ask_and_export

    ask_and_export(window, kind)


def comment(window: Host) -> None:
    """Bookmark this moment with words of one's own, or change those of the bookmark that is here."""
    document, tick = window.session.document, window.session.tick
    here = next((one for one in document.bookmarks if abs(one.tick - tick) < 10), None)

    def keep(words: str) -> None:
        others = [one for one in document.bookmarks if one != here]
        at_tick = here.tick if here is not None else tick
        if words.strip():
            document.set_bookmarks([*others, Bookmark(at_tick, words.strip())], words=f"Comment {words.strip():.30}")

    ask_line(window.stack, "Comment on this moment", text=here.name if here is not None else "", then=keep)


def plot(window: Host) -> None:
    """Plot any numbers of the run beside the work."""
    from simulator.gui.panels.plot_panel import PlotPanel

    panel = PlotPanel(window.stack, window.session, window.look)
    panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    panel.show()


def change_keys(window: Host) -> None:
    """Give commands other keys; they are kept."""
    from simulator.gui.panels.keys_editor import KeysEditor

    def changed() -> None:
        window.settings.save()
        window.set_keys()

    editor = KeysEditor(window.stack, window.commands, window.settings.values.keys, changed)
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    editor.show()


def be_calm(window: Host) -> None:
    """Let nothing move by itself, or again."""
    values = window.settings.values
    values.calm = not values.calm
    window.settings.save()
    window.session.play(False)
    window.tune.one_move.set_calm(values.calm)
    window.banner.tell("info", "Nothing moves by itself now" if values.calm else "Moves are played again")


def preferences(window: Host) -> None:
    """Colours, units, motion, sound and keys on one page."""
    from simulator.gui.shell.preferences import Preferences

    page = Preferences(window, keys=lambda: change_keys(window), calm=lambda: be_calm(window))
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page.show()


def other_theme(window: Host) -> None:
    """Dark instead of light, or light instead of dark, whatever the desktop is."""
    window.settings.values.follow_system = False
    window.look.set("light" if window.look.theme.dark else "dark")


def copy_moment(window: Host) -> None:
    """Put the command line that opens the window at this moment into the clipboard."""
    words = window.session.document.moment_command(window.session.tick)
    QGuiApplication.clipboard().setText(words)
    window.banner.tell("info", f"Copied: {words}")


def copy_command(window: Host) -> None:
    """Put the command line that runs this again into the clipboard."""
    session = window.session
    words = session.document.repro_command(seed=session.seed, mode=session.mode)
    QGuiApplication.clipboard().setText(words)
    window.banner.tell("info", f"Copied: {words}")
