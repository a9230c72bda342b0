"""Conversations by mail: signed reply addresses, the register of Message-IDs, and which thread a message belongs to.

Nobody gets into a thread by a number in the subject: anyone can type a number. What is found here is only where a
message wants to go; whether its sender is entitled to it is asked by the package that owns the thread.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Index, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit import Act
from portal.db import Base, db, plain_rows, put_facts
from portal.mail.hygiene import one_line
from portal.mail.parse import ParsedMail
from portal.settings import Settings

KIND_LETTERS = MappingProxyType({"ticket": "t"})
"""The one letter that stands for a kind of thread in a reply address."""
KINDS = MappingProxyType({letter: kind for kind, letter in KIND_LETTERS.items()})

KEYS = MappingProxyType({"1": "reply"})
"""Version of a reply address's signature: the name of its key. An old version stays readable until it is removed."""
KEY_VERSION = "1"
SIGNATURE_BYTES = 16
"""128 bits, in base32 26 letters that survive a mail server that changes case."""

MESSAGE_ID_LIMIT = 998
"""RFC 5322, 2.1.1: the longest line a header may have."""
REFERENCES_LOOKED_UP = 50
REFERENCES_SENT = 10

_TOKEN = re.compile(r"([a-z])([1-9]\d{0,17})\.(0|[1-9]\d{0,17})\.(\d)([a-z2-7]{26})")


@dataclass(frozen=True)
class Thread:
    """A conversation: its kind ("ticket") and the id of its row."""

    kind: str
    id: int


@dataclass(frozen=True)
class ReplyToken:
    """What a signed reply address says: this thread, by the person to whom the address was given (None: by nobody
    on the register)."""

    thread: Thread
    person_id: int | None


class MailReference(Base):
    """A Message-ID that was used in a thread, by us or by somebody who wrote to us."""

    __tablename__ = "mail_reference"
    __table_args__ = (
        UniqueConstraint("message_id_hash", "kind", "subject_id"),
        Index("ix_mail_reference_thread", "kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id_hash: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str] = mapped_column(Text)
    """With its angle brackets."""
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    ours: Mapped[bool]
    known_since: Mapped[datetime]


def reply_address(settings: Settings, thread: Thread, person_id: int | None) -> str:
    """The desk's address with the thread, the person and a signature behind a plus sign (RFC 5233 subaddress)."""
    token = f"{KIND_LETTERS[thread.kind]}{thread.id}.{person_id or 0}.{KEY_VERSION}"
    local, _, domain = settings.desk_address.partition("@")
    return f"{local}+{token}{_signature(settings, KEY_VERSION, thread, person_id)}@{domain}"


def read_reply_address(settings: Settings, address: str) -> ReplyToken | None:
    """What the address says; None unless it is an address of the desk with a whole and genuine signature."""
    local, _, domain = address.strip().lower().rpartition("@")
    base, plus, token = local.partition("+")
    found = _TOKEN.fullmatch(token)
    if not plus or f"{base}@{domain}" != settings.desk_address.lower() or found is None:
        return None
    letter, number, person, version, signature = found.groups()
    if letter not in KINDS or version not in KEYS:
        return None
    thread, person_id = Thread(KINDS[letter], int(number)), int(person) or None
    genuine = _signature(settings, version, thread, person_id)
    return ReplyToken(thread, person_id) if hmac.compare_digest(signature, genuine) else None


def _signature(settings: Settings, version: str, thread: Thread, person_id: int | None) -> str:
    said = f"reply {version} {thread.kind} {thread.id} {person_id or 0}".encode()
    digest = hmac.new(settings.key(KEYS[version]), said, hashlib.sha256).digest()[:SIGNATURE_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def reply_token(parsed: ParsedMail, settings: Settings) -> ReplyToken | None:
    """The first genuine reply address among those the message was sent to."""
    tokens = (read_reply_address(settings, address) for address in parsed.recipients)
    return next((token for token in tokens if token is not None), None)


def find_thread(parsed: ParsedMail, settings: Settings) -> Thread | None:
    """Where the message wants to go: by its reply address, then In-Reply-To, then References from the last."""
    token = reply_token(parsed, settings)
    if token is not None:
        return token.thread
    named = (parsed.in_reply_to, *reversed(parsed.references[-REFERENCES_LOOKED_UP:]))
    message_ids = [message_id for message_id in named if message_id]
    return _first_known(message_ids) if message_ids else None


def _first_known(message_ids: list[str]) -> Thread | None:
    """One query for all ids, then the earliest of them that is known; of several threads the one where it is ours."""
    hashes = [_hash(message_id) for message_id in message_ids]
    known = db.session.scalars(
        select(MailReference)
        .where(MailReference.message_id_hash.in_(hashes))
        .order_by(MailReference.ours, MailReference.id.desc())
    )
    threads = {row.message_id_hash: Thread(row.kind, row.subject_id) for row in known}
    return next((threads[digest] for digest in hashes if digest in threads), None)


def remember(act: Act, message_id: str, thread: Thread, ours: bool = False) -> None:
    """Note that this Message-ID belongs to the thread; harmless when it is known already."""
    message_id = bracketed(message_id)
    if not message_id:
        return
    put_facts(
        MailReference,
        if_new=True,
        message_id_hash=_hash(message_id),
        message_id=message_id,
        kind=thread.kind,
        subject_id=thread.id,
        ours=ours,
        known_since=act.at,
    )


_RECEIVED = (
    select(MailReference.message_id)
    .where(MailReference.kind == bindparam("kind"), MailReference.subject_id == bindparam("subject_id"))
    .where(MailReference.ours.is_(False))
    .order_by(MailReference.id.desc())
    .limit(REFERENCES_SENT)
)


def received_ids(thread: Thread) -> list[str]:
    """Message-IDs of what others last wrote in the thread, oldest first."""
    return [row.message_id for row in plain_rows(_RECEIVED, kind=thread.kind, subject_id=thread.id)][::-1]


def bracketed(message_id: str) -> str:
    """As it stands in a header; "" for what is none or too long to be used."""
    bare = bare_id(message_id)
    return f"<{bare}>" if bare and len(bare) < MESSAGE_ID_LIMIT - 100 and " " not in bare and bare.isascii() else ""


def bare_id(message_id: str) -> str:
    return one_line(message_id).strip(" <>")


def _hash(message_id: str) -> str:
    return hashlib.sha256(bare_id(message_id).encode()).hexdigest()
