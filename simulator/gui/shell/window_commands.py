"""Declares every command of the window, once: keys, palette, help and tests all read this list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from simulator.gui import what_if_actions
from simulator.gui.shell import command_actions as do
from simulator.gui.shell import scene_actions
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.messages import TICKS_PER_S
from simulator.workbench.command_list import WindowCommand

PUSH_DEG = 25.0  # of a hand that turns the screen
WORKSPACES = (
    ("tune", "Tune"),
    ("scenario", "Scenario"),
    ("replay", "Replay"),
    ("compare", "Compare"),
    ("device", "Device"),
    ("explore", "Explore"),
)


def declare(window: Host) -> None:
    """Add all commands."""
    for group in (_scene, _what_if, _time, _edit, _tuning, _device, _view, _export, _help):
        for command in group(window):
            window.commands.add(command)


def _command(
    name: str,
    title: str,
    run: Callable[[], object],
    *keys: str,
    enabled: Callable[[], bool] = lambda: True,
    hint: str = "",
) -> WindowCommand:
    """One command; the first part of its name is its group."""
    group = name.partition(".")[0].capitalize()
    return WindowCommand(name=name, title=title, group=group, run=run, keys=keys, enabled=enabled, hint=hint)


def _has_scene(window: Host) -> Callable[[], bool]:
    return lambda: window.session.document.scene is not None


def _has_run(window: Host) -> Callable[[], bool]:
    return lambda: len(window.session.run) > 0


def _scene(window: Host) -> Iterator[WindowCommand]:
    session, scene = window.session, _has_scene(window)

    def other_senses() -> None:
        session.set_mode("full" if session.mode == "feature" else "feature")

    yield _command("scene.new", "New scene…", partial(scene_actions.new, window), "Ctrl+N")
    yield _command("scene.browse", "All scenes, with pictures…", partial(scene_actions.browse, window), "Ctrl+Shift+O")
    yield _command("scene.open", "Open a scene or recording…", partial(do.ask_open, window), "Ctrl+O")
    yield _command("scene.save", "Save the scene", partial(do.save_scene, window), "Ctrl+S", enabled=scene)
    with_knobs = partial(do.save_scene, window, with_knobs=True)
    yield _command("scene.save_knobs", "Save the scene with these knobs", with_knobs, "Ctrl+Alt+S", enabled=scene)
    save_as = partial(do.ask_save, window)
    yield _command("scene.save_as", "Save the scene under a new name…", save_as, "Ctrl+Shift+S", enabled=scene)
    yield _command("scene.rerun", "Run the whole scene with these knobs", session.run_whole, "Ctrl+R", enabled=scene)
    senses = "Switch between modelled and rendered senses"
    yield _command("scene.senses", senses, other_senses, "Ctrl+Shift+R", enabled=scene)
    yield _command("scene.path", "Draw a path in the room", partial(scene_actions.draw_path, window), enabled=scene)
    versions = partial(scene_actions.versions, window)
    yield _command("scene.versions", "Versions of this scene…", versions, enabled=scene)
    yield _command("scene.revert", "Revert to the file", partial(scene_actions.revert, window), enabled=scene)
    yield _command("scene.serve", "Serve this room to apps…", partial(do.serve, window), enabled=scene)


def _what_if(window: Host) -> Iterator[WindowCommand]:
    session = window.session
    begin, end = partial(what_if_actions.begin, session), partial(what_if_actions.end, session)
    yield _command(
        "time.what_if", "What if: other knobs from here on", begin, "W", enabled=_has_run(window),
        hint="Keeps the run before the playhead, and the whole run beside it",
    )  # fmt: skip
    yield _command(
        "time.end_what_if",
        "End the what-if and keep it",
        end,
        "Shift+W",
        enabled=lambda: session.what_ifs.open is not None,
    )


def _time(window: Host) -> Iterator[WindowCommand]:
    session, scene = window.session, _has_scene(window)

    def by_seconds(seconds: int) -> None:
        session.seek(session.tick + seconds * TICKS_PER_S)

    yield _command("time.play", "Play or pause", lambda: session.play(not session.head.playing), "Space")
    yield _command("time.start", "To the start", lambda: session.seek(0), "Home")
    yield _command("time.end", "To the end", lambda: session.seek(len(session.run)), "End")
    yield _command("time.back", "One tick back", partial(do.step, window, -1), ",")
    yield _command("time.forward", "One tick on", partial(do.step, window, 1), ".")
    yield _command("time.back_second", "One second back", partial(by_seconds, -1), "Ctrl+Left")
    yield _command("time.forward_second", "One second on", partial(by_seconds, 1), "Ctrl+Right")
    yield _command("time.slower", "Slower", partial(do.change_speed, window, -1), "[")
    yield _command("time.faster", "Faster", partial(do.change_speed, window, 1), "]")
    loop = "Loop the stretch around the playhead, or play the whole"
    yield _command("time.loop", loop, partial(do.toggle_loop, window), "L", enabled=scene)
    yield _command("time.bookmark", "Bookmark this moment", partial(do.bookmark, window), "B", enabled=scene)
    comment = partial(do.comment, window)
    yield _command("time.comment", "Comment on this moment…", comment, "Shift+B", enabled=scene)
    yield _command("time.next_bookmark", "To the next bookmark or event", partial(do.jump, window, 1), "N")
    yield _command("time.last_bookmark", "To the bookmark or event before", partial(do.jump, window, -1), "Shift+N")
    record = partial(do.record, window)
    yield _command("time.record", "Record this run to a file", record, "Ctrl+Shift+E", enabled=_has_run(window))


def _edit(window: Host) -> Iterator[WindowCommand]:
    history = window.session.document.history
    undo, redo = (partial(do.undo_or_redo, window, undo=undo) for undo in (True, False))
    yield _command("edit.undo", "Undo", undo, "Ctrl+Z", enabled=lambda: bool(history.undo_text))
    yield _command("edit.redo", "Redo", redo, "Ctrl+Shift+Z", "Ctrl+Y", enabled=lambda: bool(history.redo_text))


def _tuning(window: Host) -> Iterator[WindowCommand]:
    document = window.session.document

    def only_changed() -> None:
        window.tune.panel.only.toggle()

    yield _command("tuning.slot_a", "Use knobs A", partial(do.use_slot, window, "A"), "Alt+1")
    yield _command("tuning.slot_b", "Use knobs B", partial(do.use_slot, window, "B"), "Alt+2")
    yield _command("tuning.copy_to_b", "Copy knobs A to B", lambda: document.copy_slot("A", "B"))
    yield _command("tuning.copy_to_a", "Copy knobs B to A", lambda: document.copy_slot("B", "A"))
    yield _command("tuning.keep", "Keep these knobs under a name", partial(do.keep_knobs, window))
    yield _command("tuning.find", "Find a knob", partial(do.find_knob, window), "Ctrl+F")
    yield _command("tuning.only_changed", "Show only changed knobs, or all", only_changed, "Ctrl+Shift+F")
    yield _command("tuning.study", "Feel study: which motion do people like?…", partial(do.study, window))

    def teach() -> None:
        window.show_workspace("tune")
        window.tune.teach.open()

    words = "Teach a mode: push the screen where it should have been, or leave that"
    yield _command("tuning.teach", words, teach, "Ctrl+T", enabled=_has_scene(window))
    own = "All knobs back to the scene's own"
    yield _command("tuning.defaults", own, partial(do.back_to_own, window), enabled=_has_scene(window))


def _device(window: Host) -> Iterator[WindowCommand]:
    device, some = window.device, _has_run(window)
    yield _command("device.stop", "Stop the device", partial(do.stop, window), "F12", "Pause", hint="At once")
    yield _command(
        "device.apply", "Give the device the knobs as they are here", device.apply, "Ctrl+Shift+A",
        enabled=lambda: device.connected,
    )  # fmt: skip
    shutter = "Close or open the camera's shutter now"
    yield _command("device.shutter", shutter, partial(do.move_shutter, window), "K", enabled=some)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        push = partial(do.push, window, sign * PUSH_DEG)
        title = f"Turn the screen by hand to the {side} now"
        yield _command(f"device.push_{side}", title, push, f"Ctrl+Alt+{side.capitalize()}", enabled=some)


def _view(window: Host) -> Iterator[WindowCommand]:
    def full_screen() -> None:
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    for place, (name, title) in enumerate(WORKSPACES, 1):
        yield _command(f"view.{name}", f"Workspace {title}", partial(window.show_workspace, name), f"Ctrl+{place}")
    yield _command("view.theme", "Dark or light", partial(do.other_theme, window), "Ctrl+Shift+L")
    yield _command("view.fit", "Show the whole timeline", partial(do.zoom, window, 0.0), "F")
    yield _command("view.zoom_in", "Show less time", partial(do.zoom, window, 0.7), "Ctrl+=", "Ctrl++")
    yield _command("view.zoom_out", "Show more time", partial(do.zoom, window, 1.4), "Ctrl+-")
    yield _command("view.plot", "Plot any numbers of the run", partial(do.plot, window), "Ctrl+Shift+P")
    yield _command("view.sound", "Hear the room and the motor", window.toggle_sound, "Ctrl+M")
    yield _command("view.layout", "Panels back to their first sizes", window.reset_layout)
    yield _command("view.full_screen", "Full screen", full_screen, "F11")


def _export(window: Host) -> Iterator[WindowCommand]:
    yield _command("export.picture", "Export what you see as PNG…", partial(do.export_as, window, "png"), "Ctrl+E")
    yield _command("export.pdf", "Export what you see as PDF…", partial(do.export_as, window, "pdf"))
    yield _command(
        "export.film", "Export the run as film, as the customer sees it…", partial(do.export_as, window, "mp4")
    )
    yield _command("export.table", "Export the run as table (CSV)…", partial(do.export_as, window, "csv"))
    copy = partial(do.copy_command, window)
    again = "Copy the command that runs this again"
    moment = partial(do.copy_moment, window)
    yield _command("export.moment", "Copy the command that opens this moment", moment, enabled=_has_scene(window))
    yield _command("export.link", again, copy, "Ctrl+Shift+C", enabled=_has_scene(window))


def _help(window: Host) -> Iterator[WindowCommand]:
    yield _command("help.palette", "Search everything", lambda: window.palette_box.open(), "Ctrl+K", "Ctrl+P")
    yield _command("help.tour", "Take the tour", window.start_tour)
    yield _command("help.keys", "All keys", window.show_keys, "F1")
    yield _command("help.preferences", "Preferences…", partial(do.preferences, window), "Ctrl+,")
    yield _command("help.change_keys", "Change keys…", partial(do.change_keys, window))
    calm = "Reduced motion: nothing moves by itself, or again"
    yield _command("view.calm", calm, partial(do.be_calm, window))
