"""Whether oracles know only what could be known: with each of them every scene of the library must be as good as before."""

from __future__ import annotations

from functools import partial

from simulator.runtime.compose import build, header_of
from simulator.runtime.run import run_session
from simulator.runtime.seeds import stream
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES
from simulator.world.oracles.seams import PARTS, oracle_seams
from simulator.world.spec import FaultAction

# Planner, motion and motor are repaired by leaving their faults out: a scene without faults says nothing of them.
SETS = (("ears",), ("eyes",), ("fusion",), PARTS)
QUICK_EVERY = 24


def is_faulty(scene: Scene) -> bool:
    """Whether a scene plants a fault: what it promises then is not promised by a device without one."""
    return any(isinstance(action, FaultAction) for action in scene.spec.actions)


def oracles(*, quick: bool) -> dict[str, float | int | str]:
    """How many scenes keep their promises with oracles, of all that make sense with modelled senses."""
    files = sorted(SCENES.rglob("*.scene.yaml"))
    runs = kept = 0
    for path in files[::QUICK_EVERY] if quick else files:
        scene = load(path)
        if "feature" not in scene.modes or not scene.expect or is_faulty(scene):
            continue
        header = header_of(scene, mode="feature")
        for parts in SETS:
            seams = oracle_seams(parts, spec=header.spec, facts=header.facts, streams=partial(stream, header.seed))
            log = run_session(build(header, seams=seams), header)
            good = overall(judge(scene.expect, log.columns())) is Verdict.PASS
            runs, kept = runs + 1, kept + good
            if not good:
                print(f"oracles: {scene.name} is not kept with {'+'.join(parts)}")
    return {"oracles.runs": runs, "oracles.kept_pct": 100.0 * kept / max(runs, 1)}
