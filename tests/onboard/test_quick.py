"""A quickly made message is the same as one made the usual way: frozen, compared, copied and replaced alike."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import dataclass, field

import pytest

from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate
from simulator.onboard.quick import maker


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    weight_kg: float
    label: str = "none"
    stamps: list[int] = field(default_factory=list)


make_parcel = maker(Parcel)


def test_fields_defaults_and_factories() -> None:
    one = make_parcel(weight_kg=1.0)
    assert type(one) is Parcel
    assert one == Parcel(weight_kg=1.0)
    assert one.stamps is not make_parcel(weight_kg=1.0).stamps
    assert dataclasses.replace(one, label="x") == Parcel(weight_kg=1.0, label="x")
    assert repr(one) == repr(Parcel(weight_kg=1.0))


def test_it_is_frozen_and_complete() -> None:
    one = make_parcel(weight_kg=1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.label = "other"  # type: ignore[misc]
    with pytest.raises(TypeError, match="weight_kg"):
        make_parcel()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        make_parcel(weight_kg=1.0, colour=2)  # type: ignore[call-arg]


def test_it_copies_pickles_and_hashes() -> None:
    values = {"name": GateName.SETTLED, "value": 1.0, "threshold": 2.0, "margin": -1.0, "unit": "s", "passed": False}
    gate = maker(Gate)(**values)  # type: ignore[arg-type]
    assert copy.deepcopy(gate) == gate == pickle.loads(pickle.dumps(gate))
    assert hash(gate) == hash(Gate(**values))  # type: ignore[arg-type]


def test_a_class_that_checks_itself_is_refused() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Careful:
        value: int

        def __post_init__(self) -> None:
            raise AssertionError

    with pytest.raises(TypeError, match="__post_init__"):
        maker(Careful)
