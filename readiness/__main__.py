"""`python -m readiness` is the command `readiness`, and imports nothing from the current folder, which may be a scanned one."""

import os
import sys

if __name__ == "__main__":
    # `-m` puts the current folder first. What Python imports before this line nobody can help; `python -P -m` does not.
    if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 -- pathlib would be imported from there
        del sys.path[0]
    from readiness.cli import main

    main()
