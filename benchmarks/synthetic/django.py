"""A service on Django and its REST framework: its core, the files of one domain, and the files that put all of them together."""

from collections.abc import Sequence
from random import Random

from synthetic.clients import PUBLISH, client_tests, named
from synthetic.django_texts import (
    ADMIN,
    CONFTEST,
    CORE_MODELS,
    MANAGE,
    PAGING,
    QUERIES,
    ROOT_URLS,
    SETTINGS,
    TASKS,
    TESTS,
    URLS,
    VIEW_TEST,
    VIEWS,
    WRITTEN,
    WRITTEN_UNSAFE,
)
from synthetic.logic import ERRORS, calculation_tests, calculations, field_of, module
from synthetic.words import Domain, Entity, Field

REQUIREMENTS = ("django", "djangorestframework", "requests", "pytest-django")
COLUMN = {
    "text": "CharField(max_length=200",
    "number": "IntegerField(default=0",
    "money": "DecimalField(max_digits=12, decimal_places=2",
    "time": "DateTimeField(",
    "flag": "BooleanField(default=False",
}


def core(package: str) -> dict[str, str]:
    """The files that each domain leans on."""
    return {
        "manage.py": MANAGE.replace("PACKAGE", package),
        f"{package}/__init__.py": "",
        f"{package}/core/__init__.py": "",
        f"{package}/core/errors.py": ERRORS,
        f"{package}/core/models.py": CORE_MODELS,
        f"{package}/core/paging.py": PAGING,
        "tests/conftest.py": CONFTEST,
    }


def files(chance: Random, domain: Domain) -> dict[str, str]:
    """The files of one domain, about 1,200 lines."""
    place = f"{domain.package}/{domain.name}"
    text, names = calculations(chance, domain, chance.randint(9, 15))
    return {
        f"{place}/__init__.py": "",
        f"{place}/models.py": models(domain),
        f"{place}/queries.py": queries(chance, domain),
        f"{place}/serializers.py": serializers(domain),
        f"{place}/calculations.py": text,
        f"{place}/tasks.py": tasks(chance, domain, names),
        f"{place}/views.py": views(chance, domain),
        f"{place}/urls.py": named(URLS, domain),
        f"{place}/admin.py": admin(domain),
        f"{place}/migrations/__init__.py": "",
        f"{place}/migrations/0001_initial.py": migration(domain),
        f"tests/{domain.name}/test_{domain.name}_calculations.py": calculation_tests(chance, domain, names),
        f"tests/{domain.name}/test_{domain.name}_views.py": client_tests(chance, domain, TESTS, VIEW_TEST),
    }


def whole(package: str, domains: Sequence[Domain]) -> dict[str, str]:
    """The settings and addresses of all domains."""
    installed = "\n".join(f'    "{package}.{each.name}",' for each in domains)
    included = "\n".join(f'    path("{each.name}/", include("{package}.{each.name}.urls")),' for each in domains)
    return {
        f"{package}/settings.py": SETTINGS.replace("PACKAGE", package).replace("APPLICATIONS", installed),
        f"{package}/urls.py": ROOT_URLS.replace("INCLUDED", included),
    }


def models(domain: Domain) -> str:
    """The two models of a domain."""
    head = [
        f'"""Tables of {domain.entity.plural}."""',
        "",
        "from decimal import Decimal",
        "",
        "from django.db import models",
        "",
        f"from {domain.package}.core.models import Stamped",
    ]
    main, line = domain.entity, domain.line
    first = [
        f"class {main.title}(Stamped):",
        *_columns(main.fields),
        "",
        "    class Meta:",
        '        ordering = ("id",)',
        f'        verbose_name_plural = "{main.plural.replace("_", " ")}"',
        "",
        "    def __str__(self) -> str:",
        f"        return str(self.{field_of(domain, 'text')})",
        "",
        "    def with_tax(self) -> Decimal:",
        f'        return (self.{field_of(domain, "money")} or Decimal(0)) * Decimal("1.19")',
    ]
    second = [
        f"class {line.title}(Stamped):",
        f'    parent = models.ForeignKey({main.title}, on_delete=models.CASCADE, related_name="lines")',
        *_columns(line.fields),
    ]
    return module(head, first, second)


def _columns(fields: Sequence[Field]) -> list[str]:
    return [f"    {field.name} = models.{_column(field)}" for field in fields]


def _column(field: Field) -> str:
    optional = "" if field.required or field.kind in ("number", "flag") else "null=True, blank=True"
    separator = ", " if optional and not COLUMN[field.kind].endswith("(") else ""
    return f"{COLUMN[field.kind]}{separator}{optional})"


def queries(chance: Random, domain: Domain) -> str:
    """What is asked of the tables."""
    title = domain.entity.title
    sections = [named(QUERIES, domain).rstrip("\n").splitlines()]
    for field in domain.entity.of("text", "number", "time"):
        bounded = f"[:{chance.randint(20, 500)}]" if chance.random() < 0.7 else ""
        comparison = field.name if field.kind == "text" else f"{field.name}__gte"
        sections.append(
            [
                f"def by_{field.name}(value) -> QuerySet[{title}]:",
                f'    found = {title}.objects.filter({comparison}=value).select_related().prefetch_related("lines")',
                f"    return found.order_by({('-' + field.name)!r}){bounded}",
            ]
        )
    if chance.random() < 0.25:
        text = WRITTEN_UNSAFE if chance.random() < 0.3 else WRITTEN
        sections.append(named(text, domain).rstrip("\n").splitlines())
    return module(*sections)


def serializers(domain: Domain) -> str:
    """What goes in and out as JSON."""
    head = [
        "from rest_framework import serializers",
        "",
        f"from {domain.package}.{domain.name}.models import {domain.entity.title}, {domain.line.title}",
    ]
    return module(head, *[_serializer(each) for each in (domain.line, domain.entity)])


def _serializer(entity: Entity) -> list[str]:
    name, kind = entity.fields[0].name, entity.fields[0].kind
    return [
        f"class {entity.title}Serializer(serializers.ModelSerializer):",
        "    class Meta:",
        f"        model = {entity.title}",
        "        fields = (",
        '            "id",',
        *(f'            "{field.name}",' for field in entity.fields),
        "        )",
        '        read_only_fields = ("id",)',
        "",
        f"    def validate_{name}(self, value):",
        f"        if not {'value.strip()' if kind == 'text' else 'value'}:",
        f'            raise serializers.ValidationError("{name} must not be empty")',
        "        return value",
    ]


def tasks(chance: Random, domain: Domain, names: Sequence[str]) -> str:
    """What runs beside the requests, and what other services are told."""
    text = named(TASKS + PUBLISH, domain).replace("TIMEOUT", "timeout=10" if chance.random() < 0.6 else "verify=True")
    chosen = chance.sample(list(names), min(len(names), chance.randint(3, 6)))
    functions = [
        [
            f"def nightly_{calculation}(rate: str) -> int:",
            f"    items = list(queries.recent(limit={chance.randint(50, 500)}))",
            "    try:",
            f"        result = calculations.{calculation}(items, Decimal(rate))",
            "    except Conflict as error:",
            f'        logger.warning("{calculation} refused: %s", error.message)',
            "        return 0",
            "    with transaction.atomic():",
            "        for item in items:",
            f"            item.{field_of(domain, 'flag')} = str(item.pk) in result",
            f'            item.save(update_fields=["{field_of(domain, "flag")}"])',
            f'    publish("{calculation}", {{key: str(value) for key, value in result.items()}})',
            "    return len(result)",
        ]
        for calculation in chosen
    ]
    return text + "\n\n" + module(*functions)


def views(chance: Random, domain: Domain) -> str:
    """A view set and a function."""
    text = named(VIEWS, domain)
    return (
        text
        if chance.random() < 0.7
        else text.replace("    pagination_class = Pages\n", "").replace(
            f"from {domain.package}.core.paging import Pages\n", ""
        )
    )


def admin(domain: Domain) -> str:
    """The administration of the two models."""
    fields = ", ".join(f'"{field.name}"' for field in domain.entity.fields[:4])
    return named(ADMIN, domain).replace("LINE", domain.line.title).replace("FIELDS", fields)


def migration(domain: Domain) -> str:
    """The migration that makes the tables."""
    head = ["import django.db.models.deletion", "from django.db import migrations, models"]
    body = [
        "class Migration(migrations.Migration):",
        "    initial = True",
        "",
        "    dependencies = []",
        "",
        "    operations = [",
    ]
    for entity in (domain.entity, domain.line):
        body += [
            "        migrations.CreateModel(",
            f'            name="{entity.title}",',
            "            fields=[",
            '                ("id", models.BigAutoField(primary_key=True, serialize=False)),',
            '                ("created_at", models.DateTimeField(auto_now_add=True)),',
            '                ("changed_at", models.DateTimeField(auto_now=True)),',
            *(f'                ("{field.name}", models.{_column(field)}),' for field in entity.fields),
            "            ],",
            '            options={"ordering": ("id",)},',
            "        ),",
        ]
    body += [
        "        migrations.AddField(",
        f'            model_name="{domain.line.title.lower()}",',
        '            name="parent",',
        "            field=models.ForeignKey(",
        f'                to="{domain.name}.{domain.entity.title}", on_delete=django.db.models.deletion.CASCADE',
        "            ),",
        "        ),",
        "    ]",
    ]
    return module(head, body)
