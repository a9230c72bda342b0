"""A license from the request to the end."""

from sqlalchemy.exc import IntegrityError

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import notices, queries
from portal.licenses.actions.moving import move, note_step
from portal.licenses.models import License, WorkItem
from portal.licenses.rules import LicenseState, Move, Reason, WorkKind
from portal.people import actions as people_actions
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.people.rules import OrganizationKind, Participation, normal_address
from portal.policy import Role

THERE_IS_ONE = "This person has a license at this agency, or one was asked for. Open it in the list of licenses."
VSP = "By law a victim service provider does not enter clients in HMIS, so its people get no license."


def request_license(
    act: Act,
    agency: Organization,
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    job_title: str = "",
    reason: Reason,
    coc: Organization | None = None,
    note: str = "",
) -> License:
    """Ask for one person's license at an agency; somebody new to the register is added and invited.

    Raises:
        Refused: the agency cannot have licenses, the person has left, or there is an open license.
    """
    _demand_agency(agency, coc)
    person = _person(act, agency, email, first_name, last_name, job_title)
    held = License(
        person=person,
        agency=agency,
        coc_id=coc.id if coc else min(agency.coc_ids, default=None),
        state=LicenseState.REQUESTED,
        moved_at=act.at,
        requested_at=act.at,
        requested_by_id=act.by,
        login_id="",
    )
    _insert(held)
    note_step(act, held, Move.REQUEST, reason, note)
    return held


def _demand_agency(agency: Organization, coc: Organization | None) -> None:
    if agency.participation is Participation.VSP:
        raise Refused(VSP)
    takes_part = agency.kind is OrganizationKind.HMIS_LEAD or agency.participation is Participation.PARTICIPATING
    if agency.ended_on or not takes_part:
        raise Refused(f"{agency.name} does not take part in HMIS, so its people get no license.")
    if coc is not None and coc.id not in agency.coc_ids:
        raise Refused(f"{agency.name} does not work in {coc.name}.")


def _person(act: Act, agency: Organization, email: str, first_name: str, last_name: str, job_title: str) -> Person:
    known = people.person_by_email(normal_address(email))
    if known is not None:
        if not known.is_active:
            raise Refused("The access of this person has ended. Ask the HMIS Lead to bring the person back first.")
        return known
    if not first_name or not last_name:
        raise Refused("Nobody in the register has this address. Type the first and the last name too.")
    person = people_actions.add_person(
        act, home=agency, email=email, first_name=first_name, last_name=last_name, job_title=job_title
    )
    people_actions.invite(act, person)
    return person


def _insert(held: License) -> None:
    """The partial index of the database decides between two who ask at the same moment."""
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.add(held)
            db.session.flush()
    except IntegrityError:
        raise Refused(THERE_IS_ONE) from None


def take_in_license(
    act: Act, person: Person, *, agency: Organization, login_id: str, coc: Organization | None = None
) -> License:
    """Note a license that the HMIS has already, as a staff list tells; nothing is to do there.

    Raises:
        Refused: the agency cannot have licenses, or the person has an open one there.
    """
    _demand_agency(agency, coc)
    held = License(
        person=person,
        agency=agency,
        coc_id=coc.id if coc else min(agency.coc_ids, default=None),
        state=LicenseState.ACTIVE,
        moved_at=act.at,
        requested_at=act.at,
        requested_by_id=act.by,
        login_id=login_id,
    )
    _insert(held)
    note_step(act, held, Move.ACTIVATE, Reason.LISTED)
    return held


def change_login(act: Act, held: License, login_id: str) -> None:
    """The login has another ID in the HMIS by now."""
    held.login_id = login_id
    audit.record(act, "license.login_changed", held)


def withdraw(act: Act, held: License, *, reason: Reason, note: str = "") -> None:
    """Raises Refused once it was decided."""
    move(act, held, Move.WITHDRAW, reason, note)


def decline(act: Act, held: License, *, reason: Reason, note: str = "") -> None:
    """Raises Refused once it was decided."""
    move(act, held, Move.DECLINE, reason, note)
    notices.moved(act, held, Move.DECLINE, reason)


def approve(act: Act, held: License, *, override: bool = False, note: str = "", by_admin: bool = False) -> None:
    """Approve the request: the person becomes an end user, and staff are to make the login in the HMIS.

    Raises:
        Refused: a requirement is not met and no administrator overrides it with a reason, or it was decided already.
    """
    unmet = queries.prerequisites(held, act.at).unmet
    if unmet and not override:
        raise Refused("Requirements are not met yet. An administrator can approve all the same, with a reason.")
    if unmet and not by_admin:
        raise Refused("Only an HMIS Lead administrator approves before all requirements are met.")
    if unmet and not note.strip():
        raise Refused("Say why this license is approved although requirements are not met.")
    if held.person_id == act.by:
        raise Refused("Nobody approves their own license. Ask somebody else of the HMIS Lead.")
    move(act, held, Move.APPROVE, Reason.OVERRIDDEN if unmet else Reason.ALL_MET, note)
    audit.record(act, "license.checked", held, unmet=[one.requirement_id for one in unmet])
    _make_end_user(act, held)


def _make_end_user(act: Act, held: License) -> None:
    """Recorded by people under the name of whoever approves, who need not be allowed to grant roles alone."""
    today = act.at.date()
    has = any(
        role.role is Role.END_USER and role.organization_id == held.agency_id and role.holds_on(today)
        for role in held.person.roles
    )
    if not has:
        people_actions.grant_role(act, held.person, role=Role.END_USER, organization=held.agency)


def suspend(act: Act, held: License, *, reason: Reason, note: str = "") -> None:
    """Raises Refused when it is not active."""
    move(act, held, Move.SUSPEND, reason, note)
    notices.moved(act, held, Move.SUSPEND, reason)


def restore(act: Act, held: License, *, reason: Reason, note: str = "") -> None:
    """Give access back.

    Raises:
        Refused: it is not suspended, or it is the own license.
    """
    if held.person_id == act.by:
        raise Refused("Nobody restores their own license. Ask somebody else of the HMIS Lead.")
    move(act, held, Move.RESTORE, reason, note)
    notices.moved(act, held, Move.RESTORE, reason)


def revoke(act: Act, held: License, *, reason: Reason, note: str = "") -> None:
    """The license is gone; the role of end user at the agency ends with it.

    Raises:
        Refused: it is not in force.
    """
    move(act, held, Move.REVOKE, reason, note)
    for role in held.person.roles:
        if role.role is Role.END_USER and role.organization_id == held.agency_id and not role.ended_on:
            people_actions.end_role(act, role)
    notices.moved(act, held, Move.REVOKE, reason)


def confirm_work(act: Act, item: WorkItem, *, login_id: str = "") -> None:
    """Say that it was done in the HMIS. A grant makes the license active, with its login ID.

    Raises:
        Refused: it was done or dropped already, it is the own login, or the login ID is missing.
    """
    if item.license.person_id == act.by:
        raise Refused("Nobody confirms work on their own login. Ask somebody else of the HMIS Lead.")
    if not item.is_open or not queries.is_to_do(item.id):
        raise Refused("This was done already, or something else is to be done now. Open the list of work again.")
    if item.kind is WorkKind.GRANT and not login_id:
        raise Refused("Write down the login ID that the person has in the HMIS.")
    item.done_at, item.done_by_id = act.at, act.by
    db.session.flush()
    audit.record(act, "work_item.done", item, kind=item.kind, license=item.license_id)
    if item.kind is WorkKind.GRANT:
        item.license.login_id = login_id
        move(act, item.license, Move.ACTIVATE, Reason.DONE_IN_HMIS)
        notices.moved(act, item.license, Move.ACTIVATE, Reason.DONE_IN_HMIS)
    if item.leaver is not None and not queries.open_work_of(item.leaver.id):
        item.leaver.ended_at = act.at
        audit.record(act, "leaver.ended_in_hmis", item.leaver)
        for one in queries.follow_ups_of_leaver(item.leaver.id):
            one.done_at, one.done_by_id = act.at, act.by
