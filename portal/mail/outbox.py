"""Letters out: written in the transaction of the event that they tell of; the worker sends them.

A letter is rendered when it is queued, so that it says what was true then. Its Message-ID is fixed here and never
changes: a copy sent twice is recognized by its receiver.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select

from portal import audit
from portal.audit import Act, Subject
from portal.db import db, plain_rows, put_if_new
from portal.errors import Refused
from portal.mail import letters, limits
from portal.mail import thread as threads
from portal.mail.hygiene import one_line
from portal.mail.letters import (
    ADDRESS_LENGTH,
    NAME_LENGTH,
    SUBJECT_LENGTH,
    Auto,
    BouncedAddress,
    Letter,
    LetterState,
    letters_about,
    undelivered,
)
from portal.mail.thread import Thread
from portal.settings import Settings

__all__ = [
    "Letter",
    "LetterState",
    "Recipient",
    "cancel",
    "letters_about",
    "queue",
    "release",
    "retry",
    "undelivered",
]

ADDRESS_CAME_BACK = "Earlier mail to this address came back as undeliverable. Correct the address."
NOT_ANSWERED = "No automatic answer: the rules against misuse and loops do not allow one."
ADDRESS_UNUSABLE = "This is not an address that mail can be sent to. Correct the address."

_MAILABLE = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*\.?")
"""An unquoted local part and a host name, in ASCII (RFC 5321); what people really have."""


@dataclass(frozen=True)
class Recipient:
    """To whom a letter goes. The address comes from a row, never from what somebody typed into a page."""

    address: str
    name: str
    person_id: int | None = None


def queue(
    act: Act,
    notice: str,
    to: Recipient,
    *,
    subject: str,
    dedupe: str,
    about: Subject | None = None,
    thread: Thread | None = None,
    replies_to: str = "",
    still_due: str | None = None,
    secret: bool = False,
    answers: bool = False,
    **facts: Any,
) -> Letter:
    """Keep the letter `<package>/mail/<name>` of the notice "package/name" for sending; once per `dedupe` key.

    `answers` is what a person wrote; `replies_to` the Message-ID that the portal itself acknowledges: where that may
    not be answered by a machine, the letter is kept as not needed. An address that cannot be mailed gets a letter in
    state failed, so that a page can say so.
    """
    known = _by_dedupe(dedupe)
    if known is not None:
        return known
    if about is not None and about.id is None:
        db.session.flush()
    letter = Letter(
        notice=notice,
        to_address=one_line(to.address).lower()[:ADDRESS_LENGTH],
        to_name=one_line(to.name)[:NAME_LENGTH],
        to_person_id=to.person_id,
        subject=_subject(subject),
        message_id=_message_id(_settings()),
        about_kind=str(about.__tablename__) if about is not None else None,
        about_id=about.id if about is not None else None,
        dedupe_key=dedupe,
        still_due=still_due or "",
        secret=secret,
        auto=_auto(answers, replies_to),
        state=LetterState.QUEUED,
        via="",
        made_at=act.at,
        due_at=act.at,
    )
    _put_in_thread(letter, thread, replies_to)
    _render(letter, facts)
    _stop_if_unusable(letter)
    if letter.auto is Auto.REPLIED and not limits.may_reply(replies_to, letter.to_address, act.at):
        letter.end(LetterState.NOT_NEEDED, NOT_ANSWERED)
    return _inserted(act, letter, thread)


_BY_DEDUPE = select(Letter.id).where(Letter.dedupe_key == bindparam("dedupe"))


def _by_dedupe(dedupe: str) -> Letter | None:
    found = plain_rows(_BY_DEDUPE, dedupe=dedupe).scalar_one_or_none()
    return db.session.get(Letter, found) if found is not None else None


def _subject(subject: str) -> str:
    line = " ".join(one_line(subject).split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def _message_id(settings: Settings) -> str:
    return f"<t.{secrets.token_hex(16)}@{settings.desk_address.rpartition('@')[2]}>"


def _auto(answers: bool, replies_to: str) -> Auto:
    if answers:
        return Auto.WRITTEN
    return Auto.REPLIED if replies_to else Auto.GENERATED


def _put_in_thread(letter: Letter, thread: Thread | None, replies_to: str) -> None:
    """Threading headers name what came in and what this reader got, never a letter to somebody else.

    Who knows a Message-ID can send a delivery report about it, and so stop an address.
    """
    letter.in_reply_to = letter.references = threads.bracketed(replies_to)
    letter.reply_to = ""
    if thread is None:
        return
    letter.thread_kind, letter.thread_id = thread.kind, thread.id
    letter.reply_to = threads.reply_address(_settings(), thread, letter.to_person_id)
    earlier = [*_sent_ids(thread, letter.to_address), *threads.received_ids(thread)]
    last = letter.in_reply_to or (earlier[-1] if earlier else "")
    letter.in_reply_to = last
    letter.references = " ".join([*(one for one in earlier if one != last), *([last] if last else [])])


_SENT = (
    select(Letter.message_id)
    .where(Letter.thread_kind == bindparam("kind"), Letter.thread_id == bindparam("subject_id"))
    .where(Letter.to_address == bindparam("address"))
    .order_by(Letter.id)
)


def _sent_ids(thread: Thread, address: str) -> list[str]:
    """Message-IDs of what this address got in the thread: the first, which opened it, and the last ones."""
    ids = plain_rows(_SENT, kind=thread.kind, subject_id=thread.id, address=address).scalars().all()
    return [*ids[:1], *ids[1:][-threads.REFERENCES_SENT :]]


def _render(letter: Letter, facts: dict[str, Any]) -> None:
    """Without Flask's context processors: a letter says the same whoever is signed in while it is written."""
    package, _, name = letter.notice.partition("/")
    settings = _settings()
    known = {
        "portal_name": settings.portal_name,
        "desk_address": settings.desk_address,
        "desk_phone": settings.desk_phone,
        "recipient_name": letter.to_name,
        "subject": letter.subject,
        "can_reply": bool(letter.reply_to),
        **facts,
    }
    templates = current_app.jinja_env
    letter.text = templates.get_template(f"{package}/mail/{name}.txt").render(known).strip() + "\n"
    letter.html = templates.get_template(f"{package}/mail/{name}.html").render(known).strip() + "\n"


def _stop_if_unusable(letter: Letter) -> None:
    if not _MAILABLE.fullmatch(letter.to_address):
        letter.end(LetterState.FAILED, ADDRESS_UNUSABLE)
    elif letters.is_stopped(letter.to_address):
        letter.end(LetterState.FAILED, ADDRESS_CAME_BACK)


def _inserted(act: Act, letter: Letter, thread: Thread | None) -> Letter:
    if not put_if_new(letter):
        # Another transaction queued the same letter between our look and our insert.
        return db.session.scalars(select(Letter).where(Letter.dedupe_key == letter.dedupe_key)).one()
    if thread is not None:
        threads.remember(act, letter.message_id, thread, ours=True)
    return letter


def cancel(act: Act, letter: Letter) -> None:
    """Do not send it. Raises Refused when it is gone or going already."""
    if letter.state in (LetterState.SENT, LetterState.SENDING):
        raise Refused("This letter has been sent already.")
    letter.end(LetterState.CANCELED)
    audit.record(act, "letter.canceled", letter)


def retry(act: Act, letter: Letter) -> None:
    """Try again from the start, with the same Message-ID. Raises Refused when there is nothing to send."""
    if letter.state not in (*letters.UNDELIVERED, LetterState.CANCELED):
        raise Refused("Only a letter that was not delivered can be sent again.")
    if not letter.text:
        raise Refused("This letter carried a private link, which was removed. Ask for a new link instead.")
    if letters.is_stopped(letter.to_address):
        raise Refused(f"{ADDRESS_CAME_BACK} If it works again, release the address first.")
    letter.state, letter.due_at, letter.last_error = LetterState.QUEUED, act.at, ""
    letter.attempts = letter.doubts = 0
    audit.record(act, "letter.retried", letter)


def release(act: Act, address: BouncedAddress) -> None:
    """Mail may go to this address again."""
    address.stopped_at, address.bounces = None, 0
    audit.record(act, "address.released", address)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["portal.settings"]
    return settings
