"""The page about the stages: what the packages of the stack say of themselves, in the order in which a tick runs through them."""

from __future__ import annotations

import importlib
import inspect

STAGES = ("ssl", "vision", "fusion", "behaviour", "zones", "motion")
HEAD = """# The stages

Made from the code by `make docs`: what each package of `simulator/onboard` says of itself, in the order in which a tick runs through them.
[How such a device thinks](how-it-thinks.md) tells the story.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD.rstrip("\n")]
    for name in STAGES:
        package = importlib.import_module(f"simulator.onboard.{name}")
        first, _, rest = (inspect.getdoc(package) or "").partition("\n")
        parts.append(f"## {name}\n\n{first}\n{rest}".rstrip("\n"))
    return "\n\n".join(parts) + "\n"
