"""Real ears and eyes: a microphone array through the sound card, a camera through its driver or the network."""
