"""People, their roles, and what happened to them."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, bindparam, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db, plain_rows
from portal.people.models import DemoMark, MailedLink, Membership, Organization, Person, RoleGrant
from portal.people.rules import LEAD_ROLES, JobKind, LinkKind, can_be_id
from portal.policy import Actor, Permission, Role, allows, reach

_WITH_ROLES = selectinload(Person.roles).joinedload(RoleGrant.organization)
_WITH_HOME = joinedload(Person.home).selectinload(Organization.memberships).joinedload(Membership.coc)


class PersonState(StrEnum):
    """Where somebody stands on the way to signing in."""

    READY = "ready"
    INVITED = "invited"
    NOT_INVITED = "not_invited"
    ENDED = "ended"

    @property
    def words(self) -> str:
        return {
            PersonState.READY: "Can sign in",
            PersonState.INVITED: "Invited",
            PersonState.NOT_INVITED: "Not invited",
            PersonState.ENDED: "Ended",
        }[self]


def person(person_id: int) -> Person | None:
    if not can_be_id(person_id):
        return None
    return db.session.scalar(select(Person).where(Person.id == person_id).options(_WITH_ROLES, _WITH_HOME))


def person_by_email(address: str) -> Person | None:
    """Whoever has this address (as `normal_address` spells it), ended or not."""
    return db.session.scalar(select(Person).where(Person.email == address, Person.email != ""))


_WRITER = (
    select(Person)
    .where(Person.email == bindparam("address"), Person.email != "")
    .options(joinedload(Person.roles), joinedload(Person.home).joinedload(Organization.memberships))
)


def writer(address: str) -> Person | None:
    """The same with roles and home in the one query: what taking in a mail asks of its sender."""
    return db.session.scalars(_WRITER, {"address": address}).unique().one_or_none()


def people_visible_to(actor: Actor) -> Select[Person]:
    held = reach(actor, Permission.PERSON_READ)
    holding = select(RoleGrant.person_id).where(
        RoleGrant.organization_id.in_(held.organizations), RoleGrant.ended_on.is_(None)
    )
    reached = or_(
        Person.id == actor.person_id if held.own else false(),
        Person.home_id.in_(held.organizations),
        Person.id.in_(holding),
    )
    return (
        select(Person)
        .where(true() if held.everything else reached)
        .order_by(Person.last_name, Person.first_name, Person.id)
        .options(_WITH_ROLES, joinedload(Person.home))
    )


def people_found(
    actor: Actor,
    q: str = "",
    organization_id: int | None = None,
    role: Role | None = None,
    state: PersonState | None = None,
    job_kind: JobKind | None = None,
) -> Select[Person]:
    """The visible people that match all filters; without a state, everybody who has not ended."""
    found = people_visible_to(actor)
    if q:
        found = found.where(*(_named(word) for word in q.split()[:6]))
    if organization_id is not None:
        found = found.where(Person.home_id == organization_id)
    if role is not None:
        holding = select(RoleGrant.person_id).where(RoleGrant.role == role, RoleGrant.ended_on.is_(None))
        found = found.where(Person.id.in_(holding))
    if job_kind is not None:
        found = found.where(Person.job_kind == job_kind)
    return found.where(_in_state(state))


def _named(word: str) -> ColumnElement[bool]:
    columns = (Person.first_name, Person.last_name, Person.email)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _in_state(state: PersonState | None) -> ColumnElement[bool]:
    invited = select(MailedLink.person_id).where(MailedLink.kind == LinkKind.INVITATION)
    active = Person.ended_on.is_(None)
    if state is PersonState.ENDED:
        return Person.ended_on.is_not(None)
    if state is PersonState.READY:
        return active & Person.password_hash.is_not(None)
    if state is PersonState.INVITED:
        return active & Person.password_hash.is_(None) & Person.id.in_(invited)
    if state is PersonState.NOT_INVITED:
        return active & Person.password_hash.is_(None) & Person.id.not_in(invited)
    return active


def listed(found: Select[Any], most: int) -> Sequence[Any]:
    """The first rows of a list."""
    return db.session.scalars(found.limit(most)).all()


def states(people: Iterable[Person]) -> dict[int, PersonState]:
    """How each of these people stands, in one query."""
    shown = tuple(people)
    waiting = [one.id for one in shown if one.is_active and not one.password_hash]
    links = select(MailedLink.person_id).where(
        MailedLink.person_id.in_(waiting) if waiting else false(), MailedLink.kind == LinkKind.INVITATION
    )
    invited = set(db.session.scalars(links.distinct().order_by(MailedLink.person_id))) if waiting else set()
    return {one.id: _state(one, one.id in invited) for one in shown}


def _state(one: Person, invited: bool) -> PersonState:
    if not one.is_active:
        return PersonState.ENDED
    if one.password_hash:
        return PersonState.READY
    return PersonState.INVITED if invited else PersonState.NOT_INVITED


def latest_invitation(person_id: int) -> MailedLink | None:
    found = select(MailedLink).where(MailedLink.person_id == person_id, MailedLink.kind == LinkKind.INVITATION)
    return db.session.scalar(found.order_by(MailedLink.id.desc()).limit(1))


def people_of(organization_ids: Iterable[int]) -> Sequence[Person]:
    """Everybody who works at these organizations and has not ended, by name."""
    ids = tuple(organization_ids)
    found = select(Person).where(Person.home_id.in_(ids) if ids else false(), Person.ended_on.is_(None))
    return db.session.scalars(_by_name(found)).all()


def staff(on: date) -> Sequence[Person]:
    """The HMIS Lead's people who work at the desk on this day, by name."""
    return holders(on, *LEAD_ROLES)


def staff_names(on: date) -> Sequence[tuple[int, str]]:
    """Id and name of the same people, for choosing from."""
    return [(row.id, f"{row.first_name} {row.last_name}") for row in plain_rows(_STAFF_NAMES, on=on)]


def holders(on: date, *roles: Role) -> Sequence[Person]:
    """Everybody holding one of these roles anywhere on this day, by name."""
    return db.session.scalars(_by_name(select(Person).where(Person.ended_on.is_(None), _holding(on, *roles)))).all()


def _holding(on: date | BindParameter[date], *roles: Role) -> ColumnElement[bool]:
    return Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role.in_(roles), _holds(on)))


def _holds(on: date | BindParameter[date]) -> ColumnElement[bool]:
    return (RoleGrant.starts_on <= on) & or_(RoleGrant.ended_on.is_(None), RoleGrant.ended_on > on)


_STAFF_NAMES = (
    select(Person.id, Person.first_name, Person.last_name)
    .where(Person.ended_on.is_(None), _holding(bindparam("on", type_=Date()), *LEAD_ROLES))
    .order_by(Person.last_name, Person.first_name, Person.id)
)


def _by_name(found: Select[Person]) -> Select[Person]:
    named = found.order_by(Person.last_name, Person.first_name, Person.id)
    return named.options(_WITH_ROLES, joinedload(Person.home))


def grants_at(organization_id: int) -> Sequence[RoleGrant]:
    """The roles held at an organization that have not ended."""
    found = select(RoleGrant).where(RoleGrant.organization_id == organization_id, RoleGrant.ended_on.is_(None))
    return db.session.scalars(found.order_by(RoleGrant.id).options(joinedload(RoleGrant.person))).all()


def is_lead_admin(actor: Actor) -> bool:
    return Role.LEAD_ADMIN in actor.roles


def may_change(actor: Actor, one: Person) -> bool:
    """May the actor edit, end or sign out this person? The HMIS Lead's own people only by who may grant roles.

    Otherwise staff could give an administrator another address and have the link to a new password mailed there.
    """
    leads = any(role.role in LEAD_ROLES and not role.ended_on for role in one.roles)
    return allows(actor, Permission.PERSON_EDIT, one) and (not leads or allows(actor, Permission.ROLE_GRANT, one))


def has_administrator(on: date, besides: int | None = None) -> bool:
    """Does anybody who has not ended (and is not `besides`) hold the role of HMIS Lead administrator?"""
    holding = select(RoleGrant.person_id).where(RoleGrant.role == Role.LEAD_ADMIN, _holds(on))
    found = select(Person.id).where(Person.ended_on.is_(None), Person.id.in_(holding))
    return db.session.scalar((found.where(Person.id != besides) if besides else found).limit(1)) is not None


_MARKED = select(DemoMark.id).limit(1)


def is_demo() -> bool:
    """Is this the database of a demo? Asked for every page of one that is none."""
    return plain_rows(_MARKED).first() is not None


def demo_mark() -> DemoMark | None:
    return db.session.scalar(select(DemoMark).order_by(DemoMark.id).limit(1))


def people_by_role_for_demo(on: date) -> tuple[RoleGrant, ...]:
    """For each role the grant of the person who came first, each person once where there is a choice."""
    grants = db.session.scalars(
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.ended_on.is_(None), _holds(on), RoleGrant.id.in_(_first_of_each_role(on)))
        .order_by(RoleGrant.id)
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.organization))
    ).all()
    first: dict[Role, RoleGrant] = {}
    taken: set[int] = set()
    for grant in sorted(grants, key=lambda one: (one.person_id in taken, one.id)):
        if grant.role not in first and grant.person_id not in taken:
            first[grant.role] = grant
            taken.add(grant.person_id)
    for grant in grants:
        first.setdefault(grant.role, grant)
    return tuple(first[role] for role in Role if role in first)


def _first_of_each_role(on: date) -> Select[int]:
    """A few of the oldest grants of each role: enough to find different people."""
    rank = func.row_number().over(partition_by=RoleGrant.role, order_by=RoleGrant.id).label("rank")
    held = select(RoleGrant.id.label("id"), rank).join(Person, Person.id == RoleGrant.person_id)
    oldest = held.where(Person.ended_on.is_(None), _holds(on)).subquery()
    return select(oldest.c.id).where(oldest.c.rank <= len(Role))
