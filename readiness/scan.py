"""Paths and options in, a `Report` out: the stored one where every input is the same, else what `analysis` makes.

An unchanged project is answered without loading the analysis, the rules or the recognisers.
"""

import gc
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness.cache import Cache, fingerprint
from readiness.checklists import load_checklist, shipped
from readiness.config import Config, load_config, root_of
from readiness.discovery import Listing, Options, discover
from readiness.errors import ReadinessError
from readiness.model import Checklist, Report
from readiness.plugins import load_plugins, plugin_packages

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much it is."""


class ScanOptions(Struct, frozen=True, kw_only=True):
    """What to scan and how; whatever is empty is left to the configuration and its defaults."""

    exclude: tuple[str, ...] = ()
    checklist: str = ""
    select: tuple[str, ...] = ()
    """Ids of the rules to judge; all without any."""
    ignore: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    jobs: int | None = None
    cache: bool = True
    show: str = ""
    """An operation whose way through the code is wanted: `GET /orders/{id}`, a path or a handler."""
    today: date | None = None
    """The date of the scan, UTC."""


def scan(paths: Sequence[str], options: ScanOptions, progress: Progress | None = None) -> Report:
    """Scan a backend. Raises ReadinessError for what the user can mend."""
    with _collector_off():
        root, only = root_of(paths)
        config = load_config(root)
        today = options.today or datetime.now(UTC).date()
        packages = plugin_packages(options.plugins)
        checklist = _checklist(root, options, config)
        if progress is not None:
            progress("discover", 0, 0)
        listing = discover(
            root, Options(only=only, exclude=(*config.exclude, *options.exclude), evidence=config.evidence)
        )
        listing = _with_register(listing, config)
        engine = fingerprint([Path(__file__).parent, *packages])
        with Cache(engine, enabled=options.cache) as cache:
            key = _key(options, config, checklist, listing, today)
            report = _stored(cache, key)
            if report is None:
                from readiness.analysis import analyse

                plugins = load_plugins(options.plugins)
                chosen = [
                    rule
                    for rule in plugins.rules.values()
                    if (not options.select or rule.id in options.select) and rule.id not in options.ignore
                ]
                report = analyse(
                    listing,
                    checklist,
                    config.services,
                    chosen,
                    plugins,
                    cache,
                    today,
                    options.jobs or 0,
                    progress,
                    show=options.show,
                )
                if not plugins.problems:
                    # What keeps a plugin from loading can lie outside of everything that the key knows.
                    cache.put_report(key, msgspec.msgpack.encode(report))
        remarks = tuple(cache.problems)
        return msgspec.structs.replace(report, problems=(*report.problems, *remarks)) if remarks else report


def _checklist(root: Path, options: ScanOptions, config: Config) -> Checklist:
    """The checklist that was asked for; what the scanned project asks for is a shipped one or a file of its own."""
    name = config.checklist
    if options.checklist or not name or name.replace("_", "-") in shipped():
        return load_checklist(options.checklist or name or "production-readiness")
    place = Path(os.path.realpath(root / name.replace("\0", "")))
    if not place.is_relative_to(root):
        raise ReadinessError(
            f"checklist in {config.source} leads out of the project; name a file inside, or give it with --checklist"
        )
    if not place.is_file():
        raise ReadinessError(
            f"checklist in {config.source} names {name}, which is no file of the project and no shipped checklist "
            f"({', '.join(shipped())}); mend the name"
        )
    return load_checklist(str(place))


def _with_register(listing: Listing, config: Config) -> Listing:
    """The listing with the register of deviations among the evidence. Raises ReadinessError when one is named that is not
    there."""
    if any(file.path == config.deviations for file in listing.files):
        return msgspec.structs.replace(listing, evidence=(*listing.evidence, ("deviations", (config.deviations,))))
    if config.deviations != Config().deviations:
        raise ReadinessError(
            f"deviations in {config.source} names {config.deviations}, which is not there; write the file or mend the name"
        )
    return listing


def _key(options: ScanOptions, config: Config, checklist: Checklist, listing: Listing, today: date) -> str:
    """A digest of everything that a report depends on; how many processes made it is no part of it."""
    inputs = (
        msgspec.structs.replace(options, jobs=None, cache=True),
        config,
        checklist,
        listing,
        today,
    )
    return hashlib.blake2b(msgspec.msgpack.encode(inputs), digest_size=16).hexdigest()


def _stored(cache: Cache, key: str) -> Report | None:
    """The report of an earlier run on the same inputs; one that does not decode is none."""
    stored = cache.report(key)
    if stored is None:
        return None
    try:
        return msgspec.msgpack.decode(stored, type=Report)
    except msgspec.MsgspecError:
        return None


@contextmanager
def _collector_off() -> Iterator[None]:
    """The garbage collector costs a third of a scan and finds nothing: trees and facts hold no circles that matter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
