"""A metronome: the screen nods to a choreography from a file, as often as asked, and says by how much it was late."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from swivel_client import Display

BEATS = Path(__file__).with_name("tick-tock.choreo.json")


def main(*, bars: int = 4) -> None:
    """Play the bars, one after the other."""
    with Display() as display, display.lease(lease_ms=60_000):
        display.center().wait()
        for bar in range(1, bars + 1):
            began = time.monotonic()
            end = display.play_file(BEATS).wait()
            print(f"bar {bar}: {time.monotonic() - began:.2f} s, {end.sentence}")


if __name__ == "__main__":
    main(bars=int(sys.argv[1]) if len(sys.argv) > 1 else 4)
