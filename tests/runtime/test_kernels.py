"""Set-up compiles the inner loops, once for each state of their sources."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

from simulator.runtime import kernels

# A device with a solid body, and light in a home: that is cast only where it is not on disk yet.
NOT_IN_THE_STORY = {"body_response", "cast", "direct", "gather"}


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(kernels, "cache_dir", lambda: tmp_path)
    return tmp_path


def test_every_file_with_an_inner_loop_is_known() -> None:
    known = {path.relative_to(kernels.ROOT).as_posix() for path in kernels.sources()}
    loops = {
        path.relative_to(kernels.ROOT).as_posix()
        for path in (kernels.ROOT / "simulator").rglob("*.py")
        if "compiled import compiled" in path.read_text(encoding="utf-8")
    }
    assert known == loops
    assert len(known) >= 6


def test_the_note_is_of_these_sources(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "loop.py"
    source.write_text("@compiled\n")
    monkeypatch.setattr(kernels, "sources", lambda: [source])
    before = kernels.note()
    assert kernels.note() == before
    os.utime(source, ns=(1, 1))
    assert kernels.note() != before


@pytest.mark.render
@pytest.mark.long
def test_after_set_up_no_loop_of_the_library_is_left_to_compile(cache: Path) -> None:
    lines: list[str] = []
    kernels.compile_kernels(lines.append)
    assert len(lines) == 1
    left = set()
    for path in kernels.sources():
        name = path.relative_to(kernels.ROOT).with_suffix("").as_posix().replace("/", ".")
        for loop in vars(importlib.import_module(name)).values():
            if getattr(loop, "__module__", "") == name and hasattr(loop, "signatures") and not loop.signatures:
                left.add(loop.__name__)  # what only other loops call, with a name of one underscore, is part of them
    assert {name for name in left if not name.startswith("_")} <= NOT_IN_THE_STORY
    kernels.compile_kernels(lines.append)
    assert len(lines) == 1
