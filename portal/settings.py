"""Settings of the installation, from the environment. Choices the Lead makes in the browser are rows, not settings."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from portal.errors import Refused

PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """Where shipped data lies: inside the package in a wheel, beside it in a checkout.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for folder in (PACKAGE / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The folder {name} is missing from this installation.")


@dataclass(frozen=True)
class Smtp:
    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = "starttls"
    """starttls, tls or none"""


@dataclass(frozen=True)
class Imap:
    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    security: str = "tls"
    """tls or none"""


@dataclass(frozen=True)
class Settings:
    data: Path
    database_url: str
    base_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    portal_name: str = "HMIS Desk"
    desk_address: str = "help@desk.example.org"
    desk_phone: str = "555-0100"
    smtp: Smtp | None = None
    imap: Imap | None = None
    authserv_id: str = ""
    """Name under which our own mail server writes Authentication-Results (RFC 8601); "" where it writes none."""
    trusted_proxies: int = 0
    max_upload_bytes: int = 25 * 1024 * 1024
    staff_idle: timedelta = timedelta(minutes=30)
    user_idle: timedelta = timedelta(minutes=60)
    session_limit: timedelta = timedelta(hours=12)
    argon2_kib: int = 19456
    """Memory of one password hash, KiB; 19 MiB with t=2, p=1 (OWASP password storage cheat sheet)."""
    seal_pkcs12: Path | None = None
    """A bought key for seals, with its certificate; without one the portal makes its own."""
    seal_password: str = field(default="", repr=False)
    tsa_url: str = ""
    """A time-stamp authority (RFC 3161) that confirms when something was sealed; "" where there is none."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Raises Refused with one sentence when a variable cannot be understood."""
        data = Path(environ.get("PORTAL_DATA") or "var").resolve()
        port = _number(environ, "PORT", 8000)
        host = environ.get("HOST", "127.0.0.1")
        return cls(
            data=data,
            database_url=_database_url(environ.get("DATABASE_URL") or f"sqlite:///{data / 'portal.db'}"),
            base_url=environ.get("PORTAL_URL", f"http://{host}:{port}").rstrip("/"),
            host=host,
            port=port,
            portal_name=environ.get("PORTAL_NAME", "HMIS Desk"),
            desk_address=environ.get("PORTAL_DESK_ADDRESS", "help@desk.example.org"),
            desk_phone=environ.get("PORTAL_DESK_PHONE", "555-0100"),
            smtp=_smtp(environ.get("SMTP_URL", "")),
            imap=_imap(environ.get("IMAP_URL", "")),
            authserv_id=environ.get("PORTAL_AUTHSERV_ID", "").strip().lower(),
            trusted_proxies=_number(environ, "TRUSTED_PROXIES", 0),
            seal_pkcs12=Path(environ["PORTAL_SEAL_PKCS12"]).resolve() if environ.get("PORTAL_SEAL_PKCS12") else None,
            seal_password=environ.get("PORTAL_SEAL_PASSWORD", ""),
            tsa_url=_tsa_url(environ.get("PORTAL_TSA_URL", "").strip()),
        )

    @property
    def is_loopback(self) -> bool:
        return self.host in ("127.0.0.1", "::1", "localhost")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @cached_property
    def secret_key(self) -> bytes:
        return self.key("secret", 32)

    @cached_property
    def _keys(self) -> dict[str, bytes]:
        return {}

    def key(self, name: str, size: int = 32) -> bytes:
        """Random bytes in the data folder, readable by the owner only; made at first use, never in the database."""
        if name not in self._keys:
            self._keys[name] = self._kept_key(name, size)
        return self._keys[name]

    def _kept_key(self, name: str, size: int) -> bytes:
        folder = self.data / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{name}.key"
        fresh = folder / f"{name}.{os.getpid()}.{secrets.token_hex(4)}.new"
        if not path.exists():
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(size))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_bytes()


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    raw = environ.get(name, "").strip()
    if not raw:
        return default
    if not raw.isdecimal():
        raise Refused(f"{name} must be a whole number, not “{raw}”.")
    return int(raw)


def _database_url(url: str) -> str:
    """SQLAlchemy's name for the driver we ship, whatever common spelling the operator used."""
    for spelling in ("postgres://", "postgresql://"):
        if url.startswith(spelling):
            return "postgresql+psycopg://" + url.removeprefix(spelling)
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    raise Refused("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _smtp(url: str) -> Smtp | None:
    """smtp://user:password@host:587 (STARTTLS), smtps://…:465 (TLS) or smtp+plain://host:25 (no encryption)."""
    if not url:
        return None
    parts = urlsplit(url)
    security = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}.get(parts.scheme)
    if security is None or not parts.hostname:
        raise Refused("SMTP_URL must look like smtp://user:password@host:587.")
    port = parts.port or (465 if security == "tls" else 587)
    return Smtp(parts.hostname, port, parts.username or "", parts.password or "", security)


def _imap(url: str) -> Imap | None:
    """imaps://user:password@host:993/FOLDER or imap+plain://… for a mailbox on a trusted loopback."""
    if not url:
        return None
    parts = urlsplit(url)
    security = {"imaps": "tls", "imap+plain": "none"}.get(parts.scheme)
    if security is None or not parts.hostname or not parts.username:
        raise Refused("IMAP_URL must look like imaps://user:password@host:993/INBOX.")
    folder = parts.path.strip("/") or "INBOX"
    return Imap(parts.hostname, parts.port or 993, parts.username, parts.password or "", folder, security)


def _tsa_url(url: str) -> str:
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise Refused("PORTAL_TSA_URL must begin with http:// or https://.")
    return url
