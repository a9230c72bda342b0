"""Evidence, claims, batches and waivers, for whoever may read them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.people.models import Membership, Organization, Person, RoleGrant
from portal.policy import Actor, Permission, reach
from portal.scheduler import Run
from portal.standing.models import (
    ClaimFile,
    ColumnMap,
    Evidence,
    EvidenceBatch,
    EvidenceClaim,
    Requirement,
    Waiver,
)
from portal.standing.rules import ClaimState, SubjectKind
from portal.tables import Order

LATEST_EVIDENCE = Order((Evidence.id,), descending=True)
LATEST_WAIVERS = Order((Waiver.id,), descending=True)
OLDEST_CLAIMS = Order((EvidenceClaim.id,))
BY_ROW = Order((EvidenceClaim.id,))
LATEST_BATCHES = Order((EvidenceBatch.id,), descending=True)


def _with_subject(row: Any) -> tuple[Any, ...]:
    """With all that the row's scope asks for."""
    return (
        joinedload(row.person).options(selectinload(Person.roles), joinedload(Person.home)),
        joinedload(row.organization).selectinload(Organization.memberships),
    )


def _reached(actor: Actor, permission: Permission, row: Any) -> ColumnElement[bool]:
    """The rows of people and organizations that the actor reaches; people lie in no CoC."""
    held = reach(actor, permission)
    if held.everything:
        return true()
    holding = select(RoleGrant.person_id).where(
        RoleGrant.organization_id.in_(held.organizations), RoleGrant.ended_on.is_(None)
    )
    working = select(Person.id).where(Person.home_id.in_(held.organizations))
    in_cocs = select(Membership.organization_id).where(Membership.coc_id.in_(held.cocs))
    return or_(
        row.person_id == actor.person_id if held.own else false(),
        row.person_id.in_(holding),
        row.person_id.in_(working),
        row.organization_id.in_(held.organizations),
        row.organization_id.in_(held.cocs),
        row.organization_id.in_(in_cocs),
    )


def evidence(evidence_id: int) -> Evidence | None:
    found = select(Evidence).where(Evidence.id == evidence_id)
    return db.session.scalar(
        found.options(
            *_with_subject(Evidence),
            joinedload(Evidence.recorded_by),
            joinedload(Evidence.approved_by),
            joinedload(Evidence.claim).selectinload(EvidenceClaim.files).joinedload(ClaimFile.file),
        )
    )


def evidence_visible_to(actor: Actor) -> Select[Evidence]:
    return (
        select(Evidence)
        .where(_reached(actor, Permission.EVIDENCE_READ, Evidence))
        .order_by(Evidence.id.desc())
        .options(*_with_subject(Evidence))
    )


def evidence_found(
    actor: Actor,
    kind: str = "",
    person_id: int | None = None,
    organization_id: int | None = None,
    imported: bool | None = None,
) -> Select[Evidence]:
    """The visible evidence that matches all filters; an organization's with that of the people who work there."""
    found = evidence_visible_to(actor)
    if kind:
        found = found.where(Evidence.kind == kind)
    if person_id is not None:
        found = found.where(Evidence.person_id == person_id)
    if organization_id is not None:
        working = select(Person.id).where(Person.home_id == organization_id)
        found = found.where(or_(Evidence.organization_id == organization_id, Evidence.person_id.in_(working)))
    return found.where(Evidence.is_imported == imported) if imported is not None else found


def superseding(evidence_id: int) -> Evidence | None:
    """The row that replaced this one last."""
    found = select(Evidence).where(Evidence.supersedes_id == evidence_id).order_by(Evidence.id.desc()).limit(1)
    return db.session.scalar(found)


def is_on_file(kind: SubjectKind, subject_id: int, evidence_kind: str, key: str, on: date) -> bool:
    """Is this very fact evidence already, and not superseded?"""
    subject = Evidence.person_id if kind is SubjectKind.PERSON else Evidence.organization_id
    later = select(Evidence.supersedes_id).where(Evidence.supersedes_id.is_not(None))
    found = select(Evidence.id).where(
        subject == subject_id,
        Evidence.kind == evidence_kind,
        Evidence.key == key,
        Evidence.on == on,
        Evidence.is_void.is_(False),
        Evidence.id.not_in(later),
    )
    return db.session.scalar(found.limit(1)) is not None


def on_file(of_people: bool, evidence_kind: str, key: str) -> set[tuple[int, date]]:
    """Subjects and days of all evidence of this kind and key that is not superseded."""
    subject: Any = Evidence.person_id if of_people else Evidence.organization_id
    later = select(Evidence.supersedes_id).where(Evidence.supersedes_id.is_not(None))
    columns: tuple[Any, ...] = (subject, Evidence.on)
    rows = select(*columns).where(
        subject.is_not(None),
        Evidence.kind == evidence_kind,
        Evidence.key == key,
        Evidence.is_void.is_(False),
        Evidence.id.not_in(later),
    )
    return {(subject_id, on) for subject_id, on in db.session.execute(rows.order_by(Evidence.id))}


def claim(claim_id: int) -> EvidenceClaim | None:
    found = select(EvidenceClaim).where(EvidenceClaim.id == claim_id)
    return db.session.scalar(
        found.options(
            *_with_subject(EvidenceClaim),
            joinedload(EvidenceClaim.entered_by),
            joinedload(EvidenceClaim.decided_by),
            joinedload(EvidenceClaim.batch),
            selectinload(EvidenceClaim.files).joinedload(ClaimFile.file),
        )
    )


def claims_waiting(except_by: int | None = None) -> Select[EvidenceClaim]:
    """Single entries that wait for a second person, the oldest first; batches wait as a whole."""
    found = select(EvidenceClaim).where(EvidenceClaim.state == ClaimState.WAITING, EvidenceClaim.batch_id.is_(None))
    if except_by is not None:
        found = found.where(EvidenceClaim.entered_by_id != except_by)
    return found.order_by(EvidenceClaim.id).options(
        *_with_subject(EvidenceClaim), joinedload(EvidenceClaim.entered_by), selectinload(EvidenceClaim.files)
    )


def batch(batch_id: int) -> EvidenceBatch | None:
    found = select(EvidenceBatch).where(EvidenceBatch.id == batch_id)
    return db.session.scalar(
        found.options(
            joinedload(EvidenceBatch.entered_by), joinedload(EvidenceBatch.decided_by), joinedload(EvidenceBatch.file)
        )
    )


def batches(state: ClaimState | None = None) -> Select[EvidenceBatch]:
    found = select(EvidenceBatch).order_by(EvidenceBatch.id.desc()).options(joinedload(EvidenceBatch.entered_by))
    return found.where(EvidenceBatch.state == state) if state is not None else found


def claims_of(batch: EvidenceBatch) -> Select[EvidenceClaim]:
    """Its rows that can become evidence, in the order of the file."""
    return (
        select(EvidenceClaim)
        .where(EvidenceClaim.batch_id == batch.id)
        .order_by(EvidenceClaim.id)
        .options(*_with_subject(EvidenceClaim), selectinload(EvidenceClaim.files))
    )


def run(run_id: int) -> Run | None:
    return db.session.get(Run, run_id)


def scans_of(batch: EvidenceBatch) -> tuple[int, int]:
    """How many of its rows name a scan, and how many of those have it."""
    named = select(func.count()).where(EvidenceClaim.batch_id == batch.id, EvidenceClaim.scan_name != "")
    held = named.where(EvidenceClaim.id.in_(select(ClaimFile.claim_id)))
    return db.session.scalar(named) or 0, db.session.scalar(held) or 0


def waiting_for(person_id: int) -> tuple[int, int]:
    """How many single entries and how many batches wait that this person may approve: those of others."""
    single = select(func.count(EvidenceClaim.id)).where(
        EvidenceClaim.state == ClaimState.WAITING,
        EvidenceClaim.batch_id.is_(None),
        EvidenceClaim.entered_by_id != person_id,
    )
    whole = select(func.count(EvidenceBatch.id)).where(
        EvidenceBatch.state == ClaimState.WAITING, EvidenceBatch.entered_by_id != person_id
    )
    return db.session.scalar(single) or 0, db.session.scalar(whole) or 0


def column_map(name: str) -> dict[str, str]:
    held = db.session.get(ColumnMap, name)
    return dict(held.columns) if held else {}


def waiver(waiver_id: int) -> Waiver | None:
    return db.session.scalar(_waivers().where(Waiver.id == waiver_id))


def waivers_visible_to(actor: Actor) -> Select[Waiver]:
    found = _waivers().where(_reached(actor, Permission.WAIVER_READ, Waiver))
    return found.order_by(Waiver.id.desc())


def waivers_of(person_id: int | None = None, organization_id: int | None = None) -> Sequence[Waiver]:
    """All that were ever granted to this person or organization, the latest first."""
    found = _waivers().where(Waiver.person_id == person_id, Waiver.organization_id == organization_id)
    return db.session.scalars(found.order_by(Waiver.id.desc())).all()


def _waivers() -> Select[Waiver]:
    return select(Waiver).options(
        joinedload(Waiver.requirement).selectinload(Requirement.versions),
        joinedload(Waiver.reason),
        joinedload(Waiver.granted_by),
        selectinload(Waiver.endings),
        *_with_subject(Waiver),
    )
