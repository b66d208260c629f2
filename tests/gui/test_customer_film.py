"""What is on the glass follows from the trace, and a run becomes a film that can be played."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from simulator.cli.main import main
from simulator.gui.customer.film import film_title
from simulator.gui.customer.glass import GlassPainter
from simulator.onboard.messages import Box
from simulator.onboard.tuning import Tuning
from simulator.runtime.onlooker import Glass, Moments
from simulator.runtime.run import run_scene
from simulator.scene.loader import loads

SCENE = """scene: 1
claim: Somebody calls and walks.
duration: 2 s
room: {width: 3.6 m, depth: 3.4 m, height: 2.4 m, style: plain}
device: {at: [0.5, 0.5], height: 0.6 m, heading: 60 °}
people: {anna: {at: [2.0, 1.4]}}
timeline:
  - {at: 0.2 s, who: anna, does: say wake word}
  - {at: 0.5 s, who: anna, does: walk, to: [2.0, 2.6]}
  - {at: 1 s, who: room, does: light evening}
expect:
  - {never: device turning}
"""


@pytest.fixture(scope="module")
def moments() -> Moments:
    scene = loads(SCENE)
    log = run_scene(scene, mode="feature")
    return Moments(scene.spec, log.traces, log.truths)


def test_the_glass_shows_what_the_device_does(qapp: object) -> None:
    painter = GlassPainter((0.26, 0.17))
    plain = painter.picture(Glass())
    assert plain.shape == (1020, 1560, 3)
    assert painter.picture(Glass()) is plain  # not drawn again
    shown = [
        painter.picture(glass).copy()
        for glass in (
            Glass(content="recipe"), Glass(content="call"), Glass(content="alert"), Glass(content="photo"),
            Glass(shutter_closed=True), Glass(light="evening"),
            Glass(content="call", crop=Box(x=0.2, y=0.1, width=0.5, height=0.5)),
        )
    ]  # fmt: skip
    assert all(not np.array_equal(one, plain) for one in shown)
    assert not np.array_equal(shown[1], shown[-1])


def test_the_light_bar_is_brightest_where_the_beam_is(qapp: object) -> None:
    painter = GlassPainter((0.26, 0.17))
    for beam_deg, side in ((40.0, 1), (-40.0, -1)):
        bar = painter.picture(Glass(listening=True, beam_deg=beam_deg))[-70:-62].astype(float).sum((0, 2))
        brightest = np.average(np.arange(len(bar)), weights=np.clip(bar - np.median(bar), 0, None))
        assert (brightest - len(bar) / 2) * side > 100  # the device's left is the right of who looks at it


@pytest.mark.long
def test_moments_hold_light_steps_and_listening(moments: Moments) -> None:
    early, late = moments.at(30), moments.at(150)
    assert early is not None
    assert late is not None
    assert (early.view.light, late.view.light) == ("day", "evening")
    assert early.view.people[0].stride_rad is None
    assert late.view.people[0].stride_rad is not None
    assert [moment.tick for moment in moments.every(50)] == [0, 50, 100, 150]


@pytest.mark.render
@pytest.mark.process
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="films need ffmpeg")
def test_a_scene_becomes_a_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = tmp_path / "walk.scene.yaml"
    scene.write_text(SCENE)
    film = tmp_path / "walk.mp4"
    assert main(["film", str(scene), "--view", "split", "--out", str(film)]) == 0
    assert "walk.mp4: 40 frames" in capsys.readouterr().out
    probe = [
        "ffprobe",
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        "stream=codec_name,width,height,nb_read_frames",
    ]
    said = subprocess.run([*probe, str(film)], capture_output=True, text=True, check=True).stdout
    assert "codec_name=h264" in said
    assert "width=960" in said
    assert "nb_read_frames=40" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["walk.mp4", "walk.scene.yaml"]


@pytest.mark.render
@pytest.mark.process
@pytest.mark.parametrize(("out", "why"), [("walk.avi", "the ending must be"), ("walk.mp4", "need ffmpeg")])
def test_what_cannot_be_filmed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, out: str, why: str
) -> None:
    scene = tmp_path / "walk.scene.yaml"
    scene.write_text(SCENE)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert main(["film", str(scene), "--out", str(tmp_path / out)]) != 0
    assert why in capsys.readouterr().err
    assert not (tmp_path / out).exists()


def test_the_title_of_a_film_says_scene_seed_and_settings() -> None:
    log = run_scene(loads(SCENE), mode="feature", seed=3, tuning=Tuning().patched({"motion.max_rate_dps": 20.0}))
    assert film_title(log.header).endswith("seed 3  ·  Top speed 20.0")
