"""Mutation test of the guard: change it in one small place at a time and see whether its tests notice.

Each mutant differs from hardware_bridge/guard.py by one comparison, operator, number, answer or table entry. It is killed
when one of the guard's tests fails or the random planner of benchmarks/guard_soak.py gets something illegal through. What
survives must be in EQUIVALENT with the reason why it changes nothing that matters; anything else is a hole.
"""

from __future__ import annotations

import ast
import copy
import io
import os
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from benchmarks import guard_soak
from benchmarks.common import finish, parser
from tests.bridge import test_guard

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "hardware_bridge" / "guard.py"
TESTS = [str(ROOT / "tests" / "bridge" / name) for name in ("test_guard.py", "test_guard_bounds.py")]
# No configuration, no plugins: a mutant is tried in a second.
PLAIN = f"-c {os.devnull} --rootdir {ROOT} --noconftest -p no:cacheprovider --import-mode=importlib".split()
SOAK_TICKS, SOAK_SEEDS = 3000, (0, 1)

COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
}  # fmt: skip

Path_ = tuple[tuple[str, int | None], ...]

# "where: before -> after": why it changes nothing that matters.
_SET_BEFORE_USE = "set again by set_range, enable or the first set point before anybody reads it"
_NO_SPEED = "at no speed, or a thousandth of a degree a second, there is nothing to brake and no way to the end"
_NO_WAY = "at the goal, or a thousandth from it, the pace is nothing, or a thousandth a tick"
EQUIVALENT: dict[str, str] = {
    "__init__: False -> True": _SET_BEFORE_USE,
    "__init__: 0 -> 1": _SET_BEFORE_USE,
    "__init__: 0 -> 1 (2)": _SET_BEFORE_USE,
    "__init__: 0 -> 1 (3)": _SET_BEFORE_USE,
    "__init__: 0 -> 1 (4)": _SET_BEFORE_USE,
    "__init__: 0 -> 1 (5)": _SET_BEFORE_USE,
    "__init__: self._kind = CommandKind.FREE -> pass": _SET_BEFORE_USE,
    "_refusal: command.tick < tick -> command.tick <= tick": "a command of this very tick never gets that far",
    "_problem: rate > 0 -> rate >= 0": _NO_SPEED,
    "_problem: 0 -> 1": _NO_SPEED,
    "_problem: rate < 0 -> rate <= 0": _NO_SPEED,
    "_problem: 0 -> 1 (2)": _NO_SPEED,
    "_step_allowed: self._rate < rate <= 0 -> self._rate <= rate <= 0": "an unchanged speed needs no allowance",
    "_approach: away > 0 -> away >= 0": _NO_WAY,
    "_approach: 0 -> 1": _NO_WAY,
    "_advance: rate > 0 -> rate >= 0": _NO_SPEED,
    "_advance: 0 -> 1": _NO_SPEED,
    "_advance: rate < 0 -> rate <= 0": _NO_SPEED,
    "_advance: 0 -> 1 (2)": _NO_SPEED,
    "_slowed: rate > 0 -> rate >= 0": "the other sign of nothing is nothing",
    "_slowed: 0 -> 1 (2)": "a thousandth of a degree a second, in the other direction",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed guard."""

    name: str
    line: int
    path: Path_
    change: Callable[[ast.AST], ast.AST]

    def applied(self, tree: ast.Module) -> ast.Module:
        """A copy of the guard with this change."""
        changed = copy.deepcopy(tree)
        target = _at(changed, self.path)
        replaced = self.change(target)
        if replaced is not target:
            _put(changed, self.path, replaced)
        return ast.fix_missing_locations(changed)


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Every small change, in the order of the file; equal ones of one function are told apart by a number."""
    seen: Counter[str] = Counter()
    for where, path in _paths(tree):
        node = _at(tree, path)
        for change in _changes(node):
            name = f"{where}: {ast.unparse(node)} -> {ast.unparse(change(copy.deepcopy(node)))}"
            seen[name] += 1
            again = f" ({seen[name]})" if seen[name] > 1 else ""
            yield Mutant(name + again, getattr(node, "lineno", 0), path, change)


def survives(mutant: Mutant, tree: ast.Module) -> bool:
    """Whether no test notices; runs in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                code = 0 if _passes(mutant.applied(tree)) else 1
        except BaseException:  # whatever a broken guard does counts as noticed
            code = 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def main() -> None:
    """Try them all."""
    args = parser(__doc__).parse_args()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    tree = ast.parse(SOURCE.read_text())
    everything = list(mutants(tree))
    chosen = everything[::12] if args.quick else everything
    if not survives(Mutant("unchanged", 0, (), lambda node: node), tree):
        raise SystemExit("the unchanged guard fails its own tests; run them first")
    survivors = []
    for k, mutant in enumerate(chosen):
        if survives(mutant, tree):
            survivors.append(mutant)
            why = EQUIVALENT.get(mutant.name, "NOT EXPLAINED")
            print(f"{k + 1}/{len(chosen)} survivor, line {mutant.line}: {mutant.name}\n    {why}", flush=True)
    holes = [mutant for mutant in survivors if mutant.name not in EQUIVALENT]
    stale = set(EQUIVALENT) - {mutant.name for mutant in everything}
    for name in sorted(stale):
        print(f"explained but no mutant any more: {name}")
    finish(
        {
            "guard_mutants": len(chosen),
            "guard_mutants_killed": len(chosen) - len(survivors),
            "guard_mutants_equivalent": len(survivors) - len(holes),
            "guard_mutants_unexplained": len(holes),
        },
        args,
    )
    if holes or stale:
        raise SystemExit(1)


def _passes(tree: ast.Module) -> bool:
    import hardware_bridge

    module = types.ModuleType("hardware_bridge.guard")
    module.__file__ = str(SOURCE)
    sys.modules["hardware_bridge.guard"] = module
    hardware_bridge.guard = module  # type: ignore[attr-defined]
    exec(compile(tree, str(SOURCE), "exec"), module.__dict__)
    test_guard.TABLE = module.TABLE
    for pair in product(
        test_guard.GuardPhase, test_guard.GuardEvent
    ):  # first what takes no time: most mutants are of the table
        test_guard.test_every_pair_leads_where_it_was_promised(*pair)
        test_guard.test_what_is_done_follows_from_where_it_leads_and_commands_pass_only_when_live_and_good(*pair)
    del sys.modules[test_guard.__name__]  # pytest shall load it again, with the changed guard
    if pytest.main(["-x", "-q", *PLAIN, *TESTS]) != 0:
        return False
    guard_soak.Guard = module.Guard  # type: ignore[misc]
    return all(guard_soak.soak(SOAK_TICKS, seed=seed).broken.total() == 0 for seed in SOAK_SEEDS)


def _paths(tree: ast.Module) -> Iterator[tuple[str, Path_]]:
    """All nodes worth changing, with the function they are in; texts and annotations stay as they are."""

    def walk(node: ast.AST, path: Path_, where: str) -> Iterator[tuple[str, Path_]]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            where = node.name
        yield where, path
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "bases"):
                continue
            if isinstance(value, list):
                for k, item in enumerate(value):
                    if isinstance(item, ast.AST) and not isinstance(item, ast.Import | ast.ImportFrom):
                        yield from walk(item, (*path, (field, k)), where)
            elif isinstance(value, ast.AST):
                yield from walk(value, (*path, (field, None)), where)

    yield from walk(tree, (), "module")


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    """Every small change of one node, as a function that makes it."""
    yield from _of_operators(node)
    yield from _of_values(node)
    yield from _of_table_entries(node)
    yield from _of_statements(node)


def _of_operators(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    match node:
        case ast.Compare(ops=ops):
            for k, operator in enumerate(ops):
                for other in COMPARE.get(type(operator), ()):
                    yield lambda n, k=k, other=other: _set(n, "ops", [*n.ops[:k], other(), *n.ops[k + 1 :]])
        case ast.BinOp(op=operator) | ast.AugAssign(op=operator) if type(operator) in ARITHMETIC:
            yield lambda n: _set(n, "op", ARITHMETIC[type(n.op)]())
        case ast.BoolOp():
            yield lambda n: _set(n, "op", ast.Or() if isinstance(n.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield lambda n: n.operand


def _of_values(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    match node:
        case ast.Constant(value=bool()):
            yield lambda n: ast.Constant(not n.value)
        case ast.Constant(value=int()):
            yield lambda n: ast.Constant(n.value + 1)
        case ast.Call(func=ast.Name(id="min" | "max")):
            yield lambda n: _set(n, "func", ast.Name("max" if n.func.id == "min" else "min", ast.Load()))
        case ast.IfExp():
            yield lambda n: n.body
            yield lambda n: n.orelse


def _of_table_entries(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    match node:
        case ast.Tuple(elts=[ast.Name(id=state), ast.Name(id=deed)]) if state in _STATES and deed in _DEEDS:
            for other in _STATES:
                if other != state:
                    yield lambda n, other=other: _set(n, "elts", [ast.Name(other, ast.Load()), n.elts[1]])
            for other in _DEEDS:
                if other != deed:
                    yield lambda n, other=other: _set(n, "elts", [n.elts[0], ast.Name(other, ast.Load())])


def _of_statements(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    match node:
        case ast.AugAssign(op=operator) if type(operator) in ARITHMETIC:
            return  # has been given another operator
        case ast.Assign(targets=[ast.Attribute()]) | ast.AugAssign(target=ast.Attribute()) | ast.Expr(value=ast.Call()):
            yield lambda n: ast.Pass()


_STATES = ("_O", "_L", "_W", "_B", "_S", "_F")
_DEEDS = ("_off", "_fol", "_cst", "_slw", "_brk", "_hld")


def _set(node: ast.AST, field: str, value: object) -> ast.AST:
    setattr(node, field, value)
    return node


def _at(tree: ast.AST, path: Path_) -> ast.AST:
    for field, k in path:
        value = getattr(tree, field)
        tree = value if k is None else value[k]
    return tree


def _put(tree: ast.AST, path: Path_, node: ast.AST) -> None:
    parent, (field, k) = _at(tree, path[:-1]), path[-1]
    if k is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[k] = node


if __name__ == "__main__":
    main()
