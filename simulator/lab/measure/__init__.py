"""Figures of runs: labels, readings, and how far the modelled senses are from the real ones."""
