"""Random homes: the same from the same seed, valid, fair, and never of another purpose's seeds."""

from __future__ import annotations

import math
from functools import lru_cache

import pytest

from simulator.scene.checks import Throughout
from simulator.scene.homes.home import home_text
from simulator.scene.homes.noises import LEVELS_DB
from simulator.scene.homes.seeds import EACH, FIRST, HomeSeedError, Purpose, purpose_of, seeds_from
from simulator.scene.homes.stories import STORIES
from simulator.scene.loader import Scene, loads
from simulator.world.placement import floor_plan
from simulator.world.spec import Say, Walk

FIRST_SEED = FIRST[Purpose.DEVELOPMENT]
SEEDS = range(FIRST_SEED, FIRST_SEED + 60)


@lru_cache(maxsize=256)
def home(seed: int, hard: float = 1.0, story: str = "") -> Scene:
    return loads(home_text(seed, hard=hard, story=story), path=f"{seed}.scene.yaml")


def test_a_home_is_the_same_from_the_same_seed_and_another_from_another() -> None:
    texts = [home_text(seed) for seed in SEEDS]
    assert texts == [home_text(seed) for seed in SEEDS]
    assert len(set(texts)) == len(texts)
    assert home_text(FIRST_SEED, hard=1.0) != home_text(FIRST_SEED, hard=2.0)


@pytest.mark.long
@pytest.mark.parametrize("story", [story.name for story in STORIES])
@pytest.mark.parametrize("hard", [0.0, 1.0, 2.0])
def test_every_story_can_be_told_at_every_hardness_and_is_a_valid_scene(story: str, hard: float) -> None:
    for seed in range(FIRST_SEED, FIRST_SEED + 4):
        scene = home(seed, hard, story)
        assert scene.tags[:2] == ("home", story)
        assert {"speed-limit", "range-limit", "gentle", "no-echo"} < {check.id for check in scene.expect}
        assert len({check.id for check in scene.expect}) == len(scene.expect)


@pytest.mark.long
def test_people_stand_and_walk_inside_the_room() -> None:
    for seed in SEEDS:
        spec = home(seed).spec
        plan = floor_plan(spec)
        xs, ys = [x for x, _ in plan], [y for _, y in plan]
        places = [person.at for person in spec.people] + [a.to for a in spec.actions if isinstance(a, Walk)]
        for x, y in places:
            assert min(xs) + 0.2 < x < max(xs) - 0.2, seed
            assert min(ys) + 0.2 < y < max(ys) - 0.2, seed


def test_a_call_can_be_heard_above_the_noise_at_the_device() -> None:
    noisy = 0
    for seed in SEEDS:
        spec = home(seed).spec
        callers = {a.who for a in spec.actions if isinstance(a, Say) and a.what == "wake word"}

        def level_db(loudness_db: float, at: tuple[float, float], spec=spec) -> float:
            return loudness_db - 20 * math.log10(math.dist(at, (spec.device.x_m, spec.device.y_m)))

        for source in spec.sources:
            noisy += 1
            heard_db = level_db(source.loudness_db, source.at)
            assert heard_db < LEVELS_DB[source.kind][1] + 0.5
            for person in spec.people:
                if person.name in callers:
                    assert level_db(person.loudness_db, person.at) > heard_db + 9.5, seed
    assert noisy > 10


def test_who_is_promised_to_be_faced_can_be_faced() -> None:
    promised = 0
    for seed in SEEDS:
        scene = home(seed)
        limits = scene.spec.device.range
        assert limits is not None
        for check in scene.expect:
            if check.id.startswith("faces-anna-"):
                promised += 1
                anna = next(person for person in scene.spec.people if person.name == "anna")
                place = scene.spec.device
                room_deg = math.degrees(math.atan2(anna.at[1] - place.y_m, anna.at[0] - place.x_m))
                azimuth_deg = (room_deg - place.heading_deg + 180) % 360 - 180
                assert limits.min_deg - 15 < azimuth_deg < limits.max_deg + 15, seed
    assert promised > 20


def test_shares_of_stories_and_of_promises_to_stay_are_as_documented() -> None:
    told = [home(seed).tags[1] for seed in SEEDS]
    calls = sum(name.startswith(("calls", "two", "amid", "served", "walks", "takes", "passer")) for name in told)
    assert 0.5 < calls / len(told) < 0.9
    stays = sum(
        any(check.id.startswith("still") for check in home(seed).expect if isinstance(check, Throughout))
        for seed in SEEDS
    )
    assert 0.2 < stays / len(told) < 0.5


def test_seeds_for_tests_are_refused_unless_asked_for() -> None:
    first = FIRST[Purpose.TEST]
    with pytest.raises(HomeSeedError, match="--test-seeds"):
        seeds_from(first, 10)
    assert list(seeds_from(first, 3, test=True)) == [first, first + 1, first + 2]


@pytest.mark.parametrize(("first", "count"), [(EACH - 5, 10), (2 * EACH - 1, 2), (3 * EACH - 1, 2), (-1, 1)])
def test_a_batch_never_spans_two_purposes(first: int, count: int) -> None:
    with pytest.raises(HomeSeedError):
        seeds_from(first, count, test=True)


def test_every_seed_has_one_purpose() -> None:
    assert [purpose_of(seed) for seed in (0, EACH - 1, EACH, 2 * EACH - 1, 2 * EACH)] == [
        Purpose.TRAIN, Purpose.TRAIN, Purpose.DEVELOPMENT, Purpose.DEVELOPMENT, Purpose.TEST,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hard", "story", "why"), [(2.5, "", "from 0 to 2"), (-1, "", "from 0 to 2"), (1, "no", "one of")]
)
def test_a_home_that_there_is_not_is_refused(hard: float, story: str, why: str) -> None:
    with pytest.raises(HomeSeedError, match=why):
        home_text(FIRST_SEED, hard=hard, story=story)
