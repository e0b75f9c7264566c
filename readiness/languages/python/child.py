"""Text in, lowered text out, by a child process: whatever libcst does there, this process goes on."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

PATIENCE = 10.0
"""Seconds for one file; libcst takes quadratic time for some. Half of it after each file that took too long or ended the child."""
LEAST_PATIENCE = 0.5
HEADER = 8
DONE, REFUSED = b"+", b"-"

PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from readiness.languages.python.child import serve; serve()"

_lock = threading.Lock()
_child: subprocess.Popen[bytes] | None = None
_owner = 0
_failures = 0


def lowered(text: str) -> str | None:
    """The text in the running interpreter's grammar; None where libcst does not read it either, dies or takes too long."""
    global _failures
    with _lock:
        try:
            child = _present_child()
        except OSError:
            return None
        stopwatch = threading.Timer(max(PATIENCE / 2**_failures, LEAST_PATIENCE), child.kill)
        stopwatch.daemon = True
        stopwatch.start()
        try:
            if child.stdin is None or child.stdout is None:
                return None
            _send(child.stdin, DONE, text.encode())
            state, answer = _receive(child.stdout)
        except (OSError, EOFError):
            _failures += 1
            end()
            return None
        except BaseException:
            end()
            raise
        finally:
            stopwatch.cancel()
            stopwatch.join()
    return answer.decode() if state == DONE else None


def serve() -> None:
    """The child's life: texts on the standard input, answers on the standard output, until the input ends."""
    from readiness.languages.python.lowering import lower

    sys.setrecursionlimit(3000)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            _, content = _receive(source)
        except EOFError:
            return
        text = content.decode()
        try:
            answer = lower(text)
        except Exception:  # noqa: BLE001 -- whatever fails here, the parent reports the file by the interpreter's words
            _send(sink, REFUSED, b"")
        else:
            same_height = answer.count("\n") == text.count("\n")
            _send(sink, DONE if same_height else REFUSED, answer.encode())


def import_path() -> list[str]:
    """Where the child finds us and libcst: never in the working directory, which may be a scanned repository."""
    home = str(Path(__file__).resolve().parents[3])
    here = str(Path.cwd())
    return [*[entry for entry in sys.path if entry and entry != here and Path(entry).is_absolute()], home]


def _present_child() -> subprocess.Popen[bytes]:
    """The running child of this very process; after a fork the parent's child is not ours to talk to."""
    global _child, _owner
    if _child is not None and _owner != os.getpid():
        _child.returncode = 0
        _child = None
    if _child is None:
        _child = subprocess.Popen(  # noqa: S603 -- our own interpreter, on our own program
            [sys.executable, "-I", "-c", PROGRAM, *import_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        _owner = os.getpid()
    return _child


@atexit.register
def end() -> None:
    """Stop the child and take its pipes back."""
    global _child
    child, _child = _child, None
    if child is None or _owner != os.getpid():
        return
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue


def _send(sink: IO[bytes], state: bytes, content: bytes) -> None:
    sink.write(state + len(content).to_bytes(HEADER, "big") + content)
    sink.flush()


def _receive(source: IO[bytes]) -> tuple[bytes, bytes]:
    head = source.read(1 + HEADER)
    if len(head) < 1 + HEADER:
        raise EOFError
    content = source.read(int.from_bytes(head[1:], "big"))
    if len(content) < int.from_bytes(head[1:], "big"):
        raise EOFError
    return head[:1], content
