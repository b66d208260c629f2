"""Motors that exist only as software, but speak the bytes of real ones and turn the simulator's own plant."""
