"""Suspension for overdue requirements: one person proposes, another approves."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import update

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import notices, queries
from portal.licenses.actions.life import suspend
from portal.licenses.models import Suspension
from portal.licenses.rules import LicenseState, ProposalState, Reason


class Decided(NamedTuple):
    """How many were suspended, how many were cleared meanwhile, and how many somebody else must decide."""

    suspended: int
    cleared: int
    left_out: int


NOT_ONESELF = "Nobody decides about the suspension of their own license. Ask somebody else of the HMIS Lead."
SECOND_PERSON = "Whoever proposed a suspension cannot approve it. Ask somebody else of the HMIS Lead."


def propose_suspensions(act: Act, license_ids: Collection[int]) -> int:
    """Propose to suspend those of the licenses whose holders are overdue now; gives how many.

    Raises:
        Refused: none was chosen, or none of them is overdue any more.
    """
    if not license_ids:
        raise Refused("Tick at least one license.")
    found = [one for one in queries.overdue(act.at) if one.license.id in license_ids]
    if not found:
        raise Refused("None of these is overdue any more.")
    for one in found:
        first = one.verdicts[0]
        row = Suspension(
            license=one.license,
            requirement_id=first.requirement_id,
            due_on=first.due_on,
            state=ProposalState.WAITING,
            proposed_at=act.at,
            proposed_by_id=act.by,
        )
        db.session.add(row)
        audit.record(act, "suspension.proposed", row, license=one.license.id, requirement=first.requirement_id)
    notices.suspensions_wait(act, len(found))
    return len(found)


def approve_suspensions(act: Act, license_ids: Collection[int]) -> Decided:
    """Suspend what somebody else proposed; what was cleared meanwhile is dropped, own rows are left out.

    Raises:
        Refused: nothing was chosen, or nothing that somebody else proposed about somebody else.
    """
    waiting = _waiting(act, license_ids)
    others = [one for one in waiting if one.proposed_by_id != act.by]
    if not others:
        raise Refused(SECOND_PERSON)
    suspended = 0
    for one in others:
        due = one.license.state is LicenseState.ACTIVE and queries.is_overdue(one.license, one.requirement_id, act.at)
        if not _decided(act, one, ProposalState.APPROVED if due else ProposalState.DROPPED) or not due:
            continue
        suspend(act, one.license, reason=Reason.EVIDENCE_MISSING)
        suspended += 1
    return Decided(suspended, len(others) - suspended, len(license_ids) - len(others))


def drop_suspensions(act: Act, license_ids: Collection[int]) -> int:
    """Take proposals back, by whoever works with licenses.

    Raises:
        Refused: nothing was chosen, or the own license alone.
    """
    waiting = _waiting(act, license_ids)
    for one in waiting:
        _decided(act, one, ProposalState.DROPPED)
    return len(waiting)


def _waiting(act: Act, license_ids: Collection[int]) -> list[Suspension]:
    """Without the own license, about which somebody else decides."""
    waiting = list(queries.proposed(license_ids))
    if not waiting or act.by is None:
        raise Refused("Tick at least one license that waits.")
    others = [one for one in waiting if one.license.person_id != act.by]
    if not others:
        raise Refused(NOT_ONESELF)
    return others


def _decided(act: Act, one: Suspension, state: ProposalState) -> bool:
    changed = db.session.execute(
        update(Suspension)
        .where(Suspension.id == one.id, Suspension.state == ProposalState.WAITING)
        .values(state=state, decided_at=act.at, decided_by_id=act.by)
        .returning(Suspension.id)
    ).scalar_one_or_none()
    if changed is not None:
        audit.record(act, f"suspension.{state.value}", one, license=one.license_id)
    return changed is not None
