"""Where the profiles of matched motors lie: by device and day, so that each device finds its newest again."""

from __future__ import annotations

import re
from pathlib import Path


def path_for(device: str, *, day: str, folder: Path) -> Path:
    """The file for a match of this device; `day` as 2026-12-01."""
    return folder / "profiles" / f"{_stem(device)}-{day}.json"


def newest_for(device: str, *, folder: Path) -> Path | None:
    """The last match of this device; None for one that was never matched."""
    days = "[0-9]" * 4 + ("-" + "[0-9]" * 2) * 2
    return max((folder / "profiles").glob(f"{_stem(device)}-{days}.json"), default=None)


def _stem(device: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", device).strip("-")
