"""Motors and senses put together: by name, emulated, by the clock, side by side."""
