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
# At rest and in a stop the loop damps more than in a turn, where the motor alone would chatter inside the play.
FIRM = 1.5
NOISE_BLOCK = 512

OFF, HOLDING, MOVING, STOPPING, FREE, FAULT = MotorMode
LIVE = (HOLDING, MOVING, STOPPING)
DriveState = tuple[object, ...]


class Drive:
    """Turns motor commands into torque, one substep at a time, and measures."""

    def __init__(self, facts: MotorFacts, *, rng: np.random.Generator | None, yaw_rad: float, substep_s: float) -> None:
        self._facts, self._rng, self._dt = facts, rng, substep_s
        self.mode = OFF
        self.fault = ""
        self.torque_nm = 0.0  # at the motor's output now
        self.limit_nm = facts.torque_limit_nm
        self.asked_nm = 0.0  # by somebody else's electronics, while this position loop is off
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
        self._firm = FIRM * self._damping
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
        return self.mode in LIVE

    def measured_torque_nm(self) -> float:
        """Mean torque since it was last asked after some time had passed, from the measured current."""
        if self._sum_n:
            noise_nm = self._facts.torque_constant_nm_per_a * self._facts.current_noise_a * self._chance()
            self._told_nm = self._sum_nm / self._sum_n + noise_nm
            self._sum_nm, self._sum_n = 0.0, 0
        return self._told_nm

    def enable(self) -> None:
        """Switch the torque on, holding the measured position; does nothing in a fault."""
        if self.mode in (OFF, FREE):
            self._hold_here()

    def switch_off(self) -> None:
        """Switch the torque off until the next `enable`."""
        if self.mode != FAULT:
            self.mode = OFF

    def fail(self, fault: str) -> None:
        """Enter a fault: no torque until `clear`."""
        self.mode, self.fault = FAULT, fault

    def clear(self) -> None:
        """Leave a fault; torque stays off."""
        self.mode, self.fault = OFF, ""

    def command(self, command: MotorCommand) -> None:
        """Take one set point; without torque (off, fault) it is ignored."""
        if self.mode in (OFF, FAULT):
            return
        limp = self.limit_nm == 0.0
        self.limit_nm = min(max(command.torque_limit_nm, 0.0), self._facts.torque_limit_nm)
        match command.kind:
            case CommandKind.MOVE:
                accel_rps2 = math.radians(command.accel_dps2)
                rate_rps = math.radians(command.rate_dps) - CARRY_S * accel_rps2
                self._want_rad = math.radians(command.yaw_deg) - CARRY_S * (rate_rps + 0.5 * CARRY_S * accel_rps2)
                self._want_rps, self._want_rps2 = rate_rps, accel_rps2
                self._carried_s = 0.0
                self.mode = MOVING
            case CommandKind.HOLD:
                if limp:  # without torque nothing was held: to go back there now would be a jump
                    self._hold_here()
                else:
                    self._hold()
            case CommandKind.STOP:
                self.stop()
            case CommandKind.FREE:
                self.mode = FREE

    def stop(self) -> None:
        """Brake to rest with the safety deceleration, from where the screen is and as fast as it is."""
        if self.mode in (MOVING, FREE):
            self._want_rad, self._want_rps = self._seen_rad, self._seen_rps
            self._want_rps2 = 0.0
            self.mode = STOPPING

    def run(self, motor_rad: float, *, substeps: int = 1, stands_nm: float = 0.0) -> int:
        """In each substep measure, move the set point on, and push. Returns how many substeps have passed.

        More than one pass only while the torque stays below the one under which the motor stands where it is. One loop over
        plain numbers: these lines run five hundred times a simulated second.
        """
        dt, count, jitter, share = self._dt, self._count, self._jitter, self._current_share
        twice_bandwidth, square_bandwidth = 2.0 * self._bandwidth, self._bandwidth * self._bandwidth
        mode, live, waiting, limit_nm, asked_nm = self.mode, self.live, self._waiting, self.limit_nm, self.asked_nm
        want_rad, want_rps, want_rps2 = self._want_rad, self._want_rps, self._want_rps2
        seen_rad, seen_rps, torque_nm, sum_nm = self._seen_rad, self._seen_rps, self.torque_nm, self._sum_nm
        if jitter and self._noise_at + substeps > len(self._noise):
            self._draw()
        noise, at, done = self._noise, self._noise_at, 0
        while done < substeps:
            done += 1
            counts = motor_rad / count
            if jitter:
                counts += jitter * noise[at]
                at += 1
            count_rad = count * round(counts)
            error_rad = count_rad - seen_rad
            seen_rad += dt * (seen_rps + twice_bandwidth * error_rad)
            seen_rps += dt * (square_bandwidth * error_rad + (want_rps2 if live else 0.0))
            wanted_nm = 0.0
            if live:
                if mode is not HOLDING:
                    mode, want_rad, want_rps, want_rps2 = self._carried(mode, want_rad, want_rps, want_rps2)
                wanted_nm = (
                    self._stiffness * (want_rad - seen_rad)
                    + (self._damping if mode is MOVING else self._firm) * (want_rps - seen_rps)
                    + self._inertia * want_rps2
                    + self._viscous * want_rps
                )
                if want_rps != 0.0:
                    wanted_nm += self._compensated_nm * min(1.0, max(-1.0, want_rps / COMPENSATION_RPS))
                wanted_nm = limit_nm if wanted_nm > limit_nm else -limit_nm if wanted_nm < -limit_nm else wanted_nm
            if waiting:
                waiting.append(wanted_nm)
                wanted_nm = waiting.pop(0)
            if not live:  # nothing that waits comes through
                wanted_nm = asked_nm
            torque_nm += share * (wanted_nm - torque_nm)
            sum_nm += torque_nm
            if not -stands_nm < torque_nm < stands_nm:
                break
        self.mode, self.torque_nm, self._sum_nm = mode, torque_nm, sum_nm
        self._want_rad, self._want_rps, self._want_rps2 = want_rad, want_rps, want_rps2
        self._seen_rad, self._seen_rps, self._count_rad = seen_rad, seen_rps, count_rad
        self._noise_at, self._sum_n = at, self._sum_n + done
        return done

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
        if self.mode == FREE:
            self._hold_here()
        elif self.mode == MOVING:
            if abs(self._want_rps) > HOLD_RATE_RPS:
                self.stop()
            elif abs(self._want_rad - self._seen_rad) > HOLD_SLACK_RAD:
                self._hold_here()
            else:
                self._want_rps = self._want_rps2 = 0.0
                self.mode = HOLDING

    def _hold_here(self) -> None:
        self._want_rad, self._want_rps, self._want_rps2 = self._seen_rad, 0.0, 0.0
        self.mode = HOLDING

    def _carried(
        self, mode: MotorMode, want_rad: float, want_rps: float, want_rps2: float
    ) -> tuple[MotorMode, float, float, float]:
        """Move the set point on within its tick; a stop ramps down, a set point that nobody renews comes to rest."""
        dt = self._dt
        if mode is STOPPING:
            step_rps = dt * math.radians(self._facts.stop_decel_dps2)
            want_rps = max(0.0, abs(want_rps) - step_rps) * (1.0 if want_rps > 0 else -1.0)
            return (HOLDING if want_rps == 0.0 else STOPPING), want_rad + dt * want_rps, want_rps, want_rps2
        if self._carried_s >= CARRY_S:
            return mode, want_rad, 0.0, 0.0
        self._carried_s += dt
        return mode, want_rad + dt * (want_rps + 0.5 * dt * want_rps2), want_rps + dt * want_rps2, want_rps2

    def _chance(self) -> float:
        """The next normal deviate; drawn in blocks, because one at a time costs more than the physics."""
        if self._rng is None:
            return 0.0
        if self._noise_at == len(self._noise):
            self._draw()
        self._noise_at += 1
        return self._noise[self._noise_at - 1]

    def _draw(self) -> None:
        assert self._rng is not None
        left = self._noise[self._noise_at :]
        self._noise, self._noise_at = left + self._rng.standard_normal(NOISE_BLOCK).tolist(), 0
