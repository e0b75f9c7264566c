"""A service on FastAPI and SQLAlchemy: its core, the files of one domain, and the file that puts all of them together."""

from collections.abc import Sequence
from random import Random

from synthetic.logic import ERRORS, calculation_tests, calculations, module, sample_json
from synthetic.sqlalchemy import migration, models, statements
from synthetic.words import PYTHON, Domain, Entity

REQUIREMENTS = ("fastapi", "sqlalchemy", "httpx", "pydantic-settings", "alembic", "pytest")


def core(package: str) -> dict[str, str]:
    """The files that each domain leans on."""
    return {
        f"{package}/__init__.py": "",
        f"{package}/core/__init__.py": "",
        f"{package}/core/errors.py": ERRORS,
        f"{package}/core/settings.py": SETTINGS,
        f"{package}/core/database.py": DATABASE.replace("PACKAGE", package),
        f"{package}/core/security.py": SECURITY.replace("PACKAGE", package),
        "tests/conftest.py": CONFTEST.replace("PACKAGE", package),
    }


def files(chance: Random, domain: Domain) -> dict[str, str]:
    """The files of one domain, about 1,300 lines."""
    place = f"{domain.package}/{domain.name}"
    text, names = calculations(chance, domain, chance.randint(9, 15))
    return {
        f"{place}/__init__.py": "",
        f"{place}/models.py": models(domain, f"from {domain.package}.core.database import Base"),
        f"{place}/schemas.py": schemas(domain),
        f"{place}/repository.py": repository(chance, domain),
        f"{place}/calculations.py": text,
        f"{place}/service.py": service(chance, domain, names),
        f"{place}/routes.py": routes(chance, domain),
        f"tests/{domain.name}/test_{domain.name}_calculations.py": calculation_tests(chance, domain, names),
        f"tests/{domain.name}/test_{domain.name}_routes.py": route_tests(chance, domain),
        f"migrations/versions/{domain.name}.py": migration(domain),
    }


def whole(package: str, domains: Sequence[Domain]) -> dict[str, str]:
    """The application over all domains."""
    imports = "\n".join(f"from {package}.{each.name}.routes import router as {each.name}_router" for each in domains)
    included = "\n".join(f'app.include_router({each.name}_router, prefix="/{each.name}")' for each in domains)
    return {
        f"{package}/main.py": MAIN.replace("PACKAGE", package).replace("IMPORTS", imports).replace("INCLUDED", included)
    }


def schemas(domain: Domain) -> str:
    """What goes in and out as JSON."""
    head = [
        "from datetime import datetime",
        "from decimal import Decimal",
        "",
        "from pydantic import BaseModel, ConfigDict, Field",
    ]
    return module(head, *[section for each in (domain.entity, domain.line) for section in _schemas(each)])


def _schemas(entity: Entity) -> list[list[str]]:
    def line(name: str, kind: str, required: bool) -> str:
        limits = {"text": "max_length=200", "number": "ge=0", "money": "ge=0"}.get(kind, "")
        annotation = PYTHON[kind] if required else f"{PYTHON[kind]} | None"
        default = "..." if required else "None"
        return f"    {name}: {annotation} = Field({default}{', ' if limits else ''}{limits})"

    given = [line(field.name, field.kind, field.required) for field in entity.fields]
    changed = [line(field.name, field.kind, False) for field in entity.fields]
    return [
        [f"class {entity.title}Create(BaseModel):", *given],
        [f"class {entity.title}Update(BaseModel):", *changed],
        [
            f"class {entity.title}Read({entity.title}Create):",
            "    model_config = ConfigDict(from_attributes=True)",
            "",
            "    id: int",
        ],
        [f"class {entity.title}Page(BaseModel):", f"    items: list[{entity.title}Read]", "    total: int"],
    ]


def repository(chance: Random, domain: Domain) -> str:
    """The queries of a domain."""
    title, line = domain.entity.title, domain.line.title
    head = [
        "from sqlalchemy import func, select, text",
        "from sqlalchemy.orm import Session, selectinload",
        "",
        f"from {domain.package}.{domain.name}.models import {title}, {line}",
    ]
    owner = [
        f"class {title}Repository:",
        "    def __init__(self, session: Session) -> None:",
        "        self.session = session",
        *statements(chance, domain),
    ]
    return module(head, owner)


def service(chance: Random, domain: Domain, names: Sequence[str]) -> str:
    """What the routes call: checks, calculations, storage, other services over HTTP."""
    title, name, plural = domain.entity.title, domain.name, domain.entity.plural
    text = (
        SERVICE.replace("TITLE", title)
        .replace("PLURAL", plural)
        .replace("NAME", name)
        .replace("PACKAGE", domain.package)
    )
    timeout = ", timeout=settings.timeout" if chance.random() < 0.6 else ""
    text = text.replace(", TIMEOUT", timeout)
    more = []
    for calculation in chance.sample(list(names), min(len(names), chance.randint(3, 6))):
        more += [
            f"    def {calculation}(self, rate: Decimal) -> dict[str, Decimal]:",
            f"        items = self.repository.all_of(limit={chance.randint(50, 500)})",
            "        if not items:",
            f'            logger.info("no {plural} for {calculation}")',
            "            return {}",
            "        try:",
            f"            return calculations.{calculation}(items, rate)",
            "        except Conflict as error:",
            f'            logger.warning("{calculation} refused: %s", error.message)',
            "            raise" if chance.random() < 0.7 else "            return {}",
            "",
        ]
    return text + "\n" + "\n".join(more).rstrip() + "\n"


def routes(chance: Random, domain: Domain) -> str:
    """Between four and six routes."""
    text = ROUTES
    if chance.random() < 0.5:
        text += ROUTE_OF_TOTALS
    if chance.random() < 0.3:
        text = text.replace("limit: int = Query(50, ge=1, le=200)", "limit: int = 50")
    return (
        text.replace("TITLE", domain.entity.title)
        .replace("PLURAL", domain.entity.plural)
        .replace("NAME", domain.name)
        .replace("PACKAGE", domain.package)
    )


def route_tests(chance: Random, domain: Domain) -> str:
    """Tests of the routes through a client."""
    values = "\n".join(f'        "{field.name}": {sample_json(chance, field)},' for field in domain.entity.fields)
    extra = "".join(
        ROUTE_TEST.replace("FIELD", field.name).replace("VALUE", sample_json(chance, field))
        for field in domain.entity.fields
    )
    return (
        (TESTS + extra).replace("VALUES", values).replace("PLURAL", domain.entity.plural).replace("NAME", domain.name)
    )


SETTINGS = '''"""Settings from the environment."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str = "postgresql+psycopg://localhost/shop"
    secret_key: str
    partner_url: str = "https://partner.example.com"
    timeout: float = 5.0


settings = Settings()
'''
DATABASE = '''"""The engine and its sessions."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from PACKAGE.core.settings import settings

engine = create_engine(settings.database_url, pool_size=10, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


def get_session() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session
'''
SECURITY = '''"""Who is calling."""

import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer

from PACKAGE.core.settings import settings

scheme = OAuth2PasswordBearer(tokenUrl="/token")


def current_user(token: str = Depends(scheme)) -> str:
    try:
        payload = jwt.decode(token, settings.secret_key, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "invalid token") from error
    return str(payload["sub"])
'''
MAIN = '''"""The application."""

import logging

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.orm import Session

from PACKAGE.core.database import get_session
from PACKAGE.core.errors import ServiceError
IMPORTS

logger = logging.getLogger(__name__)
app = FastAPI(title="PACKAGE")
INCLUDED


@app.exception_handler(ServiceError)
def failed(request: Request, error: ServiceError) -> JSONResponse:
    logger.warning("%s failed: %s", request.url.path, error.message)
    return JSONResponse({"code": error.code, "message": error.message}, status_code=error.status)


@app.get("/health")
def health(session: Session = Depends(get_session)) -> dict[str, str]:
    session.execute(text("SELECT 1"))
    return {"status": "ok"}
'''
SERVICE = '''"""Work on PLURAL."""

import logging
from decimal import Decimal

import httpx
from sqlalchemy.orm import Session

from PACKAGE.NAME import calculations
from PACKAGE.NAME.models import TITLE
from PACKAGE.NAME.repository import TITLERepository
from PACKAGE.NAME.schemas import TITLECreate, TITLEUpdate
from PACKAGE.core.errors import Conflict, Invalid, NotFound
from PACKAGE.core.settings import settings

logger = logging.getLogger(__name__)


class TITLEService:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.repository = TITLERepository(session)

    def get(self, identity: int) -> TITLE:
        found = self.repository.get(identity)
        if found is None:
            raise NotFound(f"there is no NAME {identity}", code="NAME_missing")
        return found

    def page(self, limit: int, offset: int) -> tuple[list[TITLE], int]:
        return self.repository.page(limit, offset), self.repository.count()

    def create(self, data: TITLECreate) -> TITLE:
        values = data.model_dump()
        if not values:
            raise Invalid("nothing was given")
        made = TITLE(**values)
        self.repository.add(made)
        self.session.commit()
        logger.info("NAME %s was made", made.id)
        self.announce(made, "created")
        return made

    def update(self, identity: int, data: TITLEUpdate) -> TITLE:
        found = self.get(identity)
        for name, value in data.model_dump(exclude_unset=True).items():
            setattr(found, name, value)
        self.session.commit()
        self.announce(found, "updated")
        return found

    def remove(self, identity: int) -> None:
        found = self.get(identity)
        self.session.delete(found)
        self.session.commit()

    def announce(self, item: TITLE, event: str) -> bool:
        try:
            answer = httpx.post(
                f"{settings.partner_url}/events",
                json={"id": item.id, "event": event, "kind": "NAME"}, TIMEOUT
            )
            answer.raise_for_status()
        except httpx.HTTPError:
            logger.exception("the partner was not told of NAME %s", item.id)
            return False
        return True
'''
ROUTES = '''"""The routes of PLURAL."""

import logging
from decimal import Decimal

from fastapi import APIRouter, Depends, Query, Response, status
from sqlalchemy.orm import Session

from PACKAGE.NAME.schemas import TITLECreate, TITLEPage, TITLERead, TITLEUpdate
from PACKAGE.NAME.service import TITLEService
from PACKAGE.core.database import get_session
from PACKAGE.core.security import current_user

logger = logging.getLogger(__name__)
router = APIRouter(tags=["NAME"], dependencies=[Depends(current_user)])


def get_service(session: Session = Depends(get_session)) -> TITLEService:
    return TITLEService(session)


@router.get("/PLURAL", response_model=TITLEPage)
def list_PLURAL(
    limit: int = Query(50, ge=1, le=200),
    offset: int = Query(0, ge=0),
    service: TITLEService = Depends(get_service),
) -> TITLEPage:
    """A page of PLURAL."""
    items, total = service.page(limit, offset)
    return TITLEPage(items=[TITLERead.model_validate(item) for item in items], total=total)


@router.get("/PLURAL/{identity}", response_model=TITLERead)
def read_NAME(identity: int, service: TITLEService = Depends(get_service)) -> TITLERead:
    """One NAME."""
    return TITLERead.model_validate(service.get(identity))


@router.post("/PLURAL", response_model=TITLERead, status_code=status.HTTP_201_CREATED)
def create_NAME(
    data: TITLECreate,
    user: str = Depends(current_user),
    service: TITLEService = Depends(get_service),
) -> TITLERead:
    """Make a NAME."""
    made = service.create(data)
    logger.info("%s made NAME %s", user, made.id)
    return TITLERead.model_validate(made)


@router.patch("/PLURAL/{identity}", response_model=TITLERead)
def update_NAME(
    identity: int,
    data: TITLEUpdate,
    service: TITLEService = Depends(get_service),
) -> TITLERead:
    """Change a NAME."""
    return TITLERead.model_validate(service.update(identity, data))


@router.delete("/PLURAL/{identity}", status_code=status.HTTP_204_NO_CONTENT)
def delete_NAME(identity: int, service: TITLEService = Depends(get_service)) -> Response:
    """Remove a NAME."""
    service.remove(identity)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
'''
ROUTE_OF_TOTALS = '''

@router.get("/totals")
def totals_of_PLURAL(
    region: str = Query("", max_length=40),
    session: Session = Depends(get_session),
) -> dict[str, Decimal]:
    """Sums by region."""
    service = TITLEService(session)
    return {str(key): value for key, value in service.repository.totals(region)}
'''
TESTS = """from fastapi.testclient import TestClient


def payload() -> dict[str, object]:
    return {
VALUES
    }


def test_list_PLURAL(client: TestClient, token: str) -> None:
    response = client.get("/NAME/PLURAL", params={"limit": 5}, headers={"Authorization": token})
    assert response.status_code == 200
    assert response.json()["total"] >= 0


def test_create_and_read_NAME(client: TestClient, token: str) -> None:
    made = client.post("/NAME/PLURAL", json=payload(), headers={"Authorization": token})
    assert made.status_code == 201
    identity = made.json()["id"]
    found = client.get(f"/NAME/PLURAL/{identity}", headers={"Authorization": token})
    assert found.json()["id"] == identity


def test_delete_NAME(client: TestClient, token: str) -> None:
    identity = client.post("/NAME/PLURAL", json=payload(), headers={"Authorization": token}).json()["id"]
    assert client.delete(f"/NAME/PLURAL/{identity}", headers={"Authorization": token}).status_code == 204
    assert client.get(f"/NAME/PLURAL/{identity}", headers={"Authorization": token}).status_code == 404


def test_NAME_without_a_token_is_refused(client: TestClient) -> None:
    assert client.get("/NAME/PLURAL").status_code == 401
"""
ROUTE_TEST = """

def test_change_of_FIELD_is_kept(client: TestClient, token: str) -> None:
    made = client.post("/NAME/PLURAL", json=payload(), headers={"Authorization": token}).json()
    changed = client.patch(
        f"/NAME/PLURAL/{made['id']}",
        json={"FIELD": VALUE},
        headers={"Authorization": token},
    )
    assert changed.status_code == 200
    assert changed.json()["FIELD"] == VALUE
"""
CONFTEST = """from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from PACKAGE.main import app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def token() -> str:
    return "Bearer test"
"""
