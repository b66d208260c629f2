"""Proofs that run against any motor, emulated or real: faults on the wire, the promises, the makers' own libraries."""
