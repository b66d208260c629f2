"""Recordings for other programs: moments (what is drawn), foxglove, rerun, lerobot, tables."""
