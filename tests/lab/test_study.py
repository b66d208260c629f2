"""A feel study: what its files may say, who sees what, what is kept, what is found, and what it must not claim."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.study import STRENGTHS, answers, beside_choix, tuned
from simulator.cli.main import main
from simulator.lab.study.findings import findings
from simulator.lab.study.ideal_point import IdealPoint
from simulator.lab.study.plan import StudyError, StudyPlan, load_plan
from simulator.lab.study.power import answers_for, could_be_seen, power_sentence
from simulator.lab.study.preference import Answer, Choice, fit, preference
from simulator.lab.study.record import Judged, Session, StudyRecord
from simulator.lab.study.schedule import Purpose, Trial, schedule
from simulator.lab.study.template import TEMPLATE
from simulator.runtime.exit_codes import ExitCode
from simulator.workbench.presets import Presets


@pytest.fixture
def plan(tmp_path: Path) -> StudyPlan:
    """The study that `swivel study new` writes."""
    path = tmp_path / "eager.study.yaml"
    path.write_text(TEMPLATE)
    return load_plan(path)


def trials_of(plan: StudyPlan, rater: int) -> tuple[Trial, ...]:
    """What this rater sees."""
    return schedule(
        seed=plan.seed,
        rater=rater,
        settings=len(plan.settings),
        moments=len(plan.moments),
        pairs=plan.pairs,
        warm_ups=plan.warm_ups,
        planted=plan.planted_number,
    )


def judge_all(plan: StudyPlan, record: StudyRecord, *, likes: list[float], seconds: float = 1.0) -> Session:
    """A rater who always takes what he likes more."""
    session = record.begin(consent_hash=plan.consent_hash, shown_on="screen")
    for trial in trials_of(plan, session.number):
        first, second = plan.shown[trial.first], plan.shown[trial.second]
        choice = Choice.FIRST if likes[trial.first] > likes[trial.second] else Choice.SECOND
        record.judge(
            session,
            Judged(
                trial=trial.number,
                purpose=trial.purpose,
                moment=plan.moments[trial.moment].name,
                first=first.name,
                second=second.name,
                first_knobs=first.knobs,
                second_knobs=second.knobs,
                first_place=trial.first,
                second_place=trial.second,
                choice=choice,
                seconds=seconds,
                replays=0,
            ),
        )
    record.finish(session, dict.fromkeys(plan.sliders, 60 + session.number))
    return session


def test_every_mistake_of_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    """Somebody who edits a study mends all of it in one go."""
    path = tmp_path / "bad.study.yaml"
    path.write_text(
        "study: 1\ncolour: red\nsettings: {A: {motion.max_rate_dps: 900}, B: {preset: Nobody}}\n"
        "moments: {Late: {scene: sample.scene.yaml, from: 400 s}, Where: {scene: none.yaml}}\npairs: many\n"
    )
    with pytest.raises(StudyError) as caught:
        load_plan(path)
    text = str(caught.value)
    for line, words in ((2, "colour"), (3, "max_rate_dps"), (3, "Nobody"), (4, "Late"), (4, "Where"), (5, "pairs")):
        assert any(f"bad.study.yaml:{line}:" in told and words in told for told in text.splitlines()), (line, words)


def test_a_study_either_compares_or_tunes(tmp_path: Path) -> None:
    """Both at once would ask two questions with one key."""
    path = tmp_path / "both.study.yaml"
    moment = "moments: {M: {scene: sample.scene.yaml, to: 5 s}}\n"
    path.write_text("settings: {A: {}, B: {}}\nknobs: {motion.max_rate_dps: [20, 90]}\n" + moment)
    with pytest.raises(StudyError, match="either settings"):
        load_plan(path)
    path.write_text("knobs: {motion.max_rate_dps: [90, 20]}\n" + moment)
    with pytest.raises(StudyError, match="must rise"):
        load_plan(path)
    path.write_text("knobs: {motion.max_rate_dps: [20, 90]}\n" + moment)
    assert load_plan(path).between((0.5,)).knobs == {"motion.max_rate_dps": 55.0}


def test_pairs_orders_and_places_are_balanced() -> None:
    """Without balance the setting that is shown first looks better than it is."""
    seen: Counter[tuple[int, int]] = Counter()
    for rater in range(12):
        trials = schedule(seed=3, rater=rater, settings=4, moments=2, pairs=6, warm_ups=2, planted=4)
        judged = [(trial.first, trial.second) for trial in trials if trial.purpose is Purpose.JUDGED]
        assert {frozenset(pair) for pair in judged} == set(map(frozenset, itertools.combinations(range(4), 2)))
        assert [trial.purpose for trial in trials[:2]] == [Purpose.WARM_UP] * 2
        assert sum(4 in (trial.first, trial.second) for trial in trials) == 1
        seen.update(judged)
    assert set(seen.values()) == {6}


def test_a_repeated_pair_comes_later_and_the_other_way_round() -> None:
    """Otherwise it would ask for memory."""
    for rater in range(20):
        trials = schedule(seed=9, rater=rater, settings=3, moments=1, pairs=9, warm_ups=0, planted=None)
        (again,) = (trial for trial in trials if trial.purpose is Purpose.REPEATED)
        before = trials[: again.number - 1]
        assert any((trial.first, trial.second) == (again.second, again.first) for trial in before)


def test_strengths_solve_the_likelihood_equations() -> None:
    """At the top each setting is expected to win as often as it did: checked without the fit's own derivatives."""
    found = answers(5, STRENGTHS, raters=30, lapse=0.1)
    top = fit(found, settings=4, prior_sd=np.inf)
    for item in range(4):
        won = sum(item == (a.first if a.choice is Choice.FIRST else a.second) for a in found)
        expected = 0.0
        for a in found:
            chance = 1.0 / (1.0 + np.exp(top.strengths[a.second] - top.strengths[a.first] - top.first_bonus))
            expected += chance * (a.first == item) + (1.0 - chance) * (a.second == item)
        assert won == pytest.approx(expected, abs=1e-6)


def test_strengths_equal_those_of_another_hand() -> None:
    """choix fits the same model by another method."""
    difference = beside_choix(10)
    assert difference is not None
    assert difference < 1e-6


def test_the_order_is_told_from_what_people_like() -> None:
    """All take the first one: that says nothing of the settings."""
    found = [
        Answer(rater=str(rater), first=first, second=second, choice=Choice.FIRST)
        for rater in range(10)
        for first, second in ((0, 1), (1, 0))
    ]
    told = preference(found, settings=2)
    assert told.strengths[0].value == pytest.approx(0.0, abs=1e-6)
    assert told.first_bonus.value > 1.0


def test_one_rater_is_no_study() -> None:
    """Nothing is known of how people differ."""
    with pytest.raises(ValueError, match="two at least"):
        preference([Answer(rater="a", first=0, second=1, choice=Choice.SAME)], settings=2)


def test_power_is_that_of_the_exact_test() -> None:
    """Published tables of the binomial test: 65:35 takes 97 answers, 80:20 takes 23."""
    assert (answers_for(0.65), answers_for(0.80)) == (97, 23)
    assert could_be_seen(4) is None
    assert "65:35" in power_sentence(97)


@pytest.mark.parametrize(("knobs", "seed"), [(1, 0), (3, 4)])
def test_tuning_by_pairs_finds_an_ideal(knobs: int, seed: int) -> None:
    """A rater without slips or doubts ends near what he wants, and the belief says how near."""
    ideal = np.full(knobs, 0.3)
    model = IdealPoint(knobs=knobs, seed=seed)
    start = model.belief()
    for _ in range(16):
        first, second = model.next_pair()
        nearer = np.linalg.norm(np.array(first) - ideal) < np.linalg.norm(np.array(second) - ideal)
        model.learn(first, second, Choice.FIRST if nearer else Choice.SECOND)
    found = model.belief()
    assert np.abs(np.array(found.ideal) - ideal).mean() < 0.10
    assert max(found.spread) < 0.6 * max(start.spread)


def test_twelve_pairs_are_enough_for_people_who_slip() -> None:
    """Half of what is known before any answer, which is 0.175 of the range."""
    error, _ = tuned(8, knobs=2, family=lambda far: 6.0 * far**2)
    assert error < 0.13


def test_a_study_from_answers_to_a_named_preference(plan: StudyPlan, capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve raters of one mind, one who does not look, one who breaks off."""
    record = StudyRecord(plan.path)
    for _ in range(12):
        judge_all(plan, record, likes=[1.0, 2.0, 0.5, 0.0])
    blind = judge_all(plan, record, likes=[0.0, 0.5, 0.2, 9.0])
    broke_off = record.begin(consent_hash=plan.consent_hash, shown_on="screen")
    found = findings(plan, record.sessions())
    assert {one.rater: one.why.split()[0] for one in found.left_out} == {
        blind.rater: "preferred",
        broke_off.rater: "broke",
    }
    assert found.preferred == 1
    assert "Calmer is preferred" in found.verdict
    assert found.consistent == (12, 12)
    preset = plan.path.with_name("liked.json")
    assert main(["study", "report", str(plan.path), "--preset", str(preset)]) == ExitCode.PASSED
    assert '"motion.max_rate_dps": 45.0' in preset.read_text()
    assert "preferred in the study" in Presets(preset.parent).about("liked")
    assert "left out" in capsys.readouterr().out
    assert blind.rater in plan.path.with_name("eager.report.html").read_text()


def test_raters_who_do_not_care_give_no_winner(plan: StudyPlan) -> None:
    """Each likes another one best: there is nothing to make a preset of."""
    record = StudyRecord(plan.path)
    for likes in itertools.permutations([1.0, 2.0, 3.0]):
        judge_all(plan, record, likes=[*likes, 0.0])
    found = findings(plan, record.sessions())
    assert found.preferred is None
    assert "no difference seen" in found.verdict
    assert "would have shown" in found.could_be_seen or "too few" in found.could_be_seen
    out = plan.path.with_name("none.json")
    assert main(["study", "report", str(plan.path), "--preset", str(out)]) == ExitCode.NOT_EXERCISED
    assert not out.exists()


def test_whoever_withdraws_is_gone_from_every_file(plan: StudyPlan) -> None:
    """From the answers, the tables and the page."""
    record = StudyRecord(plan.path)
    kept, gone = (judge_all(plan, record, likes=[3.0, 2.0, 1.0, 0.0]) for _ in range(2))
    for command in (["export"], ["export", "--to", "parquet"], ["report"]):
        assert main(["study", *command[:1], str(plan.path), *command[1:]]) == ExitCode.PASSED
    assert main(["study", "withdraw", str(plan.path), gone.rater]) == ExitCode.PASSED
    assert main(["study", "export", str(plan.path)]) == ExitCode.PASSED
    for path in plan.path.parent.iterdir():
        assert gone.rater.encode() not in path.read_bytes(), path
    with plan.path.with_name("eager.answers.csv").open() as file:
        assert {row["rater"] for row in csv.DictReader(file)} == {kept.rater}
    assert main(["study", "withdraw", str(plan.path), gone.rater]) == ExitCode.BAD_USAGE


def test_an_answer_that_a_crash_cut_off_costs_only_itself(plan: StudyPlan) -> None:
    """The next answer begins a line of its own."""
    record = StudyRecord(plan.path)
    session = judge_all(plan, record, likes=[1.0, 2.0, 3.0, 0.0])
    with record.path.open("ab") as file:
        file.write(b'{"step": "pair", "ra')
    assert [one.rater for one in record.sessions()] == [session.rater]
    again = record.begin(consent_hash=plan.consent_hash, shown_on="screen")
    assert [one.rater for one in record.sessions()] == [session.rater, again.rater]


def test_another_consent_text_leaves_a_rater_out(plan: StudyPlan) -> None:
    """He did not agree to what the study says now."""
    record = StudyRecord(plan.path)
    judge_all(plan, record, likes=[1.0, 2.0, 3.0, 0.0])
    plan.path.write_text(TEMPLATE.replace("eight minutes", "ten minutes"))
    (out,) = findings(load_plan(plan.path), record.sessions()).left_out
    assert "another consent text" in out.why


def test_a_study_is_never_written_over(plan: StudyPlan) -> None:
    """`new` on a file that is there would lose it."""
    assert main(["study", "new", str(plan.path)]) == ExitCode.BAD_USAGE
    assert main(["study", "new", str(plan.path.with_name("fresh.study.yaml"))]) == ExitCode.PASSED
