"""End users copied with all that their standing and their licenses rest on, at the same agencies."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, literal_column, select

from portal.audit import AuditEvent
from portal.db import db, is_sqlite
from portal.demo.actions.moved import Changes, Moved
from portal.licenses.models import AccessAnswer, Leaver, License, LicenseStep, StepNote, Suspension, WorkItem
from portal.people.models import Person, RoleGrant
from portal.policy import Role
from portal.standing.models import (
    ClaimFile,
    Evidence,
    EvidenceClaim,
    LastLogin,
    RegisterNote,
    Waiver,
    WaiverEnding,
    WaiverReason,
)

MARK = "+"
"""Stands with a number before the @ of a copy's address, and in no other of the demo."""
NUMBERED: tuple[type[Any], ...] = (
    *(Person, RoleGrant, License, LicenseStep, Leaver, WorkItem, Suspension, AccessAnswer),
    *(EvidenceClaim, ClaimFile, Evidence, Waiver, WaiverEnding, RegisterNote, AuditEvent),
)
_ON_RECORD: tuple[type[Any], ...] = (Person, License, Leaver, WorkItem, Suspension, EvidenceClaim, Evidence, Waiver)


def generations() -> int:
    """How many times people have been copied."""
    first = db.session.scalar(select(Person.email).where(Person.id == _originals().limit(1).scalar_subquery()))
    if first is None:
        return 0
    name, _, domain = first.partition("@")
    return db.session.scalar(select(func.count()).where(Person.email.like(f"{name}{MARK}%@{domain}"))) or 0


def copy_people(number: int) -> None:
    """The originals once more, as generation `number` from 1 on; all dates stay."""
    ahead = {str(model.__tablename__): db.session.scalar(select(func.max(model.id))) or 0 for model in NUMBERED}
    people = db.session.scalars(_originals()).all()
    _People(ahead, timedelta()).copy_all(people, number)


def _originals() -> Select[int]:
    """Who holds or has asked for a license, and never had another role."""
    others = exists().where(RoleGrant.person_id == Person.id, RoleGrant.role != Role.END_USER)
    licensed = exists().where(License.person_id == Person.id)
    return select(Person.id).where(licensed, ~others, Person.email.not_like(f"%{MARK}%")).order_by(Person.id)


class _People(Moved):
    def copy_all(self, people: Sequence[int], number: int) -> None:
        address = func.replace(Person.email, "@", f"{MARK}{number}@")
        self.copy(Person, Person.id.in_(people), changes={"email": address})
        for model in (RoleGrant, Leaver, Waiver, RegisterNote, AccessAnswer, LastLogin):
            self._copy_theirs(model, people)
        self._copy_licenses(people, number)
        self._copy_evidence(people)
        for model in _ON_RECORD:
            self._copy_events(model, people)

    def _copy_theirs(self, model: type[Any], people: Sequence[int]) -> None:
        self.copy(model, model.person_id.in_(people), keys={"person_id": Person})

    def _copy_licenses(self, people: Sequence[int], number: int) -> None:
        held = _of(License, people)
        login = case((License.login_id == "", ""), else_=License.login_id.concat(f"-{number}"))
        self.copy(License, License.person_id.in_(people), keys={"person_id": Person}, changes={"login_id": login})
        self.copy(LicenseStep, LicenseStep.license_id.in_(held), keys={"license_id": License})
        steps = select(LicenseStep.id).where(LicenseStep.license_id.in_(held))
        self.copy(StepNote, StepNote.step_id.in_(steps), keys={"step_id": LicenseStep})
        self.copy(WorkItem, WorkItem.license_id.in_(held), keys={"license_id": License, "leaver_id": Leaver})
        self.copy(Suspension, Suspension.license_id.in_(held), keys={"license_id": License})

    def _copy_evidence(self, people: Sequence[int]) -> None:
        """Claims keep the file that they came from; what was superseded is superseded by a copy."""
        own = {"person_id": Person}
        self.copy(EvidenceClaim, EvidenceClaim.person_id.in_(people), keys={**own, "corrects_id": Evidence})
        self.copy(ClaimFile, ClaimFile.claim_id.in_(_of(EvidenceClaim, people)), keys={"claim_id": EvidenceClaim})
        is_claim = Evidence.source_kind == EvidenceClaim.__tablename__
        ahead = literal(self.ahead[EvidenceClaim.__tablename__])
        source = case((is_claim, Evidence.source_id + ahead), else_=Evidence.source_id)
        keys = {**own, "claim_id": EvidenceClaim, "supersedes_id": Evidence}
        self.copy(Evidence, Evidence.person_id.in_(people), keys=keys, changes={"source_id": source})
        waivers = _of(Waiver, people)
        self.copy(WaiverReason, WaiverReason.waiver_id.in_(waivers), keys={"waiver_id": Waiver})
        self.copy(WaiverEnding, WaiverEnding.waiver_id.in_(waivers), keys={"waiver_id": Waiver})

    def _copy_events(self, model: type[Any], people: Sequence[int]) -> None:
        """With the ids that their facts name; what somebody did alone was done by the copy alone."""
        theirs = people if model is Person else _of(model, people)
        which = (AuditEvent.kind == model.__tablename__) & AuditEvent.subject_id.in_(theirs)
        facts = "facts"
        for key, of in (("person", Person), ("license", License)):
            words = _FACT_SQLITE if is_sqlite() else _FACT_POSTGRES
            facts = words.format(facts=facts, key=key, ahead=self.ahead[of.__tablename__])
        alone = case((AuditEvent.by_person_id.in_(people), AuditEvent.by_person_id + self.ahead["person"]))
        by = func.coalesce(alone, AuditEvent.by_person_id)
        changes: Changes = {"facts": literal_column(facts), "by_person_id": by}
        self.copy(AuditEvent, which, keys={"subject_id": model}, changes=changes)


def _of(model: type[Any], people: Sequence[int]) -> Select[int]:
    if model in (WorkItem, Suspension):
        return select(model.id).where(model.license_id.in_(_of(License, people)))
    return select(model.id).where(model.person_id.in_(people))


_FACT_SQLITE = """
CASE WHEN json_type({facts}, '$.{key}') = 'integer'
THEN json_set({facts}, '$.{key}', json_extract({facts}, '$.{key}') + {ahead}) ELSE {facts} END
"""
_FACT_POSTGRES = """
(CASE WHEN json_typeof({facts} -> '{key}') = 'number'
THEN ({facts}::jsonb || jsonb_build_object('{key}', ({facts} ->> '{key}')::int + {ahead}))::json ELSE {facts} END)
"""
