"""The virtual sound field: rooms, echoes, shadows, voices and noises, heard by a turning array of microphones."""

from simulator.world.sound.field import FieldState, SoundField
from simulator.world.sound.view import Directivity, Obstacle, SoundView, SourceNow
from simulator.world.sound.voices import Voices, noise_clip

__all__ = [
    "Directivity",
    "FieldState",
    "Obstacle",
    "SoundField",
    "SoundView",
    "SourceNow",
    "Voices",
    "noise_clip",
]
