"""The names by which handlers, schemas and libraries make an answer of rows, or of something else."""

ONE_VALUE = frozenset(
    {
        "len",
        "sum",
        "max",
        "min",
        "any",
        "all",
        "bool",
        "int",
        "float",
        "str",
        "next",
        "isinstance",
        "round",
        "abs",
        "hash",
    }
)
"""Builtins that make one value of many."""
NO_LIST = frozenset(
    {
        "StreamingResponse",
        "FileResponse",
        "EventSourceResponse",
        "RedirectResponse",
        "HTMLResponse",
        "PlainTextResponse",
        "TemplateResponse",
        "HTTPException",
    }
)
"""Answers that are no JSON list; an export that streams is no page."""
PAGES = frozenset({"render_template", "render_template_string"})
"""Functions of Flask and Quart that put their keywords into a page."""
BUILDERS = frozenset({"append", "extend", "add", "insert", "update", "appendleft"})
NARROWING = frozenset(
    {
        "where",
        "filter",
        "filter_by",
        "in_",
        "not_in",
        "notin_",
        "options",
        "join",
        "outerjoin",
        "order_by",
        "group_by",
        "having",
    }
)
"""Methods of a statement whose arguments choose rows and are none."""
REMOTE_PACKAGES = frozenset({"httpx", "httpx2", "requests", "aiohttp", "urllib3", "boto3"})
RELATIONS = frozenset({"relationship", "Relationship"})
COUNTS = frozenset(
    {
        "total",
        "total_count",
        "count",
        "page",
        "pages",
        "max_page",
        "per_page",
        "size",
        "pagination",
        "total_pages",
        "has_next",
        "has_next_page",
        "next",
        "limit",
        "offset",
        "skip",
    }
)
"""Fields that make an object look like a page."""


BESIDE = COUNTS | frozenset(
    {
        "success", "ok", "status", "code", "message", "msg", "error", "errors", "meta", "metadata", "links", "version",
        "timestamp", "_links", "self",
    }
)  # fmt: skip
"""Fields that may stand beside the one list of an envelope."""
RESULTS = frozenset({"data", "value", "result", "body", "content"})
"""Attributes by which libraries hand out what they made of their argument: `schema.dump(rows).data` of marshmallow 2."""
