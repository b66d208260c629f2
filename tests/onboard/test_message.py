"""A message is made with keywords only, is frozen, and is compared, copied, replaced and pickled as a frozen dataclass is."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import dataclass, field

import pytest

from simulator.onboard import messages
from simulator.onboard.gate_names import GateName
from simulator.onboard.message import message
from simulator.onboard.messages import Gate


@message
class Parcel:
    """A thing to send."""

    weight_kg: float
    label: str = "none"
    stamps: list[int] = field(default_factory=list)

    @property
    def heavy(self) -> bool:
        """Whether two must carry it."""
        return self.weight_kg > 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The same, as a dataclass."""

    weight_kg: float
    label: str = "none"
    stamps: list[int] = field(default_factory=list)


def test_fields_defaults_and_factories() -> None:
    one = Parcel(weight_kg=1.0)
    assert type(one) is Parcel
    assert (one.weight_kg, one.label, one.stamps) == (1.0, "none", [])
    assert one.stamps is not Parcel(weight_kg=1.0).stamps
    assert not one.heavy
    assert dataclasses.replace(one, label="x") == Parcel(weight_kg=1.0, label="x")
    assert dataclasses.asdict(one) == dataclasses.asdict(Plain(weight_kg=1.0))


def test_it_is_compared_and_printed_as_a_dataclass_is() -> None:
    one = Parcel(weight_kg=1.0)
    assert one == Parcel(weight_kg=1.0, label="none", stamps=[])
    assert one != Parcel(weight_kg=2.0)
    assert one != Plain(weight_kg=1.0)  # type: ignore[comparison-overlap]
    assert repr(one) == repr(Plain(weight_kg=1.0)).replace("Plain", "Parcel")


def test_it_is_frozen_complete_and_without_other_attributes() -> None:
    one = Parcel(weight_kg=1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.label = "other"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.label
    assert not hasattr(one, "__dict__")
    with pytest.raises(TypeError, match="weight_kg"):
        Parcel()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        Parcel(weight_kg=1.0, colour=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Parcel(1.0)  # type: ignore[call-arg]


def test_it_copies_pickles_and_hashes() -> None:
    gate = Gate(name=GateName.SETTLED, value=1.0, threshold=2.0, margin=-1.0, unit="s", passed=False)
    again = dataclasses.replace(gate)
    for one in (copy.copy(gate), copy.deepcopy(gate), pickle.loads(pickle.dumps(gate)), again):
        assert one == gate
        assert hash(one) == hash(gate)
        assert type(one) is Gate


def test_a_class_that_checks_itself_is_checked() -> None:
    @message
    class Careful:
        value: int

        def __post_init__(self) -> None:
            if self.value < 0:
                raise ValueError("value -1 is below 0")

    assert Careful(value=1).value == 1
    with pytest.raises(ValueError, match="below 0"):
        Careful(value=-1)


def test_every_name_of_the_package_is_exported_and_every_class_of_fields_is_a_message() -> None:
    shown = {name: getattr(messages, name) for name in messages.__all__}
    assert sorted(shown) == sorted(messages.__all__)
    made = [kind for kind in shown.values() if dataclasses.is_dataclass(kind)]
    assert len(made) > 20
    for kind in made:
        assert type(kind) is not type, f"{kind} is not a `@message`"
    for section in (messages.body, messages.ears, messages.eyes, messages.mind, messages.tick):
        own = {name for name, value in vars(section).items() if getattr(value, "__module__", "") == section.__name__}
        assert own <= set(messages.__all__), section.__name__
