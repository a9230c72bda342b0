"""What is not as it should be: waivers, posts that nobody holds, a change of a requirement that is being written."""

from datetime import datetime, timedelta
from typing import Any

from portal.audit import Act
from portal.demo.actions import evidence
from portal.demo.actions.office import Office
from portal.people import actions as people
from portal.policy import Role
from portal.standing import actions as standing
from portal.standing import queries
from portal.standing.models import RequirementVersion
from portal.standing.rules import Audience, SubjectKind

WAIVED_FOR = timedelta(days=150)
DRAFTED = "security-certification"


def set_up(office: Office, _act: Act) -> None:
    office.add(office.ago(45), 17, lambda at: _waive(office, at))
    office.add(office.ago(60), 18, lambda at: _leave_vacant(office, at))
    office.add(office.ago(4), 18, lambda at: _draft_change(office, at))
    evidence.refuse_one(office, office.register.places["windrow"], office.ago(12))
    evidence.load_early(office, "oxbow", "privacy", 4)


def _waive(office: Office, at: datetime) -> None:
    """A parental leave, and a review that waits for a building."""
    on_leave = office.staying("oxbow")[-1]
    moving = office.register.places["highbutte"]
    for code, kind, subject_id, why in (
        ("privacy-training", SubjectKind.PERSON, on_leave.id, "person"),
        ("data-security-training", SubjectKind.PERSON, on_leave.id, "person"),
        ("agency-monitoring", SubjectKind.ORGANIZATION, moving.id, "agency"),
    ):
        requirement = queries.requirement_by_code(code)
        if requirement is not None:
            standing.grant_waiver(
                office.act(at, "tso"),
                requirement,
                subject_kind=kind,
                subject_id=subject_id,
                starts_on=at.date(),
                ends_on=at.date() + WAIVED_FOR,
                reason=office.content["waivers"][why],
            )


def _leave_vacant(office: Office, at: datetime) -> None:
    """A role was given up, and the agency has named nobody else."""
    for row in office.content["vacant"]:
        role = Role(row["role"])
        for person in office.members(office.register.places[row["agency"]], {role}):
            grant = next(one for one in person.roles if one.role is role and not one.ended_on)
            people.end_role(office.act(at, "halvorsen"), grant)
            office.register.by_role[role].remove(person)


def _draft_change(office: Office, at: datetime) -> None:
    """More time after the window closes; nothing changes before it is published."""
    requirement = queries.requirement_by_code(DRAFTED)
    if requirement is None:
        return
    terms = _terms(requirement.latest)
    terms |= {"grace_days": 21, "effective_on": at.date() + timedelta(days=30)}
    standing.draft_change(office.act(at, "halvorsen"), requirement, **terms)


def _terms(version: RequirementVersion) -> dict[str, Any]:
    kept = {"id", "requirement_id", "number", "drafted_at", "drafted_by_id", "published_at", "published_by_id"}
    names = [column.key for column in RequirementVersion.__table__.columns if column.key not in kept]
    return {**{name: getattr(version, name) for name in names}, "audience": Audience.from_json(version.audience)}
