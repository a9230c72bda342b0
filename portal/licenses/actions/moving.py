"""How a license moves from state to state: one row of who, when and why, and the work that it makes in the HMIS."""

from datetime import datetime

from sqlalchemy import update

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.models import Leaver, License, LicenseStep, StepNote, WorkItem
from portal.licenses.rules import MOVES, REASONS, WORK_OF, ClockName, Move, Reason, WorkKind, after


def move(act: Act, held: License, made: Move, reason: Reason, note: str = "", leaver: Leaver | None = None) -> None:
    """Change the state once, whoever else tries at the same moment; work still open in the HMIS is dropped.

    Raises:
        Refused: the license is not in a state from which the move starts, or the reason is none of the move's.
    """
    state = after(held.state, made)
    if state is None or not _changed(act, held, made):
        db.session.refresh(held)
        raise Refused(f"This license is {held.state.words.lower()} by now. Open it again to see what happened.")
    db.session.refresh(held)
    note_step(act, held, made, reason, note)
    if made in (Move.REVOKE, Move.RESTORE, Move.SUSPEND):
        _drop_work(act, held)
    if made in WORK_OF:
        _add_work(act, held, WORK_OF[made], leaver)


def _changed(act: Act, held: License, made: Move) -> bool:
    starts, state = MOVES[made]
    db.session.flush()
    changed = db.session.execute(
        update(License)
        .where(License.id == held.id, License.state.in_(starts))
        .values(state=state, moved_at=act.at)
        .returning(License.id)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar_one_or_none() is not None


def note_step(act: Act, held: License, made: Move, reason: Reason, note: str = "") -> LicenseStep:
    if reason not in REASONS[made]:
        raise Refused("Choose one of the reasons in the list.")
    step = LicenseStep(license=held, at=act.at, by_id=act.by, move=made, state=held.state, reason=reason)
    if note.strip():
        step.note = StepNote(words=note.strip())
    db.session.add(step)
    audit.record(
        act,
        f"license.{held.state.value}",
        held,
        move=made,
        reason=reason,
        person=held.person_id,
        organization=held.agency_id,
    )
    return step


def _drop_work(act: Act, held: License) -> None:
    db.session.execute(
        update(WorkItem)
        .where(WorkItem.license_id == held.id, WorkItem.done_at.is_(None), WorkItem.dropped_at.is_(None))
        .values(dropped_at=act.at)
        .execution_options(synchronize_session="fetch")
    )


def _add_work(act: Act, held: License, kind: WorkKind, leaver: Leaver | None) -> WorkItem:
    """A leaver's clock began when the person left, not when we were told."""
    starts_at: datetime = leaver.left_at if leaver else act.at
    due_at = leaver.due_at if leaver else act.at + queries.hours(ClockName(kind.value))
    item = WorkItem(license=held, leaver=leaver, kind=kind, starts_at=starts_at, due_at=due_at)
    db.session.add(item)
    db.session.flush()
    return item
