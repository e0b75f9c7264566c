"""Calls that name a file, and the parts of a path that a client may choose without harm.

Source: the library reference of Python 3.13 (`os`, `shutil`, `pathlib`), Flask 3.1 (`send_from_directory` joins safely),
Starlette 0.50, aiofiles 25, Werkzeug 3.1 (`FileStorage.save`), Django 5.2 (names of uploaded files hold no folder).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readiness.libraries.sinks.inputs import CONTENT, SEGMENT
from readiness.libraries.sinks.places import lacks
from readiness.libraries.sinks.vocabulary import Api, Family, Site, methods
from readiness.model import Piece, PieceKind, Reach, Sink, SinkKind, Text
from readiness.model.summary import Constant

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Answer, Asking

PATH = SinkKind.PATH
FIRST = frozenset(
    {
        "open", "io.open", "codecs.open", "os.open", "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.mkdir",
        "os.makedirs", "os.listdir", "os.scandir", "os.walk", "os.rename", "os.replace", "os.chmod", "os.symlink",
        "os.truncate", "shutil.rmtree", "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move",
        "shutil.make_archive", "shutil.unpack_archive", "aiofiles.open", "aiofiles.os.remove", "aiofiles.os.unlink",
        "aiofiles.os.rename", "aiofiles.os.makedirs", "anyio.open_file", "gzip.open", "bz2.open", "lzma.open",
        "zipfile.ZipFile", "tarfile.open", "linecache.getlines", "flask.send_file", "flask.helpers.send_file",
        "quart.send_file", "werkzeug.utils.send_file", "starlette.responses.FileResponse", "fastapi.responses.FileResponse",
        "litestar.response.File", "sanic.response.file", "sanic.response.file_stream", "aiohttp.web.FileResponse",
        "bottle.static_file_path", "pyramid.response.FileResponse", "numpy.loadtxt", "numpy.load", "pandas.read_csv",
        "pandas.read_json", "pandas.read_excel", "pandas.read_parquet", "PIL.Image.open",
    }
)  # fmt: skip
EITHER = frozenset(
    {
        "PIL.Image.open", "zipfile.ZipFile", "pandas.read_csv", "pandas.read_json", "pandas.read_excel", "pandas.read_parquet",
        "numpy.load", "numpy.loadtxt", "flask.send_file", "quart.send_file", "werkzeug.utils.send_file", "gzip.open",
        "flask.helpers.send_file",
    }
)  # fmt: skip
"""They take the name of a file or an open one."""
CLASSES = ("pathlib.Path", "pathlib.PosixPath", "anyio.Path", "aiopath.AsyncPath", "trio.Path")
CALLED_ON = (
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "rename", "replace", "touch",
    "iterdir", "glob", "rglob", "symlink_to", "hardlink_to", "chmod",
)  # fmt: skip
ENDING = re.compile(r"\.r?split\([\"']\.[\"'](?:, (?:maxsplit=)?1)?\)\[-1\](?:\.(?:lower|upper|strip)\(\))*$")
"""The ending of a name, as a client wrote it: `upload.filename.split(".")[-1].lower()`."""
SHORT = re.compile(r"\[-[1-5]:\](?:\.lower\(\))?$")
"""The last few characters of a text: `upload.filename[-4:]`."""
UPLOADS = ("werkzeug.datastructures.FileStorage", "werkzeug.FileStorage", "flask.FileStorage")


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that names a file, where a client has a say in the name."""
    value = asking.argument(site)
    if value is None or isinstance(value, Constant) or not asking.can_be_sent(site, value):
        return None
    answer = asking.ask(site, value)
    if answer.sent and (_is_content(site, answer) or all(each.position == CONTENT for each in answer.sent)):
        return None
    harmless = tuple(each for each in answer.sent if _is_harmless(asking, site, each) or _is_ending(answer.text, each))
    found = asking.of_answer(site, value, answer, always=False, harmless=harmless)
    if found is None or found.reach is not Reach.PARTLY:
        return found
    return asking.sink(site, Reach.PARTLY, answer, piece=found.piece, detail="it holds no folder")


def _is_content(site: Site, answer: Answer) -> bool:
    """What is opened may well be a file that is open already, `Image.open(request.FILES["image"])`: only a text that is put
    together is surely a name."""
    return site.name in EITHER and not any(len(way) > 1 for way in answer.text.alternatives)


def _is_harmless(asking: Asking, site: Site, piece: Piece) -> bool:
    """A piece that leads to no other folder where it stands."""
    if piece.position in (SEGMENT, CONTENT):
        return True
    if piece.kind is not PieceKind.REQUEST:
        return False
    if lacks(piece, "/\\"):
        return True
    written = piece.text
    tail = written.rpartition(".")[2]
    if tail in ("suffix", "content_type", "mimetype", "method", "temporary_file_path()"):
        return True
    if tail == "name" and written.count(".") >= 1:
        # The name of a file that was uploaded to Django holds no folder.
        span = piece.span or asking.project.span(site.path, site.index)
        made = asking.slices.of_span(span, written)
        return any("FILES" in each.split(".") for each in made.names)
    return False


def _is_ending(text: Text, piece: Piece) -> bool:
    """What stands behind the last dot of a name, where a dot stands before it too: it holds no `..`, and begins no path. The
    last few characters of a name lead to no file behind another one either."""
    whole = [way for way in text.alternatives if piece in way]
    ways = [way[: way.index(piece)] for way in whole]
    if SHORT.search(piece.text) and whole and all(_stays_in_a_name(way, piece) for way in whole):
        return True
    return (
        ENDING.search(piece.text) is not None
        and bool(ways)
        and all(before and before[-1].kind is PieceKind.CONSTANT and before[-1].text.endswith(".") for before in ways)
    )


def _stays_in_a_name(way: tuple[Piece, ...], piece: Piece) -> bool:
    """A piece stands behind the beginning of a name, not behind a folder, and what follows it is fixed and goes into no folder."""
    place = way.index(piece)
    before = way[place - 1] if place else None
    if before is None or (before.kind is PieceKind.CONSTANT and before.text.endswith(("/", "\\"))):
        return False
    return all(each.kind is PieceKind.CONSTANT and not set("/\\") & set(each.text) for each in way[place + 1 :])


FAMILY = Family(
    apis={
        **{name: Api(PATH, 0, ("file", "path", "filename", "path_or_file", "location", "src")) for name in FIRST},
        **methods(CLASSES, CALLED_ON, Api(PATH, -1)),
        **methods(UPLOADS, ("save",), Api(PATH, 0, ("dst",))),
    },
    judge=judge,
    results={"werkzeug.datastructures.FileStorage.__enter__": "werkzeug.datastructures.FileStorage"},
)
