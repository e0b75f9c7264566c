"""What the machine offers for work side by side, out."""

import os
import sys
import threading


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def way_to_start() -> str:
    """`fork` is the fastest, where it is safe: on Linux, and while no other thread runs."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"
