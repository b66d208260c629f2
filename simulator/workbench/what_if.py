"""What-ifs: runs whose knobs change at a seam. Each has a name, keeps its run and its knobs, and can be deleted."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.onboard.messages import TICK_S
from simulator.onboard.tuning import Value
from simulator.workbench.run_data import RunData


@dataclass(slots=True)
class WhatIf:
    """One run with a seam."""

    name: str
    seam_tick: int
    settings: dict[str, Value] = field(
        default_factory=dict
    )  # its knobs after the seam, as they differ from the scene's own
    run: RunData = field(default_factory=RunData)

    @property
    def words(self) -> str:
        """What it is, for a button and for every export."""
        return f"{self.name}, from {self.seam_tick * TICK_S:.1f} s"


@dataclass(slots=True)
class WhatIfs:
    """Those that are kept, and the one that is being tried."""

    kept: list[WhatIf] = field(default_factory=list)
    open: WhatIf | None = None
    main: RunData | None = None  # the whole run that the open one began from
    main_settings: dict[str, Value] = field(default_factory=dict)
    _count: int = 0

    def begin(self, seam_tick: int, *, run: RunData, settings: dict[str, Value]) -> WhatIf:
        """Open one at a tick of a whole run."""
        self._count += 1
        self.open = WhatIf(f"What if {self._count}", seam_tick)
        self.main, self.main_settings = run.copy(), dict(settings)
        return self.open

    def end(self, *, run: RunData, settings: dict[str, Value]) -> WhatIf | None:
        """Close the open one; it is kept when a knob was turned in it."""
        done, self.open = self.open, None
        if done is None or settings == self.main_settings:
            return None
        done.run, done.settings = run.copy(), dict(settings)
        self.kept.append(done)
        return done

    def drop(self, name: str) -> None:
        """Delete one."""
        self.kept = [one for one in self.kept if one.name != name]

    def forget(self) -> None:
        """Another scene is open: none of them is of it."""
        self.kept, self.open, self.main = [], None, None
