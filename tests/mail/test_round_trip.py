"""A ticket that goes all the way round by real mail servers, and every process on its way killed at every step."""

import email
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit import Act
from portal.db import db
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.jobs import JOBS as MAIL_JOBS
from portal.mail.letters import Letter, LetterState
from portal.scheduler import run_job
from portal.settings import Settings
from portal.tickets import actions
from portal.tickets.actions import Draft, Then
from portal.tickets.jobs import JOBS as TICKET_JOBS
from portal.tickets.models import Message, Ticket
from portal.tickets.rules import State
from tests.servers import Dovecot, MailServer
from tests.tickets.conftest import Desk
from tests.tickets.conftest import desk as help_desk
from tests.tickets.mails import mail, said

__all__ = ["help_desk"]

Clock = Callable[[datetime], None]
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
JOBS = {job.name: job for job in (*MAIL_JOBS, *TICKET_JOBS)}

DIES = """
import os, signal, sys
from datetime import datetime
from portal import clock
from portal.app import create_app
from portal.audit import Act, Via
from portal.db import db
from portal.mail import deliver, fetch, mailbox
from portal.mail.line import Line
from portal.settings import Settings
from portal.tickets import actions

settings, at, part, last = Settings.from_environ(), datetime.fromisoformat(sys.argv[1]), sys.argv[2], sys.argv[3]
clock.now = lambda: at
act = Act(at, via=Via.JOB)

def step(name):
    if name == last:
        os.kill(os.getpid(), signal.SIGKILL)

def fetch_all():
    for arrival in mailbox.find(at):
        mailbox.receive(act, arrival, step)

def take_in_all():
    for inbound_id in fetch.waiting(at):
        held = fetch.begin(act, inbound_id)
        step("begun")
        actions.take_in_mail(act, held, settings)
        step("taken in")
        db.session.commit()
        step("committed")

def deliver_all():
    for posting in list(deliver.find(at)):
        claimed = deliver.claim(at, posting.letter_id)
        step("claimed")
        db.session.commit()
        step("committed")
        result = posting.line.send(settings.desk_address, claimed.to_address, claimed.content)
        step("sent")
        deliver.record(at, claimed, result, deliver.Way.SMTP)
        db.session.commit()
        step("recorded")

with create_app(settings).app_context():
    {"fetch": fetch_all, "take in": take_in_all, "deliver": deliver_all}[part]()
"""


def work(name: str, now: datetime) -> None:
    """One round of a job as the worker does it; no transaction stays open behind it."""
    run = run_job(JOBS[name], now)
    assert run.failed == 0
    db.session.rollback()


def letters_of(server: MailServer, since: int = 0) -> list[EmailMessage]:
    return [email.message_from_bytes(one.content, policy=default) for one in server.desk.taken[since:]]


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""


def reply_to(letter: EmailMessage, sender: str, text: str) -> bytes:
    """What a mail program makes of "Reply"."""
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, letter["Reply-To"] or letter["From"]
    reply["Subject"] = f"Re: {letter['Subject']}"
    reply["Message-ID"] = f"<reply.{abs(hash(text))}@example.org>"
    reply["In-Reply-To"] = letter["Message-ID"]
    reply["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    quoted = "\n".join(f"> {line}" for line in text_of(letter, "plain").splitlines())
    reply.set_content(f"{text}\n\nOn Mon, Mar 2, 2026 at 9:05 AM HMIS Desk <help@desk.example.org> wrote:\n{quoted}\n")
    return reply.as_bytes()


def round_of_work(clock_at: Clock, now: datetime) -> None:
    clock_at(now)
    for name in ("mail.fetch", "tickets.take_in_mail", "mail.deliver"):
        work(name, now)


def test_a_ticket_comes_in_its_answer_goes_out_and_the_reply_finds_the_same_thread(
    help_desk: Desk, imap_server: Dovecot, mailbox_of: str, server: MailServer, clock_at: Clock
) -> None:
    now, user = help_desk.at, help_desk.user
    db.session.commit()
    imap_server.put(
        mail(user.email, "The APR is empty.", subject="Empty APR", Message_ID="<1@example.org>"), user=mailbox_of
    )

    round_of_work(clock_at, now)

    (ticket,) = db.session.scalars(select(Ticket)).all()
    (received,) = letters_of(server)
    assert (ticket.requester, ticket.subject, said(ticket)) == (user, "Empty APR", [(user.name, "The APR is empty.")])
    assert (received["To"].addresses[0].addr_spec, received["In-Reply-To"]) == (user.email, "<1@example.org>")
    assert (received["Auto-Submitted"], received["Subject"].startswith(f"{ticket.number}: ")) == ("auto-replied", True)

    now += timedelta(minutes=5)
    staff = help_desk.staff
    actions.answer(Act(at=now, by=staff.id), ticket, staff, Draft("Please **run** it again."), then=Then.RESOLVE)
    db.session.commit()
    round_of_work(clock_at, now)

    (answer,) = letters_of(server, since=1)
    assert ("Please run it again." in text_of(answer, "plain"), "<strong>run</strong>" in text_of(answer, "html")) == (
        True,
        True,
    )
    assert "<1@example.org>" in answer["References"].split()
    assert answer["In-Reply-To"] in ("<1@example.org>", received["Message-ID"])

    now += timedelta(minutes=5)
    imap_server.put(reply_to(answer, user.email, "It is still empty."), user=mailbox_of)
    round_of_work(clock_at, now)

    db.session.refresh(ticket)
    assert (ticket.state, ticket.reopened) == (State.OPEN, 1)
    assert said(ticket)[2:] == [(user.name, "It is still empty.")]
    assert len(db.session.scalars(select(Ticket)).all()) == 1

    now += timedelta(minutes=5)
    actions.answer(Act(at=now, by=staff.id), ticket, staff, Draft("Mended."), then=Then.RESOLVE)
    db.session.commit()
    round_of_work(clock_at, now)

    assert [text_of(one, "plain").count("Mended.") for one in letters_of(server, since=2)] == [1]
    assert imap_server.messages("INBOX", mailbox_of) == []
    assert len(imap_server.messages("Processed", mailbox_of)) == 2


def test_staff_answer_from_their_own_mailbox(
    help_desk: Desk, imap_server: Dovecot, mailbox_of: str, server: MailServer, clock_at: Clock
) -> None:
    ticket = help_desk.file()
    actions.assign_ticket(help_desk.act(help_desk.admin), ticket, help_desk.staff)
    db.session.commit()
    round_of_work(clock_at, help_desk.at)
    (assigned,) = [one for one in letters_of(server) if help_desk.staff.email in one["To"]]

    imap_server.put(reply_to(assigned, help_desk.staff.email, "Run it again."), user=mailbox_of)
    later = help_desk.at + timedelta(minutes=5)
    round_of_work(clock_at, later)

    (answer,) = letters_of(server, since=2)
    assert (answer["To"].addresses[0].addr_spec, "Run it again." in text_of(answer, "plain")) == (
        help_desk.user.email,
        True,
    )
    db.session.refresh(ticket)
    assert ticket.first_responded_at == later


# ── Killed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def dies(app: Flask, now: datetime, part: str, step: str) -> int:
    """Do one part of the work in a process of its own, which is killed at the step."""
    settings: Settings = app.extensions["portal.settings"]
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PORTAL_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "IMAP_URL": _imap_url(settings),
        "SMTP_URL": f"smtp+plain://127.0.0.1:{settings.smtp.port}" if settings.smtp else "",
    }
    command = [sys.executable, "-c", DIES, now.isoformat(), part, step]
    return subprocess.run(command, env=environ, cwd=settings.data, timeout=60, check=False).returncode


def _imap_url(settings: Settings) -> str:
    held = settings.imap
    return f"imap+plain://{held.user}:{held.password}@{held.host}:{held.port}/INBOX" if held else ""


@pytest.mark.parametrize(
    ("part", "step"),
    [
        ("fetch", "fetched"),
        ("fetch", "stored"),
        ("fetch", "committed"),
        ("take in", "begun"),
        ("take in", "taken in"),
        ("take in", "committed"),
    ],
)
def test_killed_on_the_way_in_every_message_becomes_one_ticket_and_one_letter(
    help_desk: Desk,
    app: Flask,
    imap_server: Dovecot,
    mailbox_of: str,
    server: MailServer,
    clock_at: Clock,
    part: str,
    step: str,
) -> None:
    people = (help_desk.user, help_desk.colleague, help_desk.stranger)
    addresses = sorted(person.email for person in people)
    db.session.commit()
    imap_server.put(*(mail(address, f"From {address}.") for address in addresses), user=mailbox_of)
    now = help_desk.at
    if part == "take in":
        work("mail.fetch", now)

    assert dies(app, now, part, step) == -9
    for _ in range(3):
        now += timedelta(minutes=3)
        round_of_work(clock_at, now)

    rows = db.session.execute(select(Message.text, Ticket.id).join(Message.ticket).order_by(Message.text)).all()
    assert [text for text, _ in rows] == [f"From {address}." for address in addresses]
    assert len({ticket_id for _, ticket_id in rows}) == 3
    assert sorted(one["To"].addresses[0].addr_spec for one in letters_of(server)) == addresses
    assert set(db.session.scalars(select(InboundMail.state))) == {InboundState.TAKEN}
    assert imap_server.messages("INBOX", mailbox_of) == []
    assert len(imap_server.messages("Processed", mailbox_of)) == 3


@pytest.mark.parametrize(("step", "copies"), [("claimed", 1), ("committed", 1), ("sent", 2), ("recorded", 1)])
def test_killed_on_the_way_out_the_answer_arrives_and_a_copy_has_the_same_message_id(
    help_desk: Desk, app: Flask, server: MailServer, clock_at: Clock, step: str, copies: int
) -> None:
    """A server that took a letter and a sender that died before noting it: exactly once is impossible over SMTP."""
    ticket = help_desk.file()
    db.session.commit()
    now = help_desk.at

    assert dies(app, now, "deliver", step) == -9
    for _ in range(4):
        now += timedelta(minutes=6)
        clock_at(now)
        run_job(JOBS["mail.deliver"], now)

    assert len(letters_of(server)) == copies
    assert len({one["Message-ID"] for one in letters_of(server)}) == 1
    letter = db.session.scalars(select(Letter).where(Letter.about_id == ticket.id)).one()
    assert letter.state is LetterState.SENT


def test_a_letter_whose_event_was_undone_does_not_exist(help_desk: Desk, server: MailServer, clock_at: Clock) -> None:
    db.session.commit()
    help_desk.file()
    db.session.rollback()

    work("mail.deliver", help_desk.at)

    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    assert server.desk.taken == []


def test_a_mail_from_the_command_line_takes_the_same_way(help_desk: Desk, app: Flask, clock_at: Clock) -> None:
    settings: Settings = app.extensions["portal.settings"]
    raw = mail(help_desk.user.email, "By hand.")
    db.session.commit()
    environ = {**os.environ, "PORTAL_DATA": str(settings.data), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "portal.cli", "mail", "ingest"]

    told = [
        subprocess.run(command, input=raw, env=environ, cwd=ROOT, capture_output=True, timeout=60, check=True).stdout
        for _ in range(2)
    ]
    work("tickets.take_in_mail", LONG_AFTER)

    assert told == [b"Stored.\n", b"Known already; nothing was stored twice.\n"]
    (ticket,) = db.session.scalars(select(Ticket)).all()
    assert said(ticket) == [(help_desk.user.name, "By hand.")]
