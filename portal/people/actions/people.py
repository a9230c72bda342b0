"""People and their roles, from being added to being ended."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import update

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import notices, queries
from portal.people.actions.keeping import record
from portal.people.actions.sign_in import end_sessions
from portal.people.models import MailedLink, Organization, Person, RoleGrant
from portal.people.rules import normal_address, unfit_roles
from portal.policy import Role

ADDRESS_TAKEN = "Somebody in the register has this e-mail address already. Look for it in the list of people."
LAST_ADMINISTRATOR = "This is the last HMIS Lead administrator. Make another person administrator first."


def add_person(act: Act, *, home: Organization, email: str, roles: Iterable[Role] = (), **facts: Any) -> Person:
    """A person of the register, without a way to sign in yet.

    Raises:
        Refused: the address is unusable or taken, the organization has ended, or a role does not fit it.
    """
    if home.ended_on:
        raise Refused(f"{home.name} has ended. Choose another organization.")
    address = _free_address(email)
    person = Person(home=home, email=address, added_at=act.at, **facts)
    db.session.add(person)
    db.session.flush()
    record(act, "person.added", person, organization=home.id)
    for role in roles:
        grant_role(act, person, role=role, organization=home)
    return person


def _free_address(typed: str) -> str:
    address = normal_address(typed)
    if not address:
        raise Refused("Type the e-mail address in full, such as dana@agency.example.org.")
    if queries.person_by_email(address) is not None:
        raise Refused(ADDRESS_TAKEN)
    return address


def edit_person(act: Act, person: Person, *, email: str, home: Organization, **facts: Any) -> None:
    """Change the details. A new address voids all mailed links; both addresses get a letter.

    Raises:
        Refused: the address is unusable or taken.
    """
    old = person.email
    moved = normal_address(email) != old
    if moved:
        person.email = _free_address(email)
    changed = sorted(name for name, value in facts.items() if getattr(person, name) != value)
    changed += ["home"] if person.home_id != home.id else []
    for name, value in facts.items():
        setattr(person, name, value)
    person.home = home
    if changed:
        record(act, "person.edited", person, fields=changed)
    if moved:
        void_links(act, person)
        record(act, "person.address_changed", person)
        notices.address_changed(act, person, old)


def void_links(act: Act, person: Person) -> None:
    """No link that was mailed to this person works any more."""
    db.session.execute(
        update(MailedLink).where(MailedLink.person_id == person.id, MailedLink.used_at.is_(None)).values(used_at=act.at)
    )


def end_person(act: Act, person: Person) -> None:
    """End access at once: sessions, mailed links and all roles. The record stays.

    Raises:
        Refused: the person has ended already or is the last administrator.
    """
    today = act.at.date()
    if not person.is_active:
        raise Refused(f"The access of {person.name} has ended already.")
    if _administers(person, today) and not queries.has_administrator(today, besides=person.id):
        raise Refused(LAST_ADMINISTRATOR)
    person.ended_on = today
    for role in person.roles:
        if not role.ended_on or role.ended_on > today:
            role.ended_on = today
    end_sessions(act, person)
    void_links(act, person)
    record(act, "person.ended", person)


def _administers(person: Person, on: date) -> bool:
    return any(role.role is Role.LEAD_ADMIN and role.holds_on(on) for role in person.roles)


def return_person(act: Act, person: Person) -> None:
    """Bring somebody back who had ended: without roles, and with a new invitation to come.

    Raises:
        Refused: the person's organization has ended.
    """
    if person.home.ended_on:
        raise Refused(f"{person.home.name} has ended. Bring the organization back first.")
    person.ended_on = None
    person.password_hash = None
    record(act, "person.returned", person)


def grant_role(
    act: Act, person: Person, *, role: Role, organization: Organization, starts_on: date | None = None
) -> RoleGrant:
    """Give a role at one organization, from a date on (today when not said).

    Raises:
        Refused: the role does not fit the organization, is held already, or one of the two has ended.
    """
    if unfit_roles(organization.kind, (role,)):
        raise Refused(f"The role “{role.words}” does not fit {organization.name} ({organization.kind.words}).")
    if not person.is_active or organization.ended_on:
        raise Refused("A role needs a person and an organization that have not ended.")
    if any(one.role is role and one.organization is organization and not one.ended_on for one in person.roles):
        raise Refused(f"{person.name} is {role.words} at {organization.name} already.")
    grant = RoleGrant(person=person, role=role, organization=organization, starts_on=starts_on or act.at.date())
    db.session.add(grant)
    record(act, "role.granted", person, role=role, organization=organization.id, starts_on=grant.starts_on)
    return grant


def end_role(act: Act, grant: RoleGrant) -> None:
    """The role does not hold from this moment on.

    Raises:
        Refused: it has ended already, or it is the last administrator's.
    """
    today = act.at.date()
    if grant.ended_on and grant.ended_on <= today:
        raise Refused("This role has ended already.")
    is_last = grant.role is Role.LEAD_ADMIN and not queries.has_administrator(today, besides=grant.person_id)
    if is_last and grant.holds_on(today):
        raise Refused(LAST_ADMINISTRATOR)
    grant.ended_on = today
    record(act, "role.ended", grant.person, role=grant.role, organization=grant.organization_id)
