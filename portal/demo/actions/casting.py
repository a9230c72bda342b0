"""Who and what a ticket is about: its requester, project, colleague, numbers."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from portal.demo.actions.desk import Desk
from portal.demo.actions.register import Register
from portal.demo.actions.shipped import Shipped
from portal.demo.rules import Names, Scenario, filled, personal_id, stranger
from portal.demo.rules.texts import month_before
from portal.people.models import Person, Project
from portal.policy import Role
from portal.tickets.actions import Requester

NAMES_A_PROJECT = 0.4
"""How often a requester chooses a project where none is needed."""


@dataclass(frozen=True)
class Cast:
    requester: Requester
    project: Project | None
    names: Names
    subject: str
    opening: str


def cast(rng: Random, at: datetime, scenario: Scenario, register: Register, desk: Desk, shipped: Shipped) -> Cast:
    person = _person(rng, scenario, register)
    project = _project(rng, scenario, person, register, scenario.category in desk.needs_project)
    names = Names(
        project=project.name if project else "",
        agency=project.agency.name if project else person.home.name if person else "",
        personal_id=personal_id(rng),
        month=month_before(at.date()),
        user=_colleague(rng, person, register),
        number=str(rng.randint(3, 38)),
    )
    requester = Requester(person) if person else Requester(None, *stranger(rng, shipped.people))
    opening = filled(rng.choice(scenario.openings), names)
    return Cast(requester, project, names, filled(scenario.subject, names), opening)


def _person(rng: Random, scenario: Scenario, register: Register) -> Person | None:
    role = scenario.opener.role
    if role is None:
        return None
    people = register.by_role[role]
    if scenario.is_firsts:
        return people[0]
    if role is Role.LEAD_STAFF or not scenario.project_types:
        return rng.choice(people)
    fitting = [person for person in people if _fitting(scenario, person.home_id, register)]
    return rng.choice(fitting or people)


def _fitting(scenario: Scenario, agency_id: int, register: Register) -> list[Project]:
    projects = register.projects.get(agency_id, [])
    return [one for one in projects if not scenario.project_types or one.project_type in scenario.project_types]


def _project(
    rng: Random, scenario: Scenario, person: Person | None, register: Register, is_needed: bool
) -> Project | None:
    """One of the requester's agency; the HMIS Lead's staff name any agency's, and only where a text does."""
    if person is None:
        return None
    named = scenario.names("project")
    if scenario.opener.role is Role.LEAD_STAFF:
        every = [one for projects in register.projects.values() for one in projects]
        return rng.choice(every) if named else None
    wanted = named or is_needed or bool(scenario.project_types) or rng.random() < NAMES_A_PROJECT
    projects = _fitting(scenario, person.home_id, register) or register.projects.get(person.home_id, [])
    return rng.choice(projects) if wanted and projects else None


def _colleague(rng: Random, person: Person | None, register: Register) -> str:
    others = [one for one in register.at_home[person.home_id] if one is not person] if person else []
    return rng.choice(others).name if others else "a colleague"
