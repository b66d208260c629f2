"""What a person does with what-ifs: begin one at the playhead, end it, take over its knobs, delete it."""

from __future__ import annotations

from simulator.gui.session_model import SessionModel
from simulator.workbench.document import OWN


def begin(session: SessionModel) -> None:
    """From here on with other knobs; what was before stays as it is."""
    if session.what_ifs.open is not None:
        session.notice.emit("info", f"{session.what_ifs.open.name} is under way: turn a knob, or end it first")
        return
    if not session.shown.complete:
        session.notice.emit("info", "A what-if begins from a complete run: wait until this one is computed")
        return
    session.play(False)
    document = session.document
    made = session.what_ifs.begin(session.tick, run=session.run, settings=document.state.settings[document.slot])
    session.notice.emit("info", f"{made.words}: a turned knob holds from here on; the run before it stays")
    session.what_ifs_changed.emit()


def end(session: SessionModel) -> None:
    """Back to the whole run; the what-if is kept beside it when a knob was turned in it."""
    trying = session.what_ifs.open
    if trying is None:
        return
    document = session.document
    slot = document.slot
    if not session.shown.complete and document.state.settings[slot] != session.what_ifs.main_settings:
        session.notice.emit("info", f"{trying.name} is still being computed")
        return
    main, before = session.what_ifs.main, dict(session.what_ifs.main_settings)
    session.what_ifs.end(run=session.run, settings=document.state.settings[slot])
    if main is not None:
        session.shown.run = main
    session.shown.before = None
    session.forecast.forget()
    if before != document.state.settings[slot]:
        preset = document.state.preset[slot]
        document.take_settings(before, name=preset, text=f"End {trying.name}")
    session.run_behind()
    session.what_ifs_changed.emit()


def take(session: SessionModel, name: str) -> None:
    """Give the whole run the knobs of a kept what-if."""
    end(session)
    found = next((one for one in session.what_ifs.kept if one.name == name), None)
    if found is not None:
        session.document.take_settings(dict(found.settings), name=OWN, text=f"Take the knobs of {name}")
        session.release()


def drop(session: SessionModel, name: str) -> None:
    """Delete a kept one."""
    session.what_ifs.drop(name)
    session.what_ifs_changed.emit()
