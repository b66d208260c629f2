"""The virtual sound field: rooms, echoes, shadows, voices and noises, heard by a turning array of microphones."""
