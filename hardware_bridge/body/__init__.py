"""The turning body: plant, drive, and the virtual motor made of both."""
