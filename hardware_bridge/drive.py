"""The electronics of a motor: encoder, position loop, current loop, and the set point that they follow.

The drive sees only its encoder and its current, never the true angle: it estimates the speed from counts, answers a set
point some milliseconds late, and its torque is limited. It makes no ramps of its own except the one of a stop.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorMode

# A set point says what shall be reached at the end of its tick; the drive leads there, and without a new one stays there.
CARRY_S = TICK_S
# Held set points farther than this from the screen are let go: nobody wants stored-up torque after a bump or a hand.
HOLD_SLACK_RAD = math.radians(1.0)
# Faster than this a hold begins with the ramp of a stop.
HOLD_RATE_RPS = math.radians(2.0)
# Friction compensation fades in over this speed, so that it cannot chatter at standstill.
COMPENSATION_RPS = math.radians(1.0)
NOISE_BLOCK = 512

DriveState = tuple[object, ...]


class Drive:
    """Turns motor commands into torque, one substep at a time, and measures."""

    def __init__(self, facts: MotorFacts, *, rng: np.random.Generator | None, yaw_rad: float, substep_s: float) -> None:
        self._facts, self._rng, self._dt = facts, rng, substep_s
        self.mode = MotorMode.OFF
        self.fault = ""
        self.torque_nm = 0.0  # at the motor's output now
        self.limit_nm = facts.torque_limit_nm
        self._want_rad, self._want_rps, self._want_rps2 = yaw_rad, 0.0, 0.0
        self._carried_s = 0.0
        self._seen_rad = self._count_rad = yaw_rad  # estimate and last encoder reading
        self._seen_rps = 0.0
        self._waiting = [0.0] * round(facts.loop_delay_ms / 1000 / substep_s)
        self._sum_nm, self._sum_n, self._told_nm = 0.0, 0, 0.0
        self._noise: list[float] = []
        self._noise_at = 0
        self._count = math.tau / facts.encoder_counts
        self._jitter, self._bandwidth = facts.encoder_noise_counts if rng is not None else 0.0, facts.rate_filter_per_s
        self._stiffness, self._damping = facts.position_gain_nm_per_rad, facts.rate_gain_nms_per_rad
        self._inertia, self._viscous = facts.turning_inertia_kgm2, facts.viscous_nms
        self._compensated_nm = facts.friction_compensation * facts.coulomb_nm
        self._current_share = -math.expm1(-1000 * substep_s / facts.current_loop_ms) if facts.current_loop_ms else 1.0

    @property
    def yaw_deg(self) -> float:
        """The encoder's last reading."""
        return math.degrees(self._count_rad)

    @property
    def rate_dps(self) -> float:
        """The speed as estimated from encoder counts."""
        return math.degrees(self._seen_rps)

    @property
    def live(self) -> bool:
        """Whether the motor has torque."""
        return self.mode in (MotorMode.HOLDING, MotorMode.MOVING, MotorMode.STOPPING)

    def measured_torque_nm(self) -> float:
        """Mean torque since it was last asked after some time had passed, from the measured current."""
        if self._sum_n:
            noise_nm = self._facts.torque_constant_nm_per_a * self._facts.current_noise_a * self._chance()
            self._told_nm = self._sum_nm / self._sum_n + noise_nm
            self._sum_nm, self._sum_n = 0.0, 0
        return self._told_nm

    def enable(self) -> None:
        """Switch the torque on, holding the measured position; does nothing in a fault."""
        if self.mode in (MotorMode.OFF, MotorMode.FREE):
            self._hold_here()

    def switch_off(self) -> None:
        """Switch the torque off until the next `enable`."""
        if self.mode != MotorMode.FAULT:
            self.mode = MotorMode.OFF

    def fail(self, fault: str) -> None:
        """Enter a fault: no torque until `clear`."""
        self.mode, self.fault = MotorMode.FAULT, fault

    def clear(self) -> None:
        """Leave a fault; torque stays off."""
        self.mode, self.fault = MotorMode.OFF, ""

    def command(self, command: MotorCommand) -> None:
        """Take one set point; without torque (off, fault) it is ignored."""
        if self.mode in (MotorMode.OFF, MotorMode.FAULT):
            return
        self.limit_nm = min(max(command.torque_limit_nm, 0.0), self._facts.torque_limit_nm)
        match command.kind:
            case CommandKind.MOVE:
                accel_rps2 = math.radians(command.accel_dps2)
                rate_rps = math.radians(command.rate_dps) - CARRY_S * accel_rps2
                self._want_rad = math.radians(command.yaw_deg) - CARRY_S * (rate_rps + 0.5 * CARRY_S * accel_rps2)
                self._want_rps, self._want_rps2 = rate_rps, accel_rps2
                self._carried_s = 0.0
                self.mode = MotorMode.MOVING
            case CommandKind.HOLD:
                self._hold()
            case CommandKind.STOP:
                self.stop()
            case CommandKind.FREE:
                self.mode = MotorMode.FREE

    def stop(self) -> None:
        """Brake to rest with the safety deceleration, from where the screen is and as fast as it is."""
        if self.mode in (MotorMode.MOVING, MotorMode.FREE):
            self._want_rad, self._want_rps = self._seen_rad, self._seen_rps
            self._want_rps2 = 0.0
            self.mode = MotorMode.STOPPING

    def substep(self, motor_rad: float) -> float:
        """Measure, move the set point on and return the torque at the motor's output."""
        self._measure(motor_rad)
        live = self.live
        wanted_nm = 0.0
        if live:
            if self.mode != MotorMode.HOLDING:
                self._carry()
            wanted_nm = self._position_loop()
        if self._waiting:
            self._waiting.append(wanted_nm)
            wanted_nm = self._waiting.pop(0)
        if not live:  # the power stage is off: nothing that waits comes through
            wanted_nm = 0.0
        torque_nm = self.torque_nm + self._current_share * (wanted_nm - self.torque_nm)
        self.torque_nm = torque_nm
        self._sum_nm += torque_nm
        self._sum_n += 1
        return torque_nm

    def snapshot(self) -> DriveState:
        """All state."""
        chance = self._rng.bit_generator.state if self._rng is not None else None
        return (
            (self.mode, self.fault, self.torque_nm, self.limit_nm, self._want_rad, self._want_rps, self._want_rps2),
            (
                self._carried_s,
                self._seen_rad,
                self._count_rad,
                self._seen_rps,
                self._sum_nm,
                self._sum_n,
                self._told_nm,
            ),
            (tuple(self._waiting), self._noise, self._noise_at, chance),
        )

    def restore(self, state: object) -> None:
        """Return to a snapshot."""
        assert isinstance(state, tuple)
        first, second, third = state
        self.mode, self.fault, self.torque_nm, self.limit_nm, self._want_rad, self._want_rps, self._want_rps2 = first
        self._carried_s, self._seen_rad, self._count_rad, self._seen_rps, self._sum_nm, self._sum_n, self._told_nm = (
            second
        )
        waiting, self._noise, self._noise_at, chance = third
        self._waiting = list(waiting)
        if self._rng is not None:
            self._rng.bit_generator.state = chance

    def _hold(self) -> None:
        if self.mode == MotorMode.FREE:
            self._hold_here()
        elif self.mode == MotorMode.MOVING:
            if abs(self._want_rps) > HOLD_RATE_RPS:
                self.stop()
            elif abs(self._want_rad - self._seen_rad) > HOLD_SLACK_RAD:
                self._hold_here()
            else:
                self._want_rps = self._want_rps2 = 0.0
                self.mode = MotorMode.HOLDING

    def _hold_here(self) -> None:
        self._want_rad, self._want_rps, self._want_rps2 = self._seen_rad, 0.0, 0.0
        self.mode = MotorMode.HOLDING

    def _measure(self, motor_rad: float) -> None:
        noise = self._jitter * self._chance() if self._jitter else 0.0
        count = self._count
        self._count_rad = count_rad = count * round(motor_rad / count + noise)
        bandwidth, error = self._bandwidth, count_rad - self._seen_rad
        self._seen_rad += self._dt * (self._seen_rps + 2.0 * bandwidth * error)
        self._seen_rps += self._dt * (bandwidth * bandwidth * error + (self._want_rps2 if self.live else 0.0))

    def _carry(self) -> None:
        """Move the set point on within its tick; a stop ramps down, a set point that nobody renews comes to rest."""
        if self.mode == MotorMode.STOPPING:
            step_rps = self._dt * math.radians(self._facts.stop_decel_dps2)
            self._want_rps = max(0.0, abs(self._want_rps) - step_rps) * (1.0 if self._want_rps > 0 else -1.0)
            self._want_rad += self._dt * self._want_rps
            if self._want_rps == 0.0:
                self.mode = MotorMode.HOLDING
        elif self.mode == MotorMode.MOVING:
            if self._carried_s < CARRY_S:
                self._want_rad += self._dt * (self._want_rps + 0.5 * self._dt * self._want_rps2)
                self._want_rps += self._dt * self._want_rps2
                self._carried_s += self._dt
            else:
                self._want_rps = self._want_rps2 = 0.0

    def _position_loop(self) -> float:
        want_rps = self._want_rps
        wanted_nm = (
            self._stiffness * (self._want_rad - self._seen_rad)
            + self._damping * (want_rps - self._seen_rps)
            + self._inertia * self._want_rps2
            + self._viscous * want_rps
        )
        if want_rps != 0.0:
            wanted_nm += self._compensated_nm * min(1.0, max(-1.0, want_rps / COMPENSATION_RPS))
        limit_nm = self.limit_nm
        return limit_nm if wanted_nm > limit_nm else -limit_nm if wanted_nm < -limit_nm else wanted_nm

    def _chance(self) -> float:
        """The next normal deviate; drawn in blocks, because one at a time costs more than the physics."""
        if self._rng is None:
            return 0.0
        if self._noise_at == len(self._noise):
            self._noise, self._noise_at = self._rng.standard_normal(NOISE_BLOCK).tolist(), 0
        self._noise_at += 1
        return self._noise[self._noise_at - 1]
