"""What can be started: the commands, the emulator on a port, the supervisor."""
