"""A requirement waived for somebody, for a time and a reason."""

from datetime import date, timedelta

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.standing.models import Requirement, Waiver, WaiverEnding, WaiverReason, subject_columns
from portal.standing.rules import SubjectKind

LONGEST = timedelta(days=366)


def grant_waiver(
    act: Act,
    requirement: Requirement,
    *,
    subject_kind: SubjectKind,
    subject_id: int,
    starts_on: date,
    ends_on: date,
    reason: str,
) -> Waiver:
    """Waive it through the last day. Whoever grants it answers for it.

    Raises:
        Refused: it has no end within a year, no reason, or is for oneself.
    """
    if not reason.strip():
        raise Refused("Say why it is waived.")
    if ends_on < starts_on or ends_on - starts_on > LONGEST:
        raise Refused("A waiver ends after it starts, and within a year.")
    if subject_kind is SubjectKind.PERSON and subject_id == act.by:
        raise Refused("Nobody waives a requirement for themselves. Ask another administrator.")
    waiver = Waiver(
        requirement_id=requirement.id,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_at=act.at,
        granted_by_id=act.by,
        **subject_columns(subject_kind, subject_id),
    )
    waiver.reason = WaiverReason(words=reason.strip())
    db.session.add(waiver)
    audit.record(
        act,
        "waiver.granted",
        waiver,
        requirement=requirement.id,
        starts_on=starts_on,
        ends_on=ends_on,
        **subject_columns(subject_kind, subject_id),
    )
    return waiver


def end_waiver(act: Act, waiver: Waiver, *, last_day: date) -> WaiverEnding:
    """End it before its time.

    Raises:
        Refused: it ends by then anyway, or the day has passed.
    """
    if last_day >= waiver.last_day:
        raise Refused("The waiver ends by then anyway.")
    if last_day < act.at.date() - timedelta(days=1):
        raise Refused("What has passed was waived. Choose a day from yesterday on.")
    ending = WaiverEnding(waiver=waiver, last_day=last_day, recorded_at=act.at, recorded_by_id=act.by)
    db.session.add(ending)
    audit.record(act, "waiver.ended", waiver, last_day=last_day)
    return ending
