"""The switch of the sound: what is in the way is told, the buttons show whether it is on, and the next start remembers it."""

from __future__ import annotations

from simulator.gui.shell.room_sound import RoomSound
from simulator.gui.shell.window_protocol import Host


class SoundSwitch:
    """On or off, for one window."""

    def __init__(self, window: Host) -> None:
        self._window = window
        self.sound = RoomSound(window.session)
        self.sound.lost.connect(self._lost)

    def toggle(self) -> None:
        """Hear the room and the motor, or silence."""
        problem = self.sound.toggle()
        if problem:
            self._window.banner.tell("warning", problem)
        else:
            self._window.settings.values.sound = self.sound.on
        self._show()

    def shut(self) -> None:
        """The window closes; what was wished stays."""
        if self.sound.on:
            self.sound.toggle()

    def _lost(self, words: str) -> None:
        self._window.banner.tell("warning", words)
        self._show()

    def _show(self) -> None:
        for made in self._window.made():
            for timeline in made.timelines:
                timeline.transport.buttons["view.sound"].set_drawing("sound" if self.sound.on else "mute")
