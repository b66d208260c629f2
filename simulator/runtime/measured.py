"""What is known of a real room: where the screen is, by its encoder. Who is there, nobody can say.

It stands where a virtual room has its truth, so that checks about the screen itself can judge a real run as well.
"""

from __future__ import annotations

from collections import deque

from hardware_bridge.body.encoder_rate import EncoderRate
from simulator.onboard.messages import TICK_S, SensorFrame
from simulator.world.truth import TruthFrame

# An encoder tells a change of speed only over some time.
ACCEL_TICKS = 10


class Measured:
    """Makes a truth of what the motor says."""

    def __init__(self) -> None:
        self._rate = EncoderRate()
        self._rates_dps: deque[float] = deque([0.0], maxlen=ACCEL_TICKS + 1)

    def frame(self, sensors: SensorFrame) -> TruthFrame:
        """The truth of this tick, as far as it is known."""
        yaw_deg = sensors.motor.yaw_deg
        rates = self._rates_dps
        rates.append(self._rate.take(yaw_deg))
        return TruthFrame(
            tick=sensors.tick,
            yaw_deg=yaw_deg,
            rate_dps=rates[-1],
            accel_dps2=(rates[-1] - rates[0]) / (ACCEL_TICKS * TICK_S),
            contact_force_n=0.0,
            hand_torque_nm=0.0,
            people=(),
            sources=(),
            things=(),
        )
