"""People and organizations by what files call them."""

from sqlalchemy import select

from portal.db import db
from portal.people.models import Organization, Person
from portal.people.rules import OrganizationKind


def people_by_address() -> dict[str, int | None]:
    """Everybody of the register, ended or not, by e-mail address."""
    rows = db.session.execute(select(Person.id, Person.email).order_by(Person.id))
    return {row.email: row.id for row in rows}


def organizations_by_name() -> dict[str, int | None]:
    """Agencies and the HMIS Lead by name, short name and ID in the HMIS, lower case; None where two share it."""
    kinds = (OrganizationKind.AGENCY, OrganizationKind.HMIS_LEAD)
    found: dict[str, int | None] = {}
    for one in db.session.scalars(select(Organization).where(Organization.kind.in_(kinds)).order_by(Organization.id)):
        for name in {one.name.lower(), one.short_name.lower(), one.code.lower()} - {""}:
            found[name] = one.id if name not in found else None
    return found
