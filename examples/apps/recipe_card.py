"""A recipe card that comes with you: the screen follows the cook, and stays put while a step is read. Ends after its steps."""

from __future__ import annotations

import sys

from swivel_client import Display, Refused

STEPS = ("Peel two onions.", "Fry them until they are golden.", "Add the rice, and stir.")


def main(*, step_s: float = 5.0) -> None:
    """Show each step where the cook is."""
    with Display() as display:
        display.set_mode("recipe")
        for number, step in enumerate(STEPS, start=1):
            try:
                display.turn_to_primary_user(max_speed=40).wait()
            except Refused as no:
                print(f"   (the screen stays: {no.sentence})")
            print(f"{number}. {step}")
            for _ in display.messages(rate_hz=2, for_s=step_s):
                pass
        display.set_mode("idle")


if __name__ == "__main__":
    main(step_s=float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
