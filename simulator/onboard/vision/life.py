"""Whether somebody is a person or a picture of one: pictures never change, or hang in a frame.

Of a close-up only 64 mean brightnesses are kept between pictures, and only while the person is followed. A poster or a coat
gives the same 64 for ever, within noise: of 2,200 looks at what stands still none differed by more than 1.2 times the noise of
a pixel, 2.7 grey levels in dim light. A living person sways, breathes and turns. A talking television does change, so frames
are looked for too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from simulator.onboard.messages import TICKS_PER_S

# Near by, a head fills the close-up, and hair alone looks the same however it sways: its edges must be in. Across the room
# the same movement is smaller, and would drown in the noise of a larger place.
NEAR_REACH, NEAR_M = 2.0, 1.5
# Above what 1100 looks at walls, furniture, posters and coats gave in four lights, in the worst of a thousand.
CHANGE_LEVELS, CHANGE_PER_NOISE, CHANGES = 0.3, 1.15, 2
SAME_YAW_DEG: Final = 0.05
LIVELY_EVERY_TICKS: Final = TICKS_PER_S // 2  # sixteen looks within the time after which a picture is suspected
FRAME_EVERY_TICKS: Final = 2 * TICKS_PER_S
FIRST_LOOKS: Final = 5  # somebody new is looked at for a frame in each of the first pictures
FRAMED_LIFE: Final = 0.1
# A frame is missed more often (a third of the looks in poor light) than imagined (3 %): doubt fades slowly.
FRAME_MEMORY, ONE_FRAME = 0.85, 0.7
ONE_FRAME_LATE: Final = 0.45  # whoever walked here, or showed no frame in the first looks, must show it twice
FRAMED, DOUBT = 0.5, (0.3, 0.9)
# Across the room, where screens and pictures hang, one look that found a frame weighs more than four that did not.
FAR_FRAMED, FAR_FRAME_M = 0.3, 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Mean brightnesses of a face's surroundings, and the sensor's noise there."""

    levels: tuple[float, ...]
    noise: float


@dataclass(slots=True, kw_only=True)
class Life:
    """What is known about one follower's liveliness."""

    azimuth_deg: float  # where the close-ups look: the same place for as long as the person stays
    elevation_deg: float
    distance_m: float
    reach: float = 1.0  # how much wider than a head the place is that is watched for changes
    walked: bool = False  # came here from elsewhere
    yaw_deg: float = 0.0
    reference: Cells | None = None
    tick: int = 0
    unchanged_ticks: int = 0
    changes: int = 0
    framed: float = 0.0
    grounded: bool = False  # reaches down so low as no picture hangs
    frame_tick: int | None = None
    looks: int = 0

    def elsewhere(self, there: Life) -> Life:
        """Of somebody who walked: begun again there, but for the looks for a frame, which would be five for every step."""
        return replace(there, walked=True, grounded=self.grounded, looks=self.looks, frame_tick=self.frame_tick)

    def value(self, life_s: float) -> float:
        """1 for somebody lively, falling to 0 for somebody who never changes; little for somebody in a frame."""
        still = max(0.0, 1.0 - self.unchanged_ticks / (life_s * TICKS_PER_S))
        return min(still, FRAMED_LIFE) if self.in_frame else still

    @property
    def changed(self) -> bool:
        """Whether this was seen to change: more than once, as the noise of a sensor may look like a change for once."""
        return self.changes >= CHANGES

    @property
    def in_frame(self) -> bool:
        """Whether this is a picture: there is a frame around the face, and no body below it that stands on the floor near by.

        Across the room a dog below a poster looks like such a body.
        """
        far = self.distance_m > FAR_FRAME_M
        return (far or not self.grounded) and self.framed > (FAR_FRAMED if far else FRAMED)

    @property
    def unlooked(self) -> bool:
        """Whether this is so far away that it may be a picture, and was not looked at often enough to tell."""
        return self.distance_m > FAR_FRAME_M and self.looks < FIRST_LOOKS

    def due(self, tick: int) -> bool:
        """Whether to look for changes in this picture: now and then is enough for what was seen to change."""
        return not self.changed or tick - self.tick >= LIVELY_EVERY_TICKS

    def compare(self, cells: Cells, *, tick: int, yaw_deg: float) -> None:
        """Take in new brightnesses of the same place."""
        if self.reference is None or abs(yaw_deg - self.yaw_deg) > SAME_YAW_DEG:
            self.reference, self.yaw_deg, self.tick = cells, yaw_deg, tick
            return
        change = max(abs(a - b) for a, b in zip(cells.levels, self.reference.levels, strict=True))
        limit = CHANGE_LEVELS + CHANGE_PER_NOISE * max(cells.noise, self.reference.noise)
        if change > limit / self.reach:  # means over more pixels are that much steadier
            self.unchanged_ticks = 0
            self.changes += 1
            self.reference = cells
        else:
            self.unchanged_ticks += tick - self.tick
        self.tick = tick

    def frame_due(self, tick: int) -> bool:
        """Whether to look for a frame in this picture."""
        if self.frame_tick is None or self.looks < FIRST_LOOKS:
            return True
        return DOUBT[0] < self.framed < DOUBT[1] or tick - self.frame_tick >= FRAME_EVERY_TICKS

    def frame_seen(self, framed: bool, *, tick: int) -> None:
        """Take in whether there was a frame."""
        if framed:
            late = self.walked or self.looks >= FIRST_LOOKS
            again = 0.5 + 0.5 * self.framed if self.framed > DOUBT[0] else 0.0
            self.framed = max(ONE_FRAME_LATE if late else ONE_FRAME, again)
        else:
            self.framed *= FRAME_MEMORY
        self.looks += 1
        self.frame_tick = tick
