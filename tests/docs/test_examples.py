"""The examples in docstrings answer what they say they answer."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from simulator.onboard import angles
from simulator.onboard.tuning import tree


@pytest.mark.parametrize("module", [angles, tree])
def test_the_examples_of_a_module_are_true(module: ModuleType) -> None:
    ran = doctest.testmod(module)
    assert ran.attempted >= 3
    assert ran.failed == 0


def test_a_wrong_example_is_found() -> None:
    wrong = ModuleType("wrong", ">>> 1 + 1\n3\n")
    assert doctest.testmod(wrong, report=False).failed == 1
