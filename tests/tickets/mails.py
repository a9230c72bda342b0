"""Mail that comes in, for tests: written, put where the worker finds it, taken in by the worker's own job."""

from datetime import datetime
from email.message import EmailMessage
from itertools import count

from sqlalchemy import select

from portal.audit import Act, Via
from portal.db import db
from portal.mail import fetch, thread
from portal.mail.fetch import InboundMail
from portal.mail.letters import Letter
from portal.mail.thread import Thread
from portal.scheduler import JobRun, run_job
from portal.tickets.jobs import JOBS
from portal.tickets.models import Message, Ticket
from portal.web import installation

DESK = "help@desk.example.org"
TAKE_IN = next(job for job in JOBS if job.name == "tickets.take_in_mail")
_numbers = count(1)


def mail(
    sender: str,
    text: str = "The APR is empty.",
    *,
    to: str = DESK,
    subject: str = "Report",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """`headers` with underscores for hyphens; without Message_ID a fresh one, with "" none."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    fresh = f"<{next(_numbers)}@{sender.rpartition('@')[2].strip('>')}>"
    for name, value in {"Message_ID": fresh, **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def arrive(raw: bytes, at: datetime) -> int:
    """The id of the stored row."""
    stored = fetch.store(Act(at=at, via=Via.MAIL), raw)
    assert stored is not None
    db.session.commit()
    return stored.id


def take_in(now: datetime) -> JobRun:
    return run_job(TAKE_IN, now)


def taken(raw: bytes, at: datetime) -> InboundMail:
    """Arrived and taken in by the job; the row as it is now."""
    inbound_id = arrive(raw, at)
    take_in(at)
    return row(inbound_id)


def row(inbound_id: int) -> InboundMail:
    held = db.session.get(InboundMail, inbound_id, populate_existing=True)
    assert held is not None
    return held


def reply_address(ticket: Ticket, person_id: int | None) -> str:
    return thread.reply_address(installation(), Thread("ticket", ticket.id), person_id)


def letters() -> list[tuple[str, str, str]]:
    """(notice, address, state) of every letter, in order."""
    rows = db.session.scalars(select(Letter).order_by(Letter.id).execution_options(populate_existing=True))
    return [(letter.notice.removeprefix("tickets/"), letter.to_address, letter.state.value) for letter in rows]


def said(ticket: Ticket) -> list[tuple[str, str]]:
    """(who, what) of the conversation, in order."""
    rows = db.session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id))
    return [(message.author_words, message.text) for message in rows]


def tickets() -> list[Ticket]:
    return list(db.session.scalars(select(Ticket).order_by(Ticket.id)))
