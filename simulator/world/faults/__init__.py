"""Faults that a scene plants: a part does its work badly for a while. Read fault.py first, then a part, then planted.py."""
