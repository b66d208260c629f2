"""Dynamixel X servos: position goals tick by tick, a current limit, and the servo's own bus watchdog as deadman."""

from __future__ import annotations

from hardware_bridge.backends.driver import Identity, Measured, NoAnswer, Refused, Target
from hardware_bridge.backends.exchange import ask
from hardware_bridge.backends.wired import LEAD_S
from hardware_bridge.codecs import dynamixel as codec
from hardware_bridge.codecs import dynamixel_table as table
from hardware_bridge.codecs.registers import Register
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.wire import Link

HOME_DEG = 180.0
QUICK_S, PATIENT_S = 0.004, 0.020
TRIES = 3
STOP_DPS2 = 1350.0  # 1080 is promised; the rest makes up for the way by which the servo leads
WATCHDOG_S = 0.100
CHECK_EVERY = 5
FASTEST_DPS, BRISKEST_DPS2 = 180.0, 360.0
# Until `bridge match` has measured the constant, no more than this is asked of the motor.
LARGEST_NM = 1.4
# The two blocks that are read: what changes each tick, and what shows that the servo was reset or stopped by itself.
SENSORS = (table.PRESENT_CURRENT.address, 10)
HEALTH = (table.TORQUE_ENABLE.address, table.BUS_WATCHDOG.address + 1 - table.TORQUE_ENABLE.address)


class DynamixelDriver:
    """One servo on a serial bus."""

    def __init__(self, link: Link, *, device_id: int = 1, sign: int = 1, zero_deg: float = 0.0) -> None:
        """`sign` and `zero_deg` say how the servo is built in: which way is left, and where straight ahead is."""
        self._link = link
        self._id = device_id
        self._sign = sign
        self._zero_deg = zero_deg
        self._decoder = codec.Decoder()
        self._reads = 0
        self._powered = False
        self._trouble = ""
        self._limit_raw = 0
        self.reconnect()

    @property
    def capabilities(self) -> Capabilities:
        """What the servo can do, with the steps of its registers."""
        return Capabilities(
            name=f"Dynamixel {self._model.name} (id {self._id})",
            max_rate_dps=FASTEST_DPS,
            max_accel_dps2=BRISKEST_DPS2,
            yaw_step_deg=table.POSITION_STEP_DEG,
            rate_step_dps=table.RPM_STEP_DPS,
            accel_step_dps2=table.ACCEL_STEP_DPS2,
            has_current=self._model.senses_current,
            has_torque_limit=self._model.senses_current,
            has_profile=True,
            back_drivable=self._model.senses_current,
            deadman="device",
            deadman_step_ms=1000.0 * table.WATCHDOG_STEP_S,
        )

    @property
    def identity(self) -> Identity:
        """Model, firmware and number; these servos have no serial number."""
        return Identity(
            kind="dynamixel", address=self._id, model=self._model.name, firmware=str(self._firmware), serial=""
        )

    def now_s(self) -> float:
        """The clock of the wire."""
        return self._link.now_s()

    def reconnect(self) -> None:
        """Find the servo, torque off; a servo that reports a hardware error is restarted."""
        self._link.reopen()
        answer = self._ask(codec.ping(self._id), within_s=PATIENT_S, tries=TRIES, size=3)
        number, self._firmware = int.from_bytes(answer.data[:2], "little"), answer.data[2]
        if number not in table.MODELS:
            raise PortError(f"servo {self._id} is of model {number}, which Swivel does not know")
        self._model = table.MODELS[number]
        if self._read(table.HARDWARE_ERROR):
            self._ask(codec.Packet(device_id=self._id, code=codec.REBOOT), within_s=PATIENT_S)
            self._link.wait(self._link.now_s() + 0.5)
        self._set(table.TORQUE_ENABLE, 0)
        self._set(table.BUS_WATCHDOG, 0)
        mode = table.MODE_CURRENT_BASED_POSITION if self._model.senses_current else table.MODE_POSITION
        self._set(table.OPERATING_MODE, mode)
        self._powered = False
        self._trouble = ""
        self._limit_raw = self._read(table.CURRENT_LIMIT)

    def power(self, *, on: bool, here_deg: float) -> None:
        """Torque on with the watchdog armed and the goal where the screen is, or torque off."""
        if on:
            self._set(table.BUS_WATCHDOG, 0)
            self._send(self._goals(here_deg, rate_dps=0.0, accel_dps2=0.0, torque_nm=LARGEST_NM), tries=TRIES)
            self._set(table.BUS_WATCHDOG, round(WATCHDOG_S / table.WATCHDOG_STEP_S))
        self._set(table.TORQUE_ENABLE, int(on))
        self._powered = on
        if not on:
            self._set(table.BUS_WATCHDOG, 0)

    def measure(self) -> Measured:
        """Current, speed and place; now and then also whether the servo is still as it was left."""
        self._reads += 1
        if self._reads % CHECK_EVERY == 0:
            self._check_health()
        address, size = SENSORS
        answer = self._ask(codec.read(self._id, address=address, size=size), within_s=QUICK_S, size=size)
        if answer.alert:
            self._check_health()
        data = answer.data
        yaw_deg = table.PRESENT_POSITION.decode(table.PRESENT_POSITION.inside(address, data)) - HOME_DEG
        current = table.PRESENT_CURRENT.raw(table.PRESENT_CURRENT.inside(address, data))
        rate_dps = table.PRESENT_VELOCITY.decode(table.PRESENT_VELOCITY.inside(address, data))
        return Measured(
            yaw_deg=self._sign * yaw_deg - self._zero_deg,
            rate_dps=self._sign * rate_dps,
            torque_nm=self._sign * self._torque_nm(current),
            powered=self._powered,
            fault=self._trouble,
        )

    def follow(self, target: Target) -> None:
        """The goal leads by a little at the wanted speed, so that the servo glides between two of them."""
        lead_deg = target.yaw_deg + target.rate_dps * LEAD_S
        goals = self._goals(lead_deg, rate_dps=target.speed_dps, accel_dps2=0.0, torque_nm=target.torque_limit_nm)
        self._send(goals)

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """The servo's own ramp to where the stop deceleration ends."""
        end_deg = yaw_deg + rate_dps * abs(rate_dps) / (2.0 * STOP_DPS2)
        self._send(self._goals(end_deg, rate_dps=rate_dps, accel_dps2=STOP_DPS2, torque_nm=LARGEST_NM), tries=2)

    def alive(self) -> None:
        """Nothing to say: reading the sensors each tick is what this servo takes for a sign of life."""

    def close(self) -> None:
        """Give the wire back."""
        self._link.close()

    def _goals(self, yaw_deg: float, *, rate_dps: float, accel_dps2: float, torque_nm: float) -> codec.Packet:
        """Current limit, ramps and place in one write: the servo takes them all or none."""
        # Rounded up, so that the servo never falls behind; 0 would mean "no limit".
        rate_raw = min(int(abs(rate_dps) / table.RPM_STEP_DPS) + 1, round(FASTEST_DPS / table.RPM_STEP_DPS))
        place = table.GOAL_POSITION.encode(self._sign * (yaw_deg + self._zero_deg) + HOME_DEG)
        ramps = table.PROFILE_ACCELERATION.encode(accel_dps2) + table.PROFILE_VELOCITY.raw_bytes(rate_raw)
        if not self._model.senses_current:
            data, first = ramps + place, table.PROFILE_ACCELERATION
        else:
            current = table.GOAL_CURRENT.raw_bytes(self._current_raw(torque_nm))
            data, first = current + table.GOAL_VELOCITY.raw_bytes(0) + ramps + place, table.GOAL_CURRENT
        return codec.write(self._id, address=first.address, data=data)

    def _current_raw(self, torque_nm: float) -> int:
        step_a = self._model.current_step_a
        assert step_a is not None
        raw = round(min(torque_nm, LARGEST_NM) / self._model.torque_per_ampere_nm / step_a)
        return min(raw, self._limit_raw)

    def _torque_nm(self, raw: int) -> float:
        if self._model.current_step_a is None:
            return 0.0
        return raw * self._model.current_step_a * self._model.torque_per_ampere_nm

    def _check_health(self) -> None:
        address, size = HEALTH
        data = self._ask(codec.read(self._id, address=address, size=size), within_s=QUICK_S, size=size).data
        errors = table.HARDWARE_ERROR.raw(table.HARDWARE_ERROR.inside(address, data))
        watchdog = table.BUS_WATCHDOG.raw(table.BUS_WATCHDOG.inside(address, data))
        on = table.TORQUE_ENABLE.raw(table.TORQUE_ENABLE.inside(address, data)) == 1
        if errors:
            self._trouble = f"servo {self._id}: " + " and ".join(table.hardware_error_words(errors))
        elif watchdog == table.WATCHDOG_TRIPPED:
            self._trouble = f"servo {self._id} heard nothing for {1000 * WATCHDOG_S:.0f} ms and stopped"
        self._powered = self._powered and on

    def _read(self, register: Register) -> int:
        packet = codec.read(self._id, address=register.address, size=register.size)
        return register.raw(self._ask(packet, within_s=PATIENT_S, tries=TRIES, size=register.size).data)

    def _set(self, register: Register, raw: int) -> None:
        """Write and read back: an answer that got lost does not mean that the write did."""
        for _ in range(TRIES):
            try:
                self._send(
                    codec.write(self._id, address=register.address, data=register.raw_bytes(raw)), within_s=PATIENT_S
                )
            except NoAnswer:
                continue
            if self._read(register) == raw:
                return
        raise NoAnswer(f"servo {self._id} does not take {register.name} = {raw}")

    def _send(self, packet: codec.Packet, *, within_s: float = QUICK_S, tries: int = 1) -> None:
        answer = self._ask(packet, within_s=within_s, tries=tries)
        if answer.error:
            words = codec.ERROR_WORDS.get(answer.error, f"error {answer.error}")
            raise Refused(f"servo {self._id} refuses: {words}")

    def _ask(self, packet: codec.Packet, *, within_s: float, tries: int = 1, size: int | None = None) -> codec.Packet:
        """`size` is what a read must bring, so that a late answer to another question is not taken for it."""

        def fits(answer: codec.Packet) -> bool:
            mine = answer.is_status and answer.device_id == self._id
            return mine and (size is None or len(answer.data) == size)

        return ask(
            self._link,
            codec.encode(packet),
            decoder=self._decoder,
            fits=fits,
            within_s=within_s,
            who=f"servo {self._id} on {self._link.name}",
            tries=tries,
        )


def discover(link: Link, *, listen_s: float = 0.3) -> list[tuple[int, str]]:
    """Who answers a broadcast ping: number on the bus and model."""
    decoder = codec.Decoder()
    link.read()
    link.write(codec.encode(codec.ping(codec.BROADCAST_ID)))
    found: dict[int, str] = {}
    until_s = link.now_s() + listen_s
    while link.now_s() < until_s:
        link.wait(until_s)
        for packet in decoder.feed(link.read()):
            if packet.is_status and len(packet.data) == 3:
                number = int.from_bytes(packet.data[:2], "little")
                known = table.MODELS.get(number)
                found[packet.device_id] = known.name if known else f"unknown model {number}"
    return sorted(found.items())
