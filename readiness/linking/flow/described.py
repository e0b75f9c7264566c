"""What code tells of itself: the names of classes, tables and columns; an expression in, whether it is made of those out."""

from __future__ import annotations

import ast

CODE_NAMES = frozenset(
    {"__tablename__", "__name__", "__qualname__", "__module__", "__table__", "__class__", "__file__", "__version__"}
)
CODE_PATHS = (
    "__table__.name",
    "__table__.fullname",
    "__table__.schema",
    "_meta.db_table",
    "__class__.__name__",
    "_meta.label",
)
TABLE_TYPES = ("sqlalchemy.Table", "sqlalchemy.sql.schema.Table", "sqlalchemy.Column", "sqlalchemy.schema.Table")
ENUM_CLASSES = (
    "enum.Enum",
    "enum.StrEnum",
    "enum.IntEnum",
    "django.db.models.TextChoices",
    "django.db.models.IntegerChoices",
)
DESCRIPTIONS = frozenset(
    {"_meta", "__table__", "__mapper__", "model_fields", "__fields__", "__dataclass_fields__", "__annotations__"}
)
"""Attributes in which a class of the code tells of itself: its columns and fields."""


def describes(expression: ast.expr) -> bool:
    """A chain of attributes and calls through what a class tells of itself: `Model._meta.get_fields()`, not the attribute alone."""
    node = expression
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript | ast.Await):
            node = node.value
            if isinstance(node, ast.Attribute) and node.attr in DESCRIPTIONS:
                return True
        else:
            return False
