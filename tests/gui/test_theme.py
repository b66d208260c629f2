"""Colours that everybody can tell apart, a font that is there, and a Qt that keeps its counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontInfo

from simulator.gui.look.style_sheet import style_sheet
from simulator.gui.look.theme import font, theme
from simulator.gui.render import text
from simulator.world.assets import ASSETS

ROOT = Path(__file__).resolve().parents[2]
# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
EYES = {
    "normal": np.eye(3),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
}


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ light
        / np.array([0.9505, 1, 1.089])
    )
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("eyes", EYES)
def test_zones_can_be_told_apart_by_all_eyes(name, eyes):
    colours = theme(name).colours
    seen = {zone: lab(np.clip(EYES[eyes] @ linear(colours[zone]), 0, 1)) for zone in ("dead", "hold", "motion")}
    for a, b in (("dead", "hold"), ("hold", "motion"), ("dead", "motion")):
        assert np.linalg.norm(seen[a] - seen[b]) >= 36
    ok, bad = (lab(np.clip(EYES[eyes] @ linear(colours[one]), 0, 1)) for one in ("ok", "bad"))
    assert np.linalg.norm(ok - bad) >= 20


@pytest.mark.parametrize("name", ["dark", "light"])
def test_text_has_contrast(name):
    colours = theme(name).colours

    def contrast(a: str, b: str) -> float:
        one, two = (float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colours[c])) + 0.05 for c in (a, b))
        return max(one, two) / min(one, two)

    for ink in ("text", "dim"):
        for ground in ("bg", "card", "raised", "sunken", "floor"):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    for ink in ("bad", "changed", "ok"):
        assert contrast(ink, "card") >= 4.0, ink


def test_both_themes_name_the_same_colours_and_style_everything():
    assert theme("dark").colours.keys() == theme("light").colours.keys()
    for name in ("dark", "light"):
        assert "{" not in style_sheet(theme(name)).replace("{ ", "").replace(" {", "").replace("{\n", "")
        for kind in ("down", "on", "off"):
            assert (ASSETS / "icons" / f"{kind}-{name}.svg").exists()


def test_the_bundled_font_is_used_with_its_weights(qapp):
    for weight in (400, 500, 600):
        info = QFontInfo(font(12, weight))
        assert info.family() == "Inter"
        assert info.weight() == weight


class Bell(QObject):
    rung = Signal(bool)


def test_signals_keep_the_reference_count_of_true(qapp):
    """PySide6 6.12 loses one reference a call on Python 3.11 until the process dies: the pin guards against it, this test too."""
    bell = Bell()
    bell.rung.connect(lambda _: None)
    before = sys.getrefcount(True)
    for _ in range(100):
        bell.rung.emit(True)
    if sys.version_info < (3, 12):
        assert abs(sys.getrefcount(True) - before) <= 5
    else:  # these count no references of True; what a package built for an older Python takes off can never reach zero
        assert sys.getrefcount(True) > 2**30


@pytest.mark.process
def test_the_windows_process_stays_light():
    """cv2 would change Qt's plugin path; scipy, numba and pyroomacoustics cost memory and a second and a half."""
    code = (
        "import sys, simulator.gui.window, simulator.gui.app, simulator.gui.workspaces.scenario, simulator.gui.workspaces.replay,"
        "simulator.gui.workspaces.compare, simulator.gui.workspaces.device, simulator.gui.shell.export,"
        "simulator.gui.shell.room_sound, simulator.gui.shell.test_reporter, simulator.workbench.replan;"
        "heavy = ('cv2', 'scipy', 'numba', 'pyroomacoustics', 'pymunk', 'moderngl', 'sounddevice');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_stops_the_window_with_a_modal_loop():
    for path in (ROOT / "simulator" / "gui").rglob("*.py"):
        lines = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if ".exec(" in line and "app.exec()" not in line
        ]
        assert not lines, f"{path.name}: {lines}"


def test_a_pen_that_somebody_changes_is_nobody_elses():
    """Pens are kept; a gradient put on one must not reach the next."""
    first = theme("dark").pen("text", width=2.0)
    first.setWidthF(9.0)
    assert theme("dark").pen("text", width=2.0).widthF() == 2.0


def test_numbers_have_one_minus_sign_and_nothing_has_none():
    assert [text.signed(value, 1) for value in (-3.14, 2.0, -0.04, 0.0)] == ["−3.1", "+2.0", "0.0", "0.0"]
    assert [text.degrees(value) for value in (-90, 10, 0)] == ["−90°", "+10°", "0°"]


@pytest.mark.process
def test_the_start_loads_no_mind_no_motor_and_no_page_that_nobody_looks_at():
    code = (
        "import sys; import simulator.gui.window, simulator.gui.app; "
        "print([name for name in sys.argv[1:] if name in sys.modules])"
    )
    late = [
        "simulator.workbench.replan",
        "simulator.workbench.one_move",
        "simulator.gui.panels.gallery",
        "ruckig",
        "cv2",
        "scipy",
    ]
    done = subprocess.run([sys.executable, "-c", code, *late], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
