"""Declares every command of the window, once: keys, palette, help and tests all read this list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QDateTime
from PySide6.QtGui import QGuiApplication

from simulator.gui.panels.ask import ask_file
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.workbench.command_list import WindowCommand
from simulator.workbench.document import Bookmark
from simulator.world.spec import HandAction, ShutterAction

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def declare(window: Host) -> None:
    """Add all commands."""
    session, commands = window.session, window.commands

    def add(
        name: str, title: str, group: str, run: Any, *keys: str, enabled: Any = lambda: True, hint: str = ""
    ) -> None:
        commands.add(WindowCommand(name=name, title=title, group=group, run=run, keys=keys, enabled=enabled, hint=hint))

    def has_scene() -> bool:
        return session.document.scene is not None

    def step(ticks: int) -> None:
        session.play(False)
        session.seek(session.tick + ticks)

    def speed(by: int) -> None:
        place = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - session.speed))
        session.speed = SPEEDS[min(max(place + by, 0), len(SPEEDS) - 1)]
        session.engine_changed.emit()
        for made in window.made():
            for card in (getattr(made, "timeline", None),):
                if card is not None:
                    card.transport.show_speed()

    add("scene.open", "Open a scene or recording…", "Scene", lambda: _ask_open(window), "Ctrl+O")
    add("scene.save", "Save the scene", "Scene", lambda: _save(window), "Ctrl+S", enabled=has_scene)
    add(
        "scene.save_as",
        "Save the scene under a new name…",
        "Scene",
        lambda: _ask_save(window),
        "Ctrl+Shift+S",
        enabled=has_scene,
    )
    add("scene.rerun", "Run the whole scene with these knobs", "Scene", session.run_whole, "Ctrl+R", enabled=has_scene)
    add(
        "scene.senses",
        "Switch between modelled and rendered senses",
        "Scene",
        lambda: session.set_mode("full" if session.mode == "feature" else "feature"),
        "Ctrl+Shift+R",
        enabled=has_scene,
    )
    add("scene.versions", "Go back to the version before", "Scene", lambda: _last_version(window), enabled=has_scene)

    add("time.play", "Play or pause", "Time", lambda: session.play(not session.playing), "Space")
    add("time.start", "To the start", "Time", lambda: session.seek(0), "Home")
    add("time.end", "To the end", "Time", lambda: session.seek(len(session.run)), "End")
    add("time.back", "One tick back", "Time", lambda: step(-1), ",")
    add("time.forward", "One tick on", "Time", lambda: step(1), ".")
    add("time.back_second", "One second back", "Time", lambda: session.seek(session.tick - TICKS_PER_S), "Ctrl+Left")
    add("time.forward_second", "One second on", "Time", lambda: session.seek(session.tick + TICKS_PER_S), "Ctrl+Right")
    add("time.slower", "Slower", "Time", lambda: speed(-1), "[")
    add("time.faster", "Faster", "Time", lambda: speed(1), "]")
    add(
        "time.loop",
        "Loop the stretch around the playhead, or play the whole",
        "Time",
        lambda: _toggle_loop(window),
        "L",
        enabled=has_scene,
    )
    add("time.bookmark", "Bookmark this moment", "Time", lambda: _bookmark(window), "B", enabled=has_scene)
    add("time.next_bookmark", "To the next bookmark or event", "Time", lambda: _jump(window, 1), "N")
    add("time.last_bookmark", "To the bookmark or event before", "Time", lambda: _jump(window, -1), "Shift+N")
    add(
        "time.record",
        "Record this run to a file",
        "Time",
        lambda: _record(window),
        "Ctrl+Shift+E",
        enabled=lambda: len(session.run) > 0,
    )

    add(
        "edit.undo",
        "Undo",
        "Edit",
        lambda: _history(window, undo=True),
        "Ctrl+Z",
        enabled=lambda: bool(session.document.history.undo_text),
    )
    add(
        "edit.redo",
        "Redo",
        "Edit",
        lambda: _history(window, undo=False),
        "Ctrl+Shift+Z",
        "Ctrl+Y",
        enabled=lambda: bool(session.document.history.redo_text),
    )

    add("tuning.slot_a", "Use knobs A", "Tuning", lambda: _slot(window, "A"), "Alt+1")
    add("tuning.slot_b", "Use knobs B", "Tuning", lambda: _slot(window, "B"), "Alt+2")
    add("tuning.copy_to_b", "Copy knobs A to B", "Tuning", lambda: session.document.copy_slot("A", "B"))
    add("tuning.copy_to_a", "Copy knobs B to A", "Tuning", lambda: session.document.copy_slot("B", "A"))
    add("tuning.find", "Find a knob", "Tuning", lambda: _find_knob(window), "Ctrl+F")
    add(
        "tuning.only_changed",
        "Show only changed knobs, or all",
        "Tuning",
        lambda: _tune(window).panel.only.toggle(),
        "Ctrl+Shift+F",
    )
    add("tuning.defaults", "All knobs back to the scene's own", "Tuning", lambda: _to_own(window), enabled=has_scene)

    add("device.stop", "Stop the device", "Device", lambda: _stop(window), "F12", "Pause", hint="At once")
    add(
        "device.apply",
        "Give the device the knobs as they are here",
        "Device",
        window.device.apply,
        "Ctrl+Shift+A",
        enabled=lambda: window.device.connected,
    )
    add(
        "device.shutter",
        "Close or open the camera's shutter now",
        "Device",
        lambda: _shutter(window),
        "K",
        enabled=lambda: len(session.run) > 0,
    )
    add(
        "device.push_left",
        "Turn the screen by hand to the left now",
        "Device",
        lambda: _push(window, 25.0),
        "Ctrl+Alt+Left",
        enabled=lambda: len(session.run) > 0,
    )
    add(
        "device.push_right",
        "Turn the screen by hand to the right now",
        "Device",
        lambda: _push(window, -25.0),
        "Ctrl+Alt+Right",
        enabled=lambda: len(session.run) > 0,
    )

    for place, (name, title) in enumerate(
        (
            ("tune", "Tune"),
            ("scenario", "Scenario"),
            ("replay", "Replay"),
            ("compare", "Compare"),
            ("device", "Device"),
        ),
        1,
    ):
        add(
            f"view.{name}", f"Workspace {title}", "View", lambda name=name: window.show_workspace(name), f"Ctrl+{place}"
        )
    add(
        "view.theme",
        "Dark or light",
        "View",
        lambda: window.look.set("light" if window.look.theme.dark else "dark"),
        "Ctrl+Shift+L",
    )
    add("view.fit", "Show the whole timeline", "View", lambda: _timeline(window).fit(), "F")
    add("view.zoom_in", "Show less time", "View", lambda: _timeline(window).zoom(0.7), "Ctrl+=", "Ctrl++")
    add("view.zoom_out", "Show more time", "View", lambda: _timeline(window).zoom(1.4), "Ctrl+-")
    add("view.sound", "Hear the room and the motor", "View", lambda: window.toggle_sound(), "Ctrl+M")
    add("view.layout", "Panels back to their first sizes", "View", window.reset_layout)
    add(
        "view.full_screen",
        "Full screen",
        "View",
        lambda: window.showNormal() if window.isFullScreen() else window.showFullScreen(),
        "F11",
    )

    add("export.picture", "Export what you see as PNG…", "Export", lambda: _export(window, "png"), "Ctrl+E")
    add("export.pdf", "Export what you see as PDF…", "Export", lambda: _export(window, "pdf"))
    add("export.film", "Export the run as film (MP4 or GIF)…", "Export", lambda: _export(window, "mp4"))
    add("export.table", "Export the run as table (CSV)…", "Export", lambda: _export(window, "csv"))
    add(
        "export.link",
        "Copy the command that runs this again",
        "Export",
        lambda: _copy_command(window),
        "Ctrl+Shift+C",
        enabled=has_scene,
    )

    add("help.palette", "Search everything", "Help", lambda: window.palette_box.open(), "Ctrl+K", "Ctrl+P")
    add("help.tour", "Take the tour", "Help", lambda: window.start_tour())
    add("help.keys", "All keys", "Help", lambda: window.show_keys(), "F1")


# --- how ----------------------------------------------------------------------------------------------------------------


def _tune(window: Host) -> Any:
    return window.workspace("tune")


def _timeline(window: Host) -> Any:
    return window.stack.currentWidget().timeline.view  # type: ignore[attr-defined, union-attr]


def _find_knob(window: Host) -> None:
    window.show_workspace("tune")
    _tune(window).panel.search.setFocus()


def _folder(window: Host) -> Path:
    return window.session.document.path.parent


def _ask_open(window: Host) -> None:
    ask_file(
        window.stack,
        "Open",
        folder=_folder(window),
        filters="Scenes, recordings, results (*.scene.yaml *.yaml *.mcap *.xml *.jsonl)",
        then=window.open,
    )


def _ask_save(window: Host) -> None:
    ask_file(
        window.stack,
        "Save the scene",
        save_as=window.session.document.path.name,
        folder=_folder(window),
        filters="Scenes (*.scene.yaml)",
        then=lambda path: _save(window, path),
    )


def _save(window: Host, path: Path | None = None) -> None:
    """Write the scene with its knobs; lines that nobody touched stay as they are."""
    from simulator.scene.saver import SceneText, save

    document = window.session.document
    target = path or document.path
    text = document.state.text
    changed = document.state.settings[document.slot]
    if changed:
        edited = SceneText(text, file=str(target))
        for knob, value in sorted(changed.items()):
            edited.set(["tuning", knob], value)
        text = edited.text
    try:
        save(text, target)
    except OSError as error:
        window.banner.tell("error", f"{target}: cannot be written: {error.strerror or error}")
        return
    document.path, document.saved_text = target, text
    document.take_saved(text)
    window.settings.remember(target)
    window.banner.tell("info", f"Saved {target.name}")
    window.session.document_changed.emit("saved")


def _last_version(window: Host) -> None:
    document = window.session.document
    versions = window.settings.versions(document.path)
    now = document.to_data()
    for words, path in versions:
        data = window.settings.read(path)
        if data["state"] != now["state"]:
            document.restore(data)
            window.session.run_whole()
            window.banner.tell("info", f"Back to the version of {words}")
            return
    window.banner.tell("info", "There is no older version of this scene")


def _toggle_loop(window: Host) -> None:
    session = window.session
    if session.document.state.loop is not None:
        session.document.set_loop(None)
        return
    first = max(0, session.tick - 2 * TICKS_PER_S)
    session.document.set_loop((first, min(session.duration_ticks, first + 5 * TICKS_PER_S)))


def _bookmark(window: Host) -> None:
    document, tick = window.session.document, window.session.tick
    marks = document.state.bookmarks
    near = [one for one in marks if abs(one.tick - tick) < 10]
    if near:
        document.set_bookmarks([one for one in marks if one not in near], words="Take bookmark away")
    else:
        document.set_bookmarks(
            [*marks, Bookmark(tick, f"at {tick * TICK_S:.2f} s")], words=f"Bookmark {tick * TICK_S:.1f} s"
        )


def _jump(window: Host, way: int) -> None:
    session = window.session
    marks = {one.tick for one in session.document.state.bookmarks} | {one.tick for one in session.run.happenings}
    ahead = [mark for mark in marks if (mark - session.tick) * way > 2]
    if ahead:
        session.seek(min(ahead) if way > 0 else max(ahead))


def _record(window: Host) -> None:
    folder = window.settings.folder / "recordings"
    stamp = QDateTime.currentDateTime().toString("yyyyMMdd-HHmmss")
    name = window.session.document.scene.name if window.session.document.scene else "run"
    window.session.record(folder / f"{name.replace(' ', '_')}-{stamp}.mcap")


def _history(window: Host, *, undo: bool) -> None:
    history = window.session.document.history
    done = history.undo() if undo else history.redo()
    if done:
        window.session.commit_knobs()


def _slot(window: Host, slot: str) -> None:
    document = window.session.document
    if document.slot != slot:
        document.slot = slot
        window.session.commit_knobs()
        window.session.document_changed.emit("slot")


def _to_own(window: Host) -> None:
    window.session.document.take_settings({}, name="Scene's own", text="All knobs back to the scene's own")
    window.session.release()


def _stop(window: Host) -> None:
    """The real device if there is one; else the playing and the engine."""
    session, device = window.session, window.device
    if device.connected or device.matching.running:
        device.stop()
        return
    session.rest()
    session.notice.emit("warning", "Stopped: nothing runs until you play or turn a knob")


def _shutter(window: Host) -> None:
    session = window.session
    closed = bool(len(session.run)) and session.run.shutter_closed(session.tick)
    session.act(ShutterAction(at_s=0.0, closed=not closed))


def _push(window: Host, by_deg: float) -> None:
    session = window.session
    moment = session.moment
    yaw_deg = moment.yaw_deg if moment else 0.0
    session.act(HandAction(at_s=0.0, gesture="turn", to_deg=yaw_deg + by_deg, for_s=1.2))


def _export(window: Host, kind: str) -> None:
    from simulator.gui.shell.export import ask_and_export

    ask_and_export(window, kind)


def _copy_command(window: Host) -> None:
    session = window.session
    words = session.document.repro_command(seed=session.seed, mode=session.mode)
    QGuiApplication.clipboard().setText(words)
    window.banner.tell("info", f"Copied: {words}")
