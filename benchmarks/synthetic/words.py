"""A source of chance in, names and fields of an invented trade out."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_NOUNS = (
    "order invoice payment shipment parcel customer supplier contract catalog product variant warehouse stock price "
    "discount voucher refund receipt carrier route vehicle driver booking room ticket seat event venue member plan "
    "subscription account ledger entry budget expense claim policy quote lead campaign audience segment message thread "
    "channel document folder revision review rating comment report metric alert incident device sensor reading asset"
)
_QUALIFIERS = (
    "purchase sales internal external regional monthly partner draft archived recurring prepaid wholesale retail legacy "
    "express bulk group private public shared premium trial seasonal local global primary secondary nightly manual"
)
_VERBS = (
    "compute estimate merge split collect resolve prepare settle allocate reserve release reconcile normalise compare "
    "rank summarise schedule apply revoke forecast balance convert assign transfer close reopen audit index"
)
_ASPECTS = (
    "total margin deadline weight status share fee balance window quota score limit history summary rate tax level "
    "priority capacity backlog period threshold batch interval"
)
NOUNS, QUALIFIERS, VERBS, ASPECTS = (text.split(" ") for text in (_NOUNS, _QUALIFIERS, _VERBS, _ASPECTS))


@dataclass(frozen=True)
class Field:
    """One column of an entity."""

    name: str
    kind: str
    """A key of `PYTHON`."""
    required: bool


PYTHON = {
    "text": "str",
    "number": "int",
    "money": "Decimal",
    "time": "datetime",
    "flag": "bool",
}
FIELDS = {
    "text": "title code region reference note email currency label category country",
    "number": "quantity position attempts priority version capacity points",
    "money": "amount fee unit_price tax_amount balance credit_limit",
    "time": "due_at shipped_at expires_at confirmed_at closed_at",
    "flag": "is_active is_locked is_public needs_review is_paid",
}


@dataclass(frozen=True)
class Entity:
    """A thing of the trade: `purchase_order`, `PurchaseOrder`, and what is stored of it."""

    name: str
    title: str
    fields: tuple[Field, ...]

    @property
    def plural(self) -> str:
        """`purchase_orders`."""
        return f"{self.name[:-1]}ies" if self.name.endswith("y") else f"{self.name}s"

    def of(self, *kinds: str) -> list[Field]:
        """The fields of these kinds, all without any."""
        return [field for field in self.fields if not kinds or field.kind in kinds]


@dataclass(frozen=True)
class Domain:
    """One package of a service."""

    name: str
    package: str
    """Dotted name of the service's package."""
    entity: Entity
    line: Entity
    """What an entity consists of: the second table."""
    neighbours: tuple[str, ...]
    """Names of earlier domains of the service whose code this one calls."""


def title_of(name: str) -> str:
    """`PurchaseOrder` for `purchase_order`."""
    return "".join(part.capitalize() for part in name.split("_"))


def entity(chance: Random, name: str) -> Entity:
    """An entity with five to nine fields, of each kind at least one."""
    chosen = [(kind, chance.choice(FIELDS[kind].split())) for kind in FIELDS]
    more = chance.choices(list(FIELDS), k=chance.randint(1, 6))
    chosen += [(kind, chance.choice(FIELDS[kind].split())) for kind in more]
    fields = [Field(each, kind, chance.random() < 0.7) for each, kind in {each: kind for kind, each in chosen}.items()]
    return Entity(name, title_of(name), tuple(fields))


def domain(chance: Random, package: str, number: int, earlier: Sequence[str]) -> Domain:
    """The domain of that number; its name is the number's, so that none comes twice in a service."""
    noun = NOUNS[number % len(NOUNS)]
    rest = number // len(NOUNS)
    qualifier = QUALIFIERS[(rest - 1) % len(QUALIFIERS)] if rest else ""
    again = (rest - 1) // len(QUALIFIERS) if rest else 0
    name = "_".join(part for part in (qualifier, noun, str(again) if again else "") if part)
    neighbours = sorted(set(chance.sample(earlier, min(len(earlier), chance.randint(1, 3)))))
    main = entity(chance, name)
    return Domain(name, package, main, entity(chance, f"{name}_line"), tuple(neighbours))
