"""Stages without a fault of their own, which know only what could be known: ears and eyes without errors, a tracker from truth."""
