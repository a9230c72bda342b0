"""One community, filled once; each test has a copy of its own."""

import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.audit import Act, Via
from portal.db import db
from portal.demo import actions
from tests.conftest import MONDAY, _create_database, settings_for

SEED = 2026


def fill_at(url: str, folder: Path, at: datetime = MONDAY) -> list[str]:
    """Fill a migrated database; what was said meanwhile."""
    said: list[str] = []
    app = create_app(settings_for(url, folder))
    with app.app_context():
        actions.fill(Act(at=at, via=Via.CLI), SEED, said.append)
        db.session.remove()
        db.engine.dispose()
    return said


@pytest.fixture(scope="session")
def filled(engine: str, template: str, data_folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of a filled database, to be copied only."""
    if engine == "sqlite":
        shutil.copy(template.removeprefix("sqlite:///"), data_folder / "demo.db")
        url = f"sqlite:///{data_folder / 'demo.db'}"
    else:
        url = _create_database(request.getfixturevalue("postgres_url"), "portal_demo", copy_of="portal_template")
    fill_at(url, data_folder / "demo")
    return url


@pytest.fixture
def database_url(engine: str, filled: str, data_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"d{uuid.uuid4().hex[:12]}"
    if engine == "sqlite":
        source = filled.removeprefix("sqlite:///")
        for ending in ("", "-wal"):
            if Path(source + ending).exists():
                shutil.copy(source + ending, data_folder / f"{name}.db{ending}")
        yield f"sqlite:///{data_folder / name}.db"
        for leftover in data_folder.glob(f"{name}.db*"):
            leftover.unlink()
        return
    server = request.getfixturevalue("postgres_url")
    yield _create_database(server, name, copy_of="portal_demo")
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()
