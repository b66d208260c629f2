"""How a room is lit, and what the camera's automatic exposure makes of it.

The figures are chosen for the eye, not measured in a home: daylight is bright and even, evening is warm from above, a lamp
lights one side, dim leaves a noisy picture, and dark is what a television's stand-by light would give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.world.camera.view import Light

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightSetting:
    """Light of the room (linear, 1 is a white wall in good light) and the camera's answer to it."""

    ambient: Colour
    key: Colour  # from the window, or from the upper left where there is none; casts shadows
    lamp: Colour  # a lamp below the ceiling, fading with distance
    window: float  # brightness of the window's pane
    exposure_share: float  # of the device's exposure time
    gain: float  # grey levels after automatic gain
    noise_share: float  # of the sensor's noise in good light


SETTINGS: dict[Light, LightSetting] = {
    "day": LightSetting(
        ambient=(0.44, 0.46, 0.50), key=(0.95, 0.92, 0.88), lamp=(0.12, 0.11, 0.10), window=2.4,
        exposure_share=0.6, gain=1.0, noise_share=0.8,
    ),
    "evening": LightSetting(
        ambient=(0.40, 0.37, 0.32), key=(0.35, 0.30, 0.24), lamp=(0.95, 0.82, 0.62), window=0.15,
        exposure_share=1.0, gain=1.0, noise_share=1.0,
    ),
    "lamp": LightSetting(
        ambient=(0.20, 0.18, 0.15), key=(0.85, 0.68, 0.45), lamp=(0.35, 0.28, 0.18), window=0.06,
        exposure_share=1.5, gain=1.0, noise_share=1.3,
    ),
    "dim": LightSetting(
        ambient=(0.13, 0.13, 0.14), key=(0.18, 0.16, 0.14), lamp=(0.20, 0.17, 0.13), window=0.10,
        exposure_share=2.0, gain=0.95, noise_share=2.4,
    ),
    "dark": LightSetting(
        ambient=(0.020, 0.022, 0.028), key=(0.03, 0.03, 0.04), lamp=(0.02, 0.02, 0.02), window=0.05,
        exposure_share=2.0, gain=0.9, noise_share=3.2,
    ),
}  # fmt: skip

# People in a dressed home, whose window is often behind them; chosen with pictures beside pictures of bare rooms.
IN_A_HOME: dict[Light, LightSetting] = {
    "day": replace(SETTINGS["day"], ambient=(0.74, 0.75, 0.77), key=(0.66, 0.63, 0.59), lamp=(0.20, 0.19, 0.18)),
    "lamp": replace(SETTINGS["lamp"], ambient=(0.26, 0.23, 0.19)),
    "dim": replace(SETTINGS["dim"], ambient=(0.20, 0.20, 0.21), key=(0.22, 0.20, 0.18), lamp=(0.22, 0.19, 0.15)),
    "evening": replace(
        SETTINGS["evening"], ambient=(0.46, 0.42, 0.36), key=(0.42, 0.36, 0.28), lamp=(0.75, 0.64, 0.48)
    ),
}
