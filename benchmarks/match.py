"""How true a match is: motors with planted parameters behind each emulated wire, and how often the intervals hold the truth.

python -m benchmarks.match [--quick] [--json FILE] [--wires dynamixel,feetech,cia402,none] [--motors 24]
"""

from __future__ import annotations

import sys
from typing import get_args

import numpy as np

from benchmarks.common import finish, parser, wilson
from hardware_bridge.proofs.planted import Wire, planted_match

MOTORS, QUICK_MOTORS = 24, 1
FIRST_SEED = 100
COUNT_DEG = 360.0 / 4096.0  # play below two counts of the encoder is not judged
PERCENT = 100.0


def main() -> None:
    """Each wire, each motor."""
    options = parser(__doc__)
    options.add_argument("--wires", default="dynamixel,feetech,cia402,none", help="which, with commas")
    options.add_argument("--motors", type=int, default=MOTORS, help="how many behind each wire")
    args = options.parse_args()
    figures: dict[str, float | int | str] = {}
    count = QUICK_MOTORS if args.quick else args.motors
    for wire in get_args(Wire):
        if wire in args.wires.split(","):
            figures |= _behind(wire, count)
    finish(figures, args)


def _behind(wire: Wire, count: int) -> dict[str, float | int | str]:
    """One wire: errors in per cent, and the share of intervals that hold the truth."""
    off_percent: dict[str, list[float]] = {}
    inside: list[bool] = []
    unknown: dict[str, int] = {}
    held_out_deg: list[float] = []
    for seed in range(count):
        truth, found = planted_match(np.random.Generator(np.random.Philox(FIRST_SEED + seed)), wire=wire)
        held_out_deg.append(found.held_out_rms_deg)
        said = []
        for name, true in truth.items():
            estimate = found.estimates[name]
            said.append(
                f"{name} {PERCENT * (estimate.value / true - 1.0):+.1f}±{PERCENT * 2.0 * estimate.error / true:.1f}"
            )
            if not estimate.known:
                unknown[name] = unknown.get(name, 0) + 1
                continue
            inside.append(abs(estimate.value - true) <= 2.0 * estimate.error)
            if name != "backlash_deg" or true >= 2.0 * COUNT_DEG:
                off_percent.setdefault(name, []).append(PERCENT * abs(estimate.value / true - 1.0))
        print(f"{wire} {seed}: {', '.join(said)}; held out {held_out_deg[-1]:.3f} deg", file=sys.stderr, flush=True)
    figures: dict[str, float | int | str] = {f"match.{wire}.motors": count}
    for name, values in off_percent.items():
        figures[f"match.{wire}.{name}.median_percent"] = float(np.median(values))
        figures[f"match.{wire}.{name}.90_percent_within"] = float(np.percentile(values, 90))
        figures[f"match.{wire}.{name}.worst_percent"] = max(values)
        figures[f"match.{wire}.{name}.judged"] = len(values)
        figures[f"match.{wire}.{name}.not_identifiable"] = unknown.get(name, 0)
    low, high = wilson(sum(inside), len(inside))
    figures[f"match.{wire}.intervals.hold_percent"] = PERCENT * sum(inside) / len(inside)
    figures[f"match.{wire}.intervals.from_percent"] = PERCENT * low
    figures[f"match.{wire}.intervals.to_percent"] = PERCENT * high
    figures[f"match.{wire}.held_out_rms_deg.worst"] = max(held_out_deg)
    return figures


if __name__ == "__main__":
    main()
