"""The stack could be copied to a device: it loads only what is on a list, and touches no file, wire, clock or variable of the system."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

OURS = {"simulator.onboard"}
# What a device has to have. A new name here is a decision: docs/decisions/0001 and docs/dependencies.md say why each is needed.
PACKAGES = {"numpy", "scipy", "numba", "cv2", "pydantic", "ruckig", "ai_edge_litert"}
# Of the standard library: what computes, and nothing that reaches outside; copyreg knows the slots of a class that is copied.
STANDARD = {
    "__future__", "collections", "copyreg", "dataclasses", "difflib", "enum", "functools", "io", "math", "re", "struct", "types", "typing",
}  # fmt: skip
# Names and methods by which a file, a wire, a clock or a variable of the system would be reached without an import.
BANNED_NAMES = {"open", "Path", "os", "socket", "urllib", "input", "print", "__import__", "eval", "breakpoint"}
BANNED_METHODS = {
    "imread", "imwrite", "VideoCapture", "VideoWriter", "FileStorage", "fromfile", "tofile", "memmap", "genfromtxt", "loadtxt", "savetxt",
    "savez", "savez_compressed", "save", "read_text", "read_bytes", "write_text", "write_bytes", "from_config", "from_file", "getsource",
    "environ", "getenv", "default_rng",
}  # fmt: skip
FAULTS = {
    "import pymunk": "pymunk",
    "import urllib.request": "urllib",
    "from pathlib import Path": "pathlib",
    "import os\nHOME = os.environ['HOME']": "os",
    "from socket import socket": "socket",
    "import simulator.runtime.seeds": "simulator.runtime.seeds",
    "from simulator import world": "simulator.world",
    "def late():\n    import subprocess": "subprocess",
    "TEXT = open('/etc/hostname').read()": "open",
    "import numpy as np\nX = np.fromfile('x')": "fromfile",
    "import cv2\nX = cv2.imread('x')": "imread",
    "import inspect": "inspect",
    "import time": "time",
    "import random": "random",
    "import threading": "threading",
    "X = __import__('os')": "__import__",
    "import numpy as np\nX = np.load('x.npz')": "load of a path",
}


def faults(source: str) -> Iterator[str]:
    """What a file of the stack may not have."""
    for node in ast.walk(ast.parse(source)):
        for module in _imported(node):
            top = module.split(".")[0]
            allowed = top in PACKAGES | STANDARD or any(f"{module}.".startswith(f"{ours}.") for ours in OURS)
            if not allowed:
                yield module if top == "simulator" else top
        if isinstance(node, ast.Name) and node.id in BANNED_NAMES:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in BANNED_METHODS:
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "load":
            from_bytes = (
                node.args and isinstance(node.args[0], ast.Call) and "BytesIO" in ast.unparse(node.args[0].func)
            )
            if not from_bytes:
                yield "load of a path"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are written out here"
        assert node.module is not None
        return [f"{node.module}.{alias.name}" if node.module == "simulator" else node.module for alias in node.names]
    return []


def test_the_stack_reaches_nothing_outside(repository_sources: list[tuple[str, str]]) -> None:
    files = [(path, text) for path, text in repository_sources if path.startswith("simulator/onboard/")]
    assert len(files) > 60
    assert [(path, fault) for path, text in files for fault in faults(text)] == []


def test_every_allowed_package_is_needed(repository_sources: list[tuple[str, str]]) -> None:
    loaded = {
        module.split(".")[0]
        for path, text in repository_sources
        if path.startswith("simulator/onboard/")
        for node in ast.walk(ast.parse(text))
        for module in _imported(node)
    }
    assert loaded >= PACKAGES | STANDARD
    assert set(sys.stdlib_module_names) >= STANDARD


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    assert FAULTS[fault] in list(faults(f'"""Planted."""\n\n{fault}\n'))
