"""The decorators of the inner loops: compiled at first use, kept on disk, and typed like the function they wrap."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def compiled(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a loop; it adds in the order in which it is written."""
    return cast(Callable[Given, Returned], njit(cache=True)(function))


def compiled_fast(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a loop whose sums may be added in another order, so that its results are those of one machine."""
    return cast(Callable[Given, Returned], njit(cache=True, fastmath=True)(function))
