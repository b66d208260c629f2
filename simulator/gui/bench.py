"""The device on the bench: which motor is connected, what it does, and every order to it.

Three processes stand between a slider and a screen: the one that runs the scene and the virtual twin (runtime/live.py), the
supervisor with the guard, and, where there is no hardware, an emulated motor behind a pseudo terminal. Nothing is ever sent to
a real device by turning a knob, unless live apply is armed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from simulator.gui.helper import COMMAND_LINE, SUPERVISOR, Helper
from simulator.gui.link import EngineLink
from simulator.gui.studio import Studio
from simulator.gui.take import Take
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Tuning, Value, leaf_at

EMULATED = (
    ("dynamixel", "Emulated Dynamixel servo"),
    ("feetech", "Emulated Feetech servo"),
    ("cia402", "Emulated CiA 402 drive"),
    ("refboard", "Emulated reference board"),
)
KEPT_TICKS = 60 * TICKS_PER_S
LOOK_MS, LOOKS = 50, 200  # for the supervisor's socket
ARMED_S = 60
# The phases of a match and about how long each takes; the fit at its end is computing only.
MATCH_S = {"fast passes": 30.0, "slow turns": 40.0, "check": 5.0, "break-away": 30.0}


@dataclass(slots=True)
class Standing:
    """What was told last."""

    doing: str = "watching"
    mode: str = "off"
    fault: str = ""
    guard: str = "off"
    words: str = ""
    alarm: str = ""
    scene_tick: int = -1


class Bench(QObject):
    """One motor, or none."""

    changed = Signal()  # connected, doing something else, armed, applied
    told = Signal()  # new rows
    notice = Signal(str, str)
    found = Signal(list)  # names of motors that answered a search
    match_changed = Signal()

    def __init__(self, studio: Studio, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._folder = studio, folder
        self.state = "off"  # off, connecting, connected
        self.step = ""  # what connecting waits for, in words
        self.url, self.problem = "", ""
        self.device, self.can, self.range_deg = "", dict[str, Any](), (-90.0, 90.0)
        self.now = Standing()
        self.on_device: dict[str, Value] = {}  # the knobs that the device has, as far as they are not the usual ones
        self.take = Take()  # the scene as it runs on the device
        self.profile: Path | None = None
        self.matching: Helper | None = None
        self.match_words, self.match_share = "", 0.0
        self.found_words = ""
        self._rows: NDArray[np.void] | None = None
        self._count = 0
        self._emulator: Helper | None = None
        self._supervisor: Helper | None = None
        self._live: EngineLink | None = None
        self._search: Helper | None = None
        self._place = ""
        self._looks = 0
        self._armed = QTimer(self)
        self._armed.setSingleShot(True)
        self._armed.setInterval(ARMED_S * 1000)
        self._armed.timeout.connect(lambda: self.arm(False))
        self._match_phase, self._match_clock = "", QElapsedTimer()
        self._match_beat = QTimer(self)
        self._match_beat.setInterval(200)
        self._match_beat.timeout.connect(self._match_tick)
        studio.document_changed.connect(self._document)

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether a motor is there."""
        return self.state == "connected"

    @property
    def driven(self) -> bool:
        """Whether something moves the screen."""
        return self.connected and self.now.doing != "watching"

    @property
    def waits_for_reset(self) -> bool:
        """Whether the guard stays stopped until somebody resets it."""
        return self.connected and self.now.guard in ("braking", "stopped", "fault")

    @property
    def armed(self) -> bool:
        """Whether knobs reach the device as they are turned."""
        return self._armed.isActive()

    @property
    def armed_s(self) -> int:
        """Seconds until live apply loosens by itself."""
        return min(ARMED_S, -(-self._armed.remainingTime() // 1000)) if self.armed else 0

    @property
    def wire(self) -> str:
        """The name under which the motor itself is opened."""
        return self._direct

    def rows(self, ticks: int = KEPT_TICKS) -> NDArray[np.void]:
        """The last ticks."""
        if self._rows is None:
            from simulator.runtime.live_rows import LIVE

            self._rows = np.zeros(0, dtype=LIVE)
        return self._rows[max(0, self._count - ticks) : self._count]

    def differences(self) -> list[tuple[str, str, str]]:
        """The knobs that differ: label, on the device, here."""
        found = []
        for path, (theirs, mine) in (
            Tuning().patched(self.on_device).differences(self._studio.document.tuning()).items()
        ):
            leaf = leaf_at(path)
            found.append((leaf.label, _value(theirs, leaf.unit), _value(mine, leaf.unit)))
        return found

    # --- connecting ---------------------------------------------------------------------------------------------------

    def connect_to(self, url: str) -> None:
        """Connect to a motor by its name; `emulate:KIND` starts an emulated one behind a port of its own first."""
        self.disconnect_all()
        self.url, self.problem, self.state = url, "", "connecting"
        kind, _, name = url.partition(":")
        if kind == "emulate":
            self._say("starting the emulated motor")
            self._emulator = Helper([*COMMAND_LINE, "emulate", name], self)
            self._emulator.line.connect(self._emulated)
            self._emulator.ended.connect(lambda _, said: self._lost(f"the emulated motor ended: {said}"))
        else:
            self._supervise(url)

    def disconnect_all(self) -> None:
        """Let go of the motor and end everything of ours."""
        self.arm(False)
        if self._live is not None:
            self._live.stop()
        for helper in (self._supervisor, self._emulator):
            if helper is not None:
                helper.stop()
        self._live = self._supervisor = self._emulator = None
        if self._place:
            shutil.rmtree(self._place, ignore_errors=True)
            self._place = ""
        self.state, self.now, self.device = "off", Standing(), ""
        self.on_device = {}
        self.changed.emit()

    def close(self) -> None:
        """The window closes."""
        for helper in (self.matching, self._search):
            if helper is not None:
                helper.stop()
        self.matching = self._search = None
        self.disconnect_all()

    def search(self) -> None:
        """Look for motors on this machine's ports."""
        if self._search is not None:
            return
        names: list[str] = []
        self.found_words = "Looking…"
        self._search = Helper([*COMMAND_LINE, "bridge", "scan"], self)
        self._search.line.connect(lambda line: names.append(line.split("  ")[0]) if "  " in line else None)
        self._search.ended.connect(lambda code, said: self._searched(names, "" if code == 0 else said))
        self.changed.emit()

    # --- orders -------------------------------------------------------------------------------------------------------

    def run_scene(self) -> None:
        """Run the open scene with the real screen in it, from its beginning, with the knobs that the device has."""
        document = self._studio.document
        if document.scene is None:
            return
        self.take.cut(0)
        self._send({
            "do": "run", "path": str(document.path), "text": document.state.text, "seed": self._studio.seed,
            "tuning": self.on_device,
        })  # fmt: skip
        self._studio.play(False)

    def turn_by(self, by_deg: float) -> None:
        """Turn the screen by some degrees."""
        self._send({"do": "jog", "by_deg": by_deg})

    def leave_off(self) -> None:
        """End the scene; the screen is free afterwards."""
        self._send({"do": "watch"})

    def stop(self) -> None:
        """Stop the screen now. It stays stopped until somebody resets it."""
        self.arm(False)
        if self.matching is not None:
            self.cancel_match()
        if self.connected:
            self._send({"do": "stop"})
            self.notice.emit("warning", "Stopped: the device moves again only after Reset")

    def reset(self) -> None:
        """Leave a stop or a fault; torque stays off."""
        self._send({"do": "reset"})

    def apply(self) -> None:
        """Send the knobs as they are here."""
        self._send({"do": "tune", "values": self._studio.document.tuning().changed()})

    def arm(self, on: bool) -> None:
        """Let knobs reach the device as they are turned, for a minute after the last one."""
        if on and self.connected:
            self._armed.start()
            self.apply()
        elif self.armed:
            self._armed.stop()
        self.changed.emit()

    def save_table(self, path: Path) -> None:
        """The last minute as CSV."""
        rows = self.rows()
        names = ["time_s", *(rows.dtype.names or ())]
        lines = [",".join(names)]
        for place, row in enumerate(rows):
            numbers = [place / TICKS_PER_S, *row.tolist()]
            lines.append(",".join("" if value != value else f"{value:.6g}" for value in numbers))
        try:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            self.notice.emit("error", f"{path}: cannot be written: {error.strerror or error}")
            return
        self.notice.emit("info", f"Saved {path.name}")

    # --- match --------------------------------------------------------------------------------------------------------

    def match(self, today: str) -> None:
        """Let the motor run its programme and fit the virtual one to it; the supervisor steps aside meanwhile."""
        url = self._direct or self.url
        emulator, self._emulator = self._emulator, None
        back_to = self.url
        self.disconnect_all()
        self._emulator, self.url, self._back_to = emulator, back_to, url
        folder = self._folder / "profiles"
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(one if one.isalnum() else "-" for one in url.partition("?")[0].partition(":")[0])
        path = folder / f"{name}-{today}.json"
        self.match_words, self.match_share, self._match_phase = "starting", 0.0, ""
        self.matching = Helper([*COMMAND_LINE, "bridge", "match", url, "--out", str(path)], self)
        self.matching.line.connect(self._match_line)
        self.matching.ended.connect(lambda code, said: self._matched(code, said, path))
        self._match_beat.start()
        self.match_changed.emit()

    def cancel_match(self) -> None:
        """Leave off; the screen is freed."""
        if self.matching is not None:
            self.match_words = "leaving off"
            self.matching.cancel()
            self.match_changed.emit()

    def use_profile(self, path: Path) -> None:
        """Let the virtual twin be the one that was matched."""
        self._send({"do": "profile", "path": str(path)})

    def _match_line(self, line: str) -> None:
        name, _, rest = line.partition(":")
        if name in MATCH_S:
            self._match_phase = name
            self._match_clock.restart()
            self.match_words = f"{name}: {rest.strip()}"
        elif line.startswith("follows within"):
            self.match_words = line
        self.match_changed.emit()

    def _match_tick(self) -> None:
        if not self._match_phase:
            return
        phases = list(MATCH_S)
        before = sum(MATCH_S[name] for name in phases[: phases.index(self._match_phase)])
        within = min(self._match_clock.elapsed() / 1000, MATCH_S[self._match_phase])
        self.match_share = min(0.98, (before + within) / sum(MATCH_S.values()))
        self.match_changed.emit()

    def _matched(self, code: int, said: str, path: Path) -> None:
        self._match_beat.stop()
        words, self.matching = self.match_words, None
        if code == 0:
            self.profile, self.match_share = path, 1.0
            self.match_words = words
            self.notice.emit("info", f"Matched: {words}. Saved {path.name}")
        elif code == CANCELLED:
            self.match_words = "left off; nothing was saved"
        else:
            self.match_words = said
            self.notice.emit("error", said)
        self.match_changed.emit()
        self._supervise(self._back_to)

    # --- inside -------------------------------------------------------------------------------------------------------

    _direct = ""  # the name under which the motor itself, and not its emulator, is opened
    _back_to = ""

    def _say(self, words: str) -> None:
        self.step = words
        self.changed.emit()

    def _emulated(self, line: str) -> None:
        _, found, name = line.partition("open it as ")
        if found and self._supervisor is None:
            self._supervise(name.strip())

    def _supervise(self, url: str) -> None:
        self._direct, self.state = url, "connecting"
        self._say("starting the supervisor")
        self._place = tempfile.mkdtemp(prefix="swivel-")
        arc = self._studio.spec.device.range
        low_deg, high_deg = (arc.min_deg, arc.max_deg) if arc else (-90.0, 90.0)
        self._supervisor = Helper([*SUPERVISOR, url, self._socket, "--range", f"{low_deg:g}", f"{high_deg:g}"], self)
        self._supervisor.ended.connect(lambda _, said: self._lost(said.removeprefix("supervisor: ")))
        self._looks = 0
        QTimer.singleShot(LOOK_MS, self, self._look)

    @property
    def _socket(self) -> str:
        return str(Path(self._place) / "motor.sock")

    def _look(self) -> None:
        if self.state != "connecting" or self._supervisor is None:
            return
        self._looks += 1
        if Path(self._socket).exists():
            self._say("waiting for the first report")
            self._live = EngineLink(
                self, name="The device's loop", arguments=("-m", "simulator.runtime.live", self._socket)
            )
            self._live.arrived.connect(self._arrived)
            self._live.died.connect(self._lost)
            self._live.start()
        elif self._looks > LOOKS:
            self._lost("the supervisor does not open its socket")
        else:
            QTimer.singleShot(LOOK_MS, self, self._look)

    def _lost(self, why: str) -> None:
        if self.state == "off":
            return
        url = self.url
        self.disconnect_all()
        self.url, self.problem = url, why or "the connection was lost"
        self.notice.emit("error", self.problem)
        self.changed.emit()

    def _searched(self, names: list[str], said: str) -> None:
        if self._search is not None:
            self._search.deleteLater()
        self._search = None
        self.found_words = said or f"{len(names)} found"
        self.found.emit(names)
        self.changed.emit()

    def _send(self, order: dict[str, Any]) -> None:
        if self._live is not None and self.connected:
            self._live.send(order)

    def _arrived(self, header: dict[str, Any], body: bytes) -> None:
        handle: Callable[[dict[str, Any], bytes], None] = getattr(self, f"_on_{header['kind']}")
        handle(header, body)

    def _on_hello(self, header: dict[str, Any], _: bytes) -> None:
        self.device, self.can, self.range_deg = header["device"], header["can"], tuple(header["range_deg"])
        self.state, self.step = "connected", ""
        self._count, self._rows = 0, None
        if self.profile is not None:
            self.use_profile(self.profile)
        self.changed.emit()

    def _on_live(self, header: dict[str, Any], body: bytes) -> None:
        self._keep(body, header["count"])
        was = self.now
        self.now = Standing(**{name: header[name] for name in Standing.__slots__})
        if header["refused"]:
            self.notice.emit("warning", header["refused"])
        if self.armed and self.waits_for_reset:
            self.arm(False)
        if self.now.alarm and not was.alarm:
            self.notice.emit("error", self.now.alarm)
        if self.now.scene_tick >= 0:
            self._studio.seek(self.now.scene_tick)
        if (was.doing, was.mode, was.guard, was.fault, was.alarm) != (
            self.now.doing, self.now.mode, self.now.guard, self.now.fault, self.now.alarm,
        ):  # fmt: skip
            self.changed.emit()
        self.told.emit()

    def _on_ticks(self, header: dict[str, Any], body: bytes) -> None:
        self.take.feed(header, body)

    def _on_applied(self, header: dict[str, Any], _: bytes) -> None:
        self.on_device = dict(header["values"])
        self.changed.emit()

    def _on_ended(self, header: dict[str, Any], _: bytes) -> None:
        if header["why"] not in ("done", "left", "stopped"):
            self.notice.emit("error", f"The device stopped: {header['why']}")
        self.changed.emit()

    def _on_profile(self, header: dict[str, Any], _: bytes) -> None:
        self.profile = Path(header["path"])
        self.changed.emit()

    def _on_failed(self, header: dict[str, Any], _: bytes) -> None:
        if header["doing"] == "profile":
            self.profile = None
        self.notice.emit("error", header["text"])
        self.changed.emit()

    def _keep(self, body: bytes, count: int) -> None:
        from simulator.runtime.live_rows import LIVE

        if self._rows is None or len(self._rows) < 2 * KEPT_TICKS:
            self._rows, self._count = np.zeros(2 * KEPT_TICKS, dtype=LIVE), 0
        if self._count + count > len(self._rows):
            kept = self._rows[self._count - KEPT_TICKS : self._count].copy()
            self._rows[:KEPT_TICKS], self._count = kept, KEPT_TICKS
        self._rows[self._count : self._count + count] = np.frombuffer(body, dtype=LIVE, count=count)
        self._count += count

    def _document(self, part: str) -> None:
        if not part.startswith("settings") and part not in ("all", "whole", "text"):
            return
        if self.armed:
            self._armed.start()
            self.apply()
        self.changed.emit()


CANCELLED = 130


def _value(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:g} {unit}".rstrip()
