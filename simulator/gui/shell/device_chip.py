"""What the chip in the top bar says of the device or the engine, and in which colour."""

from __future__ import annotations

from simulator.gui.device_session import DeviceSession
from simulator.workbench.engine_session import EngineState

ENGINE_WORDS: dict[EngineState, str] = {
    "running": "Simulating",
    "starting": "Starting",
    "restarting": "Restarting",
    "failed": "Stopped",
}


def device_words(engine: EngineState, device: DeviceSession) -> tuple[str, str]:
    """The words, and the kind of chip: changed, bad, ok or nothing."""
    if device.matching.running:
        return "Matching", "changed"
    if device.state == "connecting":
        return "Connecting", ""
    if not device.connected:
        words = ENGINE_WORDS.get(engine, "Virtual device")
        return words, "bad" if engine == "failed" else ""
    if device.now.fault:
        return "Fault", "bad"
    if device.now.alarm:
        return "Alarm", "bad"
    if device.waits_for_reset:
        return "Stopped", "changed"
    return ("Live apply", "changed") if device.armed else ("Connected", "ok")
