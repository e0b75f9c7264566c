"""What backends are made of: folders in, a table of sizes and proportions out, to hold what `generate.py` writes against real ones.

    python benchmarks/shape.py PATH...

All but the first column are means: a thousand lines, a line, or a share of the lines.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from readiness.discovery import discover
from readiness.extraction import extract
from readiness.model import Scope
from readiness.model.summary import Class, Function

COLUMNS = {
    "lines": "{:,.0f}",
    "files a 1000 lines": "{:.1f}",
    "functions a file": "{:.1f}",
    "classes a file": "{:.2f}",
    "lines a function": "{:.1f}",
    "calls a line": "{:.3f}",
    "assignments a line": "{:.3f}",
    "imports a file": "{:.1f}",
    "bytes a line": "{:.1f}",
    "tests": "{:.0%}",
    "migrations": "{:.0%}",
}


def shape(folder: Path) -> dict[str, float]:
    """The figures of one folder, by the names of `COLUMNS`."""
    listing = discover(folder)
    summaries, _ = extract(listing.files, listing.content, None)
    total: Counter[str] = Counter()
    lines_of: Counter[Scope] = Counter()
    for file in listing.files:
        summary = summaries.get(file.path)
        if summary is None or file.scope in (Scope.VENDORED, Scope.GENERATED):
            continue
        functions = [each for each in summary.definitions if isinstance(each, Function)]
        lines_of[file.scope] += summary.lines
        total["files"] += 1
        total["bytes"] += file.size
        total["lines"] += summary.lines
        total["functions"] += len(functions)
        total["function lines"] += sum(each.end_line - each.line + 1 for each in functions)
        total["classes"] += sum(isinstance(each, Class) for each in summary.definitions)
        total["calls"] += len(summary.calls)
        total["assignments"] += len(summary.assignments)
        total["imports"] += len(summary.imports)
    lines, files = max(total["lines"], 1), max(total["files"], 1)
    return {
        "lines": total["lines"],
        "files a 1000 lines": 1000 * total["files"] / lines,
        "functions a file": total["functions"] / files,
        "classes a file": total["classes"] / files,
        "lines a function": total["function lines"] / max(total["functions"], 1),
        "calls a line": total["calls"] / lines,
        "assignments a line": total["assignments"] / lines,
        "imports a file": total["imports"] / files,
        "bytes a line": total["bytes"] / lines,
        "tests": lines_of[Scope.TEST] / lines,
        "migrations": lines_of[Scope.MIGRATION] / lines,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    arguments = parser.parse_args()
    print("| backend |" + "".join(f" {column} |" for column in COLUMNS))
    print("|---|" + "---:|" * len(COLUMNS))
    for path in arguments.paths:
        figures = shape(path)
        cells = "".join(f" {pattern.format(figures[column])} |" for column, pattern in COLUMNS.items())
        print(f"| {path.resolve().name} |{cells}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
