"""Names of Django REST framework 3.16, drf-nested-routers 0.95 and what is built on them: tables, and questions about one name."""

from __future__ import annotations

from readiness.libraries.django.vocabulary import is_elsewhere, last_of

FRAMEWORK = "Django REST framework"

GENERICS: dict[str, dict[str, str]] = {
    "CreateAPIView": {"post": "create"},
    "ListAPIView": {"get": "list"},
    "RetrieveAPIView": {"get": "retrieve"},
    "DestroyAPIView": {"delete": "destroy"},
    "UpdateAPIView": {"put": "update", "patch": "partial_update"},
    "ListCreateAPIView": {"get": "list", "post": "create"},
    "RetrieveUpdateAPIView": {"get": "retrieve", "put": "update", "patch": "partial_update"},
    "RetrieveDestroyAPIView": {"get": "retrieve", "delete": "destroy"},
    "RetrieveUpdateDestroyAPIView": {
        "get": "retrieve",
        "put": "update",
        "patch": "partial_update",
        "delete": "destroy",
    },
}
"""View classes of `rest_framework.generics`: verb -> the action of the mixin that it calls."""

MIXINS: dict[str, tuple[str, ...]] = {
    "CreateModelMixin": ("create",),
    "ListModelMixin": ("list",),
    "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"),
    "DestroyModelMixin": ("destroy",),
}
"""Mixins and the actions that they give a viewset."""
ACTIONS = {action: f"rest_framework.mixins.{mixin}.{action}" for mixin, actions in MIXINS.items() for action in actions}
"""Action -> the library's name of what answers it."""
VIEWSETS: dict[str, tuple[str, ...]] = {
    "ModelViewSet": ("list", "create", "retrieve", "update", "partial_update", "destroy"),
    "ReadOnlyModelViewSet": ("list", "retrieve"),
    **MIXINS,
    **{name: tuple(verbs.values()) for name, verbs in GENERICS.items()},
}
"""Classes and the actions that they have."""

OTHER_VERBS: dict[str, tuple[str, ...]] = {
    "rest_framework.ObtainAuthToken": ("post",),
    "rest_framework.obtain_auth_token": ("post",),
    "rest_framework.APIRootView": ("get",),
    "rest_framework.SchemaView": ("get",),
    **{
        f"rest_framework_simplejwt.{name}": ("post",)
        for name in (
            "TokenViewBase",
            "TokenObtainPairView",
            "TokenRefreshView",
            "TokenVerifyView",
            "TokenBlacklistView",
            "TokenObtainSlidingView",
            "TokenRefreshSlidingView",
            "token_obtain_pair",
            "token_refresh",
            "token_verify",
        )
    },
    **{
        f"drf_spectacular.{name}": ("get",)
        for name in (
            "SpectacularAPIView",
            "SpectacularYAMLAPIView",
            "SpectacularJSONAPIView",
            "SpectacularSwaggerView",
            "SpectacularSwaggerSplitView",
            "SpectacularRedocView",
        )
    },
}
"""Classes and views of REST framework and of packages on it, by top-level package and last name: the verbs they answer."""
DOCUMENTATION = frozenset({"drf_spectacular", "drf_yasg"})

COLLECTIONS = {
    "list": True,
    "retrieve": False,
    "create": False,
    "update": False,
    "partial_update": False,
    "destroy": False,
}
"""Whether an action answers with a collection."""

ROUTERS = frozenset(
    {
        "SimpleRouter",
        "DefaultRouter",
        "NestedSimpleRouter",
        "NestedDefaultRouter",
        "ExtendedSimpleRouter",
        "ExtendedDefaultRouter",
        "BaseRouter",
    }
)
ROOTED = frozenset({"DefaultRouter", "NestedDefaultRouter", "ExtendedDefaultRouter"})
"""Routers that answer at their root with a list of links."""
POSITIONAL: dict[str, tuple[str, ...]] = {
    "SimpleRouter": ("trailing_slash", "use_regex_path"),
    "DefaultRouter": (),
    "NestedSimpleRouter": ("parent_router", "parent_prefix"),
    "NestedDefaultRouter": ("parent_router", "parent_prefix"),
    "ExtendedSimpleRouter": ("trailing_slash", "use_regex_path"),
    "ExtendedDefaultRouter": (),
    "BaseRouter": (),
    "Route": ("url", "mapping", "name", "detail", "initkwargs"),
    "DynamicRoute": ("url", "name", "detail", "initkwargs"),
}
ACTION_DECORATORS = {"action": None, "list_route": False, "detail_route": True}
"""Decorators of extra actions, with whether they are about one object where the name says it."""


def verbs_of(name: str) -> dict[str, str]:
    """What objects of a class of another package answer: verb -> name of what answers it."""
    last = last_of(name)
    verbs = OTHER_VERBS.get(f"{name.partition('.')[0]}.{last}")
    if verbs is not None:
        return {verb: f"{name}.{verb}" for verb in verbs}
    if not is_elsewhere(name):
        return {}
    return {verb: f"rest_framework.generics.{last}.{verb}" for verb in GENERICS.get(last, ())}


def actions_of(name: str) -> dict[str, str]:
    """The actions that a class of another package has: action -> name of what answers it."""
    return {each: ACTIONS[each] for each in VIEWSETS.get(last_of(name), ())} if is_elsewhere(name) else {}
