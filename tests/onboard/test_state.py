"""How state is copied: what can change is copied, what cannot is shared, and what does not say which is refused."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from simulator.onboard.message import message
from simulator.onboard.state import Remembers, Unchanging, copied


class Slotted(Remembers):
    __slots__ = ("items", "name")

    def __init__(self) -> None:
        self.items, self.name = [1, 2], "a"


class Open(Remembers):
    FIXED = ("model",)

    def __init__(self) -> None:
        self.model = object()
        self.inner = Slotted()
        self.many = {"one": deque([[1]], maxlen=3)}
        self.pair = ([1], 2)
        self.array = np.zeros(3)


class Fast(Unchanging):
    def __init__(self) -> None:
        self.items = [1]


@message
class Note:
    text: str


def test_a_copy_is_equal_and_independent() -> None:
    one = Open()
    kept = one.snapshot()
    one.inner.items.append(3)
    one.inner.name = "b"
    one.many["one"][0].append(2)
    one.pair[0].append(2)
    one.array[0] = 5.0
    model = one.model
    one.restore(kept)
    assert (one.inner.items, one.inner.name, one.pair) == ([1, 2], "a", ([1], 2))
    assert one.many == {"one": deque([[1]])}
    assert one.many["one"].maxlen == 3
    assert one.array[0] == 0.0
    assert one.model is model
    one.inner.items.append(3)
    one.restore(kept)
    assert one.inner.items == [1, 2], "a snapshot can be used again"


def test_what_cannot_change_is_shared() -> None:
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    for value in (1, "a", None, (1, (2, "b")), Note(text="x"), Fast(), frozenset({1}), frozen, deque, len):
        assert copied(value) is value


def test_a_type_that_says_nothing_about_itself_is_refused() -> None:
    class Silent:
        pass

    with pytest.raises(TypeError, match=r"Silent .*Remembers or Unchanging"):
        copied([Silent()])
