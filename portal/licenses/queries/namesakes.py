"""People whom a new request might mean."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from portal.db import db
from portal.people.models import Person, RoleGrant

MOST = 3


def namesakes(agency_id: int, first_name: str, last_name: str) -> Sequence[Person]:
    """Who works or holds a role at the agency under this name, however it is capitalized."""
    if not first_name.strip() or not last_name.strip():
        return []
    roles = select(RoleGrant.person_id).where(RoleGrant.organization_id == agency_id, RoleGrant.ended_on.is_(None))
    found = select(Person).where(
        or_(Person.home_id == agency_id, Person.id.in_(roles)),
        Person.ended_on.is_(None),
        func.lower(Person.first_name) == func.lower(first_name.strip()),
        func.lower(Person.last_name) == func.lower(last_name.strip()),
    )
    return db.session.scalars(found.order_by(Person.id).limit(MOST)).all()
