"""The name of a script in a container in, the script of the project that it is out."""

from __future__ import annotations

import posixpath
import re

from readiness.model import Project

LARGEST = 128 * 1024
PARTS = 3
SAME_NAME = 300
"""Scripts of one name that are compared."""
VARIABLE = re.compile(r"\$\{?\w+\}?")


class Scripts:
    """Finds scripts by the end of their path; they are copied to other places in an image."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._by_name: dict[str, list[str]] = {}
        for path in project.files:
            if path.endswith((".sh", ".py", ".bash")) or "." not in posixpath.basename(path):
                named = self._by_name.setdefault(posixpath.basename(path), [])
                if len(named) < SAME_NAME:
                    named.append(path)

    def find(self, written: str, near: str) -> str:
        """The path of the script, the nearest to a file where several have its name; empty without one."""
        parts = [
            part
            for part in written.strip("\"'").split("/")
            if part not in ("", ".", "..") and not VARIABLE.fullmatch(part)
        ]
        if not parts or VARIABLE.search(parts[-1]):
            return ""
        for length in range(min(PARTS, len(parts)), 0, -1):
            end = "/".join(parts[-length:])
            found = [path for path in self._by_name.get(parts[-1], ()) if path == end or path.endswith(f"/{end}")]
            if found:
                return max(found, key=lambda path: (len(posixpath.commonprefix([path, near])), -len(path), path))
        return ""

    def text(self, path: str) -> str:
        """Its text; empty where it is too large or no text."""
        file = self.project.files.get(path)
        return (self.project.text(path) or "") if file is not None and file.size <= LARGEST else ""
