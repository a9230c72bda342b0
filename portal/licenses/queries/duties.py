"""Audit and access reports of the HMIS as duties."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.licenses.models import AuditDuty, AuditDutyRun
from portal.licenses.rules import DUE_SOON
from portal.people.rules import can_be_id
from portal.tables import Order

BY_DUE = Order((AuditDuty.due_on, AuditDuty.id))


def duties() -> Select[AuditDuty]:
    """What is due first comes first."""
    return select(AuditDuty).order_by(AuditDuty.due_on, AuditDuty.id).options(joinedload(AuditDuty.runner))


def duty(duty_id: int) -> AuditDuty | None:
    if not can_be_id(duty_id):
        return None
    runs = selectinload(AuditDuty.runs)
    shown = (
        joinedload(AuditDuty.runner),
        runs.joinedload(AuditDutyRun.file),
        runs.joinedload(AuditDutyRun.recorded_by),
    )
    return db.session.scalar(select(AuditDuty).where(AuditDuty.id == duty_id).options(*shown))


def duties_to_tell(now: datetime) -> list[int]:
    """Due within a week or overdue, and the runner not reminded of this due day yet."""
    found = select(AuditDuty.id).where(
        AuditDuty.due_on <= now.date() + DUE_SOON,
        or_(AuditDuty.told_for.is_(None), AuditDuty.told_for != AuditDuty.due_on),
    )
    return list(db.session.scalars(found.order_by(AuditDuty.due_on, AuditDuty.id)))
