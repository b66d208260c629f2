"""Every order and report on every pipe between processes, as frozen dataclasses: one file a pipe.

engine_pipe: window and engine. live_pipe: window and the process that drives a real motor. compare_pipe: window and the comparison over
all scenes. explore_pipe: window and a tuning beside it. run_messages: what they share. What the bridge's own programs report is declared in
hardware_bridge/program_reports.py, what goes over the supervisor's socket in hardware_bridge/supervisor/core.py. Each end handles its
messages with `match`, and `assert_never` makes a forgotten one a type error.
"""
