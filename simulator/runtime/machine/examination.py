"""The whole machine, part by part."""

from __future__ import annotations

from simulator.runtime.machine.devices import cameras, serial_ports, sound
from simulator.runtime.machine.finding import Finding
from simulator.runtime.machine.helpers import ffmpeg, realtime, weights
from simulator.runtime.machine.pictures import display, opengl
from simulator.runtime.machine.python_parts import packages, python, system


def examine(*, display_problem: str) -> tuple[Finding, ...]:
    """Every finding, in the order in which a person would mend them."""
    return (
        system(),
        python(),
        packages(),
        weights(),
        opengl(),
        display(display_problem),
        sound(),
        cameras(),
        serial_ports(),
        ffmpeg(),
        realtime(),
    )
