"""Opens a study: runs every setting in every moment, shows how far that is, then leads one rater through it."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressDialog

from simulator.gui.app import display_problem
from simulator.gui.look.theme import font, load_fonts
from simulator.gui.study.clip_store import ClipStore
from simulator.gui.study.clip_view import ClipView
from simulator.gui.study.display_view import DisplayView
from simulator.gui.study.study_window import StudyWindow
from simulator.lab.study.plan import StudyPlan
from simulator.runtime.exit_codes import ExitCode
from simulator.world.camera.gl import NoRenderer


def run_study(plan: StudyPlan, *, rig: str = "") -> int:
    """Ask one rater; returns the exit code: 0 when the rater went through to the end."""
    problem = display_problem()
    if problem:
        print(f"swivel study: {problem}", file=sys.stderr)  # noqa: T201
        return ExitCode.NOT_EXERCISED
    app = QApplication.instance() or QApplication(["swivel"])
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    load_fonts()
    app.setFont(font())
    view = DisplayView(rig=rig, seed=plan.seed) if rig else _drawn(plan)
    if isinstance(view, ExitCode):
        return view
    window = StudyWindow(plan, view, shown_on=rig)
    window.showFullScreen()
    app.exec()
    if window.problem:
        print(f"swivel study: the display gave up: {window.problem}", file=sys.stderr)  # noqa: T201
        return ExitCode.NOT_EXERCISED
    return ExitCode.PASSED if window.finished else ExitCode.CANCELLED


def _drawn(plan: StudyPlan) -> ClipView | ExitCode:
    """Pairs as they are drawn, all that is known made; or why not."""
    clips = ClipStore(plan)
    progress = QProgressDialog("Preparing what will be shown", "Cancel", 0, 100)
    progress.setWindowModality(Qt.WindowModality.ApplicationModal)
    progress.setMinimumDuration(400)
    try:
        for done, total in clips.prepare():
            progress.setMaximum(100 * total)
            progress.setValue(round(100 * done))
            if progress.wasCanceled():
                return ExitCode.CANCELLED
    except NoRenderer as error:
        print(f"swivel study: {error}; write `view: screen` into the study to show the screen alone", file=sys.stderr)  # noqa: T201
        return ExitCode.NOT_EXERCISED
    progress.close()
    return ClipView(clips)
