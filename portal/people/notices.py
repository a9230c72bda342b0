"""Letters about getting in, and about changes to how one gets in."""

from datetime import datetime
from types import MappingProxyType

from portal import web
from portal.audit import Act
from portal.mail import outbox
from portal.mail.letters import Letter
from portal.mail.outbox import Recipient
from portal.people import queries
from portal.people.models import MailedLink, Person
from portal.worktime import moment_words

LINK_OPEN = "people.link_open"


def _is_link_open(letter: Letter, now: datetime) -> bool:
    return queries.is_link_open(letter.about_id or 0, now)


STILL_DUE = MappingProxyType({LINK_OPEN: _is_link_open})
"""Checks by name: a letter about a link that was used, voided or is too old is not sent."""


def invitation(act: Act, link: MailedLink, token: str) -> None:
    until = _words(link.person, link.expires_at)
    outbox.queue(
        act,
        "people/invitation",
        _to(link.person),
        subject=f"Set your password by {until}",
        about=link,
        dedupe=f"link:{link.id}",
        secret=True,
        still_due=LINK_OPEN,
        link=web.link("people.use_link", token=token),
        until=until,
        organization=link.person.home.name,
    )


def reset(act: Act, link: MailedLink, token: str) -> None:
    until = _words(link.person, link.expires_at)
    outbox.queue(
        act,
        "people/reset",
        _to(link.person),
        subject=f"Set a new password by {until}",
        about=link,
        dedupe=f"link:{link.id}",
        secret=True,
        still_due=LINK_OPEN,
        link=web.link("people.use_link", token=token),
        until=until,
    )


def password_changed(act: Act, person: Person) -> None:
    outbox.queue(
        act,
        "people/password_changed",
        _to(person),
        subject="Your password was changed",
        about=person,
        dedupe=f"password:{person.id}:{act.at.isoformat()}",
        when=_words(person, act.at),
        link=web.link("people.ask_link"),
    )


def address_changed(act: Act, person: Person, old: str) -> None:
    """To both addresses, so that nobody moves an account in silence."""
    for address in (old, person.email):
        outbox.queue(
            act,
            "people/address_changed",
            Recipient(address, person.name, person.id),
            subject="The e-mail address of your account was changed",
            about=person,
            dedupe=f"address:{person.id}:{act.at.isoformat()}:{'old' if address == old else 'new'}",
            when=_words(person, act.at),
        )


def _to(person: Person) -> Recipient:
    return Recipient(person.email, person.name, person.id)


def _words(person: Person, moment: datetime) -> str:
    return moment_words(moment, queries.zone_of(person.home))
