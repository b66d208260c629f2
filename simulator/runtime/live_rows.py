"""One tick of a real screen beside its virtual twin, as numbers: what live.py tells and the window draws."""

from __future__ import annotations

import numpy as np

# What was asked, where the real screen is, where the virtual one is; not a number while nothing is driven.
LIVE = np.dtype([
    ("asked_deg", "<f4"), ("real_deg", "<f4"), ("virtual_deg", "<f4"), ("rate_dps", "<f4"), ("torque_nm", "<f4"),
    ("virtual_nm", "<f4"),
])  # fmt: skip
