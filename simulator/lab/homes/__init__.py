"""Runs of random homes: written as scene files, run like any scene, and their failures grouped by cause."""
