"""A sample in, the same sample written otherwise out: what no rule's answer may depend on.

Every variant keeps line numbers, so the expectations stay; where a rewrite does not apply to a sample, there is none.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from readiness.testing.samples import Expectation, Sample

if TYPE_CHECKING:
    import libcst as cst
    from libcst import metadata

Rewrite = Callable[[Sample], Sample | None]


def variants(sample: Sample) -> Iterator[Sample]:
    """Every variant that applies to a sample; none where its author says `# no variants: <reason>`."""
    if sample.only:
        return
    for rewrite in VARIANTS:
        changed = rewrite(sample)
        if changed is not None:
            yield msgspec.structs.replace(changed, name=f"{sample.name}~{rewrite.__name__}")


def aliased_imports(sample: Sample) -> Sample | None:
    """Every imported name gets another local name."""
    return _each_file(sample, _alias_imports)


def renamed_locals(sample: Sample) -> Sample | None:
    """Every local variable of a function gets another name."""
    return _each_file(sample, _rename_locals)


def wrapped_functions(sample: Sample) -> Sample | None:
    """Every plain module function is called through one that only passes its arguments on."""
    return _each_file(sample, _wrap_functions)


def split_file(sample: Sample) -> Sample | None:
    """The first part of a one-file sample moves to a module of its own, from which the rest imports."""
    python = [path for path in sample.files if path.endswith(".py")]
    if len(python) != 1 or "/" in python[0]:
        return None
    path = python[0]
    text = sample.files[path].decode()
    cut = _cut(ast.parse(text))
    if cut is None:
        return None
    line, names = cut
    lines = text.split("\n")
    other = f"{path[:-3]}_part.py"
    import_line = f"from {other[:-3]} import {', '.join(names)}"
    files = dict(sample.files)
    files[other] = ("\n".join(lines[:line]) + "\n").encode()
    files[path] = "\n".join([""] * (line - 1) + [import_line, *lines[line:]]).encode()
    expected = frozenset(
        Expectation(other, each.line, each.verdict) if each.path == path and each.line <= line else each
        for each in sample.expected
    )
    written = sample.touched.get(path, ())
    touched = {
        other: tuple(number for number in written if number <= line),
        path: tuple(number for number in written if number > line),
    }
    return msgspec.structs.replace(sample, files=files, expected=expected, touched=touched)


VARIANTS: tuple[Rewrite, ...] = (aliased_imports, renamed_locals, wrapped_functions, split_file)


def _each_file(sample: Sample, rewrite: Callable[[str, frozenset[str]], str]) -> Sample | None:
    """The sample with every Python file rewritten; names that another file imports from it are kept."""
    kept = frozenset(
        alias.name
        for path, content in sample.files.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(content))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
    several = sum(path.endswith(".py") for path in sample.files) > 1
    files = {
        path: rewrite(content.decode(), kept if several else frozenset()).encode() if path.endswith(".py") else content
        for path, content in sample.files.items()
    }
    return None if files == sample.files else msgspec.structs.replace(sample, files=files)


def _cut(module: ast.Module) -> tuple[int, list[str]] | None:
    """Last line of a first part that needs nothing of the rest, and the names that the rest takes from it."""
    for count in range(len(module.body) - 1, 0, -1):
        head, tail = module.body[:count], module.body[count:]
        if not any(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign) for node in head
        ):
            return None
        below = {name for node in tail for name in _bound(node)}
        if below & {name for node in head for name in _loaded(node)} or "*" in {
            n for node in head for n in _bound(node)
        }:
            continue
        names = sorted(
            {name for node in head for name in _bound(node)} & {name for node in tail for name in _loaded(node)}
        )
        end = head[-1].end_lineno or 0
        start = min([tail[0].lineno, *(d.lineno for d in getattr(tail[0], "decorator_list", []))])
        if names and start > end:
            return end, names
    return None


def _bound(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _loaded(node: ast.stmt) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return names | {word for text in texts for word in re.findall(r"\w+", text)}


def _alias_imports(source: str, kept: frozenset[str]) -> str:
    import libcst as cst

    plan = _Plan(source, kept)
    for assignment in plan.imports():
        plan.rename(assignment)
    new_names = plan.new_names

    class Alias(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value=new_names.get(original_node, updated_node.value))

        def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
            new = plan.aliases.get(original_node)
            return updated_node if new is None else updated_node.with_changes(asname=cst.AsName(name=cst.Name(new)))

    return plan.module.visit(Alias()).code


def _rename_locals(source: str, kept: frozenset[str]) -> str:
    import libcst as cst

    plan = _Plan(source, kept)
    for assignment in plan.locals():
        plan.rename(assignment)
    new_names = plan.new_names

    class Rename(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value=new_names.get(original_node, updated_node.value))

    return plan.module.visit(Rename()).code


def _wrap_functions(source: str, kept: frozenset[str]) -> str:
    import libcst as cst

    plan = _Plan(source, kept)
    wrappers = []
    for assignment, function in plan.plain_functions():
        name = function.name.value
        calls = plan.called(assignment)
        if not calls:
            continue
        for node in calls:
            plan.new_names[node] = f"{name}_wrapped"
        wrappers.append(_wrapper(function, cst.Module([])))
    new_names = plan.new_names

    class Rename(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value=new_names.get(original_node, updated_node.value))

    return "".join([plan.module.visit(Rename()).code, *wrappers]) if wrappers else source


def _wrapper(function: "cst.FunctionDef", module: "cst.Module") -> str:
    """Source of a function with the same signature that passes everything on."""
    name = function.name.value
    parameters = function.params
    passed = [each.name.value for each in (*parameters.posonly_params, *parameters.params)]
    passed += [f"{each.name.value}={each.name.value}" for each in parameters.kwonly_params]
    returns = module.code_for_node(function.returns.annotation) if function.returns is not None else ""
    arrow = f" -> {returns}" if returns else ""
    asynchronous, awaited = ("async ", "await ") if function.asynchronous is not None else ("", "")
    signature = f"{asynchronous}def {name}_wrapped({module.code_for_node(parameters)}){arrow}"
    return f"\n\n{signature}:\n    return {awaited}{name}({', '.join(passed)})\n"


class _Plan:
    """Which names of a source become which."""

    def __init__(self, source: str, kept: frozenset[str]) -> None:
        import libcst as cst
        from libcst import metadata

        wrapper = metadata.MetadataWrapper(cst.parse_module(source))
        self.module = wrapper.module
        self._scopes = sorted(
            {scope for scope in wrapper.resolve(metadata.ScopeProvider).values() if scope is not None}, key=id
        )
        self._parents = wrapper.resolve(metadata.ParentNodeProvider)
        strings = [node.value for node in _strings(self.module)]
        self._kept = kept | {word for text in strings for word in re.findall(r"\w+", text)}
        self.new_names: dict[cst.CSTNode, str] = {}
        self.aliases: dict[cst.CSTNode, str] = {}

    def imports(self) -> Iterator["metadata.ImportAssignment"]:
        """Imports of one undotted name without an alias of its own."""
        import libcst as cst
        from libcst import metadata

        for assignment in self._assignments():
            if isinstance(assignment, metadata.ImportAssignment) and isinstance(assignment.as_name, cst.Name):
                node = assignment.node
                if isinstance(node, cst.ImportFrom) and _is_future(node):
                    continue
                yield assignment

    def locals(self) -> Iterator["metadata.Assignment"]:
        """Variables of functions that are bound by plain names; a parameter keeps its name, also where it is bound again."""
        import libcst as cst
        from libcst import metadata

        parameters = {
            (each.scope, each.name)
            for each in self._assignments()
            if isinstance(each, metadata.Assignment)
            and (isinstance(each.node, cst.Param) or isinstance(self._parents.get(each.node), cst.Param))
        }
        for assignment in self._assignments():
            if (
                isinstance(assignment, metadata.Assignment)
                and not isinstance(assignment, metadata.ImportAssignment)
                and isinstance(assignment.scope, metadata.FunctionScope)
                and isinstance(assignment.node, cst.Name)
                and (assignment.scope, assignment.name) not in parameters
            ):
                yield assignment

    def plain_functions(self) -> Iterator[tuple["metadata.Assignment", "cst.FunctionDef"]]:
        """Module functions without decorators, star parameters or yields."""
        import libcst as cst
        from libcst import matchers, metadata

        for assignment in self._assignments():
            node = getattr(assignment, "node", None)
            if (
                isinstance(assignment, metadata.Assignment)
                and isinstance(assignment.scope, metadata.GlobalScope)
                and isinstance(node, cst.FunctionDef)
                and not node.decorators
                and not isinstance(node.params.star_arg, cst.Param)
                and node.params.star_kwarg is None
                and not matchers.findall(node, matchers.Yield())
                and node.name.value not in self._kept
            ):
                yield assignment, node

    def called(self, assignment: "metadata.Assignment") -> list["cst.CSTNode"]:
        """The names by which the function is called."""
        import libcst as cst

        return [
            access.node
            for access in assignment.references
            if isinstance(parent := self._parents.get(access.node), cst.Call) and parent.func is access.node
        ]

    def rename(self, assignment: "metadata.BaseAssignment") -> None:
        """Give the name another spelling wherever it is bound and read, unless it must be kept."""
        import libcst as cst
        from libcst import metadata

        name = assignment.name
        if name in self._kept or f"{name}_renamed" in self._kept:
            return
        new = f"{name}_renamed"
        if isinstance(assignment, metadata.ImportAssignment):
            alias = self._parents.get(assignment.as_name)
            if not isinstance(alias, cst.ImportAlias) or alias.asname is not None:
                return
            self.aliases[alias] = new
        elif isinstance(assignment, metadata.Assignment):
            self.new_names[assignment.node] = new
        for access in assignment.references:
            if isinstance(access.node, cst.Name):
                self.new_names[access.node] = new

    def _assignments(self) -> Iterator["metadata.BaseAssignment"]:
        for scope in self._scopes:
            yield from scope.assignments


def _is_future(node: "cst.ImportFrom") -> bool:
    return getattr(node.module, "value", "") == "__future__"


def _strings(module: "cst.Module") -> list["cst.SimpleString"]:
    import libcst as cst
    from libcst import matchers

    found = matchers.findall(module, matchers.SimpleString())
    return [node for node in found if isinstance(node, cst.SimpleString)]
