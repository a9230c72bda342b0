"""Real mail servers on loopback for tests: dovecot for IMAP, aiosmtpd for SMTP with faults on demand."""

import asyncio
import grp
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from imap_tools import MailBoxUnencrypted

from portal.settings import Imap, Smtp

PASSWORD = "secret"
DOVECOT_MISSING = (
    "These tests need the IMAP server dovecot: make test installs it, or run apt-get install dovecot-imapd."
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ── SMTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Mode(StrEnum):
    OK = "ok"
    BUSY = "busy"
    """451 after DATA."""
    NO_SUCH_USER = "no such user"
    """550 at RCPT."""
    GREYLISTED = "greylisted"
    """450 at RCPT."""
    REFUSES_CONTENT = "refuses content"
    """554 after DATA."""
    KEEPS_AND_HANGS_UP = "keeps and hangs up"
    """Takes the letter, then breaks the connection without an answer."""
    KEEPS_AND_SAYS_NOTHING = "keeps and says nothing"
    """Takes the letter, and its answer comes after every patience."""


@dataclass(frozen=True)
class Taken:
    """A letter as the server has it."""

    to: tuple[str, ...]
    content: bytes


@dataclass
class Desk:
    """What the server does with letters; aiosmtpd calls the handle_ methods."""

    mode: Mode = Mode.OK
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    while_taking: Callable[[], None] = lambda: None

    async def handle_EHLO(  # noqa: N802  # the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode is Mode.NO_SUCH_USER:
            return "550 5.1.1 No such user here"
        if self.mode is Mode.GREYLISTED:
            return "450 4.2.0 Greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.mode is Mode.BUSY:
            return "451 4.3.0 Too busy, try again"
        if self.mode is Mode.REFUSES_CONTENT:
            return "554 5.7.1 This content is not accepted"
        await asyncio.get_running_loop().run_in_executor(None, self.while_taking)
        self.taken.append(Taken(tuple(envelope.rcpt_tos), envelope.original_content or b""))
        if self.mode is Mode.KEEPS_AND_HANGS_UP:
            server.transport.abort()
        if self.mode is Mode.KEEPS_AND_SAYS_NOTHING:
            await asyncio.Event().wait()
        return "250 OK"


class MailServer:
    """An SMTP server on a port of its own; `desk.mode` may change between letters."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.port = free_port()
        self._controller = Controller(self.desk, hostname="127.0.0.1", port=self.port, ready_timeout=10)

    @property
    def smtp(self) -> Smtp:
        return Smtp("127.0.0.1", self.port, security="none")

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


# ── IMAP ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%n/Maildir
default_internal_user = {inner}
default_login_user = {inner}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/mail/%n
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Dovecot:
    """An IMAP server with mailboxes in a folder of its own; runs as root or as whoever runs the tests."""

    def __init__(self) -> None:
        self.binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if self.binary is None:
            pytest.fail(DOVECOT_MISSING, pytrace=False)
        # Not tmp_path: the names of UNIX sockets inside must stay below 108 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="imap-"))
        self.folder.chmod(0o755)
        self.port = free_port()

    def imap(self, user: str = "help") -> Imap:
        return Imap("127.0.0.1", self.port, user, PASSWORD, security="none")

    def start(self) -> None:
        mail = self.folder / "mail"
        mail.mkdir(exist_ok=True)
        (self.folder / "dovecot.conf").write_text(self._configuration(mail))
        # It goes into the background once it listens. Its output must not be a pipe, which it would hold open.
        with (self.folder / "start.log").open("wb") as log:
            started = subprocess.run(
                [self.binary, "-c", self.folder / "dovecot.conf"], check=False, stdout=log, stderr=log, timeout=30
            )
        if started.returncode:
            pytest.fail(f"dovecot did not start: {(self.folder / 'start.log').read_text()}", pytrace=False)

    def stop(self) -> None:
        """SIGTERM to the process that we started, and wait until it is gone."""
        pid = int((self.folder / "run" / "master.pid").read_text())
        master = psutil.Process(pid)
        master.terminate()
        master.wait(timeout=15)

    def _configuration(self, mail: Path) -> str:
        if os.geteuid() == 0:
            inner, owner = "dovecot", "mail"
            shutil.chown(mail, owner, owner)
        else:
            inner = owner = pwd.getpwuid(os.geteuid()).pw_name
        return _CONFIGURATION.format(
            folder=self.folder,
            port=self.port,
            password=PASSWORD,
            inner=inner,
            group=grp.getgrgid(pwd.getpwnam(inner).pw_gid).gr_name,
            owner=owner,
            owner_group=grp.getgrgid(pwd.getpwnam(owner).pw_gid).gr_name,
        )

    @contextmanager
    def open(self, user: str = "help", folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=10).login(user, PASSWORD, folder) as box:
            yield box

    def put(self, *raws: bytes, user: str = "help") -> None:
        """As if these messages had been delivered."""
        with self.open(user) as box:
            for raw in raws:
                box.append(raw, "INBOX")

    def renumber(self, user: str) -> None:
        """Give INBOX a new UIDVALIDITY, as a server restored from a backup does."""
        maildir = self.folder / "mail" / user / "Maildir"
        for index in maildir.glob("dovecot.index*"):
            index.unlink()
        uids = maildir / "dovecot-uidlist"
        uids.write_text(re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 1000}", uids.read_text(), count=1))

    def messages(self, folder: str = "INBOX", user: str = "help") -> list[Any]:
        """(raw bytes, flags) of what lies in a folder, oldest first; [] where there is no such folder."""
        with self.open(user) as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder, readonly=True)
            uids = box.uids()
            return [self._message(box, uid) for uid in uids]

    def _message(self, box: MailBoxUnencrypted, uid: str) -> tuple[bytes, tuple[str, ...]]:
        data = box.client.uid("FETCH", uid, "(FLAGS BODY.PEEK[])")[1]
        start, raw = next(part for part in data if isinstance(part, tuple))
        flags = start.partition(b"FLAGS (")[2].partition(b")")[0].decode().split()
        return raw, tuple(flag for flag in flags if flag != "\\Recent")


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
