"""Proposed files in; the same written into the project, none over another and none through a link, out."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from readiness.model.diagnosis import Placing, SetUpFile


def placed(root: Path, file: SetUpFile, *, dry: bool) -> SetUpFile:
    """Write one proposed file, or say why not."""
    if file.placing is not Placing.PROPOSED:
        return file
    obstacle = _obstacle(root, file.path)
    if obstacle:
        return _refused(file, obstacle)
    place = root / file.path
    if os.path.lexists(place):
        return msgspec.structs.replace(file, placing=Placing.LEFT, text="", reason="it is there already")
    if dry:
        return file
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if _obstacle(root, file.path):
            return _refused(file, "a link leads elsewhere")
        # Exclusive: a file or a link that comes meanwhile is not touched.
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except FileExistsError:
        return msgspec.structs.replace(file, placing=Placing.LEFT, text="", reason="it is there already")
    except OSError as error:
        return _refused(file, f"it cannot be written ({error.strerror})")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(file.text.encode())
    except OSError as error:
        place.unlink(missing_ok=True)
        return _refused(file, f"it cannot be written ({error.strerror})")
    return msgspec.structs.replace(file, placing=Placing.WRITTEN)


def _refused(file: SetUpFile, reason: str) -> SetUpFile:
    return msgspec.structs.replace(file, placing=Placing.REFUSED, text="", reason=reason)


def _obstacle(root: Path, path: str) -> str:
    """What on the way to the file is no folder of the project's own; empty where all of it is, or is not there yet."""
    folder = root
    for part in path.split("/")[:-1]:
        folder = folder / part
        if folder.is_symlink():
            return f"{folder.relative_to(root).as_posix()} is a link, and nothing is written through links"
        if not os.path.lexists(folder):
            return ""
        if not folder.is_dir():
            return f"{folder.relative_to(root).as_posix()} is no folder"
    return "it is a link" if (root / path).is_symlink() else ""
