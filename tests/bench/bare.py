"""The lower bound: a bare Flask app that asks the same of the same tables and shows the same rows.

No sign-in, no forms, no layout: SQLAlchemy Core under the same conditions and indexes, and one plain Jinja loop over
whatever the statements gave. What the portal's filters and forms offer to choose from is asked and shown here too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine, create_engine

from portal import clock
from portal.db import READ_ONLY, prepare
from portal.settings import Settings
from tests.bench import bare_reading as reading
from tests.bench import bare_writing as writing

PAGE = """<!doctype html><html lang="en"><head><title>Bare</title></head><body>
{%- for rows in results %}
<table>{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}</table>
{%- endfor %}
</body></html>"""


def wsgi() -> Flask:
    """For gunicorn: `tests.bench.bare:wsgi()`."""
    app = Flask("bare")
    # The same pool as the portal's on PostgreSQL; SQLite has its own kind.
    settings = Settings.from_environ()
    pool = {} if settings.database_url.startswith("sqlite") else {"pool_size": 10, "max_overflow": 10}
    engine = create_engine(settings.database_url, **pool)
    prepare(engine)
    _pages(app, engine)
    _posts(app, engine)
    return app


@contextmanager
def _reader(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(**READ_ONLY) as connection:
        yield connection


def _shown(*results: Sequence[Any]) -> str:
    return render_template_string(PAGE, results=results)


def _pages(app: Flask, engine: Engine) -> None:
    @app.get("/sign-in")
    def first() -> ResponseReturnValue:
        return _shown()

    @app.get("/list")
    def listed() -> ResponseReturnValue:
        with _reader(engine) as connection:
            return _shown(*reading.open_list(connection, _by()), *reading.choices(connection))

    @app.get("/filtered")
    def filtered() -> ResponseReturnValue:
        with _reader(engine) as connection:
            found = reading.filtered_list(connection, _by(), queue_id=int(request.args["queue"]))
            return _shown(*found, *reading.choices(connection))

    @app.get("/search")
    def search() -> ResponseReturnValue:
        with _reader(engine) as connection:
            found = reading.search(connection, _by(), request.args["q"])
            return _shown(*found, *reading.choices(connection))

    @app.get("/ticket/<int:ticket_id>")
    def ticket(ticket_id: int) -> ResponseReturnValue:
        with _reader(engine) as connection:
            return _shown(*reading.ticket(connection, ticket_id))


def _by() -> int:
    return int(request.args["by"])


def _posts(app: Flask, engine: Engine) -> None:
    @app.post("/file")
    def file() -> ResponseReturnValue:
        with engine.begin() as connection:
            ticket_id = writing.file(connection, clock.now(), request.get_data(as_text=True))
        return redirect(f"/ticket/{ticket_id}")

    @app.post("/answer/<int:ticket_id>")
    def answer(ticket_id: int) -> ResponseReturnValue:
        with engine.begin() as connection:
            writing.answer(connection, clock.now(), ticket_id, request.get_data(as_text=True))
        return redirect(f"/ticket/{ticket_id}")
