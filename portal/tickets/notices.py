"""The letters of the help desk: who gets them, their subject, their facts."""

from collections.abc import Iterator
from typing import Any

from portal import documents
from portal.audit import Act
from portal.mail import limits, outbox
from portal.mail.outbox import Recipient
from portal.mail.thread import Thread
from portal.people.models import Person
from portal.tickets.models import Message, Ticket
from portal.web import link


def ticket_received(act: Act, ticket: Ticket, replies_to: str = "") -> None:
    """To the requester alone. A stranger gets one only when the limits against misuse as a relay allow it."""
    to = _requester(ticket)
    if to.address and (to.person_id is not None or limits.may_acknowledge(to.address, act.at)):
        _queue(act, "received", ticket, to, "we have your question", f"received:{ticket.id}", replies_to)


def ticket_answered(act: Act, ticket: Ticket, message: Message) -> None:
    for to in _outside(ticket, without=message.author_id):
        _queue(
            act,
            "answered",
            ticket,
            to,
            "the help desk answered",
            f"answered:{message.id}:{to.address}",
            message=message,
        )


def ticket_handed_back(act: Act, ticket: Ticket) -> None:
    for to in _outside(ticket):
        key = f"handed_back:{ticket.id}:{act.at.isoformat()}:{to.address}"
        _queue(act, "handed_back", ticket, to, "the help desk needs your answer", key)


def ticket_resolved(act: Act, ticket: Ticket) -> None:
    for to in _outside(ticket):
        key = f"resolved:{ticket.id}:{ticket.reopened}:{to.address}"
        _queue(act, "resolved", ticket, to, "the help desk resolved it", key)


def requester_wrote(act: Act, ticket: Ticket, message: Message) -> None:
    """To whoever works on it, and to the others who take part."""
    by_stranger = message.author_id is None
    readers = [to for to in _outside(ticket, without=message.author_id) if not (by_stranger and to.person_id is None)]
    if ticket.assignee is not None and ticket.assignee_id != message.author_id:
        readers.append(_person(ticket.assignee))
    for to in readers:
        _queue(
            act,
            "wrote",
            ticket,
            to,
            "a new message",
            f"wrote:{message.id}:{to.address}",
            message=message,
        )


def ticket_assigned(act: Act, ticket: Ticket) -> None:
    if ticket.assignee is not None:
        to = _person(ticket.assignee)
        key = f"assigned:{ticket.id}:{ticket.assignee_id}:{act.at.isoformat()}"
        _queue(act, "assigned", ticket, to, "yours now", key)


def _outside(ticket: Ticket, without: int | None = None) -> Iterator[Recipient]:
    """The requester and all who take part, each address once."""
    seen: set[str] = set()
    people = [_requester(ticket), *(_person(one.person) for one in ticket.participants if one.person.is_active)]
    for to in people:
        if to.address and to.address not in seen and (without is None or to.person_id != without):
            seen.add(to.address)
            yield to


def _requester(ticket: Ticket) -> Recipient:
    if ticket.requester is not None:
        return _person(ticket.requester) if ticket.requester.is_active else Recipient("", "")
    return Recipient(ticket.requester_address, ticket.requester_name)


def _person(person: Person) -> Recipient:
    return Recipient(person.email, person.name, person.id)


def _queue(
    act: Act,
    notice: str,
    ticket: Ticket,
    to: Recipient,
    subject: str,
    dedupe: str,
    replies_to: str = "",
    message: Message | None = None,
) -> None:
    """The subject names the ticket by number alone: nothing typed stands where every mail program shows it.

    The text, and what the ticket is called, are left out where the agency wants links only.
    """
    outbox.queue(
        act,
        f"tickets/{notice}",
        to,
        subject=f"{ticket.number}: {subject}",
        dedupe=dedupe,
        about=ticket,
        thread=Thread("ticket", ticket.id),
        replies_to=replies_to,
        answers=notice == "answered",
        ticket=ticket,
        url=link("tickets.show_ticket", ticket_id=ticket.id) if to.person_id is not None else "",
        **_said(ticket, message),
    )


def _said(ticket: Ticket, message: Message | None) -> dict[str, Any]:
    link_only = ticket.agency is not None and ticket.agency.link_only_letters
    title = "" if link_only else ticket.subject
    if message is None:
        return {"title": title, "author": "", "said": "", "said_html": "", "files": 0}
    return {
        "title": title,
        "author": message.author_words,
        "said": "" if link_only else documents.text(message.text),
        "said_html": "" if link_only else documents.html(message.text),
        "files": len(message.attachments),
    }
