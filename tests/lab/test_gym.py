"""The environment keeps Gymnasium's rules, repeats to the last bit, and pays what the service figures say."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("gymnasium")

import gymnasium
from gymnasium.utils.env_checker import check_env

from simulator.lab.gym.environment import OBSERVED, OUTSIDE_COST, TURNED_COST, SwivelEnv
from simulator.lab.gym.policies import POLICIES
from simulator.lab.service import service
from simulator.runtime.compose import build, header_of
from simulator.runtime.run import run_session
from simulator.scene.loader import load
from simulator.world.assets import SCENES

SAMPLE = SCENES / "sample.scene.yaml"


def episode(env: SwivelEnv, policy: str, *, seed: int) -> tuple[float, str, int]:
    seen, info = env.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        seen, reward, terminated, over, last = env.step(POLICIES[policy](seen))
        assert not terminated
        total += float(reward)
    return total, last["trace_hash"], info["seed"]


def test_gymnasiums_own_check_passes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*not within the action space|.*from passed_in")
        check_env(SwivelEnv(most_s=1.0), skip_render_check=True)
        made = gymnasium.make("Swivel-v0", most_s=1.0)
    assert made.reset(seed=3)[0].shape == (len(OBSERVED),)


def test_the_same_seed_and_actions_give_the_same_fingerprint_whatever_came_before() -> None:
    def hashes(env: SwivelEnv) -> list[str]:
        draw = np.random.default_rng(1)
        found = []
        for number in range(12):
            env.reset(seed=number)
            over = False
            while not over:
                _, _, _, over, info = env.step(draw.uniform(-1, 1, 2).astype(np.float32))
            found.append(info["trace_hash"])
        return found

    used = SwivelEnv(most_s=1.5)
    episode(used, "still", seed=99)
    first = hashes(SwivelEnv(most_s=1.5))
    assert hashes(used) == first
    assert len(set(first)) == 12


def test_left_alone_it_is_the_run_that_the_command_line_makes() -> None:
    total, trace_hash, seed = episode(SwivelEnv(), "own mind", seed=4)
    header = header_of(load(SAMPLE), seed=seed, mode="feature")
    log = run_session(build(header), header)
    assert trace_hash == log.trace_hash
    figures = service(log.columns())
    assert figures.served == 1
    paid = 1.0 - OUTSIDE_COST * figures.outside_deg_s - TURNED_COST * figures.turned_deg
    assert total == pytest.approx(paid, abs=0.02)


def test_who_never_moves_earns_less_and_a_request_turns_the_screen() -> None:
    env = SwivelEnv()
    own, still, face = (episode(env, policy, seed=4)[0] for policy in POLICIES)
    assert still < own - 1.0
    assert face not in (own, still)  # it holds the screen after a call and does not follow whoever walks on
    env.reset(seed=4)
    for _ in range(60):
        seen, *_ = env.step(np.array([-0.5, 1.0], np.float32))
    assert seen[OBSERVED.index("yaw_deg")] == pytest.approx(-45.0, abs=3.0)


def test_it_is_short() -> None:
    source = Path(__file__).resolve().parents[2] / "simulator" / "lab" / "gym" / "environment.py"
    assert len(source.read_text().splitlines()) <= 150
