"""Opens a study: runs every setting in every moment, shows how far that is, then leads one rater through it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressDialog

from simulator.gui.app import display_problem
from simulator.gui.look.theme import font, load_fonts
from simulator.gui.study.study_window import StudyWindow
from simulator.lab.study.clips import Clip, clip_of
from simulator.lab.study.plan import Moment, Setting, StudyPlan
from simulator.runtime.exit_codes import ExitCode


class ClipStore:
    """Clips that were run already; a new one is run when it is asked for."""

    def __init__(self, plan: StudyPlan) -> None:
        self._plan = plan
        self._clips: dict[tuple[str, str], Clip] = {}

    def __call__(self, setting: Setting, moment: Moment) -> Clip:
        """The clip of a setting in a moment."""
        key = setting.name, moment.name
        if key not in self._clips:
            self._clips[key] = clip_of(setting, moment, seed=self._plan.seed)
        return self._clips[key]

    def prepare(self) -> Iterator[tuple[int, int]]:
        """Run all that is known to be needed; yields how many of how many are done."""
        needed = [(setting, moment) for setting in self._plan.shown for moment in self._plan.moments]
        for done, (setting, moment) in enumerate(needed, start=1):
            self(setting, moment)
            yield done, len(needed)


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
    for done, total in clips.prepare():
        progress.setMaximum(total)
        progress.setValue(done)
        if progress.wasCanceled():
            return ExitCode.CANCELLED
    progress.close()
    window = StudyWindow(plan, clips)
    window.showFullScreen()
    app.exec()
    return ExitCode.PASSED if window.finished else ExitCode.CANCELLED
