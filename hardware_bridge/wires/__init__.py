"""Links that carry bytes, and the faults that a link can have."""
