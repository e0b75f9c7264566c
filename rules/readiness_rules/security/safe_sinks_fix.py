"""YAML that is loaded as objects of any class in; the same loaded as plain data out."""

from __future__ import annotations

from readiness.model import Edit, Finding, Fix, Project, Repair, Sink, Source, Span

fix = Fix(__name__, summary="loads YAML as plain data")

SAFE = {"yaml.load": "safe_load", "yaml.load_all": "safe_load_all"}
ANY_CLASS = frozenset({"no Loader", "Loader=Loader", "Loader=CLoader", "Loader=UnsafeLoader", "Loader=CUnsafeLoader"})
"""What `Sink.detail` says of the loaders of PyYAML 6; a loader of the project's own may know tags that the documents need."""


@fix.rewrites
def load(project: Project, finding: Finding, source: Source) -> Repair | None:
    """`yaml.load(text, Loader=yaml.Loader)` becomes `yaml.safe_load(text)`."""
    import libcst as cst

    sink = next((each for each in project.each(Sink) if each.span == finding.span and each.api in SAFE), None)
    call = source.at(finding.span, cst.Call)
    if sink is None or call is None or sink.detail not in ANY_CLASS or not 1 <= len(call.args) <= 2:
        return None
    first, last = call.args[0], call.args[-1]
    if first.star or (first.keyword is not None and first.keyword.value != "stream"):
        return None
    if last is not first and (last.star or (last.keyword is not None and last.keyword.value != "Loader")):
        return None
    called = SAFE[sink.api]
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == sink.api.rpartition(".")[2]:
        edits = [Edit(source.span(call.func.attr), called)]
        imports: tuple[str, ...] = ()
    elif isinstance(call.func, cst.Name):
        edits = [Edit(source.span(call.func), f"yaml.{called}")]
        imports = ("yaml",)
    else:
        return None
    if last is not first:
        end, close = source.span(first), source.span(last)
        edits.append(Edit(Span(end.path, end.end_line, end.end_column, close.end_line, close.end_column), ""))
    return Repair(tuple(edits), imports=imports, title=f"loads with `yaml.{called}`")
