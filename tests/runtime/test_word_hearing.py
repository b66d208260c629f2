"""Modelled ears hear a wake word as the real detectors do in the scene's own room, once, and whoever says it is called what they like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.onboard.facts import DeviceFacts
from simulator.runtime import word_hearing
from simulator.runtime.run import run_scene
from simulator.runtime.word_hearing import WordHearing
from simulator.scene.loader import Scene, loads
from simulator.world.truth import PersonTruth, SourceTruth, TruthFrame

CALL = """
scene: 1
duration: 4 s
people: {{{who}: {{at: [1.46, 1.35], voice: voice-1}}}}
sounds: {{fan: {{kind: fan, at: [2.0, 0.6], loudness: {fan:.0f} dB, on: {on}}}}}
timeline: [{{at: 1 s, who: {who}, does: say wake word}}]
expect: [{{always: yaw < 90 °}}]
"""


def scene(*, who: str = "anna", fan: float = 40.0, on: bool = False) -> Scene:
    return loads(CALL.format(who=who, fan=fan, on=str(on).lower()))


def heard(called: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool | None:
    monkeypatch.setattr(word_hearing, "cache_dir", lambda: folder)
    spec = called.spec
    who, source = spec.people[0], spec.sources[0]
    person = PersonTruth(
        name=who.name, x_m=who.at[0], y_m=who.at[1], mouth_height_m=1.5, azimuth_deg=0.0, distance_m=1.4, body_deg=-42.0,
        head_deg=-42.0, facing_deg=0.0, talking=True, says="wake word", posture="standing",
    )  # fmt: skip
    fan = SourceTruth(name="fan", kind="fan", x_m=source.at[0], y_m=source.at[1], azimuth_deg=0.0, on=source.on)
    truth = TruthFrame(
        tick=100, yaw_deg=0.0, rate_dps=0.0, accel_dps2=0.0, contact_force_n=0.0, hand_torque_nm=0.0, people=(person,),
        sources=(fan,), things=(),
    )  # fmt: skip
    return WordHearing(spec, DeviceFacts())(who, person, truth)


@pytest.mark.long
def test_a_plain_call_is_heard_and_one_in_a_roar_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard(scene(), tmp_path, monkeypatch) is True
    assert heard(scene(fan=80.0, on=True), tmp_path, monkeypatch) is False
    monkeypatch.setattr(WordHearing, "_heard", lambda *_: pytest.fail("it was heard before"))
    assert heard(scene(), tmp_path, monkeypatch) is True
    assert heard(scene(fan=80.0, on=True), tmp_path, monkeypatch) is False
    assert heard(scene(who="zoe"), tmp_path, monkeypatch) is True, "a name changes nothing"


def test_without_detectors_or_beside_its_own_sound_nobody_can_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plays = scene()
    place = plays.spec.device.model_copy(update={"plays": "music"})
    plays = replace(plays, spec=plays.spec.model_copy(update={"device": place}))
    assert heard(plays, tmp_path, monkeypatch) is None
    monkeypatch.setattr(word_hearing, "find_spec", lambda _: None)
    assert heard(scene(), tmp_path, monkeypatch) is None


def test_luck_hangs_on_places_and_seeds_and_not_on_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordHearing, "__call__", lambda *_: True)

    def directions(called: Scene, seed: int) -> list[float | None]:
        return [trace.sound.azimuth_deg for trace in run_scene(called, seed=seed, mode="feature").traces]

    assert directions(scene(), 3) == directions(scene(who="zoe"), 3)
    assert directions(scene(), 3) != directions(scene(), 4)
