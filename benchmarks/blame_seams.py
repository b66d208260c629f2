"""What seams cost where none is used: the mind as it is against the same source without the branches that ask for one."""

from __future__ import annotations

import ast
import inspect
import time
import types

from benchmarks.blame_oracles import is_faulty
from simulator.onboard import stack
from simulator.runtime.compose import build, header_of
from simulator.runtime.header import Header
from simulator.runtime.run import run_session
from simulator.scene.loader import load
from simulator.world.assets import SCENES

# Modelled senses are seams themselves and stay; those behind the stages of the mind are asked for by these tests.
IN_MIND = ("seams.in_mind", "seams.motion is not None", "moment is not None")
ROUNDS = 7


class _WithoutSeams(ast.NodeTransformer):
    """Takes the branches for seams in the mind out of a method."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test).startswith(IN_MIND) else self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        return None if "seams.in_mind" in ast.unparse(node.value) else node


def seams(*, quick: bool) -> dict[str, float | int | str]:
    """The speed of feature runs with the branches, as a share of that without: best of several rounds in turn."""
    paths = sorted(SCENES.rglob("*.scene.yaml"))[:: 40 if quick else 10]
    scenes = [one for one in map(load, paths) if "feature" in one.modes and not is_faulty(one)]  # faults are seams
    kept = {name: getattr(stack.Mind, name) for name in ("tick", "_think")}
    without = {name: _stripped(method) for name, method in kept.items()}
    best: dict[bool, float] = {}
    hashes: dict[bool, list[str]] = {}
    for round_ in range(2 * ROUNDS):
        stripped = bool(round_ % 2)
        for name, method in (without if stripped else kept).items():
            setattr(stack.Mind, name, method)
        began_s = time.process_time()
        hashes[stripped] = [_run(header_of(scene, mode="feature")) for scene in scenes]
        took_s = time.process_time() - began_s
        best[stripped] = min(best.get(stripped, took_s), took_s)
    for name, method in kept.items():
        setattr(stack.Mind, name, method)
    return {
        "seams.scenes": len(scenes),
        "seams.same_hashes": int(hashes[True] == hashes[False]),
        "seams.off_speed": best[True] / best[False],
    }


def _stripped(method: types.FunctionType) -> types.FunctionType:
    """The same method without those branches, from its own source."""
    source = inspect.cleandoc("\n" + inspect.getsource(method))
    tree = ast.fix_missing_locations(_WithoutSeams().visit(ast.parse(source)))
    assert "seams.motion" not in ast.unparse(tree)
    made: dict[str, types.FunctionType] = {}
    exec(compile(tree, "<without seams>", "exec"), vars(stack), made)
    return made[method.__name__]


def _run(header: Header) -> str:
    session = build(header)
    run_session(session, header)
    return session.trace_hash
