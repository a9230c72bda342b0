"""Requirements as rows, their waivers, and the names that their terms speak of."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import selectinload

from portal.db import db
from portal.people.queries import organization_names, person_names
from portal.people.rules import PROJECT_TYPES
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.rules import Audience, SubjectKind
from portal.tables import Order

BY_CODE = Order((Requirement.code,))
_WITH_VERSIONS = selectinload(Requirement.versions)


def requirement(requirement_id: int) -> Requirement | None:
    found = select(Requirement).where(Requirement.id == requirement_id)
    return db.session.scalar(found.options(_WITH_VERSIONS.joinedload(RequirementVersion.published_by)))


def requirement_by_code(code: str) -> Requirement | None:
    return db.session.scalar(select(Requirement).where(Requirement.code == code).options(_WITH_VERSIONS))


def requirements_found(kind: SubjectKind | None = None, evidence_kind: str = "") -> Select[Requirement]:
    """Those with a version of this kind of subject or evidence, by code."""
    found = select(Requirement).order_by(Requirement.code).options(_WITH_VERSIONS)
    if kind is not None:
        found = found.where(_has_version(RequirementVersion.subject_kind == kind))
    return found.where(_has_version(RequirementVersion.kind == evidence_kind)) if evidence_kind else found


def _has_version(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(RequirementVersion.requirement_id == Requirement.id, condition)


def requirements() -> Sequence[Requirement]:
    return db.session.scalars(requirements_found()).all()


def has_requirements() -> bool:
    return db.session.scalar(select(Requirement.id).limit(1)) is not None


def next_number(requirement: Requirement) -> int:
    held = select(func.max(RequirementVersion.number)).where(RequirementVersion.requirement_id == requirement.id)
    return (db.session.scalar(held) or 0) + 1


def names_of(*audiences: Audience) -> Mapping[str, Mapping[int, str]]:
    """The names of the people, organizations and CoCs that these audiences limit themselves to."""
    people = {one for audience in audiences for one in audience.people}
    places = {one for audience in audiences for one in audience.organizations | audience.cocs}
    return {
        "people": person_names(people) if people else {},
        "organizations": organization_names(places) if places else {},
        "project_types": PROJECT_TYPES,
    }


def keys_by_kind(kind: SubjectKind | None = None) -> Mapping[str, Sequence[tuple[str, str]]]:
    """For each kind of evidence the keys that requirements ask for, with the title of the first that does."""
    found: dict[str, dict[str, str]] = {}
    for one in requirements():
        if kind is None or one.latest.subject_kind is kind:
            found.setdefault(one.latest.kind, {}).setdefault(one.latest.key, one.title)
    return {code: sorted(keys.items(), key=lambda pair: pair[1]) for code, keys in found.items()}


def titles() -> Mapping[tuple[str, str], str]:
    """What evidence of a kind and key shows, by the title of the requirement that asks for it."""
    return {(kind, key): title for kind, held in keys_by_kind().items() for key, title in held}
