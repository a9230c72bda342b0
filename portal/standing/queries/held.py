"""Evidence and waivers of many subjects, as facts for the rules."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.standing.models import CommunityStartSet, Evidence, Waiver, WaiverEnding
from portal.standing.queries.register import Ids, within
from portal.standing.rules import CommunityStart, EvidenceByKey, EvidenceFact, SubjectKind, WaiverFact

_FACT: tuple[Any, ...] = (
    Evidence.id,
    Evidence.on,
    Evidence.recorded_at,
    Evidence.until,
    Evidence.supersedes_id,
    Evidence.is_void,
    Evidence.is_imported,
    Evidence.kind,
    Evidence.key,
)
"""In the order of `EvidenceFact`."""


def evidence_of(kind: SubjectKind, ids: Ids, kinds: Collection[str]) -> Mapping[int, EvidenceByKey]:
    subject: Any = Evidence.person_id if kind is SubjectKind.PERSON else Evidence.organization_id
    rows = select(subject, *_FACT).where(subject.is_not(None), within(subject, ids), Evidence.kind.in_(kinds))
    found: dict[int, dict[tuple[str, str], list[EvidenceFact]]] = {}
    for subject_id, *facts in db.session.execute(rows.order_by(Evidence.on, Evidence.id)):
        fact = EvidenceFact._make(facts)
        found.setdefault(subject_id, {}).setdefault((fact.kind, fact.key), []).append(fact)
    return found


_WAIVER: tuple[Any, ...] = (
    Waiver.id,
    Waiver.requirement_id,
    Waiver.starts_on,
    Waiver.ends_on,
    Waiver.granted_at,
    WaiverEnding.last_day,
    WaiverEnding.recorded_at,
)


def waivers_of(kind: SubjectKind, ids: Ids) -> Mapping[int, Sequence[WaiverFact]]:
    subject: Any = Waiver.person_id if kind is SubjectKind.PERSON else Waiver.organization_id
    rows = select(subject, *_WAIVER).outerjoin(WaiverEnding, WaiverEnding.waiver_id == Waiver.id)
    rows = rows.where(subject.is_not(None), within(subject, ids)).order_by(Waiver.id, WaiverEnding.id)
    endings: dict[int, list[tuple[date, datetime]]] = defaultdict(list)
    waivers: dict[int, tuple[Any, ...]] = {}
    for subject_id, waiver_id, *facts, last_day, recorded_at in db.session.execute(rows):
        waivers[waiver_id] = (subject_id, *facts)
        if last_day is not None:
            endings[waiver_id].append((last_day, recorded_at))
    found: dict[int, list[WaiverFact]] = defaultdict(list)
    for waiver_id, (subject_id, requirement_id, starts_on, ends_on, granted_at) in waivers.items():
        ended = tuple(endings[waiver_id])
        found[subject_id].append(WaiverFact(waiver_id, requirement_id, starts_on, ends_on, granted_at, ended))
    return found


def community_starts() -> tuple[CommunityStart, ...]:
    rows = db.session.scalars(select(CommunityStartSet).order_by(CommunityStartSet.id))
    return tuple(CommunityStart(row.starts_on, row.catch_up_on, row.recorded_at) for row in rows)
