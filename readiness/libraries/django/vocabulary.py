"""Names of Django 5.2, and what its classes answer: tables, and questions about one name.

Re-exports keep the last part of a name (`django.views.generic.ListView` is `django.views.generic.list.ListView`), so names are
compared by their top-level package and their last part.
"""

from __future__ import annotations

VERBS = ("get", "post", "put", "patch", "delete", "trace")
"""Methods of a view class that answer; HEAD and OPTIONS come with the others and are no operations of their own."""
PLAIN_PATHS = frozenset({"path"})
REGEX_PATHS = frozenset({"re_path", "url"})
PATHS = PLAIN_PATHS | REGEX_PATHS
CONVERTERS = {"int": "int", "uuid": "uuid.UUID", "str": "str", "slug": "str", "path": "str", "": "str"}
"""Django's own path converters and the types they give."""
TRANSLATIONS = frozenset({"gettext_lazy", "gettext", "ugettext_lazy", "ugettext", "pgettext_lazy", "pgettext"})
SETTINGS = "django.conf.settings."
ELSEWHERE = frozenset({"adrf", "drf_spectacular", "drf_yasg", "djoser", "dj_rest_auth", "knox", "rest_auth"})
"""Packages of REST framework views whose names do not begin with `rest_framework`; another recogniser reads them."""

_BASE = "django.views.generic.base"
_EDIT = "django.views.generic.edit"
_GET = "get"

_PROCESS = {verb: f"{_EDIT}.ProcessFormView.{verb}" for verb in ("get", "post", "put")}
_CREATE = {**_PROCESS, "get": f"{_EDIT}.BaseCreateView.get", "post": f"{_EDIT}.BaseCreateView.post"}
_UPDATE = {**_PROCESS, "get": f"{_EDIT}.BaseUpdateView.get", "post": f"{_EDIT}.BaseUpdateView.post"}
_DELETE = {
    "get": "django.views.generic.detail.BaseDetailView.get",
    "post": f"{_EDIT}.BaseDeleteView.post",
    "delete": f"{_EDIT}.DeletionMixin.delete",
}
_LIST = {"get": "django.views.generic.list.BaseListView.get"}
_DETAIL = {"get": "django.views.generic.detail.BaseDetailView.get"}
_TEMPLATE = {"get": f"{_BASE}.TemplateView.get"}
_DATES = {"get": "django.views.generic.dates.BaseDateListView.get"}
_DATE = {"get": "django.views.generic.dates.BaseDateDetailView.get"}

METHODS: dict[str, dict[str, str]] = {
    "TemplateView": _TEMPLATE,
    "RedirectView": {verb: f"{_BASE}.RedirectView.{verb}" for verb in ("get", "post", "put", "patch", "delete")},
    "ListView": _LIST,
    "BaseListView": _LIST,
    "DetailView": _DETAIL,
    "BaseDetailView": _DETAIL,
    "ProcessFormView": _PROCESS,
    "BaseFormView": _PROCESS,
    "FormView": _PROCESS,
    "BaseCreateView": _CREATE,
    "CreateView": _CREATE,
    "BaseUpdateView": _UPDATE,
    "UpdateView": _UPDATE,
    "DeletionMixin": {verb: f"{_EDIT}.DeletionMixin.{verb}" for verb in ("post", "delete")},
    "BaseDeleteView": _DELETE,
    "DeleteView": _DELETE,
    **dict.fromkeys(
        (
            "BaseDateListView",
            "BaseArchiveIndexView",
            "ArchiveIndexView",
            "BaseYearArchiveView",
            "YearArchiveView",
            "BaseMonthArchiveView",
            "MonthArchiveView",
            "BaseWeekArchiveView",
            "WeekArchiveView",
            "BaseDayArchiveView",
            "DayArchiveView",
            "BaseTodayArchiveView",
            "TodayArchiveView",
        ),
        _DATES,
    ),
    "BaseDateDetailView": _DATE,
    "DateDetailView": _DATE,
    "LoginView": _PROCESS,
    "LogoutView": {"post": "django.contrib.auth.views.LogoutView.post"},
    "PasswordResetView": _PROCESS,
    "PasswordResetDoneView": _TEMPLATE,
    "PasswordResetConfirmView": _PROCESS,
    "PasswordResetCompleteView": _TEMPLATE,
    "PasswordChangeView": _PROCESS,
    "PasswordChangeDoneView": _TEMPLATE,
    "JavaScriptCatalog": {"get": "django.views.i18n.JavaScriptCatalog.get"},
    "JSONCatalog": {"get": "django.views.i18n.JSONCatalog.get"},
    "AutocompleteJsonView": {"get": "django.contrib.admin.views.autocomplete.AutocompleteJsonView.get"},
}
"""Django's view classes and mixins -> the methods that their objects answer, each with the name of what answers it."""

OTHER_METHODS: dict[str, tuple[str, ...]] = {
    "django_filters.FilterView": ("get",),
    "django_tables2.SingleTableView": ("get",),
    "django_tables2.MultiTableMixin": (),
    "formtools.WizardView": ("get", "post"),
    "formtools.SessionWizardView": ("get", "post"),
    "formtools.CookieWizardView": ("get", "post"),
    "formtools.NamedUrlSessionWizardView": ("get", "post"),
    "formtools.NamedUrlCookieWizardView": ("get", "post"),
}
"""Classes of other packages, by top-level package and last name."""

PAGES = frozenset(
    {
        "render",
        "render_to_response",
        "redirect",
        "HttpResponseRedirect",
        "HttpResponsePermanentRedirect",
        "TemplateResponse",
        "SimpleTemplateResponse",
        "FileResponse",
        "render_to_string",
    }
)
"""Calls of Django whose answer is a page, a file or a redirect."""
LISTS = frozenset({"ListView", "BaseListView"})
STATIC_VIEWS = frozenset({"django.views.static.serve", "django.contrib.staticfiles.views.serve"})

STRUCTURAL = frozenset(
    {
        "action",
        "list_route",
        "detail_route",
        "api_view",
        "require_http_methods",
        "require_GET",
        "require_POST",
        "require_safe",
        "wraps",
        "partial",
        "extend_schema",
        "extend_schema_view",
        "swagger_auto_schema",
    }
)
"""Decorators that say which requests a view answers, or how it is documented; nothing that runs before it."""
REQUIRED = {"require_GET": ("GET",), "require_POST": ("POST",), "require_safe": ("GET",)}
"""Decorators of `django.views.decorators.http` that restrict the method."""


def is_django(name: str) -> bool:
    """A name of Django itself."""
    return name.partition(".")[0] == "django"


def is_elsewhere(name: str) -> bool:
    """A name of REST framework or of a package on it."""
    package = name.partition(".")[0]
    return package.startswith("rest_framework") or package in ELSEWHERE


def last_of(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def methods_of(name: str) -> dict[str, str]:
    """What objects of a class of another package answer: verb -> name of what answers it."""
    if is_django(name):
        return METHODS.get(last_of(name), {})
    verbs = OTHER_METHODS.get(f"{name.partition('.')[0]}.{last_of(name)}", ())
    return {verb: f"{name}.{verb}" for verb in verbs}
