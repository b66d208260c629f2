"""The control table of the Dynamixel X servos: which register means what, in which unit, on which model.

Where to look it up: ROBOTIS e-Manual, the page of each model (for instance DYNAMIXEL X, XM430-W350), section 2 Control Table: 2.2
EEPROM area (addresses 0 to 63), 2.3 RAM area (from 64), 2.4 description of each register.  `locked` registers, those of the EEPROM
area, refuse a write while the torque is on.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware_bridge.codecs.registers import Register

RPM_STEP_DPS = 0.229 * 6.0  # one unit of velocity is 0.229 turns a minute
ACCEL_STEP_DPS2 = 214.577 * 360.0 / 3600.0  # one unit is 214.577 turns a minute squared
POSITION_STEP_DEG = 360.0 / 4096.0
WATCHDOG_STEP_S = 0.020
WATCHDOG_TRIPPED = -1

# Values of Operating Mode (11).
MODE_VELOCITY = 1
MODE_POSITION = 3
MODE_EXTENDED_POSITION = 4
MODE_CURRENT_BASED_POSITION = 5

# Values of Baud Rate (8); 1 is how a servo leaves the factory.
BAUDS = {0: 9_600, 1: 57_600, 2: 115_200, 3: 1_000_000, 4: 2_000_000, 5: 3_000_000, 6: 4_000_000, 7: 4_500_000}
# Bits of Drive Mode (10).
REVERSE, TIME_BASED, TORQUE_ON_BY_GOAL = 1 << 0, 1 << 2, 1 << 3
STARTS_WITH_TORQUE = 1 << 0  # of Startup Configuration (60)
SHIPPED_P_GAIN = 800  # of Position P Gain (84), as the X430 leave the factory
# Bits of Shutdown (63), numbered as those of Hardware Error Status: hot, and overloaded for too long.
SHUTS_DOWN = 1 << 2 | 1 << 5

# Bits of Hardware Error Status (70): section 2.4 of the same page.
HARDWARE_ERROR_WORDS = {
    0: "the supply voltage is out of range",
    2: "the servo is too hot",
    3: "the position sensor does not answer",
    4: "the servo got an electrical shock or too little current",
    5: "the servo was overloaded for too long",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServoModel:
    """One kind of servo: what the maker's sheet says about it."""

    number: int
    name: str
    current_step_a: float | None
    """Worth of one unit of current; None when the servo only estimates a load."""
    current_limit_raw: int
    torque_per_ampere_nm: float
    """Stall torque by stall current from the data sheet: a first guess; all measured torques scale with it."""

    @property
    def senses_current(self) -> bool:
        """Whether the servo measures its current (needed for bump detection and for a torque limit)."""
        return self.current_step_a is not None


def _model(
    number: int, name: str, *, current_step_a: float | None, current_limit_raw: int, torque_per_ampere_nm: float
) -> ServoModel:
    return ServoModel(
        number=number,
        name=name,
        current_step_a=current_step_a,
        current_limit_raw=current_limit_raw,
        torque_per_ampere_nm=torque_per_ampere_nm,
    )


MODELS = {
    model.number: model
    for model in (
        _model(1060, "XL430-W250", current_step_a=None, current_limit_raw=0, torque_per_ampere_nm=1.07),
        _model(1190, "XL330-M077", current_step_a=0.001, current_limit_raw=1750, torque_per_ampere_nm=0.146),
        _model(1200, "XL330-M288", current_step_a=0.001, current_limit_raw=1750, torque_per_ampere_nm=0.354),
        _model(1220, "XC330-T288", current_step_a=0.001, current_limit_raw=910, torque_per_ampere_nm=1.15),
        _model(1240, "XC330-M288", current_step_a=0.001, current_limit_raw=2352, torque_per_ampere_nm=0.517),
        _model(1020, "XM430-W350", current_step_a=0.00269, current_limit_raw=1193, torque_per_ampere_nm=1.78),
        _model(1030, "XM430-W210", current_step_a=0.00269, current_limit_raw=1193, torque_per_ampere_nm=1.30),
        _model(1120, "XM540-W270", current_step_a=0.00269, current_limit_raw=2047, torque_per_ampere_nm=2.41),
    )
}


def _register(
    name: str,
    address: int,
    size: int,
    *,
    step: float = 1.0,
    unit: str = "",
    signed: bool = False,
    writable: bool = True,
    locked: bool = False,
) -> Register:
    return Register(
        name=name,
        address=address,
        size=size,
        step=step,
        unit=unit,
        signed=signed,
        writable=writable,
        locked=locked,
    )


# Control Table of the EEPROM area.
MODEL_NUMBER = _register("Model_Number", 0, 2, writable=False)
FIRMWARE_VERSION = _register("Firmware_Version", 6, 1, writable=False)
SERVO_ID = _register("ID", 7, 1, locked=True)
BAUD_RATE = _register("Baud_Rate", 8, 1, locked=True)
RETURN_DELAY = _register("Return_Delay_Time", 9, 1, step=2e-6, unit="s", locked=True)
DRIVE_MODE = _register("Drive_Mode", 10, 1, locked=True)
OPERATING_MODE = _register("Operating_Mode", 11, 1, locked=True)
HOMING_OFFSET = _register("Homing_Offset", 20, 4, step=POSITION_STEP_DEG, unit="deg", signed=True, locked=True)
TEMPERATURE_LIMIT = _register("Temperature_Limit", 31, 1, unit="degC", locked=True)
CURRENT_LIMIT = _register("Current_Limit", 38, 2, locked=True)
VELOCITY_LIMIT = _register("Velocity_Limit", 44, 4, step=RPM_STEP_DPS, unit="deg/s", locked=True)
MAX_POSITION = _register("Max_Position_Limit", 48, 4, step=POSITION_STEP_DEG, unit="deg", locked=True)
MIN_POSITION = _register("Min_Position_Limit", 52, 4, step=POSITION_STEP_DEG, unit="deg", locked=True)
STARTUP = _register("Startup_Configuration", 60, 1, locked=True)
SHUTDOWN = _register("Shutdown", 63, 1, locked=True)
# Control Table of the RAM area.
TORQUE_ENABLE = _register("Torque_Enable", 64, 1)
LED = _register("LED", 65, 1)
STATUS_RETURN_LEVEL = _register("Status_Return_Level", 68, 1)
HARDWARE_ERROR = _register("Hardware_Error_Status", 70, 1, writable=False)
POSITION_D_GAIN = _register("Position_D_Gain", 80, 2)
POSITION_I_GAIN = _register("Position_I_Gain", 82, 2)
POSITION_P_GAIN = _register("Position_P_Gain", 84, 2)
BUS_WATCHDOG = _register("Bus_Watchdog", 98, 1, step=WATCHDOG_STEP_S, unit="s", signed=True)
GOAL_CURRENT = _register("Goal_Current", 102, 2, signed=True)
GOAL_VELOCITY = _register("Goal_Velocity", 104, 4, step=RPM_STEP_DPS, unit="deg/s", signed=True)
PROFILE_ACCELERATION = _register("Profile_Acceleration", 108, 4, step=ACCEL_STEP_DPS2, unit="deg/s2")
PROFILE_VELOCITY = _register("Profile_Velocity", 112, 4, step=RPM_STEP_DPS, unit="deg/s")
GOAL_POSITION = _register("Goal_Position", 116, 4, step=POSITION_STEP_DEG, unit="deg", signed=True)
REALTIME_TICK = _register("Realtime_Tick", 120, 2, step=0.001, unit="s", writable=False)
MOVING = _register("Moving", 122, 1, writable=False)
PRESENT_CURRENT = _register("Present_Current", 126, 2, signed=True, writable=False)
PRESENT_VELOCITY = _register("Present_Velocity", 128, 4, step=RPM_STEP_DPS, unit="deg/s", signed=True, writable=False)
PRESENT_POSITION = _register(
    "Present_Position", 132, 4, step=POSITION_STEP_DEG, unit="deg", signed=True, writable=False
)
PRESENT_VOLTAGE = _register("Present_Input_Voltage", 144, 2, step=0.1, unit="V", writable=False)
PRESENT_TEMPERATURE = _register("Present_Temperature", 146, 1, step=1.0, unit="degC", writable=False)

REGISTERS = tuple(value for value in tuple(globals().values()) if isinstance(value, Register))
TABLE_SIZE = 147
"""Bytes of the control table that we know about."""


def hardware_error_words(bits: int) -> list[str]:
    """What the hardware error register says, in plain words."""
    return [words for bit, words in HARDWARE_ERROR_WORDS.items() if bits & (1 << bit)]
