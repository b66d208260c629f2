"""Keeps numeric libraries on one thread each, so that runs are repeatable and parallel runs do not fight over processors.

Import this before numpy: libraries read these variables once, when they load.
"""

from __future__ import annotations

import os

ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "LP_NUM_THREADS",
)

for _name in ONE_THREAD:
    os.environ.setdefault(_name, "1")
