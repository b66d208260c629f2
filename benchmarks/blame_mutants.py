"""Thirty changes of the stack's code as a bad pull request would make them, each blamed against the revision before it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENES = (
    "wake/from-the-left", "follow/across-the-kitchen", "zones/enters-the-motion-zone", "recipe/a-busy-cook",
    "people/hands-over-the-conversation", "wake/two-take-turns", "range/just-outside", "people/a-conversation",
    "follow/sits-down", "call/frames-one",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file of onboard."""

    file: str
    before: str
    after: str
    stage: str


MUTANTS = (
    Mutant(
        "fusion/stage.py",
        "sound.azimuth_deg is None\n        )\n        speaker",
        "sound.azimuth_deg is None\n        ) or True\n        speaker",
        "fusion",
    ),
    Mutant("fusion/stage.py", "speaker.wake_tick = self._tick\n", "", "fusion"),
    Mutant("fusion/stage.py", "self._wake_id = speaker.track_id\n", "self._wake_id = speaker.track_id + 1\n", "fusion"),
    Mutant(
        "fusion/stage.py",
        "self._wake_azimuth_deg, self._wake_doubt = located.azimuth_deg, located.doubt",
        "self._wake_azimuth_deg, self._wake_doubt = -located.azimuth_deg, located.doubt",
        "fusion",
    ),
    Mutant(
        "fusion/stage.py",
        "if sound.wake_word:\n            self._wake(",
        "if sound.wake_word and sound.confidence > 2.0:\n            self._wake(",
        "fusion",
    ),
    Mutant(
        "fusion/person.py",
        "self.angle.correct(sighting.azimuth_deg, sigma_deg",
        "self.angle.correct(-sighting.azimuth_deg, sigma_deg",
        "fusion",
    ),
    Mutant(
        "fusion/person.py",
        "self.engagement += (min(max(facing, 0.0), 1.0) - self.engagement)",
        "self.engagement -= (min(max(facing, 0.0), 1.0) - self.engagement)",
        "fusion",
    ),
    Mutant(
        "fusion/kalman.py",
        "self.azimuth_deg = wrap_deg(self.azimuth_deg + self.rate_dps * dt_s)",
        "self.azimuth_deg = wrap_deg(self.azimuth_deg - self.rate_dps * dt_s)",
        "fusion",
    ),
    Mutant("fusion/person.py", "azimuth_deg=angle.azimuth_deg,", "azimuth_deg=angle.azimuth_deg + 25.0,", "fusion"),
    Mutant("fusion/person.py", "person=self.person,", "person=1.0 - self.person,", "fusion"),
    Mutant("fusion/addressing.py", "return min(score, 1.0)", "return 0.0", "fusion"),
    Mutant(
        "zones/stage.py",
        "return aim.azimuth_deg + min(max(LEAD_S * rate_dps, -LEAD_MAX_DEG), LEAD_MAX_DEG)",
        "return aim.azimuth_deg - 8.0 * min(max(LEAD_S * rate_dps, -LEAD_MAX_DEG), LEAD_MAX_DEG)",
        "planner",
    ),
    Mutant("zones/stage.py", "stuck = intent.tick - self._still_tick > GIVE_UP_TICKS", "stuck = True", "planner"),
    Mutant("zones/stage.py", "if off_deg < dead_deg:", "if off_deg < 3.0 * dead_deg:", "planner"),
    Mutant(
        "zones/stage.py",
        "off_deg = abs(aim.bearing_deg)\n        before",
        "off_deg = aim.bearing_deg\n        before",
        "planner",
    ),
    Mutant("zones/stage.py", "aim=aim,\n            zone", "aim=None,\n            zone", "planner"),
    Mutant(
        "zones/stage.py",
        "return reachable(record, moment, moment.arc, target_deg)",
        "return reachable(record, moment, moment.arc, -target_deg)",
        "planner",
    ),
    Mutant(
        "zones/questions.py",
        "record.ask(yes_no(GateName.RANGE_SET, moment.arc is not None)",
        "record.ask(yes_no(GateName.RANGE_SET, moment.arc is None)",
        "planner",
    ),
    Mutant(
        "zones/questions.py",
        "eyes_work = moment.eyes_lost_s < LONGEST_EYES_LOST_S",
        "eyes_work = moment.eyes_lost_s > LONGEST_EYES_LOST_S",
        "planner",
    ),
    Mutant("behaviour/attend.py", "azimuth_deg=self._turn_deg,", "azimuth_deg=-self._turn_deg,", "planner"),
    Mutant(
        "behaviour/attend.py",
        "self._turn_deg, self._turn_tick = tracks.wake_azimuth_deg, moment.tick",
        "self._turn_deg, self._turn_tick = None, moment.tick",
        "planner",
    ),
    Mutant("behaviour/attend.py", "if age_s > TURN_S:", "if age_s >= 0.0:", "planner"),
    Mutant("behaviour/attend.py", "if speaks or lost:", "if False:", "planner"),
    Mutant("behaviour/attend.py", "if not trust.passed:", "if trust.passed:", "planner"),
    Mutant(
        "motion/stage.py",
        "goal_deg = arc.clamp_yaw_deg(goal_deg)\n        if not self._open",
        "goal_deg = arc.clamp_yaw_deg(-goal_deg)\n        if not self._open",
        "motion",
    ),
    Mutant(
        "motion/stage.py",
        "if resting and abs(goal_deg - start.yaw_deg) < SAME_GOAL_DEG:",
        "if resting and abs(goal_deg - start.yaw_deg) < 70.0:",
        "motion",
    ),
    Mutant("motion/stage.py", "kind = CommandKind.MOVE\n", "kind = CommandKind.STOP\n", "motion"),
    Mutant(
        "motion/stage.py",
        "if not self._open(goal_deg - start.yaw_deg, decision):",
        "if self._open(goal_deg - start.yaw_deg, decision):",
        "motion",
    ),
    Mutant(
        "motion/profile.py",
        "asked.max_velocity = [max(limits.rate_dps, 0.1)]",
        "asked.max_velocity = [0.1 * max(limits.rate_dps, 0.1)]",
        "motion",
    ),
    Mutant(
        "motion/profile.py",
        "return SetPoint(self.goal_deg, 0.0, 0.0)",
        "return SetPoint(0.5 * self.goal_deg, 0.0, 0.0)",
        "motion",
    ),
    Mutant(
        "motion/profile.py", "asked.target_position = [goal_deg]", "asked.target_position = [goal_deg + 30.0]", "motion"
    ),
    Mutant(
        "motion/stage.py", "if self._phase in (_REST, _TURN, _STOP):", "if self._phase in (_TURN, _STOP):", "motion"
    ),
    Mutant(
        "vision/follow.py",
        "self.azimuth_deg = wrap_deg(self.azimuth_deg + k_azimuth * error)",
        "self.azimuth_deg = wrap_deg(self.azimuth_deg - k_azimuth * error)",
        "eyes",
    ),
    Mutant(
        "vision/follow.py",
        "self.azimuth_deg = wrap_deg(self.azimuth_deg + self.rate_dps * dt)",
        "self.azimuth_deg = wrap_deg(self.azimuth_deg + 40.0 * dt)",
        "eyes",
    ),
)


def mutants(*, quick: bool) -> dict[str, float | int | str]:
    """How often the stage of the change is named, over all changes that break a scene."""
    chosen = MUTANTS[::6] if quick else MUTANTS
    named = broken = 0
    with tempfile.TemporaryDirectory(prefix="swivel-mutants-") as folder:
        copy = Path(folder) / "copy"
        subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(copy)], check=True)
        for mutant in chosen:
            file = copy / "simulator" / "onboard" / mutant.file
            text = file.read_text(encoding="utf-8")
            if text.count(mutant.before) != 1:
                raise ValueError(f"{mutant.file}: {mutant.before!r} must be there once")
            file.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
            found = blamed(copy)
            file.write_text(text, encoding="utf-8")
            if found is None:
                print(f"{mutant.file}: {mutant.after.strip()[:60]}: breaks none of the scenes")
                continue
            broken += 1
            named += found == [mutant.stage]
            if found != [mutant.stage]:
                print(f"{mutant.file}: {mutant.after.strip()[:60]}: blamed {found}, is {mutant.stage}")
    return {"against.broken": broken, "against.named_pct": 100.0 * named / max(broken, 1)}


def blamed(copy: Path) -> list[str] | None:
    """The culprits of the first scene that the change breaks; None when it breaks none."""
    code = (
        "import json, sys, simulator.runtime.threads\n"
        "from pathlib import Path\n"
        "from simulator.lab.why.blame import blame\n"
        "from simulator.lab.why.replays import Replays\n"
        "from simulator.runtime.compose import header_of\n"
        "from simulator.runtime.revision import reference\n"
        "from simulator.scene.loader import load\n"
        "against = reference('HEAD')\n"
        "for name in sys.argv[1:]:\n"
        "    scene = load(Path('scenes') / f'{name}.scene.yaml')\n"
        "    header = header_of(scene, mode='feature')\n"
        "    found = blame(Replays(header, scene.expect, default=scene.tuning, reference=against))\n"
        "    if found.broken:\n"
        "        print(json.dumps(found.culprits)); break\n"
        "else:\n"
        "    print('null')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(copy)!r})\n{code}", *SCENES],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    answer: list[str] | None = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
