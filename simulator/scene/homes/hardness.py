"""How hard homes are: one number, 0 for a quiet furnished room, 1 for what homes are like, 2 for the worst of them."""

from __future__ import annotations

from dataclasses import dataclass

HARDEST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardness:
    """What one number means for each part of a home; in between all of it goes along straight lines."""

    dial: float

    def of(self, easy: float, normal: float, hard: float) -> float:
        """A quantity by its values at 0, 1 and 2."""
        if self.dial <= 1.0:
            return easy + self.dial * (normal - easy)
        return normal + (self.dial - 1.0) * (hard - normal)

    @property
    def noisy(self) -> float:
        """Share of homes in which something sounds."""
        return self.of(0.0, 0.45, 0.9)

    @property
    def above_noise_db(self) -> float:
        """How far the softest wake word lies above steady noise at the device, at least."""
        return self.of(25.0, 10.0, 4.0)

    @property
    def farthest_m(self) -> float:
        """How far away people call."""
        return self.of(2.5, 3.6, 5.0)

    @property
    def rt60_s(self) -> tuple[float, float]:
        """Reverberation of the late tail: furnished flats lie between 0.25 and 0.6 s, a bare tiled kitchen beyond."""
        return self.of(0.22, 0.25, 0.35), self.of(0.35, 0.6, 1.0)

    @property
    def hard_walls(self) -> float:
        """Share of walls that are tiles or glass."""
        return self.of(0.0, 0.22, 0.5)

    @property
    def dark(self) -> float:
        """Share of homes with a lamp or less."""
        return self.of(0.0, 0.2, 0.5)

    @property
    def decoys(self) -> float:
        """Share of homes with a poster, a coat, a mirror or a pet."""
        return self.of(0.0, 0.3, 0.8)


def as_markdown() -> str:
    """The table of docs/homes.md."""
    easy, normal, hard = (Hardness(dial=dial) for dial in (0.0, 1.0, HARDEST))
    rows = [
        ("homes in which something sounds", *(f"{100 * h.noisy:.0f} %" for h in (easy, normal, hard))),
        (
            "softest call above steady noise, at the device",
            *(f"{h.above_noise_db:.0f} dB" for h in (easy, normal, hard)),
        ),
        ("farthest call", *(f"{h.farthest_m:.1f} m" for h in (easy, normal, hard))),
        ("reverberation time", *("{:.2f}–{:.2f} s".format(*h.rt60_s) for h in (easy, normal, hard))),
        ("walls of tile or glass", *(f"{100 * h.hard_walls:.0f} %" for h in (easy, normal, hard))),
        ("homes with a lamp or less light", *(f"{100 * h.dark:.0f} %" for h in (easy, normal, hard))),
        ("homes with a poster, coat, mirror or pet", *(f"{100 * h.decoys:.0f} %" for h in (easy, normal, hard))),
    ]
    return "| | 0 | 1 | 2 |\n|---|---|---|---|\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
