"""Verdicts of modelled senses that are worth little are marked, and models of other senses are called stale."""

from __future__ import annotations

import pytest

from simulator.lab.qa import trust
from simulator.lab.qa.trust import check_with_full, notes, senses_digest
from simulator.lab.report.annotations import warning
from simulator.scene.loader import loads
from simulator.world.feature_model import FeatureErrors, Fitted

PLAIN = """\
scene: 1
people: {anna: {at: [1.5, 1.6]}, ben: {at: [3.5, 1.6]}}
sounds: {radio: {kind: music, at: [4.5, 3.5], loudness: LEVEL}}
timeline:
  - {at: 2 s, who: anna, does: say wake word}
  - {at: WHEN, who: ben, does: talk for 2 s}
"""


def scene(*, level: str = "40 dB", when: str = "8 s") -> str:
    return check_with_full(loads(PLAIN.replace("LEVEL", level).replace("WHEN", when)).spec)


def test_a_plain_call_is_worth_its_verdict() -> None:
    assert scene() == ""


@pytest.mark.parametrize("when", ["0.5 s", "2 s", "2.8 s"])
def test_talk_over_a_call_is_to_be_checked(when: str) -> None:
    assert scene(when=when) == "people speak at once"


def test_noise_nearly_as_loud_as_a_call_is_to_be_checked() -> None:
    assert scene(level="66 dB") == "a noise is nearly as loud as a call"


def test_a_caller_behind_a_cabinet_is_to_be_checked_and_one_behind_a_table_is_not() -> None:
    for height, told in (("1.9 m", "something hides a caller"), ("0.75 m", "")):
        things = f"things: {{c: {{kind: cabinet, at: [2.0, 1.0], size: [1.0, 0.4], height: {height}}}}}\n"
        text = PLAIN.replace("LEVEL", "40 dB").replace("WHEN", "8 s").replace("timeline:", f"{things}timeline:")
        assert check_with_full(loads(text).spec) == told


def test_the_notes_count_and_call_models_of_other_senses_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Fitted(
        on="2026-01-01", code="", senses=senses_digest(), scenes=1, held_out=0, simulated_s=0.0, cases={},
        agreement_held_out={}, agreement_other_seeds={}, agreement_all={},
    )  # fmt: skip
    monkeypatch.setattr(trust, "feature_errors", lambda: FeatureErrors(fitted=fitted))
    assert notes(["", "x", "x", "y"]) == ["CHECK WITH FULL: 2 runs in which x", "CHECK WITH FULL: 1 runs in which y"]
    other = fitted.model_copy(update={"senses": "another"})
    monkeypatch.setattr(trust, "feature_errors", lambda: FeatureErrors(fitted=other))
    stale = notes([])[0]
    assert stale.startswith("STALE: modelled senses were fitted on 2026-01-01")
    assert warning(stale).startswith("::warning title=modelled senses::STALE: ")
