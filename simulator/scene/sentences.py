"""The sentence under each field of a declaration, read from the source once and only when somebody asks.

pydantic can do this while a module is imported, and then takes a fifth of a second for each large one.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache


def sentence(model: type, field: str) -> str:
    """What is written under a field of a class or of the class it was taken from; "" for nothing."""
    for kind in model.__mro__:
        found = _of_module(kind.__module__).get(kind.__name__, {}).get(field)
        if found is not None:
            return found
    return ""


@cache
def _of_module(name: str) -> dict[str, dict[str, str]]:
    if not name.startswith("simulator."):
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[name]))
    return {node.name: _of_class(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, below in zip(node.body, node.body[1:], strict=False):
        match line, below:
            case (
                ast.AnnAssign(target=ast.Name(id=field)),
                ast.Expr(value=ast.Constant(value=str() as words)),
            ):
                found[field] = inspect.cleandoc(words)
    return found
