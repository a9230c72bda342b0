"""SQL statements and bytes of a page, counted in this process; exact, where times are not."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from portal.db import db
from portal.settings import PACKAGE
from tests.bench.visits import Reader

_ASSET = re.compile(r'(?:href|src)="/static/([^"#?]+)')
_FRAME = ("BEGIN", "SAVEPOINT", "RELEASE")
LEVEL = 6
"""Of gzip: what web servers use."""


@dataclass(frozen=True)
class Weight:
    statements: int
    plain: int
    compressed: int


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are run inside, without BEGIN and the like."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_FRAME):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def weigh(app: Flask, path: str, reader: Reader) -> Weight:
    """Call it outside of an application context: each request must have one of its own."""
    client = _client(app, reader)
    client.get(path)
    with app.app_context():
        engine = db.engine
    with counted(engine) as seen:
        answer = client.get(path)
    return Weight(len(seen), len(answer.data), len(gzip.compress(answer.data, LEVEL)))


def first_view(app: Flask, path: str, reader: Reader) -> dict[str, int]:
    """Compressed bytes of all that a browser loads to show the page the first time, by kind."""
    page = _client(app, reader).get(path).get_data(as_text=True)
    loaded = {"html": len(gzip.compress(page.encode(), LEVEL))}
    for asset in sorted(set(_ASSET.findall(page))):
        _add(loaded, PACKAGE / "static" / asset)
    return loaded


def _add(loaded: dict[str, int], path: Path) -> None:
    content = path.read_bytes()
    kind = path.suffix.lstrip(".")
    size = len(content) if kind == "woff2" else len(gzip.compress(content, LEVEL))
    loaded[kind] = loaded.get(kind, 0) + size


def _client(app: Flask, reader: Reader) -> FlaskClient:
    client = app.test_client()
    name, _, value = reader.cookie.partition("=")
    client.set_cookie(name, value)
    return client
