"""A leaver: access to the portal ends at once, access to the HMIS as fast as staff can end it there."""

from datetime import datetime, timedelta

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import notices, queries
from portal.licenses.actions.moving import move
from portal.licenses.models import Leaver
from portal.licenses.rules import OPEN, ClockName, LicenseState, Move, Reason
from portal.people import actions as people_actions
from portal.people.models import Organization, Person

OWN_ACCESS = "You cannot end your own access. Ask the HMIS Lead, or another administrator of your agency."
LONGEST_AGO = timedelta(days=366)


def end_access(act: Act, person: Person, *, agency: Organization, left_at: datetime, note: str = "") -> Leaver:
    """Somebody left the agency: end roles and sessions now, and have the license ended in the HMIS.

    Who works there and nowhere else can no longer sign in.

    Raises:
        Refused: it is the own access, the moment lies ahead or long ago, or the person has nothing there that could
            end.
    """
    if person.id == act.by:
        raise Refused(OWN_ACCESS)
    if left_at > act.at or act.at - left_at > LONGEST_AGO:
        raise Refused("Choose when the person left: not in the time to come, and within the last year.")
    held = queries.open_license(person.id, agency.id)
    here = [role for role in person.roles if role.organization_id == agency.id and not role.ended_on]
    if held is None and not here and (person.home_id != agency.id or not person.is_active):
        raise Refused(f"{person.name} has no access at {agency.name} that could end.")
    leaver = Leaver(
        person=person,
        agency=agency,
        left_at=left_at,
        told_at=act.at,
        told_by_id=act.by,
        due_at=left_at + queries.hours(ClockName.LEAVER),
    )
    db.session.add(leaver)
    db.session.flush()
    audit.record(act, "leaver.told", leaver, person=person.id, organization=agency.id, left_at=left_at)
    _end_in_portal(act, person, agency)
    if held is not None:
        is_asked = held.state is LicenseState.REQUESTED
        move(act, held, Move.WITHDRAW if is_asked else Move.REVOKE, Reason.LEFT, note, leaver)
    if not queries.open_work_of(leaver.id):
        leaver.ended_at = act.at
    else:
        notices.somebody_left(act, leaver)
    return leaver


def end_left(act: Act, license_id: int) -> None:
    """Somebody was ended in the register and still has a license: the leaver's clock runs from this moment."""
    held = queries.one_license(license_id)
    if held is not None and held.state in OPEN and not held.person.is_active:
        end_access(act, held.person, agency=held.agency, left_at=act.at)


def _end_in_portal(act: Act, person: Person, agency: Organization) -> None:
    """The person ends where this agency was all there was; else only what was held here."""
    elsewhere = any(role.organization_id != agency.id and not role.ended_on for role in person.roles)
    if person.is_active and person.home_id == agency.id and not elsewhere:
        people_actions.end_person(act, person)
        return
    for role in person.roles:
        if role.organization_id == agency.id and not role.ended_on:
            people_actions.end_role(act, role)
    people_actions.end_sessions(act, person)
