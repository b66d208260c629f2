"""A recording as a body for the stack: its motor, touch and requests are sensed again, its ears and eyes have heard and seen.

Sound and pictures are not in a recording, what the device made of them is. So perception stands in as it was recorded, and
fusion, behaviour, zones and motion decide again. The motor does what it did then, whatever is asked of it now.
"""

from __future__ import annotations

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import MotorCommand, SensorFrame, TickTrace
from simulator.onboard.stack import Replaced
from simulator.onboard.tuning import Tuning
from simulator.runtime.measured import Measured
from simulator.runtime.recording import Recording
from simulator.world.truth import TruthFrame

OTHERWISE = "replayed: the motor was told something else then"


class Replayed:
    """Rig, substitute and witness of a session that was recorded."""

    def __init__(self, recording: Recording) -> None:
        self._traces, self._truths = recording.traces, recording.truths
        self._measured = Measured()
        self._tick = 0

    def sense(self, tick: int, *, frame_wanted: bool) -> SensorFrame:
        """What was sensed in this tick; after the end, the last tick again."""
        self._tick = tick
        then = self._then
        return SensorFrame(tick=tick, motor=then.motor, shutter=then.shutter, touch=then.touch, requests=then.requests)

    def actuate(self, command: MotorCommand) -> tuple[MotorCommand, str]:
        """What became of this command then; of another one, nobody knows."""
        then = self._then
        if command != then.command_wanted:
            return command, OTHERWISE
        return (command if then.command_sent is then.command_wanted else then.command_sent), then.guard

    def set_range(self, range_of_motion: RangeOfMotion | None) -> None:
        """Nothing: the guard's answers are recorded."""

    def close(self) -> None:
        """Nothing to give back."""

    def replaced(
        self, *, truth: TruthFrame | None, sensors: SensorFrame, tuning: Tuning, frame_wanted: bool
    ) -> Replaced:
        """What was heard and seen."""
        return Replaced(sound=self._then.sound, vision=self._then.vision)

    def frame(self, sensors: SensorFrame) -> TruthFrame:
        """The truth, where the room was virtual; else what the encoder says."""
        told = self._truths[min(self._tick, len(self._truths) - 1)]
        return self._measured.frame(sensors) if told is None else told

    def snapshot(self) -> None:
        """A recording does not change."""

    def restore(self, state: None) -> None:
        """Nothing changes."""

    @property
    def _then(self) -> TickTrace:
        return self._traces[min(self._tick, len(self._traces) - 1)]
