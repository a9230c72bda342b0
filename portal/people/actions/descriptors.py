"""What describes HMIS projects: rows put in from a form or an export, ended, removed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import queries
from portal.people.actions.keeping import record
from portal.people.models import MODELS, Dated, OfProject, Organization, Project, ProjectParticipation
from portal.people.rules import TAKES_PART, Descriptor, Participation, Shape, overlap, problem_of
from portal.worktime import date_words


def put_descriptor(
    act: Act,
    project: Project,
    kind: Descriptor,
    row: OfProject | None = None,
    hmis_id: str | None = None,
    **facts: Any,
) -> OfProject:
    """Add a row, or change `row`, or the one that has this `hmis_id`. What changes nothing leaves no trace.

    `facts` are the values of the kind's elements by name; one that is left out is empty.

    Raises:
        Refused: a fact is unfit or unknown, periods overlap, or a victim service provider would take part in HMIS.
    """
    (put,) = put_descriptors(act, project, kind, [{"row": row, "hmis_id": hmis_id, **facts}])
    return put


def put_descriptors(
    act: Act, project: Project, kind: Descriptor, many: Iterable[Mapping[str, Any]]
) -> Sequence[OfProject]:
    """The same for several rows at once, as an export brings them: only what they make together must fit.

    Raises:
        Refused: as `put_descriptor`.
    """
    put = [_put(act, project, kind, dict(one)) for one in many]
    db.session.flush()
    _demand_apart(project, kind)
    return put


def _put(act: Act, project: Project, kind: Descriptor, facts: dict[str, Any]) -> OfProject:
    row: OfProject | None = facts.pop("row", None)
    hmis_id: str | None = facts.pop("hmis_id", None)
    if row is None and hmis_id:
        row = queries.descriptor_in_hmis(kind, hmis_id)
    wanted = {one.name: facts.pop(one.name, None) for one in kind.elements}
    wanted |= {one.name: wanted[one.name] or "" for one in kind.elements if one.shape is Shape.TEXT}
    if facts:
        raise TypeError(f"{kind} has no {', '.join(facts)}.")
    _demand_fit(project, kind, wanted, act.at.date())
    if row is None:
        return _add(act, project, kind, hmis_id, wanted)
    _change(act, project, row, {**wanted, **({"hmis_id": hmis_id} if hmis_id else {})})
    return row


def _add(act: Act, project: Project, kind: Descriptor, hmis_id: str | None, facts: Mapping[str, Any]) -> OfProject:
    model: Any = MODELS[kind]
    row: OfProject = model(project=project, hmis_id=hmis_id or None, **facts)
    db.session.add(row)
    db.session.flush()
    record(act, "descriptor.added", project, descriptor=kind, row=row.id)
    return row


def _change(act: Act, project: Project, row: OfProject, facts: Mapping[str, Any]) -> None:
    changed = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    moved_from = row.project if row.project_id != project.id else None
    if not changed and moved_from is None:
        return
    for name in changed:
        setattr(row, name, facts[name])
    if moved_from is not None:
        row.project = project
        record(act, "descriptor.removed", moved_from, descriptor=row.kind, row=row.id)
    record(act, "descriptor.changed", project, descriptor=row.kind, row=row.id, fields=changed)


def _demand_fit(project: Project, kind: Descriptor, facts: Mapping[str, Any], today: date) -> None:
    problem = problem_of(kind.elements, facts)
    if problem:
        raise Refused(problem)
    if kind is Descriptor.PARTICIPATION and facts["type"] == TAKES_PART:
        _demand_may_take_part(project.agency, facts["ended_on"], today)
    if kind is Descriptor.AFFILIATION:
        _demand_other_project(project, facts["residential_id"])


def _demand_may_take_part(agency: Organization, ended_on: date | None, today: date) -> None:
    """A victim service provider never does (34 U.S.C. 12291(b)(2)); that it once did stays as it was."""
    if agency.participation is Participation.VSP and (ended_on is None or ended_on >= today):
        raise Refused(
            f"{agency.name} is a victim service provider and may by law not enter clients in HMIS. "
            "Choose “Comparable database” or “Not participating”."
        )


def _demand_other_project(project: Project, residential_id: int) -> None:
    if residential_id == project.id or queries.project(residential_id) is None:
        raise Refused("Choose another project of the register as the residential one.")


def _demand_apart(project: Project, kind: Descriptor) -> None:
    if not kind.is_exclusive:
        return
    rows = [row for row in queries.descriptors_of_kind(project, kind)[::-1] if isinstance(row, Dated)]
    for earlier, later in pairwise(rows):
        if overlap((earlier.starts_on, earlier.ended_on), (later.starts_on, later.ended_on)):
            raise Refused(
                f"Two periods overlap: the one from {date_words(earlier.starts_on)} must end before the one from "
                f"{date_words(later.starts_on)} begins. End the earlier one first."
            )


def end_descriptor(act: Act, row: Dated, ended_on: date) -> None:
    """The row holds until this day, its last.

    Raises:
        Refused: it has a last day already, or the day lies before its first.
    """
    if row.ended_on:
        raise Refused(f"This has ended already, on {date_words(row.ended_on)}.")
    if ended_on < row.starts_on:
        raise Refused(f"It cannot end before its first day, {date_words(row.starts_on)}.")
    row.ended_on = ended_on
    record(act, "descriptor.ended", row.project, descriptor=row.kind, row=row.id, on=ended_on)


def remove_descriptor(act: Act, row: OfProject) -> None:
    """Take out what never was so, or what the HMIS has deleted. What stood here stays in the history."""
    project, kind, row_id = row.project, row.kind, row.id
    db.session.delete(row)
    db.session.flush()
    record(act, "descriptor.removed", project, descriptor=kind, row=row_id)


def demand_fits_agency(agency: Organization, participation: Participation | None, projects: Iterable[Project]) -> None:
    """Raises Refused when one of these projects takes part in HMIS although its agency is a victim service provider."""
    if participation is not Participation.VSP:
        return
    taking = next((project for project in projects if _takes_part(project)), None)
    if taking is not None:
        raise Refused(
            f"{taking.name} takes part in HMIS, which no project of a victim service provider ({agency.name}) may. "
            "End its participation first."
        )


def _takes_part(project: Project) -> bool:
    rows = queries.descriptors_of_kind(project, Descriptor.PARTICIPATION)
    return any(isinstance(row, ProjectParticipation) and row.type == TAKES_PART and not row.ended_on for row in rows)
