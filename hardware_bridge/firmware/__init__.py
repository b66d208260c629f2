"""The program of the reference board in C, and the emulated chip that runs it in tests."""
