"""What describes HMIS projects, and who takes part on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.people.models import MODELS, Affiliation, Funding, OfProject, Organization, Project, ProjectParticipation
from portal.people.queries.register import projects_visible_to
from portal.people.rules import COC_AND_ESG, Descriptor, can_be_id, participation_difference
from portal.policy import Actor


def descriptors_of(project: Project) -> dict[Descriptor, Sequence[OfProject]]:
    """All rows that describe a project: those of dates latest first, the others as they came."""
    return {kind: descriptors_of_kind(project, kind) for kind in Descriptor}


def descriptors_of_kind(project: Project, kind: Descriptor) -> Sequence[OfProject]:
    model: Any = MODELS[kind]
    found = select(model).where(model.project_id == project.id)
    if model is Affiliation:
        found = found.options(joinedload(Affiliation.residential))
    order = (model.starts_on.desc(), model.id.desc()) if kind.is_dated else (model.id,)
    return db.session.scalars(found.order_by(*order)).all()


def descriptor(project: Project, kind: Descriptor, row_id: int) -> OfProject | None:
    model = MODELS[kind]
    if not can_be_id(row_id):
        return None
    return db.session.scalar(select(model).where(model.id == row_id, model.project_id == project.id))


def descriptor_in_hmis(kind: Descriptor, hmis_id: str) -> OfProject | None:
    """The row that has this key in the HMIS, whatever its project."""
    model = MODELS[kind]
    return db.session.scalar(select(model).where(model.hmis_id == hmis_id))


def descriptors_visible_to(actor: Actor, kind: Descriptor) -> Select[Any]:
    """The rows of all projects in force that one may see, by project."""
    model: Any = MODELS[kind]
    visible = projects_visible_to(actor).where(Project.ended_on.is_(None)).order_by(None).with_only_columns(Project.id)
    return (
        select(model)
        .where(model.project_id.in_(visible))
        .order_by(model.project_id, model.id)
        .options(joinedload(model.project).joinedload(Project.agency))
    )


def participation_on(agency_ids: Iterable[int], day: date) -> Mapping[int, Mapping[int, int]]:
    """By agency and project in force: how it takes part on this day (HUD list 2.08.1). The later row counts."""
    ids = tuple(agency_ids)
    row = ProjectParticipation
    found = (
        select(Project.agency_id, Project.id, row.type)
        .join(Project, Project.id == row.project_id)
        .where(Project.agency_id.in_(ids) if ids else false(), Project.ended_on.is_(None), row.starts_on <= day)
        .where(or_(row.ended_on.is_(None), row.ended_on >= day))
        .order_by(row.starts_on, row.id)
    )
    held: dict[int, dict[int, int]] = {}
    for agency_id, project_id, kind in db.session.execute(found):
        held.setdefault(agency_id, {})[project_id] = kind
    return held


def funded_on(day: date, project_id: int | None = None) -> dict[int, bool]:
    """Of the projects whose grants are on record: does one of the CoC or ESG program run on this day?"""
    runs = (Funding.starts_on <= day) & or_(Funding.ended_on.is_(None), Funding.ended_on >= day)
    found = select(
        Funding.project_id, func.max(case((runs & Funding.funder.in_(COC_AND_ESG), 1), else_=0)).label("yes")
    )
    found = found.where(true() if project_id is None else Funding.project_id == project_id)
    rows = db.session.execute(found.group_by(Funding.project_id).order_by(Funding.project_id))
    return {row.project_id: bool(row.yes) for row in rows}


def takes_part(project: Project, day: date) -> int | None:
    """How it takes part in HMIS on this day (HUD list 2.08.1); None where nothing is on record."""
    return participation_on([project.agency_id], day).get(project.agency_id, {}).get(project.id)


def participation_differences(agencies: Iterable[Organization], day: date) -> dict[int, str]:
    """By agency: where it and its projects say different things about HMIS."""
    asked = [one for one in agencies if one.participation is not None]
    held = participation_on([one.id for one in asked], day)
    sentences = {
        one.id: participation_difference(one.participation, tuple(held.get(one.id, {}).values())) for one in asked
    }
    return {agency_id: sentence for agency_id, sentence in sentences.items() if sentence}
