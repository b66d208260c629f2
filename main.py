"""Starts Swivel's command line; `python main.py --help` lists the commands."""

from __future__ import annotations

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from simulator.cli.main import main

    raise SystemExit(main())
