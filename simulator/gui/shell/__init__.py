"""The window as a whole: its commands, palette, settings, export and sound."""
