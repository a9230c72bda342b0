"""Raw mail as people's mail programs write it; it comes in through the real mail path."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from sqlalchemy import select

from portal.audit import Act, Via
from portal.db import db
from portal.mail import fetch
from portal.mail.letters import Letter
from portal.tickets import actions as tickets
from portal.tickets.models import Message, Ticket
from portal.web import installation

MAILBOX = "INBOX"


def arrive(at: datetime, raw: bytes) -> Ticket | None:
    """Stored, then taken in; None where it did not become part of a ticket."""
    act = Act(at=at, via=Via.MAIL)
    stored = fetch.store(act, raw, mailbox=MAILBOX)
    if stored is None:
        return None
    tickets.take_in_mail(act, stored, installation())
    return db.session.get(Ticket, stored.about_id) if stored.about_kind == "ticket" else None


def opening(at: datetime, number: str, name: str, address: str, subject: str, text: str) -> bytes:
    message = _message(at, number, name, address)
    message["To"] = installation().desk_address
    message["Subject"] = subject
    message.set_content(text + "\n")
    return message.as_bytes()


def reply(at: datetime, number: str, letter: Letter, text: str) -> bytes:
    """An answer to a letter of ours, which it quotes."""
    message = _message(at, number, letter.to_name, letter.to_address)
    message["To"] = letter.reply_to or installation().desk_address
    message["Subject"] = f"Re: {letter.subject}"
    message["In-Reply-To"] = letter.message_id
    message["References"] = f"{letter.references} {letter.message_id}".strip()
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    day = letter.made_at.strftime("%a, %b %d, %Y")
    message.set_content(f"{text}\n\nOn {day}, {installation().portal_name} wrote:\n{quoted}\n")
    return message.as_bytes()


def vacation(at: datetime, number: str, letter: Letter) -> bytes:
    """What a mail server answers by itself (RFC 3834)."""
    message = _message(at, number, letter.to_name, letter.to_address)
    message["To"] = letter.reply_to or installation().desk_address
    message["Subject"] = f"Automatic reply: {letter.subject}"
    message["In-Reply-To"] = letter.message_id
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("I am out of the office until Monday. For urgent matters please call the front desk.\n")
    return message.as_bytes()


def senderless(at: datetime) -> bytes:
    """A scanner that names no sender: nobody can be answered, so a person has to look."""
    message = EmailMessage(policy=SMTP)
    message["To"] = installation().desk_address
    message["Subject"] = "Scan from copier, 2nd floor"
    message["Date"] = format_datetime(at)
    message.set_content("Sent by the copier.\n")
    return message.as_bytes()


def mailbox_full(at: datetime, letter: Letter) -> bytes:
    """A delivery report about a letter of ours (RFC 3464)."""
    facts = {
        "domain": letter.to_address.rpartition("@")[2],
        "desk": installation().desk_address,
        "date": format_datetime(at),
        "address": letter.to_address,
        "number": f"full.{at:%Y%m%d%H%M%S}",
        "message_id": letter.message_id,
    }
    return _REPORT.format(**facts).replace("\n", "\r\n").encode()


_REPORT = """From: Mail Delivery System <mailer-daemon@{domain}>
To: {desk}
Subject: Undelivered mail returned to sender
Date: {date}
Message-ID: <{number}@{domain}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=report

--report
Content-Type: text/plain

The mailbox of this person is full.
--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.{domain}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox full
--report
Content-Type: text/rfc822-headers

Message-ID: {message_id}
--report--
"""


def _message(at: datetime, number: str, name: str, address: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((name, address))
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{number}.{at:%Y%m%d%H%M%S}@{address.rpartition('@')[2]}>"
    return message


def last_letter(ticket: Ticket, address: str) -> Letter | None:
    """What this reader last got about the ticket."""
    return db.session.scalar(
        select(Letter)
        .where(Letter.thread_kind == "ticket", Letter.thread_id == ticket.id, Letter.to_address == address)
        .order_by(Letter.id.desc())
        .limit(1)
    )


def last_message(ticket: Ticket) -> Message:
    """Asked for, because the ticket may have been read before it came."""
    db.session.flush()
    found = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id.desc()).limit(1)
    return db.session.scalars(found).one()


def latest_letters(before: datetime, count: int) -> Sequence[Letter]:
    """Answers of the desk to different people, latest first."""
    found = select(Letter).where(Letter.notice == "tickets/answered", Letter.to_person_id.is_not(None))
    latest: dict[str, Letter] = {}
    for letter in db.session.scalars(
        found.where(Letter.made_at <= before).order_by(Letter.id.desc()).limit(20 * count)
    ):
        latest.setdefault(letter.to_address, letter)
    return list(latest.values())[:count]
