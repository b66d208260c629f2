"""One decorator for the inner loops: compiled at first use, kept on disk, and typed like the function it wraps."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def compiled(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a loop over arrays; sums may be reordered, so results are those of one machine."""
    return cast(Callable[Given, Returned], njit(cache=True, fastmath=True)(function))
