"""What a run says about itself when it had to make do with less."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cli import run
from simulator.cli.run import run_command
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world.camera import stage
from simulator.world.camera.gl import NoRenderer

SCENE = """\
scene: 1
claim: Nobody comes, and nothing moves.
tags: [quick]
duration: 1 s
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "nobody.scene.yaml"
    path.write_text(SCENE)
    return path


def without_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise NoRenderer("no OpenGL for the virtual camera: libEGL.so.1 not found")

    monkeypatch.setattr(stage, "GlRenderer", missing)


@pytest.mark.render
def test_a_run_without_opengl_says_once_that_its_pictures_are_simpler(
    scene: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_opengl(monkeypatch)
    monkeypatch.setattr(run, "has_a_core", lambda: False)  # what is replaced here is missing in this process only
    run_command(
        scene, seed=0, mode="full", rig="virtual", settings=(), preset=None, out=None, as_json=False, picture=False
    )
    said = capsys.readouterr().out
    assert said.count("note: no OpenGL for the virtual camera: libEGL.so.1 not found; drawing simple sprites") == 1


def test_a_run_that_sees_nothing_has_nothing_to_say_about_pictures(
    scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_opengl(monkeypatch)
    assert run_scene(load(scene), mode="feature").notes == ()
