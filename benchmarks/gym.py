"""The Gymnasium environment: steps a second of one core, the same fingerprints again, and what the baselines earn."""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import time

import numpy as np

from benchmarks.common import finish, parser
from simulator.lab.gym.environment import SwivelEnv
from simulator.lab.gym.policies import POLICIES
from simulator.world.assets import SCENES

SET = [SCENES / "sample.scene.yaml", *sorted((SCENES / "wake").glob("*.scene.yaml"))[:6]]


def hashes(episodes: int, *, most_s: float) -> list[str]:
    """Fingerprints of episodes with drawn actions."""
    env, draw = SwivelEnv(SET, most_s=most_s), np.random.default_rng(5)
    found = []
    for episode in range(episodes):
        env.reset(seed=episode)
        over = False
        while not over:
            _, _, _, over, info = env.step(draw.uniform(-1, 1, 2).astype(np.float32))
        found.append(info["trace_hash"])
    return found


def main() -> None:
    """Measure."""
    args = parser(__doc__).parse_args()
    figures: dict[str, float | int | str] = {}
    episodes = 50 if args.quick else 1000
    first, again = hashes(episodes, most_s=2.0), hashes(episodes, most_s=2.0)
    figures["gym.episodes"] = episodes
    figures["gym.episodes_with_the_same_hash"] = sum(a == b for a, b in zip(first, again, strict=True))
    figures["gym.different_hashes"] = len(set(first))
    for name, policy in POLICIES.items():
        env, earned, steps = SwivelEnv(SET), [], 0
        began_s = time.process_time()
        for episode in range(len(SET) if args.quick else 5 * len(SET)):
            seen, _ = env.reset(seed=episode)
            over, total = False, 0.0
            while not over:
                seen, reward, _, over, _ = env.step(policy(seen))
                total, steps = total + float(reward), steps + 1
            earned.append(total)
        key = f"gym.{name.replace(' ', '_')}"
        figures[f"{key}.steps_per_s_of_a_core"] = steps / (time.process_time() - began_s)
        figures[f"{key}.earned"] = float(np.mean(earned))
        figures[f"{key}.earned_se"] = float(np.std(earned) / len(earned) ** 0.5)
    finish(figures, args)


if __name__ == "__main__":
    main()
