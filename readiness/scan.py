"""Paths and options in, a `Report` out: the stored one where every input is the same, else what `analysis` makes.

An unchanged project is answered without loading the analysis, the rules or the recognisers.
"""

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness.cache import Cache, fingerprint
from readiness.checklists import checklist_for
from readiness.config import Config, load_config, root_of
from readiness.discovery import KnownFiles, Listing, Options, discover
from readiness.errors import ReadinessError
from readiness.model import Checklist, Report, Rule
from readiness.plugins import Plugins, load_plugins, plugin_packages
from readiness.profiling import stage

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much it is."""

_LISTED = "listed"
"""What the cache calls the files of a folder, by the folder's path."""


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
    target: float | None = None
    """A score to which the way is wanted."""
    today: date | None = None
    """The date of the scan, UTC."""


class Prepared(Struct, frozen=True):
    """What a scan begins with: everything is listed and loaded, nothing is read yet."""

    listing: Listing
    config: Config
    checklist: Checklist
    plugins: Plugins
    rules: tuple[Rule, ...]
    """Those that were chosen among the plugins'."""
    cache: Cache
    today: date
    options: ScanOptions


class Inputs(Struct, frozen=True):
    """What a report depends on."""

    listing: Listing
    config: Config
    checklist: Checklist
    today: date


def scan(paths: Sequence[str], options: ScanOptions, progress: Progress | None = None) -> Report:
    """Scan a backend. Raises ReadinessError for what the user can mend."""
    with begun(paths, options, progress) as (inputs, cache):
        report = report_of(inputs, options, cache, progress)
    return with_remarks(report, cache)


def with_remarks(report: Report, cache: Cache) -> Report:
    """The report with what the cache had to say."""
    remarks = tuple(cache.problems)
    return msgspec.structs.replace(report, problems=(*report.problems, *remarks)) if remarks else report


def report_of(inputs: Inputs, options: ScanOptions, cache: Cache, progress: Progress | None) -> Report:
    """The stored report of the same inputs, or a new one."""
    with stage("stored report"):
        key = _key(inputs, options)
        report = _stored(cache, key)
    if report is None:
        with stage("load"):
            from readiness.analysis import analyse

            prepared = _prepared(inputs, options, cache)
        report = analyse(
            prepared.listing,
            prepared.checklist,
            prepared.config.services,
            prepared.rules,
            prepared.plugins,
            cache,
            prepared.today,
            options.jobs or 0,
            progress,
            show=options.show,
            target=options.target,
        )
        if not prepared.plugins.problems:
            # What keeps a plugin from loading can lie outside of everything that the key knows.
            with stage("store report"):
                cache.put_report(key, msgspec.msgpack.encode(report))
    return report


@contextmanager
def opened(paths: Sequence[str], options: ScanOptions, progress: Progress | None = None) -> Iterator[Prepared]:
    """What a scan of a backend begins with, for who examines it more than once. Raises ReadinessError for what the user can
    mend."""
    with begun(paths, options, progress) as (inputs, cache):
        yield _prepared(inputs, options, cache)


@contextmanager
def begun(
    paths: Sequence[str], options: ScanOptions, progress: Progress | None = None
) -> Iterator[tuple[Inputs, Cache]]:
    """What a scan depends on, listed, and the results of earlier ones, open. Raises ReadinessError for what the user can mend."""
    with collector_off():
        with stage("fingerprint"):
            engine = fingerprint([Path(__file__).parent, *plugin_packages(options.plugins)])
        with Cache(engine, enabled=options.cache) as cache:
            yield _inputs(paths, options, cache, progress), cache


def _inputs(paths: Sequence[str], options: ScanOptions, cache: Cache, progress: Progress | None) -> Inputs:
    root, only = root_of(paths)
    today = options.today or datetime.now(UTC).date()
    with stage("settings"):
        config = load_config(root)
        checklist = checklist_for(root, options.checklist, config.checklist, config.source)
    if progress is not None:
        progress("discover", 0, 0)
    with stage("walk"):
        looked = Options(only=only, exclude=(*config.exclude, *options.exclude), evidence=config.evidence)
        place = str(root)
        known = KnownFiles(cache.get_many([place], _LISTED).get(place))
        listing = discover(root, looked, known)
        news = known.encoded()
        if news is not None:
            cache.put_many({place: news}, _LISTED)
    return Inputs(_with_register(listing, config), config, checklist, today)


def _prepared(inputs: Inputs, options: ScanOptions, cache: Cache) -> Prepared:
    plugins = load_plugins(options.plugins)
    chosen = tuple(
        rule
        for rule in plugins.rules.values()
        if (not options.select or rule.id in options.select) and rule.id not in options.ignore
    )
    return Prepared(inputs.listing, inputs.config, inputs.checklist, plugins, chosen, cache, inputs.today, options)


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


def _key(inputs: Inputs, options: ScanOptions) -> str:
    """A digest of everything that a report depends on; how many processes made it is no part of it."""
    told = (
        msgspec.structs.replace(options, jobs=None, cache=True),
        inputs.config,
        inputs.checklist,
        [getattr(inputs.listing, name) for name in Listing.__struct_fields__],
        inputs.today,
    )
    return hashlib.blake2b(msgspec.msgpack.encode(told), digest_size=16).hexdigest()


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
def collector_off() -> Iterator[None]:
    """The garbage collector costs a third of a scan and finds nothing: trees and facts hold no circles that matter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.unfreeze()
            gc.enable()
