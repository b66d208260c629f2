"""Opens a study: runs every setting in every moment, shows how far that is, then leads one rater through it."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressDialog

from simulator.gui.app import display_problem
from simulator.gui.look.theme import font, load_fonts
from simulator.gui.study.clip_store import ClipStore
from simulator.gui.study.study_window import StudyWindow
from simulator.lab.study.plan import StudyPlan
from simulator.runtime.exit_codes import ExitCode
from simulator.world.camera.gl import NoRenderer


def run_study(plan: StudyPlan) -> int:
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
    window = StudyWindow(plan, clips)
    window.showFullScreen()
    app.exec()
    return ExitCode.PASSED if window.finished else ExitCode.CANCELLED
