"""Counting what the database is asked."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.db import db


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
