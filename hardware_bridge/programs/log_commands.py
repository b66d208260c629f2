"""What `swivel bridge log` does: a supervisor's log as a story, a line for each thing that changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hardware_bridge.ports import PortError
from hardware_bridge.supervisor.log_story import LogStory


def show(path: Path, *, from_s: float, to_s: float, say: Callable[[str], object]) -> int:
    """Tell what happened between two moments, and the whole in figures; returns an exit code."""
    story = LogStory(path)
    try:
        for event in story.events():
            if from_s <= event.at_s <= to_s:
                say(event.sentence)
    except PortError as error:
        say(str(error))
        return 1
    say(story.summary.sentence)
    return 0
