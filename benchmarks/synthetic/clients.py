"""What services of Django and of Flask write alike: the names in their texts, the call of a partner, tests through a client."""

from random import Random

from synthetic.logic import field_of, sample_json
from synthetic.words import Domain

PUBLISH = """logger = logging.getLogger(__name__)
PARTNER = os.environ.get("PARTNER_URL", "https://partner.example.com")


def publish(event: str, values: dict[str, str]) -> bool:
    try:
        answer = requests.post(
            f"{PARTNER}/events",
            json={"event": event, "kind": "NAME", "values": values},
            TIMEOUT,
        )
        answer.raise_for_status()
    except requests.RequestException:
        logger.exception("the partner was not told of %s", event)
        return False
    return True
"""


def named(text: str, domain: Domain) -> str:
    """A text of templates with the names of a domain."""
    return (
        text.replace("TITLE", domain.entity.title)
        .replace("PLURAL", domain.entity.plural)
        .replace("NAME", domain.name)
        .replace("PACKAGE", domain.package)
        .replace("TEXT", field_of(domain, "text"))
        .replace("MONEY", field_of(domain, "money"))
    )


def client_tests(chance: Random, domain: Domain, tests: str, test: str) -> str:
    """`tests` once and `test` for each field, all of them through the client of a framework."""
    values = "\n".join(f'        "{field.name}": {sample_json(chance, field)},' for field in domain.entity.fields)
    text = named(tests, domain).replace("VALUES", values)
    for field in domain.entity.fields:
        text += named(test, domain).replace("FIELD", field.name).replace("VALUE", sample_json(chance, field))
    return text
