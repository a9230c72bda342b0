"""User-access reports that come round: schedules, reports asked for, and what follows from the answers."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.licenses.models import AccessRequest, AccessSchedule, FollowUp
from portal.licenses.rules import REMIND_AHEAD
from portal.people.models import Membership, Organization, RoleGrant
from portal.people.rules import OrganizationKind, Participation, can_be_id
from portal.policy import Actor, Permission, Role, reach
from portal.tables import Order

LATEST_REQUESTS = Order((AccessRequest.id,), descending=True)
LATEST_FOLLOW_UPS = Order((FollowUp.id,), descending=True)
BY_SCHEDULE = Order((AccessSchedule.id,))


def schedules() -> Select[AccessSchedule]:
    """Those that were not stopped."""
    found = select(AccessSchedule).where(AccessSchedule.stopped_at.is_(None)).order_by(AccessSchedule.id)
    return found.options(selectinload(AccessSchedule.agencies))


def schedule(schedule_id: int) -> AccessSchedule | None:
    if not can_be_id(schedule_id):
        return None
    return db.session.scalar(schedules().where(AccessSchedule.id == schedule_id))


def schedules_due(today: date) -> list[int]:
    return [one.id for one in db.session.scalars(schedules().where(AccessSchedule.next_on <= today))]


def agencies_of(held: AccessSchedule) -> Sequence[Organization]:
    """Whom it asks: its own agencies, or all that take part; never one that has ended."""
    found = select(Organization).where(
        Organization.kind == OrganizationKind.AGENCY,
        Organization.participation == Participation.PARTICIPATING,
        Organization.ended_on.is_(None),
        Organization.id.in_([one.id for one in held.agencies]) if held.agencies else true(),
    )
    loaded = found.options(selectinload(Organization.memberships).joinedload(Membership.coc))
    return db.session.scalars(loaded.order_by(Organization.name, Organization.id)).all()


_REQUEST = (joinedload(AccessRequest.agency).selectinload(Organization.memberships), joinedload(AccessRequest.review))


def requests_visible_to(actor: Actor) -> Select[AccessRequest]:
    """The latest first."""
    held = reach(actor, Permission.ACCESS_REPORT_READ)
    found = select(AccessRequest).where(true() if held.everything else AccessRequest.agency_id.in_(held.organizations))
    return found.order_by(AccessRequest.id.desc()).options(*_REQUEST)


def requests_found(actor: Actor, is_open: bool) -> Select[AccessRequest]:
    found = requests_visible_to(actor)
    return found.where(AccessRequest.review_id.is_(None)) if is_open else found


def access_request(request_id: int) -> AccessRequest | None:
    return db.session.scalar(select(AccessRequest).where(AccessRequest.id == request_id).options(*_REQUEST))


def was_asked(agency_id: int, since: date, until: date) -> bool:
    found = select(AccessRequest.id).where(
        AccessRequest.agency_id == agency_id, AccessRequest.since == since, AccessRequest.until == until
    )
    return db.session.scalar(found) is not None


def open_requests_of(agency_id: int, since: date, until: date) -> Sequence[AccessRequest]:
    """Those that a report of this period answers."""
    found = select(AccessRequest).where(
        AccessRequest.agency_id == agency_id,
        AccessRequest.review_id.is_(None),
        AccessRequest.since >= since,
        AccessRequest.until <= until,
    )
    return db.session.scalars(found.order_by(AccessRequest.id)).all()


def requests_to_remind(today: date) -> list[int]:
    """Unanswered, and due soon or overdue, without the letter that belongs to it."""
    unanswered = select(AccessRequest.id).where(AccessRequest.review_id.is_(None))
    found = unanswered.where(
        or_(
            (AccessRequest.due_on <= today + REMIND_AHEAD) & AccessRequest.reminded_at.is_(None),
            (AccessRequest.due_on < today) & AccessRequest.late_told_at.is_(None),
        )
    )
    return list(db.session.scalars(found.order_by(AccessRequest.due_on, AccessRequest.id)))


def attesters(agency_id: int, on: date) -> list[RoleGrant]:
    """The agency's HMIS administrators on this day."""
    found = select(RoleGrant).where(
        RoleGrant.organization_id == agency_id, RoleGrant.role == Role.AGENCY_ADMIN, RoleGrant.ended_on.is_(None)
    )
    rows = db.session.scalars(found.order_by(RoleGrant.id).options(joinedload(RoleGrant.person)))
    return [one for one in rows if one.holds_on(on) and one.person.is_active]


_FOLLOW_UP = (
    joinedload(FollowUp.person),
    joinedload(FollowUp.agency),
    joinedload(FollowUp.leaver),
    joinedload(FollowUp.done_by),
    joinedload(FollowUp.review),
)


def follow_ups_visible_to(actor: Actor) -> Select[FollowUp]:
    held = reach(actor, Permission.FOLLOW_UP_READ)
    found = select(FollowUp).where(true() if held.everything else FollowUp.agency_id.in_(held.organizations))
    return found.order_by(FollowUp.id.desc()).options(*_FOLLOW_UP)


def follow_ups_found(actor: Actor, is_open: bool) -> Select[FollowUp]:
    found = follow_ups_visible_to(actor)
    return found.where(FollowUp.done_at.is_(None)) if is_open else found


def follow_up(follow_up_id: int) -> FollowUp | None:
    if not can_be_id(follow_up_id):
        return None
    return db.session.scalar(select(FollowUp).where(FollowUp.id == follow_up_id).options(*_FOLLOW_UP))


def follow_ups_of_leaver(leaver_id: int) -> Sequence[FollowUp]:
    found = select(FollowUp).where(FollowUp.leaver_id == leaver_id, FollowUp.done_at.is_(None))
    return db.session.scalars(found.order_by(FollowUp.id)).all()


def follow_ups_late(now: datetime) -> list[int]:
    """Open beyond their time, and staff not told yet."""
    found = select(FollowUp.id).where(
        FollowUp.done_at.is_(None), FollowUp.due_at < now, FollowUp.late_told_at.is_(None)
    )
    return list(db.session.scalars(found.order_by(FollowUp.due_at, FollowUp.id)))


def is_follow_up_open(follow_up_id: int) -> bool:
    found = select(FollowUp.id).where(FollowUp.id == follow_up_id, FollowUp.done_at.is_(None))
    return db.session.scalar(found) is not None


def is_unanswered(request_id: int) -> bool:
    found = select(AccessRequest.id).where(AccessRequest.id == request_id, AccessRequest.review_id.is_(None))
    return db.session.scalar(found) is not None
