"""The mailbox that mail is fetched from over IMAP: store, commit, and only then move away.

Nothing is marked seen and nothing leaves the folder before it is stored. A run that dies between commit and move finds
the message again, knows it by its UID or by its bytes, and moves it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from portal.audit import Act
from portal.db import db
from portal.mail import fetch
from portal.settings import Imap, Settings

ANSWER_WITHIN = timedelta(seconds=60)
BATCH = 200
PROCESSED = "Processed"
TOO_LARGE = "Too large"

Step = Callable[[str], None]


def _nothing(_step: str) -> None:
    """Tests stop a process at a step; nobody else listens."""


class Session:
    """One signed-in look into the folder, closed after the last message of the run."""

    def __init__(self, imap: Imap, largest: int = fetch.LARGEST) -> None:
        kind = MailBox if imap.security == "tls" else MailBoxUnencrypted
        self.box: BaseMailBox = kind(imap.host, imap.port, timeout=ANSWER_WITHIN.total_seconds())
        self.name = f"{imap.user}@{imap.host}/{imap.folder}"[:200]
        self.folder = imap.folder
        self.largest = largest
        self.remaining = 0
        self.is_down = False
        self.uidvalidity = self._entered(imap)

    def _entered(self, imap: Imap) -> int:
        """Sign in and open the folder; its UIDVALIDITY, without which a UID means nothing."""
        try:
            self.box.login(imap.user, imap.password, initial_folder=imap.folder)
        except Exception:
            self.box.client.shutdown()
            raise
        return int(self.box.client.response("UIDVALIDITY")[1][0] or 0)

    def uids(self) -> list[int]:
        """Oldest first. Read or unread is all the same to us: people may look into the mailbox, too."""
        found = sorted(int(uid) for uid in self.box.uids("UNDELETED", charset=None))[:BATCH]
        self.remaining = len(found)
        return found

    def size(self, uid: int) -> int | None:
        """Bytes; None when the message has gone meanwhile."""
        for line in self._fetched(uid, "(UID RFC822.SIZE)"):
            text = line if isinstance(line, bytes) else b"".join(line)
            _, found, rest = text.partition(b"RFC822.SIZE ")
            if found:
                return int(rest.split(b")")[0].split()[0])
        return None

    def raw(self, uid: int) -> bytes | None:
        """The very bytes, without marking the message seen."""
        parts = [line for line in self._fetched(uid, "(UID BODY.PEEK[])") if isinstance(line, tuple)]
        return parts[0][1] if parts else None

    def move(self, uid: int, folder: str) -> None:
        self.box.move(str(uid), self._existing(folder))

    def release(self) -> None:
        """A message of the run is done with."""
        self.remaining -= 1
        if self.remaining == 0 and not self.is_down:
            self.close()

    def give_up(self) -> None:
        """The connection is of no use any more; the next run finds what is left."""
        self.is_down = True
        self.box.client.shutdown()

    def close(self) -> None:
        try:
            self.box.logout()
        except (ImapToolsError, self.box.client.error, OSError):
            self.box.client.shutdown()

    def _fetched(self, uid: int, what: str) -> list[bytes | tuple[bytes, bytes]]:
        status, data = self.box.client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise UnexpectedCommandStatusError((status, data), "OK")
        return [line for line in data if line is not None]

    def _existing(self, folder: str) -> str:
        """The folder, made if missing; below the first one where the server keeps all folders there."""
        if self.box.folder.exists(folder):
            return folder
        try:
            self.box.folder.create(folder)
        except UnexpectedCommandStatusError:
            delimiter = self.box.folder.list("", self.folder)[0].delim
            folder = f"{self.folder}{delimiter}{folder}"
            if not self.box.folder.exists(folder):
                self.box.folder.create(folder)
        return folder


@dataclass(frozen=True)
class Arrival:
    """One message in the folder, and the session that the run shares."""

    session: Session
    uid: int


def find(_now: datetime) -> Iterable[Arrival]:
    """All that lies in the folder; nothing where no mailbox is set."""
    settings: Settings = current_app.extensions["portal.settings"]
    if settings.imap is None:
        return ()
    session = Session(settings.imap)
    uids = session.uids()
    if not uids:
        session.close()
    return [Arrival(session, uid) for uid in uids]


def receive(act: Act, arrival: Arrival, step: Step = _nothing) -> None:
    """Store one message, commit, move it. Commits by itself: the move must come after."""
    session = arrival.session
    if session.is_down:
        return
    try:
        folder = _stored(act, arrival, step)
        db.session.commit()
        step("committed")
        if folder:
            session.move(arrival.uid, folder)
            step("moved")
    except (session.box.client.abort, OSError):
        session.give_up()
        raise
    finally:
        session.release()


def _stored(act: Act, arrival: Arrival, step: Step) -> str:
    """Where the message goes after the commit; "" when it has gone already."""
    session, uid = arrival.session, arrival.uid
    is_known = fetch.is_known(session.name, session.uidvalidity, uid)
    db.session.rollback()  # no transaction stays open while the mailbox is talked to
    size = session.size(uid)
    if size is None:
        return ""
    if size > session.largest:
        if not is_known:
            fetch.store_too_large(act, session.name, session.uidvalidity, uid, size, TOO_LARGE)
        return TOO_LARGE
    if is_known:
        return PROCESSED
    raw = session.raw(uid)
    if raw is None:
        return ""
    step("fetched")
    fetch.store(act, raw, session.name, session.uidvalidity, uid)
    step("stored")
    return PROCESSED
