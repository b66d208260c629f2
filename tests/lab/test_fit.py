"""The fit of feature mode's error models: the ruler reads what was put in, the numbers turn the right way, and CI looks again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.lab.measure.eye_errors import fit_faces
from simulator.lab.measure.fit_senses import JudgedScene, agreement, fitting, main, measure, turned
from simulator.lab.measure.tallies import share, spread
from simulator.lab.qa.plan import find_scenes, short_name
from simulator.lab.run_result import CheckResult, RunVerdict
from simulator.runtime.header import Senses
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load, loads
from simulator.world.feature_model import FeatureErrors, feature_errors

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scenes"
# Short scenes of the held-out half that call, follow and look: what a change of the ears or eyes would show in first.
LOOKED_AT = ("wake/from-the-left", "wake/close-by")
CALLS_BESIDE_MUSIC = """
scene: 1
duration: 4 s
room: {width: 4.6 m, depth: 3.8 m, height: 2.4 m}
device: {at: [2.3, 0.45], height: 0.9 m, heading: 90 °, range: [-90 °, 90 °]}
people:
  anna: {at: [1.4, 2.0], voice: voice-1}
sounds:
  music: {kind: music, at: [4.0, 1.6], height: 1 m, loudness: 40 dB}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
"""
MODES: tuple[Senses, ...] = ("full", "feature")


def test_the_library_is_split_by_name_into_two_halves() -> None:
    halves = [fitting(short_name(path)) for path in find_scenes([LIBRARY])]
    assert 0.4 < sum(halves) / len(halves) < 0.6
    assert not any(fitting(f"{name}.scene.yaml") for name in LOOKED_AT)


def test_rates_and_spreads_are_read_with_care() -> None:
    assert share([]) == (0.5, 0)
    assert share([True] * 9) == (0.95, 9)
    value, count = spread([-2.0, -1.0, 0.0, 1.0, 2.0, 90.0])
    assert (value, count) == (pytest.approx(2.22, abs=0.05), 6)


def test_the_ruler_reads_the_falls_that_made_the_data() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    rows = []
    for _ in range(6000):
        far, turned_deg = float(rng.uniform(1, 8)), float(rng.uniform(0, 150))
        chance = 0.97 / (1 + np.exp((far - 5.0) / 0.5)) / (1 + np.exp((turned_deg - 90.0) / 8.0))
        rows.append((far, turned_deg, 0.0, 0.0, "day", bool(rng.random() < chance)))
    found = fit_faces(rows)
    assert found["far_m"][0] == pytest.approx(5.0, rel=0.05)
    assert found["turned_deg"][0] == pytest.approx(90.0, rel=0.05)
    assert found["recall"][0] == pytest.approx(0.97, abs=0.03)
    assert found["hidden"][0] == pytest.approx(FeatureErrors().eyes.hidden, rel=0.03)  # nothing was hidden: as before


def test_models_are_turned_towards_what_was_measured() -> None:
    before = FeatureErrors()
    assert share([True] * 3 + [False] * 37, before=0.01, weight=100.0)[0] == pytest.approx(4 / 140)
    real = {"voice_delay_s": (0.30, 50), "bearing_deg": (0.2, 500), "recall": (0.9, 500), "music_voice": (0.9, 3)}
    modelled = {"voice_delay_s": (0.20, 50), "bearing_deg": (0.4, 500), "recall": (0.95, 500), "music_voice": (0.1, 3)}
    after = turned(before, real=real, modelled=modelled)
    assert after.ears.voice_delay_s == pytest.approx(before.ears.voice_delay_s + 0.1)
    assert after.eyes.bearing_deg == pytest.approx(before.eyes.bearing_deg / 2)
    assert after.eyes.recall < before.eyes.recall
    assert after.ears.music_voice == before.ears.music_voice  # three cases show nothing
    far_off = turned(before, real={"wrong_confidence": (9.0, 50)}, modelled={"wrong_confidence": (0.1, 50)})
    assert far_off.ears.wrong_confidence == 1.0  # inside what the field allows


def test_agreement_counts_scenes_and_checks() -> None:
    def result(scene: str, *verdicts: Verdict) -> JudgedScene:
        outcomes = tuple(
            CheckResult(
                id=str(k), verdict=verdict, unit="s", margin=1.0, sentence="", detail="", at_s=None, who="", judged=1, file="",
                line=1, column=1,
            )
            for k, verdict in enumerate(verdicts)
        )  # fmt: skip
        passed = set(verdicts) == {Verdict.PASS}
        return JudgedScene(scene=scene, verdict=RunVerdict.PASS if passed else RunVerdict.FAIL, outcomes=outcomes)

    passes, fails = Verdict.PASS, Verdict.FAIL
    found = agreement(
        [result("a", passes, passes), result("b", fails)], [result("a", passes, fails), result("b", fails)]
    )
    assert (found["scenes"], found["same"], found["checks"], found["checks_same"]) == (2, 1, 3, 2)


def test_only_homes_that_are_kept_for_fitting_are_fitted_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--homes", "3", "--seed", "100000", "--out", str(tmp_path)]) == 2
    assert "is not for fitting" in capsys.readouterr().err
    assert main(["--homes", "3", "--seed", "200000", "--out", str(tmp_path)]) == 2
    assert main(["--out", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []


def test_wake_words_are_counted_by_kind_and_placed_by_the_noise_when_it_is_taken_for_somebody() -> None:
    scene = loads(CALLS_BESIDE_MUSIC)
    counts = {}
    for rate in (0.0, 1.0):
        errors = FeatureErrors().model_copy(
            update={"ears": FeatureErrors().ears.model_copy(update={"noise_taken_rate": rate, "gross_rate": 0.0})}
        )
        readings, ears = measure([run_scene(scene, mode="feature", errors=errors)])
        counts[rate] = ears.words
        assert readings["noise_taken_rate"] == (pytest.approx((rate + 0.5) / 11), 1)
    assert counts[0.0].by == {
        "voice voice-1": [1, 1, 1], "noise music": [1, 1, 1], "facing": [1, 1, 1], "standing": [1, 1, 1], "near": [1, 1, 1],
    }  # fmt: skip
    assert counts[1.0].by["noise music"] == [1, 1, 0]


def test_the_shipped_models_were_fitted_and_agree_on_homes_they_never_saw() -> None:
    fitted = feature_errors().fitted
    assert fitted is not None
    assert fitted.scenes >= 25
    assert fitted.held_out >= 25
    assert fitted.agreement_held_out["pct"] >= 85
    assert fitted.agreement_all["pct"] >= 85
    names = {*FeatureErrors().ears.model_dump(), *FeatureErrors().eyes.model_dump(), "light evening", "light dim"}
    assert set(fitted.cases) <= names | {f"light {light}" for light in ("lamp", "dark")}


@pytest.fixture(scope="module")
def looks() -> dict[Senses, list[RunLog]]:
    """Runs of some held-out scenes, with real and with modelled senses."""
    scenes = [load(LIBRARY / f"{name}.scene.yaml") for name in LOOKED_AT]
    return {mode: [run_scene(scene, mode=mode) for scene in scenes] for mode in MODES}


@pytest.mark.render
@pytest.mark.timeout(300)
def test_the_models_still_read_like_the_real_senses(looks: dict[Senses, list[RunLog]]) -> None:
    verdicts = [[overall(judge(load(log.header.scene_path).expect, log.columns())) for log in looks[m]] for m in MODES]
    assert verdicts[0] == verdicts[1]
    real, modelled = (measure(looks[mode])[0] for mode in MODES)
    for name, most in (
        ("voice_delay_s", 0.2),
        ("voice_hold_s", 0.2),
        ("wake_delay_s", 0.1),
        ("right_confidence", 0.25),
    ):
        assert real[name][0] == pytest.approx(modelled[name][0], abs=most), name
    assert real["recall"][0] == pytest.approx(modelled["recall"][0], abs=0.05)
    assert real["distance_bias"][0] == pytest.approx(modelled["distance_bias"][0], abs=0.06)
    for name in ("bearing_deg", "distance_share", "head_yaw_deg"):
        assert 1 / 3 < real[name][0] / modelled[name][0] < 3, name
