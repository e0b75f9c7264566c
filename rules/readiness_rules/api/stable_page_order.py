"""Pages of list endpoints in, whether their rows have one order out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, Order, PageOrder, Project, Related, Resolution, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="Rows that are answered in pages have one order, so that no page repeats or skips a row.",
    phrase="pages are ordered",
    severity=Severity.MINOR,
    needs=[PageOrder],
    references=["https://www.postgresql.org/docs/current/queries-limit.html", "https://google.aip.dev/132"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every list endpoint whose rows are cut into pages is a site."""
    for page in project.each(PageOrder):
        if page.scope is Scope.SERVICE:
            yield _judge(page)


def _judge(page: PageOrder) -> Finding:
    name = f"{page.route.method} {page.route.path}"
    related = [Related(page.limit, "the page is cut out here")] if page.limit is not None else []
    if page.order is Order.TOTAL:
        return rule.passes(page, f"the pages of {name} are {page.how}", related=related)
    if page.order is Order.PARTIAL:
        return rule.fails(
            page,
            f"the pages of {name} are {page.how}: rows that tie can move between pages; add a unique column at the end",
            severity=Severity.INFO,
            confidence=Confidence.MEDIUM,
            related=related,
        )
    if page.order is not Order.NONE:
        return rule.unsure(
            page,
            f"whether the pages of {name} have one order is not known: {page.how}",
            severity=Severity.INFO if page.order is Order.UNKNOWN and page.columns else None,
            related=related,
        )
    return rule.fails(
        page,
        f"the pages of {name} have no order, so a row can come twice or never; order by a unique column, such as the key",
        confidence=Confidence.HIGH if page.resolution is Resolution.EXACT else Confidence.MEDIUM,
        related=related,
    )
