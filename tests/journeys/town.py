"""Who lives in the community of the journeys, and what its post office does."""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import make_msgid

from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.app import JOBS
from portal.audit import Act
from portal.db import db
from portal.people import actions as people
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import run_job
from portal.settings import Settings
from portal.tickets import actions
from portal.tickets.models import Ticket
from tests import factories
from tests.servers import Desk as PostDesk
from tests.servers import Dovecot

PASSWORD = "quiet otters paint barns"


@dataclass(frozen=True)
class Mailbox:
    """One user's mailbox on a real IMAP server."""

    server: Dovecot
    user: str

    def lies_in(self, folder: str) -> int:
        return len(self.server.messages(folder, self.user))


@dataclass
class Town:
    settings: Settings
    post: PostDesk
    """What the mail server was handed."""
    mailbox: Mailbox
    """What lies in the desk's own mailbox."""
    admin: str
    staff: str
    user: str
    writer: str
    """Addresses: who sets the desk up, who answers, who files in the browser, who writes mail."""

    def work(self) -> None:
        """What the worker does in a minute: fetch mail, take it in, send letters."""
        jobs = {job.name: job for job in JOBS}
        for name in ("mail.fetch", "tickets.take_in_mail", "mail.deliver"):
            ran = run_job(jobs[name], clock.now())
            assert ran.failed == 0, ran.last_error
        db.session.remove()

    def arrives(self, raw: bytes) -> None:
        """A message is delivered to the desk's mailbox, and the worker comes by."""
        self.mailbox.server.put(raw, user=self.mailbox.user)
        self.work()

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What the mail server was handed for this address, oldest first."""
        self.work()
        return [
            email.message_from_bytes(one.content, policy=default)  # type: ignore[misc]  # the policy makes EmailMessages
            for one in self.post.taken
            if address in one.to
        ]

    def latest_ticket(self) -> int:
        number = db.session.scalars(select(func.max(Ticket.id))).one()
        db.session.remove()
        return int(number)


def built(app: Flask, settings: Settings, post: PostDesk, mailbox: Mailbox) -> Town:
    act = Act(at=clock.now())
    coc, lead = factories.make_coc(name="Kestrel CoC"), factories.make_lead(name="Crossfield HMIS")
    agency = factories.make_organization(coc=coc, name="Oxbow House")
    factories.make_project(agency, coc, name="Oxbow Night Shelter")
    living = {
        "admin": factories.make_person(lead, Role.LEAD_ADMIN, first_name="Ines", last_name="Roe"),
        "staff": factories.make_person(lead, Role.LEAD_STAFF, first_name="Dana", last_name="Whit"),
        "user": factories.make_person(agency, Role.END_USER, first_name="Robin", last_name="Ash"),
        "writer": factories.make_person(agency, Role.END_USER, first_name="Sam", last_name="Lind"),
    }
    for person in living.values():
        people.set_password(Act(at=act.at, by=person.id), person, PASSWORD, settings)
    _desk(act, living["staff"])
    db.session.commit()
    addresses = {name: person.email for name, person in living.items()}
    db.session.remove()
    return Town(settings, post, mailbox, **addresses)


def _desk(act: Act, staff: Person) -> None:
    first = actions.add_queue(act, key="first_line", name="First line", words="Help desk team", members=[staff])
    actions.add_queue(act, key="reports", name="Reports", words="Reports team", members=[staff])
    actions.add_category(act, key="other", name="Something else", queue_id=first.id)
    actions.add_category(act, key="reports", name="Reports", queue_id=first.id)
    actions.add_canned_response(
        act,
        title="Exits are missing from a report",
        text="Hello {{ requester.first_name }},\n\nplease run the exit report once more for {{ ticket.number }}.",
        category=None,
    )


def mail(sender: str, subject: str, text: str) -> bytes:
    """A message as a mail program writes it."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = f"Sam Lind <{sender}>", "help@desk.example.org", subject
    message["Message-ID"] = make_msgid(domain="mail.example.org")
    message.set_content(text)
    return message.as_bytes()


def reply(letter: EmailMessage, sender: str, text: str) -> bytes:
    """An answer to a letter, with the letter quoted below."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = f"Sam Lind <{sender}>", str(letter["Reply-To"] or letter["From"])
    message["Subject"], message["Message-ID"] = f"Re: {letter['Subject']}", make_msgid(domain="mail.example.org")
    message["In-Reply-To"] = str(letter["Message-ID"])
    message["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    plain = letter.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in plain.get_content().splitlines()) if plain else ""
    message.set_content(
        f"{text}\n\nOn Mon, Mar 2, 2026 at 9:00 AM Help desk <help@desk.example.org> wrote:\n{quoted}\n"
    )
    return message.as_bytes()
