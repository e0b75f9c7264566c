"""Writes an invented backend of any size: routes, models, queries, jobs, tests and migrations as real ones have them.

    python benchmarks/generate.py FOLDER --lines 200000 [--seed 1] [--framework fastapi] [--service-lines 100000]

The same arguments give the same bytes, and a larger backend of the same seed and services holds the packages of a smaller one.
Sizes and proportions were set by eleven open-source backends; `python benchmarks/shape.py FOLDER ...` compares.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from synthetic import django, fastapi, flask
from synthetic.words import Domain, domain

FRAMEWORKS = ("fastapi", "django", "flask")
TRADES = ("shop", "office", "depot", "clinic", "press", "bank", "school", "hotel", "garage", "theatre")
SERVICE_LINES = 100_000
"""Lines of a service before another is begun."""


@dataclass(frozen=True)
class Kind:
    """How services of one framework are written."""

    core: Callable[[str], dict[str, str]]
    files: Callable[[Random, Domain], dict[str, str]]
    whole: Callable[[str, Sequence[Domain]], dict[str, str]]
    requirements: tuple[str, ...]


KINDS = {
    "fastapi": Kind(fastapi.core, fastapi.files, fastapi.whole, fastapi.REQUIREMENTS),
    "django": Kind(django.core, django.files, django.whole, django.REQUIREMENTS),
    "flask": Kind(flask.core, flask.files, flask.whole, flask.REQUIREMENTS),
}


def backend(
    lines: int, *, seed: int = 1, frameworks: Sequence[str] = FRAMEWORKS, service_lines: int = SERVICE_LINES
) -> Iterator[tuple[str, str]]:
    """Path and text of each file, in order; at least `lines` lines of Python, at most the size of a few packages more.

    There is a service for each framework at least, and so many that none is larger than `service_lines`.
    """
    services = max(len(frameworks), -(-lines // service_lines))
    written = 0
    for number in range(services):
        wanted = (lines - written) // (services - number)
        for path, text in service(number, frameworks[number % len(frameworks)], wanted, seed):
            written += text.count("\n") if path.endswith(".py") else 0
            yield path, text


def service(number: int, framework: str, lines: int, seed: int) -> Iterator[tuple[str, str]]:
    """The files of one service of about so many lines."""
    trade = TRADES[number % len(TRADES)]
    package = f"{trade}_{framework}" if number < len(TRADES) else f"{trade}_{framework}_{number // len(TRADES)}"
    kind = KINDS[framework]
    place = f"services/{package}"
    yield f"{place}/pyproject.toml", manifest(package, kind.requirements)
    written = 0
    for path, text in kind.core(package).items():
        written += text.count("\n")
        yield f"{place}/{path}", text
    domains: list[Domain] = []
    while written < lines:
        # Each package has a chance of its own, so that what comes later changes nothing of it.
        chance = Random(f"{seed} {package} {len(domains)}")
        made = domain(chance, package, len(domains), [each.name for each in domains])
        for path, text in kind.files(chance, made).items():
            written += text.count("\n")
            yield f"{place}/{path}", text
        domains.append(made)
    yield from ((f"{place}/{path}", text) for path, text in kind.whole(package, domains).items())


def manifest(package: str, requirements: Sequence[str]) -> str:
    """The `pyproject.toml` of a service."""
    listed = "".join(f'  "{name}",\n' for name in requirements)
    return f'[project]\nname = "{package}"\nversion = "1.0"\ndependencies = [\n{listed}]\n'


def write(folder: Path, files: Iterator[tuple[str, str]] | Mapping[str, str]) -> tuple[int, int]:
    """Write the files below a folder. Numbers of files and of lines of Python. Raises FileExistsError for a folder that holds
    something."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    count = lines = 0
    for path, text in files.items() if isinstance(files, Mapping) else files:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        count += 1
        lines += text.count("\n") if path.endswith(".py") else 0
    return count, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--framework", choices=FRAMEWORKS, action="append", help="repeatable; all without any")
    parser.add_argument("--service-lines", type=int, default=SERVICE_LINES)
    arguments = parser.parse_args()
    files = backend(
        arguments.lines,
        seed=arguments.seed,
        frameworks=tuple(arguments.framework or FRAMEWORKS),
        service_lines=arguments.service_lines,
    )
    try:
        count, lines = write(arguments.folder, files)
    except FileExistsError as error:
        parser.error(str(error))
    print(f"{count:,} files, {lines:,} lines of Python")


if __name__ == "__main__":
    main()
