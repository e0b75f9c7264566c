"""The names by which Django 5.2 makes, narrows and ends a query set.

Read in `django/db/models/query.py` and `manager.py` of 5.2: which methods give another query set, and which run it.
"""

PACKAGES = ("django", "rest_framework")
MODEL_BASES = (
    "django.db.models.Model",
    "django.db.models.base.Model",
    "django.contrib.gis.db.models.Model",
    "django.contrib.auth.models.AbstractUser",
    "django.contrib.auth.models.AbstractBaseUser",
    "django.contrib.auth.base_user.AbstractBaseUser",
    "django.contrib.auth.models.User",
    "django.contrib.auth.models.Group",
    "mptt.models.MPTTModel",
    "polymorphic.models.PolymorphicModel",
    "treebeard.mp_tree.MP_Node",
    "model_utils.models.TimeStampedModel",
    "django_extensions.db.models.TimeStampedModel",
    "modelcluster.models.ClusterableModel",
    "wagtail.models.Page",
)
"""Classes whose subclasses are models; any other class of a module named `models` of another package counts as well."""
PLAIN_BASES = frozenset(
    {"object", "django.db.models.Model", "django.db.models.base.Model", "django.contrib.gis.db.models.Model",
     "django.contrib.auth.models.AbstractBaseUser", "django.contrib.auth.models.PermissionsMixin",
     "django.contrib.auth.models.AbstractUser", "django.contrib.auth.base_user.AbstractBaseUser"}
)  # fmt: skip
"""Bases of models that order no rows and whose managers load nothing beside them."""
NO_MODELS = frozenset(
    {
        "Manager", "QuerySet", "TextChoices", "IntegerChoices", "Choices", "Field", "Func", "Aggregate", "Expression",
        "Transform", "Lookup", "Index", "CheckConstraint", "UniqueConstraint",
    }
)  # fmt: skip
"""Classes of `django.db.models` that are no models."""
MANAGERS = (
    "django.db.models.Manager",
    "django.db.models.manager.Manager",
    "django.db.models.manager.BaseManager",
    "django.db.models.QuerySet",
    "django.db.models.query.QuerySet",
    "django.db.models.query.RawQuerySet",
    "django.contrib.auth.models.UserManager",
    "django.contrib.auth.models.BaseUserManager",
    "django.contrib.auth.base_user.BaseUserManager",
    "django.contrib.gis.db.models.Manager",
    "mptt.managers.TreeManager",
    "mptt.querysets.TreeQuerySet",
    "polymorphic.managers.PolymorphicManager",
    "polymorphic.query.PolymorphicQuerySet",
    "treebeard.mp_tree.MP_NodeManager",
    "treebeard.mp_tree.MP_NodeQuerySet",
    "model_utils.managers.InheritanceManager",
    "modelcluster.queryset.FakeQuerySet",
)
"""Classes of managers and query sets, and of kinds of them in other packages."""
MANAGER_NAMES = frozenset({"objects", "_default_manager", "_base_manager", "all_objects"})
"""Attributes of a model that are a manager without an assignment in it."""
NARROWING = frozenset(
    {
        "all", "filter", "exclude", "order_by", "reverse", "distinct", "values", "values_list", "annotate", "alias",
        "select_related", "prefetch_related", "only", "defer", "using", "extra", "select_for_update", "complex_filter",
        "dates", "datetimes", "get_queryset", "_clone", "_chain", "db_manager", "select_subclasses", "none", "raw",
        "union", "intersection", "difference", "iterator", "aiterator", "as_manager",
    }
)  # fmt: skip
"""Methods that give a query set, and those that give its rows one after the other."""
COMBINES = frozenset({"union", "intersection", "difference"})
PORTIONS = frozenset({"iterator", "aiterator"})
ONE = frozenset(
    {
        "get", "first", "last", "earliest", "latest", "count", "exists", "aggregate", "create", "get_or_create",
        "update_or_create", "update", "delete", "bulk_create", "bulk_update", "contains", "explain", "add", "remove",
        "set", "clear", "get_or_none", "as_sql", "get_by_natural_key", "aget", "afirst", "alast", "aearliest",
        "alatest", "acount", "aexists", "aaggregate", "acreate", "aget_or_create", "aupdate_or_create", "aupdate",
        "adelete", "abulk_create", "abulk_update", "acontains", "aexplain", "query", "model", "db", "create_user",
        "create_superuser", "_raw_delete", "get_by_id",
    }
)  # fmt: skip
"""Methods that end a query set with one row, one value or none."""
ROWS = frozenset({"in_bulk", "ain_bulk"})
METHODS = NARROWING | ONE | ROWS
LISTS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "dict", "enumerate", "iter"})
"""Builtins that take every row of what they are given."""
RELATIONS = frozenset(
    {
        "ForeignKey", "OneToOneField", "ManyToManyField", "TreeForeignKey", "ParentalKey", "ParentalManyToManyField",
        "GenericRelation", "TreeManyToManyField", "SortedManyToManyField", "TaggableManager",
    }
)  # fmt: skip
"""Fields that point to another model."""
TO_MANY = frozenset(
    {"ManyToManyField", "ParentalManyToManyField", "GenericRelation", "TreeManyToManyField", "SortedManyToManyField"}
)
KEY_NAMES = frozenset({"id", "pk", "uuid", "slug", "username", "email", "code", "key", "token", "uid", "name"})
"""Last parts of a look-up through a relation that name one row of the other model."""
PAGINATORS = (
    "django.core.paginator.Paginator",
    "django.core.paginator.AsyncPaginator",
    "django.core.paginator.BasePaginator",
)
PAGE_METHODS = frozenset({"page", "get_page", "aget_page", "apage"})
SHORTCUT_LIST = frozenset({"django.shortcuts.get_list_or_404", "django.shortcuts.aget_list_or_404"})
SHORTCUT_ONE = frozenset({"django.shortcuts.get_object_or_404", "django.shortcuts.aget_object_or_404",
                          "rest_framework.generics.get_object_or_404"})  # fmt: skip
SERIALIZERS = ("rest_framework.serializers.BaseSerializer", "rest_framework.serializers.Serializer",
               "rest_framework.serializers.ModelSerializer", "rest_framework.serializers.HyperlinkedModelSerializer",
               "rest_framework.serializers.ListSerializer")  # fmt: skip
