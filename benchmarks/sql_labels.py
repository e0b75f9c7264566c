"""Checkouts of public test material with labels in; precision, recall and F1 of every tool on each out.

    python benchmarks/sql_labels.py CHECKOUT... [--show] [--tools readiness,bandit,ruff,semgrep]

A checkout is a folder of PyCQA/bandit, astral-sh/ruff, semgrep/semgrep-rules, github/codeql, OWASP-Benchmark/BenchmarkPython
or s2e-lab/SecurityEval; what it holds is told by its files. Nothing of them is kept: the labelled programs are put into a
temporary folder with what a backend has around them (imports, a connection, where the names come from, what executes a text
that is only built), their own lines unchanged. Tools that are not installed are left out; semgrep runs the rules of the
checkout of semgrep-rules.

A labelled statement counts as found when a tool points into it, or, where it is the only unsafe one of its function, into
that function: some labels stand at the source, some at the text, some at the call. A safe one counts against a tool that
points at its call or text.
`--show` lists what tools and labels say differently.
"""

import argparse
import ast
import builtins
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

PROLOGUE = """import sqlite3
from flask import Flask, request
app = Flask(__name__)
cur = cursor = sqlite3.connect("shop.db").cursor()
"""
SECTION = re.compile(r"#+ *(?P<word>bad|good|real world false positives|bug|skip)\b", re.IGNORECASE)
MARK = re.compile(r"# *(?P<kind>ruleid|ok): *(?P<rule>[\w\-, ]+)")
LIBRARY_NAMES = {
    "models": "django.db",
    "sql": "psycopg2",
    "extensions": "psycopg2",
    **dict.fromkeys(
        ["create_engine", "text", "select", "insert", "literal_column", "and_", "table", "String"], "sqlalchemy"
    ),
    **dict.fromkeys(["MetaData", "Table", "Column", "Integer"], "sqlalchemy"),
    "view_config": "pyramid.view",
}
DRIVERS = ("aiopg", "asyncpg", "pg8000", "psycopg2", "pymysql")
SNAPSHOT = re.compile(r"--> (S6\d\d\.py):(\d+):")


@dataclass(frozen=True)
class Case:
    """One labelled statement, or a whole file."""

    path: str
    first: int
    last: int
    unsafe: bool
    code: str
    function: tuple[int, int] | None = None
    """Lines of its function, where it is the only unsafe statement of it."""


@dataclass
class Material:
    """The programs of one checkout, and what is said of them."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    unread: int = 0
    """Statements in a syntax that this Python does not read."""
    rules: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a tool points at."""

    path: str
    lines: frozenset[int]
    sources: frozenset[int] = frozenset()
    """Lines where the values come from."""


@dataclass
class Score:
    """How a tool does on a material."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __str__(self) -> str:
        found, true = self.right + self.wrong, self.right + self.missed
        precision = self.right / found if found else 1.0
        recall = self.right / true if true else 1.0
        both = 2 * precision * recall / (precision + recall) if self.right else 0.0
        return f"{precision:10.2f}{recall:8.2f}{both:6.2f}{self.right:7}{self.wrong:7}{self.missed:8}"

    def add(self, other: "Score") -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


# Materials


def bandit_examples(root: Path) -> Iterator[Material]:
    """Statements under `# bad` and `# good`."""
    material = Material("bandit")
    for name in ("sql_statements.py", "sql_multiline_statements.py"):
        text = (root / "examples" / name).read_text()
        lines = text.split("\n")
        section = ""
        begin = 0
        for node in ast.parse(text).body:
            for line in lines[begin : node.lineno]:
                section = found["word"].lower() if (found := SECTION.match(line)) else section
            begin = node.end_lineno or node.lineno
            label = {"bad": True, "good": False, "real world false positives": False}.get(section)
            if label is not None and not isinstance(node, ast.Import):
                add_statement(material, f"{Path(name).stem}_{node.lineno}.py", lines[node.lineno - 1 : begin], label)
    yield material


def ruff_fixtures(root: Path) -> Iterator[Material]:
    """Statements of the fixtures of S608, S610 and S611, unsafe where ruff's own snapshots say so."""
    folder = root / "crates/ruff_linter"
    material = Material("ruff")
    for rule in ("S608", "S610", "S611"):
        name = f"{rule}.py"
        snapshots = folder.glob(f"src/rules/flake8_bandit/snapshots/*{rule}_{name}.snap")
        flagged = {int(line) for each in snapshots for path, line in SNAPSHOT.findall(each.read_text()) if path == name}
        text = (folder / "resources/test/fixtures/flake8_bandit" / name).read_text()
        lines = text.split("\n")
        if rule != "S608":
            material.files[name] = text
        for first, last in statements(lines, material):
            unsafe = any(line in flagged for line in range(first, last + 1))
            code = lines[first - 1 : last]
            if rule == "S608":
                add_statement(material, f"{rule}_{first}.py", code, unsafe)
            elif "objects" in code[0]:
                material.cases.append(Case(name, first, last, unsafe, " ".join(code)))
    yield material


def semgrep_tests(root: Path) -> Iterator[Material]:
    """Statements behind `# ruleid:` and `# ok:` in the tests of the rules for CWE-89; rules that look for a construct apart."""
    flows = Material("semgrep")
    constructs = Material("semgrep, constructs")
    rules = []
    for rule in sorted((root / "python").rglob("*.yaml")):
        test = rule.with_suffix(".py")
        declared = rule.read_text()
        if "CWE-89:" not in declared or not test.exists():
            continue
        rules.append(rule)
        construct = rule.stem in (
            "query-set-extra",
            "raw-query",
            "extends-custom-expression",
            "custom-expression-as-sql",
        )
        material = constructs if construct else flows
        name = "_".join(rule.relative_to(root / "python").with_suffix("").parts).replace("-", "_") + ".py"
        text = test.read_text()
        text = surroundings(text) + text
        material.files[name] = text + callers(text)
        # `Engine.execute` and text without `text()` are of this version.
        material.files["requirements.txt"] = "sqlalchemy==1.4.54\n"
        material.cases += marked(name, text)
    flows.rules = constructs.rules = tuple(rules)
    yield flows
    yield constructs


def codeql_tests(root: Path) -> Iterator[Material]:
    """Statements with `# $ Alert` or `# BAD` on their line, and blocks under `# GOOD`."""
    material = Material("codeql")
    for path in sorted((root / "python/ql/test/query-tests/Security/CWE-089-SqlInjection").glob("*.py")):
        text = path.read_text()
        # A module named as the library that it tests would hide it.
        name = path.name if path.stem != "asyncpg" else "async_postgres.py"
        material.files[name] = text
        lines = text.split("\n")
        good = False
        for number, line in enumerate(lines, 1):
            stripped = line.strip()
            if stripped.startswith("#") or not stripped:
                good = stripped.startswith("# GOOD")
            elif re.search(r"# (\$ Alert|BAD)", line):
                material.cases.append(Case(name, number, number, True, stripped))
            elif good:
                material.cases.append(Case(name, number, number, False, stripped))
    yield material


def owasp_benchmark(root: Path) -> Iterator[Material]:
    """Whole files, after the table of expected results."""
    material = Material("OWASP")
    table = next(root.glob("expectedresults-*.csv"))
    named = {}
    for line in table.read_text().splitlines():
        name, category, real, *_ = [*line.split(","), "", ""]
        if category == "sqli":
            named[name] = real == "true"
    for path in [root / "app.py", *sorted((root / "helpers").glob("*.py"))]:
        material.files[path.relative_to(root).as_posix()] = path.read_text()
    for name, unsafe in named.items():
        text = (root / f"testcode/{name}.py").read_text()
        if not parsed(text):
            material.unread += 1
            continue
        material.files[f"testcode/{name}.py"] = text
        material.cases.append(Case(f"testcode/{name}.py", 1, 10_000, unsafe, name))
    yield material


def security_eval(root: Path) -> Iterator[Material]:
    """Whole files, all of them unsafe."""
    material = Material("SecurityEval")
    for path in sorted((root / "Testcases_Insecure_Code/CWE-089").glob("*.py")):
        material.files[path.name] = path.read_text()
        material.cases.append(Case(path.name, 1, 10_000, True, path.stem))
    yield material


MATERIALS: dict[str, Callable[[Path], Iterator[Material]]] = {
    "examples/sql_statements.py": bandit_examples,
    "crates/ruff_linter/resources/test/fixtures/flake8_bandit/S608.py": ruff_fixtures,
    "python/django/security/injection/sql": semgrep_tests,
    "python/ql/test/query-tests/Security/CWE-089-SqlInjection": codeql_tests,
    "testcode/BenchmarkTest00001.py": owasp_benchmark,
    "Testcases_Insecure_Code/CWE-089": security_eval,
}


def statements(lines: list[str], material: Material) -> Iterator[tuple[int, int]]:
    """First and last line of every statement at the top, in pieces, so that new syntax costs only its own statements."""
    begin = 0
    while begin < len(lines):
        if not lines[begin].strip() or lines[begin].startswith("#"):
            begin += 1
            continue
        for end in range(begin + 1, min(begin + 40, len(lines)) + 1):
            body = parsed("\n".join(lines[begin:end]))
            grows = end < len(lines) and lines[end].startswith((" ", "\t", ")", "]", "}"))
            if body and not grows:
                yield begin + 1, end
                begin = end
                break
        else:
            material.unread += 1
            begin += 1
            while begin < len(lines) and (not lines[begin].strip() or lines[begin][0] in " \t)]}\"'"):
                begin += 1


def parsed(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except SyntaxError:
        return []


def add_statement(material: Material, path: str, lines: list[str], unsafe: bool) -> None:
    """A statement as a file of its own: where its names come from before it, what executes its text behind it."""
    (node,) = ast.parse("\n".join(lines)).body
    known = {*dir(builtins), "cur", "cursor", "request", "app", "sqlite3"}
    bound = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    used = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
    free = [name for name in dict.fromkeys(used) if name not in known | bound]
    before = PROLOGUE + "".join(f'{name} = request.args["{name}"]\n' for name in free)
    behind = ""
    if isinstance(node, ast.FunctionDef):
        behind = f"cursor.execute({node.name}())"
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and "execute" not in lines[0]:
        is_text = not isinstance(node.value, ast.List)
        behind = f"cursor.execute({node.targets[0].id})" if is_text else ""
    first = before.count("\n") + 1
    material.files[path] = before + "\n".join([*lines, behind, ""])
    material.cases.append(Case(path, first, first + len(lines), unsafe, " ".join(" ".join(lines).split())))


def surroundings(text: str) -> str:
    """Lines before a test whose names come from nowhere: imports of what libraries call so, else values that a client sends."""
    tree = ast.parse(text)
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(each.asname or each.name).split(".")[0] for each in node.names}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - bound - set(dir(builtins))
    known = {**LIBRARY_NAMES, **({"Connection": "asyncpg"} if "import asyncpg" in text else {})}
    imports = [f"from {module} import {name}\n" for name, module in known.items() if name in used]
    imports += [f"import {name}\n" for name in DRIVERS if name in used]
    free = sorted((used & values_in(tree)) - {*known, *DRIVERS})
    sent = [f'{name} = incoming_request.args["{name}"]\n' for name in free if name.islower()]
    return "".join([*imports, *(["from flask import request as incoming_request\n"] if sent else []), *sent])


def values_in(tree: ast.AST) -> set[str]:
    """Names whose values are put into texts or passed on."""
    return {
        child.id
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.FormattedValue | ast.Tuple | ast.Call)
        for child in (node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node))
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)
    }


def callers(text: str) -> str:
    """Lines behind a test whose functions nobody calls: handlers that pass what a client sends, and routes of views."""
    tree = ast.parse(text)
    written = []
    for number, node in enumerate(tree.body):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list:
            continue
        names = [each.arg for each in node.args.args]
        sent = [name for name in names if name in values_in(node) and name not in ("self", "request", "event", "conn")]
        if sent:
            passed = ", ".join(f'{name}=sent.args["{name}"]' if name in sent else f"{name}={name}" for name in names)
            written.append(f'@served.get("/{number}")\ndef answer_{number}():\n    return {node.name}({passed})\n')
    if written:
        written.insert(0, "from flask import Flask, request as sent\nserved = Flask(__name__)\n")
    if routes := re.findall(r"@view_config\(route_name='(\w+)'", text):
        added = "".join(f'    config.add_route("{route}", "/{route}")\n' for route in routes)
        start = "def main(global_config, **settings):\n    config = Configurator(settings=settings)\n"
        written += ["from pyramid.config import Configurator\n", f"{start}{added}    config.scan()\n"]
    return "".join(f"\n\n{each}" for each in written)


def marked(path: str, text: str) -> list[Case]:
    """The statements behind the marks of semgrep."""
    lines = text.split("\n")
    tree = ast.parse(text)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    cases: list[tuple[Case, tuple[int, int] | None]] = []
    for number, line in enumerate(lines, 1):
        if (mark := MARK.search(line)) is None or "todo" in line:
            continue
        following = [node for node in nodes if node.lineno > number]
        if not following:
            continue
        node = min(following, key=lambda each: (each.lineno, -(each.end_lineno or 0)))
        body = getattr(node, "body", None)
        whole = isinstance(node, ast.FunctionDef | ast.ClassDef)
        last = (node.end_lineno or node.lineno) if whole or not body else body[0].lineno - 1
        around = [each for each in functions if each.lineno <= node.lineno <= (each.end_lineno or 0)]
        inner = max(around, key=lambda each: each.lineno, default=None)
        case = Case(path, node.lineno, last, mark["kind"] == "ruleid", lines[node.lineno - 1].strip())
        cases.append((case, (inner.lineno, inner.end_lineno or 0) if inner else None))
    unsafe = [function for case, function in cases if case.unsafe]
    return [
        replace(case, function=function) if case.unsafe and function and unsafe.count(function) == 1 else case
        for case, function in cases
    ]


# Tools


def answered(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def readiness(folder: Path, material: Material, verdicts: tuple[str, ...] = ("fails",)) -> list[Report]:
    command = [sys.executable, "-m", "readiness", "check", ".", "--no-cache", "--select", "parameterized-queries"]
    found = json.loads(answered([*command, "--format", "json", "--fail-on", "never"], folder))
    for problem in found["problems"]:
        print(f"  readiness on {material.name}: {problem['path']}: {problem['message']}", file=sys.stderr)
    reports = []
    for finding in found["findings"]:
        if finding["verdict"] not in verdicts:
            continue
        span = finding["span"]
        lines = {*range(span["line"], span["end_line"] + 1)}
        sources: set[int] = set()
        for related in finding["related"]:
            if related["span"]["path"] == span["path"]:
                part = sources if related["message"].endswith("comes from here") else lines
                part.add(related["span"]["line"])
        reports.append(Report(span["path"], frozenset(lines), frozenset(sources)))
    return reports


def readiness_unsure(folder: Path, material: Material) -> list[Report]:
    return readiness(folder, material, ("fails", "unsure"))


def bandit(folder: Path, material: Material) -> list[Report]:
    command = [installed("bandit"), "-q", "-r", "-f", "json", "-t", "B608,B610,B611", "."]
    found = json.loads(answered(command, folder))["results"]
    return [Report(Path(each["filename"]).as_posix(), frozenset(each["line_range"])) for each in found]


def ruff(folder: Path, material: Material) -> list[Report]:
    options = ["--isolated", "--no-cache", "--select", "S608,S610,S611", "--output-format", "json"]
    found = json.loads(answered([installed("ruff"), "check", *options, "."], folder))
    return [
        Report(
            Path(each["filename"]).resolve().relative_to(folder.resolve()).as_posix(),
            frozenset(range(each["location"]["row"], each["end_location"]["row"] + 1)),
        )
        for each in found
        if each["code"] in ("S608", "S610", "S611")
    ]


def semgrep(folder: Path, material: Material) -> list[Report]:
    options = [option for rule in material.rules for option in ("--config", str(rule))]
    quiet = ["--json", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--disable-nosem"]
    found = json.loads(answered([installed("semgrep"), "scan", *quiet, *options, "."], folder))["results"]
    reports = []
    for each in found:
        trace = each["extra"].get("dataflow_trace", {})
        source = trace.get("taint_source", ["", [{}, ""]])[1][0].get("start", {}).get("line")
        lines = frozenset(range(each["start"]["line"], each["end"]["line"] + 1))
        reports.append(Report(each["path"], lines, frozenset({source} if source else ())))
    return reports


TOOLS: dict[str, Callable[[Path, Material], list[Report]]] = {
    "readiness": readiness,
    "readiness, unsure too": readiness_unsure,
    "bandit": bandit,
    "ruff": ruff,
    "semgrep": semgrep,
}


def installed(name: str) -> str:
    """The command of a tool: beside this Python, else on the path; empty when there is none."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name) or ""


# Scores


def points_at(report: Report, case: Case) -> bool:
    """Whether a report speaks of a labelled statement."""
    if report.path != case.path:
        return False
    lines = report.lines | report.sources if case.unsafe else report.lines
    if any(case.first <= line <= case.last for line in lines):
        return True
    return case.function is not None and any(case.function[0] <= line <= case.function[1] for line in report.lines)


def scored(material: Material, reports: list[Report]) -> tuple[Score, list[str]]:
    """The score, and the cases that come out otherwise than labelled."""
    score = Score()
    otherwise = []
    for case in material.cases:
        found = any(points_at(report, case) for report in reports)
        if found and case.unsafe:
            score.right += 1
        elif found:
            score.wrong += 1
        elif case.unsafe:
            score.missed += 1
        if found is not case.unsafe:
            kind = "labelled safe, reported" if found else "labelled unsafe, not reported"
            otherwise.append(f"    {kind}: {case.path}:{case.first}: {case.code[:110]}")
    return score, otherwise


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path, nargs="+", metavar="CHECKOUT")
    parser.add_argument("--tools", default=",".join(name for name in TOOLS if "," not in name))
    parser.add_argument("--show", action="store_true", help="list the cases that come out otherwise than labelled")
    chosen = parser.parse_args()
    wanted = set(chosen.tools.split(","))
    tools = [
        name for name in TOOLS if name.split(",")[0] in wanted and (name.startswith("readiness") or installed(name))
    ]
    materials = []
    for root in chosen.checkouts:
        readers = [reader for place, reader in MATERIALS.items() if (root / place).exists()]
        if not readers:
            parser.error(f"{root} is none of the checkouts that are known: {', '.join(MATERIALS)}")
        materials += [material for reader in readers for material in reader(root.resolve())]
    rules = next((material.rules for material in materials if material.rules), ())
    if not rules:
        tools = [name for name in tools if name != "semgrep"]
    totals = {name: Score() for name in tools}
    print(f"{'':24}{'precision':>10}{'recall':>8}{'F1':>6}{'right':>7}{'wrong':>7}{'missed':>8}")
    for material in materials:
        unsafe = sum(case.unsafe for case in material.cases)
        unread = f", {material.unread} in newer syntax left out" if material.unread else ""
        print(f"{material.name}: {len(material.cases)} statements, {unsafe} unsafe{unread}")
        material.rules = rules
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "backend"
            for path, text in material.files.items():
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
            if git := shutil.which("git"):
                subprocess.run([git, "init", "-q", str(folder)], check=True)
            for name in tools:
                score, otherwise = scored(material, TOOLS[name](folder, material))
                totals[name].add(score)
                print(f"  {name:22}{score}")
                for line in otherwise if chosen.show else []:
                    print(line)
    print("all")
    for name, score in totals.items():
        print(f"  {name:22}{score}")


if __name__ == "__main__":
    main()
