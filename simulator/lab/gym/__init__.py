"""The simulator as a Gymnasium environment, and policies to compare with. Needs gymnasium."""
