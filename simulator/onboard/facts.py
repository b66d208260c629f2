"""The fixed facts of one device: what was built, not what is tuned. A device file holds them.

Numbers without a data sheet say so: a lab day replaces them (see docs/bridge.md).
"""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Facts(BaseModel):
    """Base of all facts: frozen, complete, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MotorFacts(Facts):
    """The motor and the turning mass. Inertia and friction are guesses until measured on a real base."""

    max_rate_dps: float = Field(180.0, gt=0, le=180.0)
    """Highest speed the drive allows, from the makers' article."""
    max_accel_dps2: float = Field(360.0, gt=0, le=360.0)
    """Highest acceleration in normal motion, from the makers' article."""
    stop_decel_dps2: float = Field(1080.0, gt=0, le=3600.0)
    """Deceleration of a safety stop: three times normal, 217 ms from full speed."""
    inertia_kgm2: float = Field(0.010, gt=0)
    """Turning inertia of the screen (guess: 0.6 kg screen, 0.13 m radius of gyration)."""
    viscous_nms: float = Field(0.010, ge=0)
    """Viscous friction at the output (guess)."""
    coulomb_nm: float = Field(0.06, ge=0)
    """Coulomb friction at the output (guess)."""
    stiction_nm: float = Field(0.08, ge=0)
    """Torque to break loose from standstill (guess)."""
    backlash_deg: float = Field(0.15, ge=0)
    """Play between motor and screen (guess)."""
    cable_nm_per_rad: float = Field(0.005, ge=0)
    """Spring of the cable around its rest (guess)."""
    torque_constant_nm_per_a: float = Field(0.9, gt=0)
    """Torque per ampere at the output (guess)."""
    torque_limit_nm: float = Field(1.4, gt=0)
    """Largest torque: 10 N at the screen's edge of 0.14 m."""
    edge_radius_m: float = Field(0.14, gt=0)
    """From the axis to the screen's swept edge."""
    encoder_counts: int = Field(4096, ge=256)
    """Counts of one turn of the encoder."""
    current_noise_a: float = Field(0.01, ge=0)
    """Standard deviation of the current measurement."""
    loop_delay_ms: float = Field(2.0, ge=0)
    """From set point to torque."""
    position_gain_nm_per_rad: float = Field(6.0, gt=0)
    """Stiffness of the position loop."""
    rate_gain_nms_per_rad: float = Field(0.3, ge=0)
    """Damping of the position loop: with more, the motor alone chatters inside the play, and every start jolts by half its limit."""
    rotor_inertia_kgm2: float = Field(0.0015, gt=0)
    """Inertia of the motor and its gears as felt at the output, on top of the screen's (guess)."""
    bearing_share: float = Field(0.25, ge=0, le=1)
    """Share of all friction that sits at the screen's own bearing, beyond the play (guess)."""
    current_loop_ms: float = Field(1.0, ge=0)
    """Time constant of the current loop (guess: 160 Hz, usual for a small drive)."""
    encoder_noise_counts: float = Field(0.3, ge=0)
    """Standard deviation of the encoder before it is rounded to counts (guess: magnetic encoder)."""
    rate_filter_per_s: float = Field(100.0, gt=0)
    """Bandwidth of the drive's own speed estimate from encoder counts (guess)."""
    friction_compensation: float = Field(0.85, ge=0, le=1)
    """Share of the Coulomb friction that the drive cancels while it moves (guess)."""
    screen_forward_m: float = Field(0.05, ge=0)
    """From the axis forward to the middle of the screen's thickness."""
    screen_thickness_m: float = Field(0.016, gt=0)
    """Thickness of the screen."""
    screen_below_m: float = Field(0.05, ge=0)
    """From the microphones down to the screen's lower edge."""
    screen_above_m: float = Field(0.20, ge=0)
    """From the microphones up to the screen's upper edge."""
    base_radius_m: float = Field(0.085, ge=0)
    """Radius of the standing base, which does not turn."""

    @property
    def turning_inertia_kgm2(self) -> float:
        """Everything that turns: screen, motor and gears."""
        return self.inertia_kgm2 + self.rotor_inertia_kgm2


class ArrayFacts(Facts):
    """The microphones, which ride on the turning screen."""

    response: Literal["open ring", "rigid cylinder", "measured"] = "open ring"
    """How the body shapes the sound at the microphones."""
    positions_m: tuple[tuple[float, float, float], ...] = tuple(
        (0.06 * math.cos(math.tau * k / 8), 0.06 * math.sin(math.tau * k / 8), 0.0) for k in range(8)
    )
    """Microphone positions around the axis; x points where the screen points, y to its left, z up."""
    measured_file: str = ""
    """Data file of a measured response; empty otherwise."""
    noise_db: float = Field(-65.0, le=0)
    """Self noise, relative to speech at 1 m."""


class CameraFacts(Facts):
    """The camera, which rides on the turning screen."""

    columns: int = Field(640, ge=64, le=1920)
    """Width of a picture."""
    rows: int = Field(360, ge=64, le=1080)
    """Height of a picture."""
    hfov_deg: float = Field(110.0, gt=20, lt=150)
    """Horizontal field of view."""
    pitch_deg: float = 8.0
    """Tilt, up positive."""
    height_above_base_m: float = 0.2
    """Lens above the microphones, whose height a room gives; the table is `screen_below_m` below them."""
    forward_m: float = 0.05
    """Lens in front of the axis."""
    distortion_k1: float = 0.0
    """Radial distortion of the lens, quadratic term."""
    shutter: Literal["rolling", "global"] = "rolling"
    """How the sensor is read."""
    exposure_s: float = Field(1 / 60, gt=0)
    """Exposure in room light."""
    readout_s: float = Field(0.016, ge=0)
    """Time from the first to the last row of a rolling shutter."""
    noise_sigma: float = Field(2.5, ge=0)
    """Sensor noise in grey levels."""
    latency_ms: float = Field(80.0, ge=0, le=200)
    """From an exposure to the report on it (guess: one frame of readout and transfer at 30 Hz, then 45 ms of networks)."""

    @property
    def half_fov_deg(self) -> float:
        """Half the horizontal field of view: where the motion zone ends."""
        return 0.5 * self.hfov_deg

    @property
    def latency_ticks(self) -> int:
        """The latency in ticks of 10 ms."""
        return round(0.1 * self.latency_ms)

    @property
    def focal_px(self) -> float:
        """Focal length in pixels of the full picture."""
        return 0.5 * self.columns / math.tan(math.radians(self.half_fov_deg))


class DeviceFacts(Facts):
    """One kind of device."""

    name: str = "countertop"
    """What the device is called."""
    shell: Literal["drum", "post", "tower"] = "drum"
    """How it looks to people: a low drum of cloth, a thin post on a disc, a slim round tower."""
    motor: MotorFacts = MotorFacts()
    microphones: ArrayFacts = ArrayFacts()
    camera: CameraFacts = CameraFacts()
    reliable_distance_m: float = 3.05
    """Ten feet: up to here the eyes are promised to be right."""
