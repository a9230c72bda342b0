"""Counting what the database is asked; a browser of an HMIS Lead administrator."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.db import db
from portal.people.models import Person
from portal.policy import Role
from tests.factories import make_lead, make_person


@pytest.fixture
def count_queries(app: Flask) -> Iterator[Callable[[Callable[[], object]], int]]:
    """How many SELECTs a piece of work costs."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)

    def counted(work: Callable[[], object]) -> int:
        asked.clear()
        work()
        return len(asked)

    yield counted
    event.remove(db.engine, "before_cursor_execute", note)


Enter = Callable[[FlaskClient, Person], FlaskClient]


@pytest.fixture
def admin(app: Flask, clock_at: Callable[[datetime], None]) -> Person:
    lead = make_lead(name="Crossfield Community Data")
    make_person(lead, Role.LEAD_ADMIN, first_name="Zoe", last_name="Zamora", email="zoe@example.org")
    return make_person(lead, Role.LEAD_ADMIN, first_name="Ada", last_name="Moss", email="ada@example.org")


@pytest.fixture
def desk(app: Flask, admin: Person, sign_in: Enter) -> FlaskClient:
    """A browser in which an HMIS Lead administrator is signed in."""
    return sign_in(app.test_client(), admin)
