"""Judges random runs by RTAMT, in an environment of its own: reads JSON lines, prints one verdict a line.

RTAMT pins an old antlr runtime, so it is no dependency of ours. `python -m venv oracle && oracle/bin/pip install rtamt`, then
`python -m benchmarks.judge --rtamt oracle/bin/python` compares it with our judge on the same runs.
"""

from __future__ import annotations

import json
import sys

import rtamt


def verdict(case: dict) -> bool:
    """Whether the property holds at the first sample, by the sign of the robustness."""
    spec = rtamt.StlDiscreteTimeSpecification()
    for name in case["signals"]:
        spec.declare_var(name, "float")
    spec.declare_var("out", "float")
    spec.spec = f"out = {case['formula']}"
    spec.parse()
    ticks = len(next(iter(case["signals"].values())))
    robustness = spec.evaluate({"time": list(range(ticks)), **case["signals"]})
    return robustness[0][1] >= 0


for line in sys.stdin:
    print(json.dumps(verdict(json.loads(line))), flush=True)
