"""Licenses, their work in the HMIS, and leavers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from portal.db import db
from portal.licenses.models import ClockSetting, Leaver, License, LicenseStep, WorkItem
from portal.licenses.rules import DEFAULT_HOURS, OPEN, ClockName, LicenseState, reminder_due
from portal.people.models import Membership, Organization, Person, RoleGrant
from portal.people.rules import can_be_id
from portal.policy import Actor, Permission, Reach, reach
from portal.tables import Order

_SHOWN = (joinedload(License.person), joinedload(License.agency), selectinload(License.work))
_RECORD = (
    joinedload(License.person).joinedload(Person.home),
    joinedload(License.person).selectinload(Person.roles).joinedload(RoleGrant.organization),
    joinedload(License.agency).selectinload(Organization.memberships).joinedload(Membership.coc),
    selectinload(License.work),
    selectinload(License.steps).joinedload(LicenseStep.note),
)
ORDERS: Mapping[str, Order] = MappingProxyType({"since": Order((License.moved_at, License.id))})
OLDEST_WORK = Order((WorkItem.due_at, WorkItem.id))
LATEST_LEAVERS = Order((Leaver.told_at, Leaver.id), descending=True)


def one_license(license_id: int) -> License | None:
    if not can_be_id(license_id):
        return None
    return db.session.scalar(select(License).where(License.id == license_id).options(*_RECORD))


def _within(
    held: Reach, actor: Actor, person: InstrumentedAttribute[int], agency: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    if held.everything:
        return true()
    reached = agency.in_(held.organizations)
    return or_(person == actor.person_id, reached) if held.own else reached


def licenses_visible_to(actor: Actor) -> Select[License]:
    held = reach(actor, Permission.LICENSE_READ)
    found = select(License).where(_within(held, actor, License.person_id, License.agency_id))
    return found.order_by(License.moved_at.desc(), License.id.desc()).options(*_SHOWN)


def licenses_found(
    actor: Actor, q: str = "", agency_id: int | None = None, state: LicenseState | None = None
) -> Select[License]:
    """The visible licenses that match all filters; without a state, those that have not ended."""
    found = licenses_visible_to(actor)
    who = aliased(Person)
    for word in q.split()[:6]:
        named = (column.icontains(word, autoescape=True) for column in (who.first_name, who.last_name, who.email))
        found = found.where(License.person_id.in_(select(who.id).where(or_(*named))))
    if agency_id is not None:
        found = found.where(License.agency_id == agency_id)
    return found.where(License.state == state if state is not None else License.state.in_(OPEN))


def open_license(person_id: int, agency_id: int) -> License | None:
    """The one that has not ended."""
    found = select(License).where(
        License.person_id == person_id, License.agency_id == agency_id, License.state.in_(OPEN)
    )
    return db.session.scalar(found.options(*_RECORD))


def licenses_of(actor: Actor, person_id: int) -> Sequence[License]:
    """A person's licenses that the actor may see, the latest first."""
    return db.session.scalars(licenses_visible_to(actor).where(License.person_id == person_id).limit(20)).all()


_WORK_SHOWN = (
    joinedload(WorkItem.license).joinedload(License.person).joinedload(Person.home),
    joinedload(WorkItem.license).joinedload(License.agency),
    joinedload(WorkItem.leaver),
)
_TO_DO = (WorkItem.done_at.is_(None), WorkItem.dropped_at.is_(None))


def work_to_do() -> Select[WorkItem]:
    """What waits to be done in the HMIS, what is due first first."""
    return select(WorkItem).where(*_TO_DO).order_by(WorkItem.due_at, WorkItem.id).options(*_WORK_SHOWN)


def work_item(item_id: int) -> WorkItem | None:
    if not can_be_id(item_id):
        return None
    return db.session.scalar(select(WorkItem).where(WorkItem.id == item_id).options(*_WORK_SHOWN))


def is_to_do(item_id: int) -> bool:
    return db.session.scalar(select(WorkItem.id).where(WorkItem.id == item_id, *_TO_DO)) is not None


def open_work_of(leaver_id: int) -> Sequence[int]:
    found = select(WorkItem.id).where(WorkItem.leaver_id == leaver_id, *_TO_DO)
    return db.session.scalars(found.order_by(WorkItem.id)).all()


def to_remind(now: datetime) -> list[int]:
    """Open work that calls for a letter: its time is half over, or it is late."""
    waiting = select(WorkItem).where(*_TO_DO, WorkItem.late_told_at.is_(None)).order_by(WorkItem.due_at, WorkItem.id)
    return [
        item.id
        for item in db.session.scalars(waiting)
        if reminder_due(now, item.starts_at, item.due_at, item.half_told_at is not None, False)
    ]


def left_with_license(_now: datetime) -> list[int]:
    """Open licenses of people whose access to the portal has ended."""
    ended = select(Person.id).where(Person.ended_on.is_not(None))
    found = select(License.id).where(License.state.in_(OPEN), License.person_id.in_(ended))
    return list(db.session.scalars(found.order_by(License.id)))


def leavers_visible_to(actor: Actor) -> Select[Leaver]:
    held = reach(actor, Permission.LICENSE_READ)
    found = select(Leaver).where(_within(held, actor, Leaver.person_id, Leaver.agency_id))
    shown = (joinedload(Leaver.person), joinedload(Leaver.agency))
    return found.order_by(Leaver.told_at.desc(), Leaver.id.desc()).options(*shown)


def leaver(leaver_id: int) -> Leaver | None:
    return db.session.get(Leaver, leaver_id)


def leaver_of(person_id: int, agency_id: int) -> Leaver | None:
    """Whose access is still being ended, or has been."""
    found = select(Leaver).where(Leaver.person_id == person_id, Leaver.agency_id == agency_id)
    return db.session.scalar(found.order_by(Leaver.id.desc()).limit(1))


def clocks() -> dict[ClockName, int]:
    """Hours by clock: the community's, or the default."""
    rows = db.session.scalars(select(ClockSetting).order_by(ClockSetting.id))
    return {**DEFAULT_HOURS, **{row.name: row.hours for row in rows}}


def hours(name: ClockName) -> timedelta:
    return timedelta(hours=clocks()[name])


def clock_setting(name: ClockName) -> ClockSetting | None:
    return db.session.scalar(select(ClockSetting).where(ClockSetting.name == name))
