"""Hide and seek: the screen covers its eyes and counts, then looks around until it sees somebody."""

from __future__ import annotations

import sys

from swivel_client import Display

PLACES_DEG = (-60.0, -20.0, 20.0, 60.0)


def main(*, count_to: int = 5) -> None:
    """Play one round."""
    with Display() as display, display.lease(lease_ms=60_000):
        display.turn_to(display.hello["limits"]["min"], max_speed=60).wait()
        for number in range(1, count_to + 1):
            print(number)
            for _ in display.messages(rate_hz=1, for_s=1.0):
                pass
        for place_deg in PLACES_DEG:
            display.turn_to(place_deg, style="calm").wait()
            found = [one for one in display.state()["people"] if one["inView"]]
            if found:
                display.turn_to(found[0]["azimuth"]).wait()
                print(f"Found you, at {found[0]['azimuth']:.0f}°!")
                display.play("ScreenImpactCenter").wait()
                return
        print("I give up: where are you?")


if __name__ == "__main__":
    main(count_to=int(sys.argv[1]) if len(sys.argv) > 1 else 5)
