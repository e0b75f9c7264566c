"""A command in, its output out: how other tools are run, away from the scanned folder and never for long."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

LARGEST = 64 * 2**20
"""Bytes of output that are read."""

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV")
"""What a tool may see of the environment: a variable can name a configuration or a program."""


class ToolError(Exception):
    """The tool gave no answer; the text is the end of a sentence that says why."""


class Running:
    """A Python module that runs as a program beside the scan."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        """Start it. Raises ToolError where that fails."""
        self.module = module
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the process
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- the same
        try:
            # `-I`: neither the current folder nor the user's variables say what is imported.
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter, no shell, arguments of our own)
                [sys.executable, "-I", "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._errors,
                cwd=tempfile.gettempdir(),
                env={name: value for name in KEPT if (value := os.environ.get(name)) is not None},
            )
        except (OSError, ValueError) as error:
            self._close()
            raise ToolError(f"cannot be started ({error})") from None

    def answer(self, patience: float) -> bytes:
        """What it printed. Raises ToolError when it fails or needs longer than `patience` seconds."""
        try:
            code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            raise ToolError(f"gave no answer in {patience:g} seconds") from None
        else:
            self._output.seek(0)
            output = self._output.read(LARGEST + 1)
            if code:
                self._errors.seek(0)
                lines = self._errors.read(4000).decode("utf-8", "replace").strip().splitlines()
                raise ToolError(f"ended with code {code}{f' ({lines[-1]})' if lines else ''}")
            if len(output) > LARGEST:
                raise ToolError(f"answered more than {LARGEST // 2**20} MiB")
            return output
        finally:
            self.stop()

    def stop(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close()

    def _close(self) -> None:
        for stream in (self._output, self._errors):
            with contextlib.suppress(OSError):
                stream.close()
