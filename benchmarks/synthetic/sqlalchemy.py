"""A domain in; its SQLAlchemy models, queries and migration out, as FastAPI and Flask services have them."""

from random import Random

from synthetic.logic import field_of, module
from synthetic.words import PYTHON, Domain, Entity, Field

COLUMN = {
    "text": "String(200)",
    "number": "Integer",
    "money": "Numeric(12, 2)",
    "time": "DateTime(timezone=True)",
    "flag": "Boolean",
}


def models(domain: Domain, base: str) -> str:
    """The two tables of a domain; `base` is the line that imports `Base`."""
    head = [
        f'"""Tables of {domain.entity.plural}."""',
        "",
        "from datetime import datetime",
        "from decimal import Decimal",
        "",
        "from sqlalchemy import Boolean, DateTime, ForeignKey, Integer, Numeric, String, func",
        "from sqlalchemy.orm import Mapped, mapped_column, relationship",
        "",
        base,
    ]
    main, line = domain.entity, domain.line
    money = field_of(domain, "money")
    first = [
        *_columns(main),
        f'    lines: Mapped[list["{line.title}"]] = relationship(back_populates="parent", cascade="all, delete-orphan")',
        "",
        "    @property",
        f"    def {money}_with_tax(self) -> Decimal:",
        f'        return (self.{money} or Decimal(0)) * Decimal("1.19")',
        "",
        "    def __repr__(self) -> str:",
        f'        return f"<{main.title} {{self.id}}>"',
    ]
    second = [
        *_columns(line),
        f'    parent_id: Mapped[int] = mapped_column(ForeignKey("{main.plural}.id"), index=True)',
        f'    parent: Mapped["{main.title}"] = relationship(back_populates="lines")',
    ]
    return module(head, first, second)


def _columns(entity: Entity) -> list[str]:
    lines = [
        f"class {entity.title}(Base):",
        f'    __tablename__ = "{entity.plural}"',
        "",
        "    id: Mapped[int] = mapped_column(primary_key=True)",
        "    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())",
    ]
    for field in entity.fields:
        optional = "" if field.required else " | None"
        lines.append(f"    {field.name}: Mapped[{PYTHON[field.kind]}{optional}] = mapped_column({COLUMN[field.kind]})")
    return lines


def statements(chance: Random, domain: Domain) -> list[str]:
    """The methods of a repository."""
    text = (
        STATEMENTS.replace("TITLE", domain.entity.title)
        .replace("LINE", domain.line.title)
        .replace("TABLE", domain.entity.plural)
        .replace("TEXT", field_of(domain, "text"))
        .replace("MONEY", field_of(domain, "money"))
    )
    lines = text.splitlines()
    for field in domain.entity.of("text", "number", "time"):
        comparison = (
            f"{domain.entity.title}.{field.name} >= value"
            if field.kind != "text"
            else f"{domain.entity.title}.{field.name} == value"
        )
        bounded = f".limit({chance.randint(20, 500)})" if chance.random() < 0.7 else ""
        lines += [
            "",
            f"    def by_{field.name}(self, value: {PYTHON[field.kind]}) -> list[{domain.entity.title}]:",
            f"        statement = select({domain.entity.title}).where({comparison}){bounded}",
            "        return list(self.session.scalars(statement))",
        ]
    if chance.random() < 0.25:
        written = WRITTEN_UNSAFE if chance.random() < 0.3 else WRITTEN
        lines += written.replace("TABLE", domain.entity.plural).replace("TEXT", field_of(domain, "text")).splitlines()
    return lines


def migration(domain: Domain) -> str:
    """The migration that makes the tables."""
    head = [f'"""Make {domain.entity.plural}."""', "", "import sqlalchemy as sa", "from alembic import op"]
    marks = [f'revision = "{domain.name}"', "down_revision = None"]
    up = ["def upgrade() -> None:"]
    for entity in (domain.entity, domain.line):
        up += [
            "    op.create_table(",
            f'        "{entity.plural}",',
            '        sa.Column("id", sa.Integer(), nullable=False),',
            '        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now()),',
            *(
                f'        sa.Column("{field.name}", {migrated(field)}, nullable={not field.required}),'
                for field in entity.fields
            ),
            '        sa.PrimaryKeyConstraint("id"),',
            "    )",
        ]
    down = [
        "def downgrade() -> None:",
        f'    op.drop_table("{domain.line.plural}")',
        f'    op.drop_table("{domain.entity.plural}")',
    ]
    return module([*head, "", *marks], up, down)


def migrated(field: Field) -> str:
    """The type of a column in a migration."""
    kind = COLUMN[field.kind]
    return f"sa.{kind}" if "(" in kind else f"sa.{kind}()"


STATEMENTS = """
    def get(self, identity: int) -> TITLE | None:
        return self.session.get(TITLE, identity)

    def page(self, limit: int, offset: int) -> list[TITLE]:
        statement = select(TITLE).options(selectinload(TITLE.lines)).order_by(TITLE.id).limit(limit).offset(offset)
        return list(self.session.scalars(statement))

    def all_of(self, limit: int = 100) -> list[TITLE]:
        return list(self.session.scalars(select(TITLE).order_by(TITLE.created_at.desc()).limit(limit)))

    def count(self) -> int:
        return self.session.scalar(select(func.count()).select_from(TITLE)) or 0

    def add(self, item: TITLE) -> TITLE:
        self.session.add(item)
        self.session.flush()
        return item

    def add_line(self, item: TITLE, **values: object) -> LINE:
        line = LINE(parent_id=item.id, **values)
        self.session.add(line)
        return line

    def totals(self, region: str) -> list[tuple[str, object]]:
        statement = select(TITLE.TEXT, func.sum(TITLE.MONEY)).group_by(TITLE.TEXT).limit(500)
        if region:
            statement = statement.where(TITLE.TEXT == region)
        return [(name, total) for name, total in self.session.execute(statement)]"""
WRITTEN = """
    def names_like(self, wanted: str) -> list[str]:
        rows = self.session.execute(
            text("SELECT TEXT FROM TABLE WHERE TEXT LIKE :wanted ORDER BY TEXT LIMIT 50"),
            {"wanted": f"{wanted}%"},
        )
        return [row[0] for row in rows]
"""
WRITTEN_UNSAFE = """
    def names_like(self, wanted: str) -> list[str]:
        pattern = wanted.strip().lower()
        rows = self.session.execute(
            text(f"SELECT TEXT FROM TABLE WHERE TEXT LIKE '{pattern}%' ORDER BY TEXT LIMIT 50"),
        )
        return [row[0] for row in rows]
"""
