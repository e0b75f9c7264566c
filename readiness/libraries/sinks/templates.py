"""Calls that make a template of a text, engines that escape nothing, and calls that put text into a page as it is.

Source: Jinja 3.1 (`Environment(autoescape=False)` is the default), Flask 3.1, Django 5.2, Mako 1.3, Tornado 6.5, MarkupSafe 3.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.model import Missing, Reach, Resolution, Sink, SinkKind
from readiness.model.summary import Constant, Value

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

TEMPLATE, MARKUP = SinkKind.TEMPLATE, SinkKind.MARKUP
MADE = frozenset(
    {
        "flask.render_template_string", "flask.templating.render_template_string", "flask.stream_template_string",
        "quart.render_template_string", "jinja2.Template", "jinja2.environment.Template", "jinja2.Environment.from_string",
        "jinja2.environment.Environment.from_string", "flask.Flask.jinja_env.from_string", "mako.template.Template",
        "django.template.Template", "django.template.base.Template", "django.template.Engine.from_string",
        "django.template.engine.Engine.from_string", "tornado.template.Template", "chevron.render", "pystache.render",
        "jinja2.nativetypes.NativeEnvironment.from_string", "jinja2.NativeEnvironment.from_string", "bottle.template",
        "bottle.SimpleTemplate", "chameleon.PageTemplate",
    }
)  # fmt: skip
LOGICLESS = frozenset({"chevron.render", "pystache.render"})
SANDBOXES = frozenset(
    {
        "jinja2.sandbox.SandboxedEnvironment", "jinja2.sandbox.ImmutableSandboxedEnvironment",
        "jinja2.sandbox.NativeSandboxedEnvironment",
    }
)  # fmt: skip
ENVIRONMENTS = frozenset({"jinja2.Environment", "jinja2.environment.Environment"})
PLAIN = frozenset(
    {
        "django.utils.safestring.mark_safe", "django.utils.html.mark_safe", "markupsafe.Markup", "flask.Markup",
        "jinja2.Markup", "jinja2.utils.Markup", "django.utils.safestring.SafeString", "django.utils.safestring.SafeText",
    }
)  # fmt: skip
OWN_ADDRESS = ("get_absolute_url()", "csrf_token")
PAGES = (".html", ".htm", ".xhtml", ".svg", ".html.j2", ".html.jinja", ".html.jinja2")
RESULTS = {
    "jinja2.Environment.overlay": "jinja2.Environment",
    "flask.Flask.jinja_env": "jinja2.Environment",
    "flask.Flask.create_jinja_environment": "jinja2.Environment",
    **{f"{each}.overlay": each for each in SANDBOXES},
}


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that makes a template, an engine or markup."""
    if site.name in ENVIRONMENTS:
        return _environment(asking, site)
    value = asking.argument(site)
    if value is None or (site.name == "bottle.template" and isinstance(value, Constant)):
        return None
    if site.api.kind is MARKUP:
        found = asking.judged(site, value, always=False)
        own = found is not None and found.piece is not None and found.piece.text.endswith(OWN_ADDRESS)
        return None if own else found
    owner = site.name.rpartition(".")[0]
    if owner in SANDBOXES:
        if isinstance(value, Constant):
            return None
        return asking.sink(site, Reach.GUARDED, asking.ask(site, value), guard=owner.rpartition(".")[2])
    if _lies_at_fixed_place(asking, site, value):
        return None
    return asking.judged(site, value, always=site.name not in LOGICLESS and not isinstance(value, Constant))


def _lies_at_fixed_place(asking: Asking, site: Site, value: Value) -> bool:
    """The text is a constant of the program, of this file or another."""
    found = asking.project.constant(site.path, value, site.call.scope, site.call.line)
    return not isinstance(found, Missing)


def _environment(asking: Asking, site: Site) -> Sink | None:
    """An engine of Jinja that escapes nothing; it matters where its templates are pages."""
    given = keyword(site.call, "autoescape")
    escape = asking.project.constant(site.path, given, site.call.scope, site.call.line) if given is not None else False
    if isinstance(escape, Missing) or escape or any(not name for name, _ in site.call.keywords):
        return None
    page = _page(asking, site)
    return asking.sink(site, Reach.OPEN, detail=page, resolution=Resolution.EXACT if page else Resolution.UNRESOLVED)


def _page(asking: Asking, site: Site) -> str:
    """A page that an engine renders in the file where it is made."""
    summary = asking.project.summary(site.path)
    for call in summary.calls if summary is not None else ():
        if tail(call.callee) in ("get_template", "select_template", "get_or_select_template") and call.arguments:
            name = asking.project.constant(site.path, call.arguments[0], call.scope, call.line)
            if not isinstance(name, str) or not name.lower().endswith(PAGES):
                continue
            held = receiver(call.callee)
            made = asking.project.creation(site.path, held, call.scope, call.line) if held is not None else None
            if made is not None and (made.path, made.index) == (site.path, site.index):
                return name
    return ""


FAMILY = Family(
    apis={
        **{name: Api(TEMPLATE, 0, ("source", "text", "template_string", "template_code")) for name in MADE},
        **{f"{name}.from_string": Api(TEMPLATE, 0, ("source",)) for name in SANDBOXES},
        **{name: Api(MARKUP) for name in ENVIRONMENTS},
        **{name: Api(MARKUP, 0, ("s", "object")) for name in PLAIN},
    },
    judge=judge,
    results=RESULTS,
)
