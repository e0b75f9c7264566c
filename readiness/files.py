"""Bytes and a place in; the file there out, replaced at once or not at all."""

import os
import tempfile
from pathlib import Path


def replace_file(place: Path, content: bytes, mode: int = 0o644) -> None:
    """Put a file in its place, beside which it is written first. Raises OSError, and leaves what was there."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".readiness-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
