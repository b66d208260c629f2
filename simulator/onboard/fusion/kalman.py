"""Where a person is and how fast they go round the device: a Kalman filter on the circle.

The innovation is wrapped before it is used (Traa and Smaragdis 2013), so a person walking through the direction behind
the device is nothing special. Constant rate that dies away, because people stop more often than they circle.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import wrap_deg
from simulator.onboard.state import Remembers

# A walk at 1 m/s, 1.5 m away starts within half a second: 38 deg/s of change.
RATE_NOISE_DPS2: Final = 40.0
WANDER_DEG2_PER_S: Final = 2.0
# Unseen, a person's rate is worth little after half a second.
RATE_LIFE_S: Final = 0.5
START_RATE_SIGMA_DPS: Final = 25.0
MAX_SIGMA_DEG: Final = 60.0
SURPRISE: Final = 12.0


class AngleFilter(Remembers):
    """Direction and rate of one person with their uncertainty."""

    __slots__ = ("azimuth_deg", "p_aa", "p_ar", "p_rr", "rate_dps")

    def __init__(self, azimuth_deg: float, *, sigma_deg: float) -> None:
        self.azimuth_deg = wrap_deg(azimuth_deg)
        self.rate_dps = 0.0
        self.p_aa = sigma_deg * sigma_deg
        self.p_ar = 0.0
        self.p_rr = START_RATE_SIGMA_DPS * START_RATE_SIGMA_DPS

    @property
    def sigma_deg(self) -> float:
        """Standard deviation of the direction."""
        return math.sqrt(self.p_aa)

    def predict(self, dt_s: float, *, seen: bool) -> None:
        """Let time pass; somebody out of sight is expected to stop soon."""
        keep = 1.0 - (0.2 if seen else 1.0) * dt_s / RATE_LIFE_S
        keep = max(keep, 0.0)
        self.azimuth_deg = wrap_deg(self.azimuth_deg + self.rate_dps * dt_s)
        self.rate_dps *= keep
        rate_noise = RATE_NOISE_DPS2 * RATE_NOISE_DPS2 * dt_s
        if not seen:
            rate_noise *= 0.05
        self.p_aa += 2.0 * dt_s * self.p_ar + dt_s * dt_s * self.p_rr + WANDER_DEG2_PER_S * dt_s
        self.p_ar = (self.p_ar + dt_s * self.p_rr) * keep
        self.p_rr = self.p_rr * keep * keep + rate_noise
        if self.p_aa > MAX_SIGMA_DEG * MAX_SIGMA_DEG:
            shrink = MAX_SIGMA_DEG * MAX_SIGMA_DEG / self.p_aa
            self.p_aa *= shrink
            self.p_ar *= shrink
            self.p_rr *= shrink

    def azimuth_then_deg(self, age_s: float) -> float:
        """Where this was some time ago, going by its rate now."""
        return wrap_deg(self.azimuth_deg - age_s * self.rate_dps)

    def correct(self, azimuth_deg: float, *, sigma_deg: float, age_s: float = 0.0) -> None:
        """Take in one direction, measured some time ago."""
        innovation = wrap_deg(azimuth_deg - self.azimuth_then_deg(age_s))
        # What was measured is azimuth - age * rate: how that varies together with each of the two now.
        with_a, with_r = self.p_aa - age_s * self.p_ar, self.p_ar - age_s * self.p_rr
        total = with_a - age_s * with_r + sigma_deg * sigma_deg
        if innovation * innovation > SURPRISE * total:
            # Farther off than the model allows: the model was wrong, not the eyes.
            self.p_aa += innovation * innovation
            with_a += innovation * innovation
            total += innovation * innovation
        gain_a, gain_r = with_a / total, with_r / total
        self.azimuth_deg = wrap_deg(self.azimuth_deg + gain_a * innovation)
        self.rate_dps += gain_r * innovation
        self.p_rr -= gain_r * with_r
        self.p_ar -= gain_a * with_r
        self.p_aa -= gain_a * with_a
