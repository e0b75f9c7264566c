"""Rows that are read only to be counted in; a count that the database makes out."""

from __future__ import annotations

from readiness.model import Edit, Finding, Fix, Project, Read, Repair, Source, Span

fix = Fix(__name__, summary="lets the database count")

UNCOUNTABLE = frozenset({"raw", "iterator", "in_bulk", "aggregate"})
"""Methods of a query set whose answer has no `count()` (Django 5.2)."""


@fix.rewrites
def count(project: Project, finding: Finding, source: Source) -> Repair | None:
    """`len(Order.objects.filter(...))` becomes `Order.objects.filter(...).count()`: nothing else reads those rows."""
    import libcst as cst

    read = next((each for each in project.each(Read) if each.span == finding.span and each.counted), None)
    call = source.at(finding.span, cst.Call)
    if read is None or read.library != "django" or call is None or len(call.args) != 1:
        return None
    rows = call.args[0].value
    if not isinstance(call.func, cst.Name) or call.func.value != "len" or not isinstance(rows, cst.Call):
        return None
    if rows.lpar or not isinstance(rows.func, cst.Attribute) or rows.func.attr.value in UNCOUNTABLE:
        return None
    whole, inner = source.span(call), source.span(rows)
    if len(source.within(whole, cst.Comment)) > len(source.within(inner, cst.Comment)):
        return None
    before = Span(whole.path, whole.line, whole.column, inner.line, inner.column)
    behind = Span(whole.path, inner.end_line, inner.end_column, whole.end_line, whole.end_column)
    return Repair((Edit(before, ""), Edit(behind, ".count()")), title="lets the database count")
