"""Mail that came in: stored raw before anything else is done with it, once, and kept until a person or a rule is done.

A row is *new* until a package takes it into one of its own (*taken*), ignores it for a reason (*ignored*), or it waits
for a person (*parked*). Nothing of subject or text stands here; the raw message is sealed and purged by rule: sooner
where client data was found in it.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from flask import current_app
from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, bindparam, case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from portal import audit, files
from portal.audit import Act
from portal.db import Base, db, plain_rows, put
from portal.errors import Refused
from portal.files import KeptFile
from portal.mail.parse import ParsedMail
from portal.settings import Settings

LARGEST = 25 * 1024 * 1024
"""Bytes of a raw message that we take."""
TRIES = 3
TRY_AGAIN_AFTER = timedelta(minutes=1)
KEEP_RAW = timedelta(days=90)
BATCH = 200

TOO_LARGE = "The message is larger than 25 MB. It lies in the mailbox, in the folder “{folder}”."
TOO_LARGE_HERE = "The message is larger than 25 MB."
SET_ASIDE = "A person set it aside."
TRIED_OUT = "The message could not be taken in after three tries."

_MESSAGE_ID = re.compile(rb"(?im)^message-id[ \t]*:\s*(<[!-;=?-~]{1,300}>)")
_HEADERS_READ = 100_000


class InboundState(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    PARKED = "parked"
    IGNORED = "ignored"

    @property
    def words(self) -> str:
        return _STATE_WORDS[self]


_STATE_WORDS = MappingProxyType(
    {
        InboundState.NEW: "just arrived",
        InboundState.TAKEN: "taken in",
        InboundState.PARKED: "needs a person",
        InboundState.IGNORED: "set aside",
    }
)


class InboundMail(Base):
    __tablename__ = "inbound_mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("ix_inbound_mail_state_due_at", "state", "due_at", "id"),
        Index("ix_inbound_mail_about", "about_kind", "about_id"),
        Index("ix_inbound_mail_sender_hash_received_at", "sender_hash", "received_at"),
        Index("ix_inbound_mail_message_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(200))
    uidvalidity: Mapped[int] = mapped_column(default=0)
    uid: Mapped[int | None]
    """IMAP names a message by mailbox, UIDVALIDITY and UID (RFC 9051, 2.3.1.1); None when it came another way."""
    sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the raw bytes; None for a message too large to be taken."""
    raw_file_id: Mapped[int | None] = mapped_column(ForeignKey("kept_file.id"))
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[InboundState] = mapped_column(default=InboundState.NEW)
    reason: Mapped[str] = mapped_column(String(300), default="")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    about_kind: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[int | None]
    message_id: Mapped[str] = mapped_column(String(320), default="")
    sender_hash: Mapped[str] = mapped_column(String(64), default="")
    """Of the From address; "" until it was parsed."""
    purge_at: Mapped[datetime] = mapped_column(index=True)
    """When the raw message goes, if nobody needs to look at it any more."""
    is_insisted: Mapped[bool] = mapped_column(default=False)
    """A person looked at it and wants it taken in, whatever a rule said."""
    may_be_acknowledged: Mapped[bool] = mapped_column(default=False)
    """Whether the portal may answer it by itself; limits.may_reply asks."""

    raw_file: Mapped[KeptFile | None] = relationship()


def store(
    act: Act, raw: bytes, mailbox: str = "ingest", uidvalidity: int = 0, uid: int | None = None
) -> InboundMail | None:
    """Keep a raw message as it came; None when the same bytes are here already."""
    digest = hashlib.sha256(raw).hexdigest()
    if _is_stored(digest):
        return None
    if uid is not None and is_known(mailbox, uidvalidity, uid):
        # A server that gives one name to two messages breaks the standard; we must not lose the second for it.
        uid = None
    arrived = InboundMail(
        mailbox=mailbox, uidvalidity=uidvalidity, uid=uid, sha256=digest, size=len(raw), message_id=_message_id(raw)
    )
    if len(raw) > LARGEST:
        arrived.state, arrived.reason = InboundState.PARKED, TOO_LARGE_HERE
    try:
        with db.session.begin_nested():
            return _added(act, arrived, files.keep(act, raw, "message/rfc822", sealed=True))
    except IntegrityError:
        if not _is_stored(digest):
            raise
        return None  # somebody else stored it at the same moment


_STORED = select(InboundMail.id).where(InboundMail.sha256 == bindparam("digest"))


def _is_stored(digest: str) -> bool:
    return plain_rows(_STORED, digest=digest).first() is not None


def store_too_large(act: Act, mailbox: str, uidvalidity: int, uid: int, size: int, folder: str) -> InboundMail:
    """Note a message that stays in the mailbox, so that a person looks there."""
    return _added(
        act,
        InboundMail(
            mailbox=mailbox,
            uidvalidity=uidvalidity,
            uid=uid,
            size=size,
            state=InboundState.PARKED,
            reason=TOO_LARGE.format(folder=folder),
        ),
    )


def _added(act: Act, arrived: InboundMail, raw_file: KeptFile | None = None) -> InboundMail:
    arrived.received_at = arrived.due_at = act.at
    arrived.purge_at = act.at + KEEP_RAW
    put(arrived, raw_file=raw_file)
    audit.record(act, "inbound.stored", arrived, size=arrived.size)
    return arrived


def _message_id(raw: bytes) -> str:
    found = _MESSAGE_ID.search(raw[:_HEADERS_READ].partition(b"\r\n\r\n")[0])
    return found.group(1).decode("ascii") if found else ""


def is_known(mailbox: str, uidvalidity: int, uid: int) -> bool:
    same = select(InboundMail.id).where(
        InboundMail.mailbox == mailbox, InboundMail.uidvalidity == uidvalidity, InboundMail.uid == uid
    )
    return db.session.scalar(same) is not None


def waiting(now: datetime) -> list[int]:
    """Ids of what is to be taken in now, in the order of arrival."""
    new = select(InboundMail.id).where(InboundMail.state == InboundState.NEW, InboundMail.due_at <= now)
    return list(db.session.scalars(new.order_by(InboundMail.id).limit(BATCH)))


def inbound(inbound_id: int) -> InboundMail | None:
    return db.session.get(InboundMail, inbound_id)


def begin(act: Act, inbound_id: int) -> InboundMail | None:
    """Start a try at taking it in; None when it is not new any more or has been tried often enough.

    Commits, so that a message that kills its reader is counted too and cannot hold up the others for ever.
    """
    due = {f"after{number}": act.at + number * TRY_AGAIN_AFTER for number in _TRIES_BEGUN}
    is_begun = plain_rows(_BEGIN, inbound_id=inbound_id, **due).first() is not None
    if not is_begun:
        _park_tried_out(act, inbound_id)
    db.session.commit()
    return db.session.scalar(_WITH_RAW, {"inbound_id": inbound_id}) if is_begun else None


_TRIES_BEGUN = range(1, TRIES + 1)
_DUE_AFTER = [bindparam(f"after{number}", type_=InboundMail.due_at.type) for number in _TRIES_BEGUN]
_BEGIN = (
    update(InboundMail)
    .where(InboundMail.id == bindparam("inbound_id"), InboundMail.state == InboundState.NEW, InboundMail.tries < TRIES)
    .values(
        tries=InboundMail.tries + 1,
        due_at=case(*((InboundMail.tries == number - 1, _DUE_AFTER[number - 1]) for number in _TRIES_BEGUN)),
    )
    .returning(InboundMail.id)
)
_WITH_RAW = (
    select(InboundMail).where(InboundMail.id == bindparam("inbound_id")).options(joinedload(InboundMail.raw_file))
)


def _park_tried_out(act: Act, inbound_id: int) -> None:
    arrived = db.session.get(InboundMail, inbound_id, with_for_update=True)
    if arrived is not None and arrived.state is InboundState.NEW:
        park(act, arrived, TRIED_OUT)


def raw_of(arrived: InboundMail) -> bytes:
    """Raises Refused when the raw message was purged, damaged, or never taken."""
    if arrived.raw_file is None:
        raise Refused(arrived.reason or TOO_LARGE_HERE)
    return files.read(arrived.raw_file)


def note_facts(arrived: InboundMail, parsed: ParsedMail) -> None:
    """The small facts that lists and limits need, once the message was parsed.

    A message without a Message-ID gets one of ours, as mail servers do, so that no answer to it goes uncounted.
    """
    arrived.message_id = parsed.message_id[:320] or _made_id(arrived)
    arrived.sender_hash = sender_hash(parsed.from_address)


def _made_id(arrived: InboundMail) -> str:
    settings: Settings = current_app.extensions["portal.settings"]
    return f"<{(arrived.sha256 or '')[:32]}.id-was-missing@{settings.desk_address.rpartition('@')[2]}>"


def purge_early(arrived: InboundMail, moment: datetime) -> None:
    """Client data was found in it: the raw message goes when the sealed original of its text goes."""
    arrived.purge_at = min(arrived.purge_at, moment)


def sender_hash(address: str) -> str:
    """Keyed, so that the table of incoming mail names nobody."""
    settings: Settings = current_app.extensions["portal.settings"]
    return hmac.new(settings.key("sender"), address.strip().lower().encode(), hashlib.sha256).hexdigest()


def mark_taken(act: Act, arrived: InboundMail, kind: str, subject_id: int) -> None:
    arrived.state, arrived.reason = InboundState.TAKEN, ""
    arrived.about_kind, arrived.about_id = kind, subject_id
    audit.record(act, "inbound.taken", arrived, into=f"{kind}:{subject_id}")


def park(act: Act, arrived: InboundMail, reason: str) -> None:
    """It waits for a person, who sees the reason."""
    arrived.state, arrived.reason = InboundState.PARKED, reason[:300]
    audit.record(act, "inbound.parked", arrived)


def ignore(act: Act, arrived: InboundMail, reason: str) -> None:
    """Nothing is to be done with it: a report, a robot, our own mail."""
    arrived.state, arrived.reason = InboundState.IGNORED, reason[:300]
    audit.record(act, "inbound.ignored", arrived)


def set_aside(act: Act, arrived: InboundMail) -> None:
    """A person says that nothing is to be done with it. It can be taken in as long as its raw message is kept.

    Raises:
        Refused: it does not wait for a person.
    """
    if arrived.state is not InboundState.PARKED:
        raise Refused("Only mail that waits for a person can be set aside.")
    ignore(act, arrived, SET_ASIDE)


def retry(act: Act, arrived: InboundMail) -> None:
    """A person wants it taken in from its raw bytes, whoever sent it; nothing is answered automatically then.

    Raises:
        Refused: it was taken in already, or its raw message is gone.
    """
    if arrived.state not in (InboundState.PARKED, InboundState.IGNORED):
        raise Refused("This message has been taken in already.")
    if arrived.raw_file is None or arrived.raw_file.purged_at is not None:
        raise Refused("The message itself is not kept here, so it cannot be taken in again.")
    arrived.state, arrived.reason, arrived.tries, arrived.due_at = InboundState.NEW, "", 0, act.at
    arrived.is_insisted = True
    audit.record(act, "inbound.retried", arrived)


def parked() -> Select[InboundMail]:
    """What needs a person, newest first."""
    return listed(InboundState.PARKED)


def listed(*states: InboundState) -> Select[InboundMail]:
    found = select(InboundMail).order_by(InboundMail.id.desc())
    return found.where(InboundMail.state.in_(states)) if states else found


def arrived_about(kind: str, subject_id: int) -> Sequence[InboundMail]:
    """Mails that were taken into one row, oldest first."""
    found = select(InboundMail).where(InboundMail.about_kind == kind, InboundMail.about_id == subject_id)
    return db.session.scalars(found.order_by(InboundMail.id)).all()


def purge_due(now: datetime) -> list[int]:
    """Ids of settled mail whose raw message is past its time. What still needs a person is never purged."""
    old = (
        select(InboundMail.id)
        .join(InboundMail.raw_file)
        .where(InboundMail.purge_at < now, KeptFile.purged_at.is_(None))
        .where(InboundMail.state.in_((InboundState.TAKEN, InboundState.IGNORED)))
    )
    return list(db.session.scalars(old.order_by(InboundMail.id).limit(BATCH)))


def purge_raw(act: Act, inbound_id: int) -> None:
    arrived = inbound(inbound_id)
    if arrived is not None and arrived.raw_file is not None:
        files.purge(act, arrived.raw_file)
        audit.record(act, "inbound.purged", arrived)
