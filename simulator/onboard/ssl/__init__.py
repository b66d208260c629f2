"""The ears: voice activity, wake word, direction of sound."""
