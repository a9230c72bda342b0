"""A small desk to look at, people at their browsers, and a count of what a page asks the database."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.db import db
from portal.people.models import Person
from tests.tickets.conftest import Desk, desk

__all__ = ["Desk", "desk"]

Enter = Callable[[Person], FlaskClient]


@pytest.fixture
def enter(app: Flask, desk: Desk, sign_in: Callable[[FlaskClient, Person], FlaskClient]) -> Enter:
    """A browser of this person, signed in."""
    return lambda person: sign_in(app.test_client(), person)


@pytest.fixture
def queries_of() -> Callable[[FlaskClient, str], int]:
    """How many statements one page costs, once the browser has been there before."""

    def count(browser: FlaskClient, path: str) -> int:
        assert browser.get(path).status_code == 200
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.split(maxsplit=1)[0] in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            browser.get(path)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    return count
