"""What a stage remembers is copied whole: no attribute can be forgotten, and no copy shares what can change."""

from __future__ import annotations

import dataclasses
import pickle
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from simulator.onboard.behaviour.stage import BehaviourStage
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.motion.stage import MotionStage
from simulator.onboard.ssl.stage import SoundStage
from simulator.onboard.stack import Mind, Stack
from simulator.onboard.state import Remembers, Unchanging, attributes
from simulator.onboard.vision.stage import VisionStage
from simulator.onboard.zones.stage import ZoneStage
from simulator.runtime.compose import compose
from simulator.runtime.session import Session
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.world import World

pytestmark = [pytest.mark.render, pytest.mark.long]
FULL_TICKS, LATER_TICKS = 260, 60
Finder = Callable[[Session], Any]
PARTS: dict[type, Finder] = {
    FusionStage: lambda session: _mind(session)._fusion,
    BehaviourStage: lambda session: _mind(session)._behaviour,
    ZoneStage: lambda session: _mind(session)._zones,
    MotionStage: lambda session: _mind(session)._motion,
    Mind: lambda session: _mind(session),
    Stack: lambda session: session._stack,
    World: lambda session: session._world,
    SoundStage: lambda session: session._stack._ears,
    VisionStage: lambda session: session._stack._eyes,
}


def _mind(session: Session) -> Any:
    return session._stack._mind


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """Somebody has been seen and heard, in pixels and samples, and every stage has something to remember."""
    made = compose(load(SCENES / "sample.scene.yaml"), seed=3, mode="full")
    for _ in range(FULL_TICKS):
        made.step()
    yield made
    made.close()


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_every_attribute_comes_back_whatever_happened_to_it(kind: type, session: Session) -> None:
    part = PARTS[kind](session)
    assert type(part) is kind
    before, kept = _told(part), part.snapshot()
    names = [name for name in attributes(part) if name not in (*part.FIXED, *part.PARTS)]
    assert names
    assert {*part.FIXED, *part.PARTS} <= set(attributes(part)), "names an attribute that is not there"
    for name in names:
        setattr(part, name, deque([name]))
    part.restore(kept)
    assert _told(part) == before


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_a_snapshot_shares_nothing_that_can_change(kind: type, session: Session) -> None:
    part = PARTS[kind](session)
    kept = part.snapshot()
    live = {name: value for name, value in attributes(part).items() if name not in (*part.FIXED, *part.PARTS)}
    shared = {id(value) for value in _mutable(live)} & {id(value) for value in _mutable(kept)}
    assert not [value for value in _mutable(kept) if id(value) in shared]
    assert [value for value in _mutable(kept) if value is not kept], "nothing here can change: the walk is blind"
    seen = [id(value) for value in _mutable(live)]
    assert len(seen) == len(set(seen)), "one thing is kept in two places: a copy would make two of it"


def test_what_happens_later_leaves_a_snapshot_alone_and_can_be_undone(session: Session) -> None:
    kept = session.checkpoint()
    before = {kind: (_told(find(session)), find(session).snapshot()) for kind, find in PARTS.items()}
    written = {kind: _told(snapshot) for kind, (_, snapshot) in before.items()}
    fixed = {kind: [getattr(find(session), name) for name in find(session).FIXED] for kind, find in PARTS.items()}
    for _ in range(LATER_TICKS):
        session.step()
    for kind, find in PARTS.items():
        for name, value in zip(find(session).FIXED, fixed[kind], strict=True):
            assert getattr(find(session), name) is value, f"{kind.__name__}.{name} is said to be fixed, and changed"
        assert _told(find(session)) != before[kind][0], f"{kind.__name__} did not change: the story is too dull"
        assert _told(before[kind][1]) == written[kind], f"a snapshot of {kind.__name__} changed afterwards"
    session.restore(kept)
    for kind, find in PARTS.items():
        assert _told(find(session)) == before[kind][0], kind.__name__


def test_a_snapshot_goes_to_another_process(session: Session) -> None:
    for kind, find in PARTS.items():
        kept = find(session).snapshot()
        assert _told(pickle.loads(pickle.dumps(kept))) == _told(kept), kind.__name__


# --- helpers --------------------------------------------------------------------------------------------------------------


def _told(value: Any) -> Any:
    """A value as plain data that can be compared: parts by their attributes, arrays by their bytes."""
    if isinstance(value, np.ndarray):
        return ("array", value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, dict):
        return {key: _told(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return [type(value).__name__, *(_told(item) for item in value)]
    if isinstance(value, Remembers):
        own = {name: item for name, item in attributes(value).items() if name not in (*value.FIXED, *value.PARTS)}
        parts = {name: getattr(value, name) for name in value.PARTS}
        kept = {name: None if part is None else part.snapshot() for name, part in parts.items()}
        return {name: _told(item) for name, item in (own | kept).items()}
    if isinstance(value, Unchanging):
        return {name: _told(item) for name, item in attributes(value).items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *(_told(getattr(value, item.name)) for item in dataclasses.fields(value))]
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


def _mutable(value: Any) -> Iterator[Any]:
    """Everything inside a value that can change."""
    if isinstance(value, np.ndarray):
        if value.flags.writeable:
            yield value
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _mutable(item)
    elif isinstance(value, (list, deque, set, bytearray)):
        yield value
        for item in value if not isinstance(value, bytearray) else ():
            yield from _mutable(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _mutable(item)
    elif isinstance(value, Remembers) or (dataclasses.is_dataclass(value) and not value.__dataclass_params__.frozen):
        yield value
        for item in attributes(value).values():
            yield from _mutable(item)
