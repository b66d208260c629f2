"""Some forty changes of the stack's code as a bad pull request would make them, each blamed against the revision before it."""

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
    "follow/sits-down", "call/frames-one", "people/a-passer-by", "follow/steps-aside-and-back",
    "wake/called-while-walking", "zones/small-steps-stay-in-the-calm-middle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file of onboard."""

    file: str
    before: str
    after: str
    stage: str


MUTANTS = tuple(Mutant(**row) for row in json.loads((ROOT / "benchmarks" / "blame_mutants.json").read_text()))


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
