"""What a few words find, among all that the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.dashboards.rules import HITS_SHOWN
from portal.db import db
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.policy import Actor, Permission, reach
from portal.tables import Count, counted
from portal.tickets import queries as tickets
from portal.tickets import rules
from portal.tickets.models import Ticket


def ticket_numbered(actor: Actor, words: str) -> int | None:
    """The id of the ticket that these words name by number, if the actor may see it."""
    number = rules.number_in(words)
    if number is None:
        return None
    return db.session.scalar(tickets.visible_to(actor).with_only_columns(Ticket.id).where(Ticket.id == number))


@dataclass(frozen=True)
class Found:
    """The first hits of each kind, and how many tickets there are in all."""

    tickets: Sequence[Ticket]
    count: Count
    people: Sequence[Person]
    organizations: Sequence[Organization]

    def __bool__(self) -> bool:
        return bool(self.tickets or self.people or self.organizations)


def found(actor: Actor, words: str, now: datetime) -> Found:
    hits = tickets.listed(actor, tickets.Filters(view="all", words=words), now)
    newest = tickets.for_list(hits).order_by(Ticket.id.desc()).limit(HITS_SHOWN)
    return Found(
        db.session.scalars(newest).all(),
        counted(hits.with_only_columns(Ticket.id)),
        _people(actor, words),
        db.session.scalars(people.organizations_found(actor, words).limit(HITS_SHOWN)).all(),
    )


def _people(actor: Actor, words: str) -> Sequence[Person]:
    """Nobody for those who may see only themselves: that is no find."""
    seen = reach(actor, Permission.PERSON_READ)
    if not (seen.everything or seen.organizations or seen.cocs):
        return []
    return db.session.scalars(people.people_found(actor, words).limit(HITS_SHOWN)).all()
