"""The options of `swivel run`."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.onboard.messages import HunchLevel

MODES = ("full", "audio", "feature")


def add_run_arguments(run: argparse.ArgumentParser) -> None:
    """Add them."""
    run.add_argument("scene", type=Path)
    run.add_argument("--seed", type=seed_number, default=0, metavar="N")
    run.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="turn a knob, as zones.hysteresis_deg=3"
    )
    run.add_argument(
        "--with",
        dest="parts",
        action="append",
        default=[],
        metavar="KIND=PACKAGE/NAME",
        help="ears, eyes, tracker, planner or profile of an installed package, in the place of the shipped one",
    )
    run.add_argument("--preset", type=Path, metavar="FILE", help="a file of knobs")
    run.add_argument("--mode", choices=MODES, default="full", help="full: samples and pixels (default); feature: quick")
    run.add_argument(
        "--rig",
        default="virtual",
        metavar="RIG",
        help="virtual (default), hybrid:MOTOR (as hybrid:emulated:dynamixel), real:BENCH.json, or replay:RECORDING",
    )
    run.add_argument(
        "--limit-time",
        type=float,
        default=600.0,
        metavar="S",
        help="stop an outside algorithm's run then (default 600)",
    )
    run.add_argument(
        "--limit-memory", type=float, default=3000.0, metavar="MB", help="what it may allocate (default 3000)"
    )
    run.add_argument(
        "--memory", type=Path, metavar="FILE", help="what the device knows of its home; read before, and written after"
    )
    run.add_argument(
        "--hunches",
        choices=[str(level) for level in HunchLevel],
        help="what it may make of its memory (default as in FILE)",
    )
    run.add_argument(
        "--clock", type=float, metavar="H", help="hours since a midnight at the start (default as in FILE)"
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="write recording, verdict and picture there")
    run.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")


def seed_number(text: str) -> int:
    """A seed as it is typed."""
    if not text.isdigit() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number, 0 or more")
    return int(text)
