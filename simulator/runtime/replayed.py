"""A recording as a body for the stack: its motor, touch and requests are sensed again, its ears and eyes have heard and seen.

Sound and pictures are not in a recording, what the device made of them is. So perception stands in as it was recorded, and
fusion, behaviour, zones and motion decide again. The motor does what it did then, whatever is asked of it now.
"""

from __future__ import annotations

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import MotorCommand, SensorFrame, SoundReport, TickTrace, VisionReport
from simulator.onboard.seams import Moment, Seams
from simulator.runtime.measured import Measured
from simulator.runtime.recording import Recording
from simulator.world.truth import TruthFrame

OTHERWISE = "replayed: the motor was told something else then"


class Replayed:
    """Rig, seams and witness of a session that was recorded."""

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

    @property
    def seams(self) -> Seams:
        """What was heard and seen, in the place of what ears and eyes would say."""
        return Seams(sound=self._heard, vision=self._seen)

    def frame(self, sensors: SensorFrame) -> TruthFrame:
        """The truth, where the room was virtual; else what the encoder says."""
        told = self._truths[min(self._tick, len(self._truths) - 1)]
        return self._measured.frame(sensors) if told is None else told

    def _heard(self, own: SoundReport | None, truth: object, moment: Moment) -> SoundReport:
        return self._then.sound

    def _seen(self, own: VisionReport | None, truth: object, moment: Moment) -> VisionReport:
        return self._then.vision

    @property
    def _then(self) -> TickTrace:
        return self._traces[min(self._tick, len(self._traces) - 1)]
