"""The bridge in figures: promises, the makers' libraries as judges, and a storm of wire faults. match.py says how true a match is.

python -m benchmarks.bridge [--quick] [--json FILE] [--table] (--table writes the table of promises into docs/bridge.md)
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.common import finish, parser
from hardware_bridge.firmware import compile
from hardware_bridge.proofs.interop_can import canopen_interop, master_moves
from hardware_bridge.proofs.interop_serial import dynamixel_interop, feetech_interop
from hardware_bridge.proofs.promises import PROMISES, no_spurious_stall, prove, table
from hardware_bridge.proofs.proof_bench import BODIES, ProofBench
from hardware_bridge.proofs.storm import Storm
from hardware_bridge.rigs.emulated import KINDS

DOCS = Path(__file__).parents[1] / "docs" / "bridge.md"
MARKS = re.compile(r"(<!-- promises -->\n).*(<!-- /promises -->)", re.DOTALL)


def main() -> None:
    """Run everything that is asked for."""
    options = parser(__doc__)
    options.add_argument("--table", action="store_true", help="write the table of promises into docs/bridge.md")
    options.add_argument("--only", choices=("promises", "interop", "storm"), help="run one part")
    args = options.parse_args()
    figures: dict[str, float | int | str] = {}
    parts = {"promises": _promises, "interop": _interop, "storm": _storm}
    with tempfile.TemporaryDirectory() as folder:
        reason = compile.missing_tools()
        built = None if reason else compile.build(Path(folder))
        if reason:
            figures["reference board"] = reason
        for name, part in parts.items():
            if args.only in (None, name):
                print(f"{name} …", file=sys.stderr)
                part(figures, built, quick=args.quick, write=args.table)
        finish(figures, args)


def _promises(figures, built, *, quick, write):
    bodies = [body for body in BODIES if body != "refboard" or built]
    outcomes = {body: {name: prove(name, body, built=built) for name in PROMISES} for body in bodies}
    for body in bodies:
        kept = [outcome.kept for outcome in outcomes[body].values()]
        figures[f"promises.{body}.kept"] = kept.count(True)
        figures[f"promises.{body}.broken"] = kept.count(False)
        figures[f"promises.{body}.not_made"] = kept.count(None)
        figures[f"promises.{body}.deadman"] = outcomes[body]["P1"].said
        figures[f"promises.{body}.stop"] = outcomes[body]["P3"].said
    moves = 40 if quick else 1_000
    figures[f"promises.virtual.spurious_stalls_in_{moves}_moves"] = no_spurious_stall(_virtual, moves=moves).said
    if write:
        DOCS.write_text(MARKS.sub(lambda found: found[1] + table(outcomes) + found[2], DOCS.read_text()))


def _virtual(**options):
    return ProofBench("virtual", rng=_rng(4), **options)


def _interop(figures, built, *, quick, write):
    exchanges = 2_000 if quick else 12_000
    for judge in (dynamixel_interop, feetech_interop, canopen_interop):
        result = judge(_rng(1), exchanges=exchanges)
        figures[f"interop.{judge.__name__}.exchanges"] = result.exchanges
        figures[f"interop.{judge.__name__}.differences"] = len(result.differences)
        figures[f"interop.{judge.__name__}.maker_faults_left_out"] = result.maker_faults
    figures.update({f"interop.canopen_master.{name}": value for name, value in master_moves(_rng(2)).items()})


def _storm(figures, built, *, quick, write):
    for kind in KINDS:
        if kind == "refboard" and built is None:
            continue
        faults = (1_000 if kind != "refboard" else 300) if quick else 10_000
        result = Storm(kind, rng=_rng(3), built=built).run(faults)
        figures[f"storm.{kind}.faults"] = result.total
        figures[f"storm.{kind}.unsafe_motions"] = len(result.unsafe)
        figures[f"storm.{kind}.escaped_exceptions"] = len(result.escaped)
        figures[f"storm.{kind}.stuck_states"] = len(result.stuck)
        figures[f"storm.{kind}.recoveries"] = result.recoveries


def _rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


if __name__ == "__main__":
    main()
