"""Pictures of the drawings and the workspaces, compared with those that were looked at and found good.

The font is bundled and sizes are in pixels, so pictures repeat exactly; a small share may differ where a processor rounds otherwise or a
label was added. To accept what is drawn now: SWIVEL_ACCEPT_PICTURES=1 python -m pytest tests/gui/test_pictures.py
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import synthetic
from conftest import PAGES
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from simulator.gui.look.theme import theme
from simulator.gui.render import camera, polar, room, timeline, widths_curve
from simulator.onboard.tuning import Tuning
from simulator.workbench import run_spans
from simulator.workbench.floor_plan import Sight

KEPT = Path(__file__).parent / "pictures"
ACCEPT = "SWIVEL_ACCEPT_PICTURES" in os.environ
DIFFERS_FROM = 24  # levels of 255 that count as another pixel
DRAWING_SHARE, WORKSPACE_SHARE = 0.002, 0.03


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(bytes(image.constBits()), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def compare(image: QImage, name: str, tmp_path: Path, *, share: float) -> None:
    path = KEPT / f"{name}.png"
    if ACCEPT:
        KEPT.mkdir(exist_ok=True)
        image.convertToFormat(QImage.Format.Format_RGB32).save(str(path))
        return
    assert path.exists(), f"{path.name} was never accepted"
    wanted, found = pixels(QImage(str(path))), pixels(image)
    assert wanted.shape == found.shape
    other = np.abs(wanted - found).max(axis=2) > DIFFERS_FROM
    if other.mean() > share:
        image.save(str(tmp_path / f"{name}-found.png"))
        pytest.fail(
            f"{name}: {other.mean():.2%} of the picture differs (at most {share:.2%}); what was found is {tmp_path / name}-found.png"
        )


def drawn(width: int, height: int, theme_name: str, draw) -> QImage:
    look = theme(theme_name)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(look.colour("card"))
    painter = QPainter(image)
    draw(painter, QRectF(0, 0, width, height), look)
    painter.end()
    return image


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_drawings(qapp, run, name, tmp_path):
    moment = run.moment(830)
    tuning = Tuning()

    def the_room(painter, area, look):
        scene = room.RoomScene(
            spec=synthetic.SPEC,
            facts=synthetic.FACTS,
            tuning=tuning,
            moment=moment,
            sight=Sight(synthetic.SPEC, moment.truth.things),
            ghost_yaw_deg=20.0,
            hot=("holding", 1),
        )
        room.draw_room(painter, room.RoomFrame(synthetic.SPEC, area), scene, look)

    def the_timeline(painter, area, look):
        scene = timeline.TimelineScene(
            run=run,
            duration_ticks=2400,
            first_s=0,
            last_s=24,
            people=("ana", "ben", "child"),
            voices=run_spans.voices(run, 3),
            decisions=run_spans.decisions(run),
            happenings=run.happenings,
            checks=[
                run_spans.CheckMark("turns to ana", 540, 800, True),
                run_spans.CheckMark("turns to ben", 1160, 1500, False),
            ],
            curves=[
                timeline.Curve(run.column("yaw_deg"), "run A"),
                timeline.Curve(np.roll(run.column("yaw_deg"), 80), "B", style="dashed"),
            ],
            bookmarks=[(600, "x")],
            loop=(500, 1300),
            divergence_tick=1160,
        )
        timeline.draw_lanes(painter, area, scene, look)
        timeline.draw_cursor(painter, area, scene, look, 830)

    names = tuple((person.azimuth_deg, person.name) for person in moment.truth.people)
    compare(drawn(560, 440, name, the_room), f"room-{name}", tmp_path, share=DRAWING_SHARE)
    compare(drawn(900, 300, name, the_timeline), f"timeline-{name}", tmp_path, share=DRAWING_SHARE)
    seen = drawn(
        480,
        270,
        name,
        lambda p, a, t: camera.draw_camera(
            p, a, camera.CameraScene(synthetic.FACTS.camera, tuning, moment, names=names, hot="dead"), t
        ),
    )
    compare(seen, f"camera-{name}", tmp_path, share=DRAWING_SHARE)
    heard = drawn(
        300,
        240,
        name,
        lambda p, a, t: polar.draw_polar(
            p, a, polar.PolarScene(moment, synthetic.SPEC.device.range, ((-27.0, "ana"),)), t
        ),
    )
    compare(heard, f"polar-{name}", tmp_path, share=DRAWING_SHARE)
    wide = drawn(
        260,
        132,
        name,
        lambda p, a, t: widths_curve.draw_widths(
            p, a, widths_curve.WidthScene(tuning.patched({"zones.holding_half_width_deg": 33.0}), tuning, 2.1, "ana"), t
        ),
    )
    compare(wide, f"widths-{name}", tmp_path, share=DRAWING_SHARE)


@pytest.mark.parametrize("theme_name", ["dark", "light"])
@pytest.mark.parametrize("name", PAGES)
def test_the_workspaces(window, look, name, theme_name, tmp_path):
    look.set(theme_name)
    window.show_workspace(name)
    window.session.seek(830)
    window.top.device.setFocus()
    for _ in range(3):
        QApplication.processEvents()
    compare(window.grab().toImage(), f"workspace-{name}-{theme_name}", tmp_path, share=WORKSPACE_SHARE)


def test_a_closed_shutter_and_an_empty_run_have_pictures_of_their_own(qapp, run):
    facts = synthetic.FACTS.camera
    shut = drawn(
        480,
        270,
        "dark",
        lambda p, a, t: camera.draw_camera(p, a, camera.CameraScene(facts, Tuning(), run.moment(2300)), t),
    )
    empty = drawn(
        480, 270, "dark", lambda p, a, t: camera.draw_camera(p, a, camera.CameraScene(facts, Tuning(), None), t)
    )
    assert (pixels(shut) != pixels(empty)).any()
