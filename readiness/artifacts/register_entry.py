"""A new deviation in, its entry in TOML and the register with it appended out; nothing that stood in the register changes."""

import os
import re
import stat
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from readiness.artifacts.register import LARGEST, read_register
from readiness.errors import ReadinessError
from readiness.model import DeviationRecord

KEYS = ("id", "rule", "where", "operation", "reason", "kind", "owner", "approver", "created", "until", "link")
NUMBERED = re.compile(r"DEV-(\d{1,9})", re.ASCII)
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that print nothing or move what is printed: written as escapes."""
SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def entry_text(values: Mapping[str, str | date]) -> str:
    """One `[[deviation]]` table; empty values are left out. Raises ReadinessError for text that is no Unicode."""
    lines = ["[[deviation]]"]
    for key in KEYS:
        value = values.get(key, "")
        if isinstance(value, date):
            lines.append(f"{key} = {value.isoformat()}")
        elif value:
            lines.append(f"{key} = {_quoted(key, value)}")
    return "\n".join(lines) + "\n"


def _quoted(key: str, value: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ReadinessError(f"{key} holds bytes that are no text; write it in UTF-8")
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in SHORT:
        return SHORT[character]
    if unicodedata.category(character) not in HIDDEN:
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def next_id(records: tuple[DeviationRecord, ...]) -> str:
    """`DEV-014` after `DEV-013`, whatever stands between."""
    numbers = [int(found[1]) for record in records if (found := NUMBERED.fullmatch(record.id))]
    return f"DEV-{max(numbers, default=0) + 1:03d}"


class RegisterFile:
    """The register of one project on disk, opened for nothing but reading it and adding to its end."""

    def __init__(self, root: Path, name: str, today: date) -> None:
        """Read it. Raises ReadinessError when it cannot be added to."""
        self.name = name
        self._place = _inside(root, name)
        self._today = today
        self.content = self._read()
        try:
            self.text = self.content.decode("utf-8")
        except UnicodeDecodeError:
            raise ReadinessError(f"{name} is no UTF-8 text; mend it first") from None
        if len(self.text) > LARGEST:
            raise ReadinessError(f"{name} is larger than {LARGEST // 1024} KiB; take out what has ended first")
        register = read_register(name, self.text, today)
        broken = next((record for record in register.records if record.id == name), None)
        if broken is not None:
            raise ReadinessError(f"{name}:{broken.span.line} is broken, so nothing was added: {broken.problem}")
        self.records = register.records

    def with_entry(self, entry: str) -> tuple[bytes, DeviationRecord]:
        """What to append so that the entry is the last one, and the record that it becomes then.

        Raises ReadinessError when the register cannot take it: a mistake in the entry, or in what stands above.
        """
        lines = "\r\n" if "\r\n" in self.text else "\n"
        gap = "" if not self.text else lines if self.text.endswith("\n") else lines * 2
        addition = gap + entry.replace("\n", lines)
        register = read_register(self.name, self.text + addition, self._today)
        broken = not register.records or register.records[-1].id == self.name
        if broken or len(register.records) != len(self.records) + 1 or register.records[:-1] != self.records:
            found = next((each.message for each in register.problems), "its last table takes no entry behind it")
            raise ReadinessError(f"{self.name} cannot be added to: {found}")
        return addition.encode(), register.records[-1]

    def append(self, addition: bytes) -> None:
        """Write the addition at the end. Raises ReadinessError when the file is not what was read."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(self._place, flags, 0o666)
        except OSError as error:
            raise ReadinessError(f"{self.name} cannot be written: {error.strerror}") from None
        with open(descriptor, "wb") as file:  # noqa: PTH123 -- a descriptor
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size != len(self.content):
                raise ReadinessError(f"{self.name} has changed meanwhile; try again")
            file.write(addition)

    def _read(self) -> bytes:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(self._place, flags)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise ReadinessError(f"{self.name} cannot be read: {error.strerror}") from None
        with open(descriptor, "rb") as file:  # noqa: PTH123 -- a descriptor
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ReadinessError(f"{self.name} is no regular file; make it one")
            return file.read(4 * LARGEST + 1)


def _inside(root: Path, name: str) -> Path:
    """The register's place. Raises ReadinessError when it, or a folder on the way, leads out of the project."""
    if "\0" in name:
        raise ReadinessError("the register's path holds a zero byte; mend the configuration")
    real_root = os.path.realpath(root)
    place = os.path.join(real_root, name)  # noqa: PTH118 -- links are looked at one by one here
    if os.path.islink(place):  # noqa: PTH114
        raise ReadinessError(f"{name} is a link, and nothing is written through links; put the file itself there")
    real = os.path.realpath(place)
    if not real.startswith(os.path.join(real_root, "")):  # noqa: PTH118
        raise ReadinessError(f"{name} leads out of the project; name a register inside of it")
    return Path(real)
