"""`python -m readiness` is the command `readiness`, and imports nothing from the current folder, which may be a scanned one."""

import gc
import os
import sys


def run() -> None:
    """The command as a process of its own: what one run allocates is given back by the process's end, not object by object.

    The collector would walk a million summaries and facts, half a scan's time on a large backend, to free what the system frees.
    """
    gc.disable()
    from readiness.cli import main

    try:
        main()
    finally:
        # The interpreter's last collection, which comes even when the collector is off, leaves frozen objects alone.
        gc.freeze()


if __name__ == "__main__":
    # `-m` puts the current folder first. What Python imports before this line nobody can help; `python -P -m` does not.
    if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 -- pathlib would be imported from there
        del sys.path[0]
    run()
