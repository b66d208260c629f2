"""From a measured motor to its model: what to play, how to fit, where to keep it."""
