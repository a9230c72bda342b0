"""Whose names and phones are not client data."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import bindparam, or_, select

from portal import guard
from portal.db import plain_rows, remembered
from portal.people.models import Organization, Person
from portal.people.rules import OrganizationKind
from portal.web import installation


def allowed(*known: Person | None) -> guard.Allowed:
    """Names and phones of the people at work, and the desk's own phone: not client data."""
    at_work = [person for person in known if person is not None]
    phones = {installation().desk_phone, *(person.phone for person in at_work)}
    homes = frozenset(person.home_id for person in at_work)
    return guard.Allowed(
        phones=frozenset(phone for phone in phones if phone),
        names=frozenset(person.name for person in at_work),
        colleagues=partial(colleague_names, homes),
    )


_AT_WORK = (
    select(Person.first_name, Person.last_name)
    .join(Organization, Organization.id == Person.home_id)
    .where(
        Person.ended_on.is_(None),
        or_(Person.home_id.in_(bindparam("homes", expanding=True)), Organization.kind == OrganizationKind.HMIS_LEAD),
    )
    .order_by(Person.id)
)


def colleague_names(homes: frozenset[int]) -> Sequence[str]:
    """Full names of everybody at work at these organizations and at the HMIS Lead, asked once in a request or run."""
    return remembered(
        ("colleague_names", homes),
        lambda: [f"{row.first_name} {row.last_name}" for row in plain_rows(_AT_WORK, homes=sorted(homes))],
        Person,
    )
