"""List endpoints, judged along the calls from the handler to the read."""

from textwrap import dedent

import pytest

from readiness.libraries.fastapi import library as fastapi
from readiness.libraries.listing.pagination import library
from readiness.libraries.sqlalchemy.reads import library as reads
from readiness.model import Bound, ListEndpoint, Resolution

MODELS = """\
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase): ...

class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    posts: Mapped[list["Post"]] = relationship()

class Post(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
"""
HEAD = """\
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session
from models import Post, User, select

app = FastAPI()

"""


def endpoints(recognised, source: str, **modules: str) -> list[ListEndpoint]:
    files = {"models.py": MODELS, "app.py": HEAD + dedent(source)}
    files.update({f"{name}.py": dedent(text) for name, text in modules.items()})
    return list(recognised(files, [fastapi, reads, library]).each(ListEndpoint))


def only(recognised, source: str, **modules: str) -> ListEndpoint:
    found = endpoints(recognised, source, **modules)
    assert len(found) == 1, found
    return found[0]


def get(body: str, parameters: str = "session: Session", path: str = "/users", response: str = "list[dict]") -> str:
    declared = f", response_model={response}" if response else ""
    return f"@app.get('{path}'{declared})\ndef handler({parameters}):\n    {body}\n"


def test_the_marks_name_the_parameter_and_the_place(recognised) -> None:
    found = only(recognised, get("return session.query(User).limit(size).all()", "session: Session, size: int = 10"))
    assert found.bound is Bound.BOUNDED
    assert found.marks == ("`size` (query parameter) through .limit(size) in app.py:9",)


def test_a_service_in_another_module_is_followed_with_what_is_passed(recognised) -> None:
    service = """
        from models import User, select

        class Users:
            def __init__(self, session):
                self.session = session

            def every(self, limit=None):
                return self._rows(select(User).limit(limit))

            def _rows(self, statement):
                return self.session.scalars(statement).all()
    """
    call = "from service import Users\n" + get("return Users(session).every({})")
    assert only(recognised, call.format(""), service=service).bound is Bound.UNBOUNDED
    assert only(recognised, call.format("20"), service=service).bound is Bound.BOUNDED


def test_a_method_of_the_controllers_base_class_is_followed(recognised) -> None:
    controller = """
        from models import User

        class Lists:
            model = User

            def __init__(self, session):
                self.session = session

            def page(self, limit, offset):
                return self.session.query(self.model).offset(offset).limit(limit).all()

        class UserLists(Lists):
            pass
    """
    source = "from controller import UserLists\n" + get(
        "return UserLists(session).page(limit, skip)", "session: Session, limit: int = 10, skip: int = 0"
    )
    assert only(recognised, source, controller=controller).bound is Bound.BOUNDED


def test_an_asynchronous_handler_is_followed(recognised) -> None:
    source = """
        from sqlalchemy.ext.asyncio import AsyncSession

        async def load(session: AsyncSession):
            result = await session.execute(select(User))
            return result.scalars().all()

        @app.get("/users", response_model=list[dict])
        async def users(session: AsyncSession):
            return [each.name for each in await load(session)]
    """
    assert only(recognised, source).bound is Bound.UNBOUNDED


def test_a_function_run_in_a_thread_is_followed(recognised) -> None:
    source = """
        import asyncio

        def load(session: Session, limit):
            return session.query(User).limit(limit).all()

        @app.get("/users", response_model=list[dict])
        async def users(session: Session):
            return await asyncio.to_thread(load, session, None)
    """
    assert only(recognised, source).bound is Bound.UNBOUNDED


def test_the_worst_of_several_answers_counts(recognised) -> None:
    body = "if small:\n        return session.query(User).limit(10).all()\n    return session.query(User).all()"
    assert only(recognised, get(body, "session: Session, small: bool")).bound is Bound.UNBOUNDED


def test_a_limit_that_nobody_uses_is_named(recognised) -> None:
    found = only(recognised, get("return session.query(User).all()", "session: Session, limit: int = 10"))
    assert found.bound is Bound.UNBOUNDED
    assert "`limit` is declared but never reaches the read" in found.reason


def test_an_envelope_over_a_whole_read_is_marked(recognised) -> None:
    body = "rows = session.query(User).all()\n    return {'items': rows, 'total': len(rows)}"
    found = only(recognised, get(body, response=""))
    assert (found.bound, found.envelope) == (Bound.UNBOUNDED, True)


def test_a_slice_of_the_rows_is_a_cut(recognised) -> None:
    found = only(recognised, get("return session.query(User).all()[:limit]", "session: Session, limit: int = 10"))
    assert (found.bound, found.cut) == (Bound.UNBOUNDED, True)


def test_a_slice_of_the_query_is_a_limit(recognised) -> None:
    assert only(recognised, get("return session.query(User)[:10]")).bound is Bound.BOUNDED


def test_rows_of_a_parent_in_the_address_are_bounded_by_it(recognised) -> None:
    body = "return session.query(Post).filter_by(author_id=user_id).all()"
    parameters = "session: Session, user_id: int"
    assert only(recognised, get(body, parameters, "/users/{user_id}/posts")).bound is Bound.BY_PARENT


def test_rows_of_whoever_asks_are_not(recognised) -> None:
    source = "def me(): ...\n\n" + get(
        "return session.query(Post).filter_by(author_id=user.id).all()", "session: Session, user=Depends(me)", "/posts"
    )
    assert only(recognised, source).bound is Bound.UNBOUNDED


def test_a_relationship_is_bounded_by_its_parent(recognised) -> None:
    source = get(
        "user: User = session.get(User, user_id)\n    return user.posts",
        "session: Session, user_id: int",
        "/users/{user_id}/posts",
    )
    assert only(recognised, source).bound is Bound.BY_PARENT


def test_what_cannot_be_followed_is_unknown(recognised) -> None:
    found = only(recognised, get("return service.every()", "service"))
    assert (found.bound, found.resolution) == (Bound.UNKNOWN, Resolution.UNRESOLVED)


def test_a_page_parameter_into_what_cannot_be_followed_is_inferred(recognised) -> None:
    found = only(recognised, get("return service.every(limit=limit)", "service, limit: int = 10"))
    assert (found.bound, found.resolution) == (Bound.BOUNDED, Resolution.INFERRED)


@pytest.mark.parametrize(
    "source",
    [
        get("return ['a', 'b']"),
        get("return sorted(NAMES)") + "NAMES = ['a', 'b']\n",
        get("return session.get(User, 1)", path="/users/{user_id}", response="dict"),
        get("return {'users': session.query(User).count()}", response="dict"),
        get("return {'id': 1, 'posts': session.query(Post).all()}", path="/users/{user_id}", response=""),
        get("import os\n    return os.listdir('.')"),
        get("return session.query(User).all()").replace("app.get", "app.post"),
        get("from fastapi.responses import StreamingResponse\n    return StreamingResponse(session.query(User).all())"),
    ],
)
def test_what_is_no_list_of_rows_is_no_site(recognised, source: str) -> None:
    assert endpoints(recognised, source) == []


def test_calls_that_go_round_in_circles_end(recognised) -> None:
    source = "def a(x):\n    return b(x)\n\ndef b(x):\n    return a(x)\n\n" + get("return a(session)")
    assert [each.bound for each in endpoints(recognised, source)] in ([], [Bound.UNKNOWN])
