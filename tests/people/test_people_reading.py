"""What may be seen, in SQL and by the table alike; the questions that other packages ask."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from portal.audit import Act
from portal.db import db
from portal.people import actions, queries
from portal.people.models import DemoMark, Membership, Organization, Person, Project, RoleGrant
from portal.people.rules import OrganizationKind
from portal.policy import Actor, Grant, Permission, Role, allows
from tests.conftest import MONDAY
from tests.factories import make_coc, make_lead, make_organization, make_person, make_project

TODAY = MONDAY.date()


@pytest.fixture
def community(app: Flask) -> dict[str, Organization]:
    """Two CoCs; agency A in the first, B in both, C in the second; a vendor and a partner in none."""
    places = {"lead": make_lead(), "east": make_coc(time_zone="America/Chicago"), "west": make_coc()}
    places["a"] = make_organization(coc=places["east"])
    places["b"] = make_organization(coc=places["east"])
    db.session.add(Membership(organization_id=places["b"].id, coc_id=places["west"].id))
    places["c"] = make_organization(coc=places["west"])
    places["vendor"] = make_organization(OrganizationKind.VENDOR)
    places["partner"] = make_organization(OrganizationKind.PARTNER)
    for agency, coc in (("a", "east"), ("b", "east"), ("b", "west"), ("c", "west")):
        make_project(places[agency], places[coc])
    for place in places.values():
        make_person(place)
        make_person(place, Role.END_USER, ended_on=date(2025, 1, 1))
    visitor = make_person(places["a"], last_name="Visitor")
    left = make_person(places["a"], last_name="Left")
    for person, ended_on in ((visitor, None), (left, TODAY)):
        db.session.add(
            RoleGrant(
                person_id=person.id,
                role=Role.END_USER,
                organization_id=places["c"].id,
                starts_on=date(2024, 1, 1),
                ended_on=ended_on,
            )
        )
    db.session.commit()
    return places


def actors(places: dict[str, Organization]) -> list[Actor]:
    """Every role at every organization, each alone, and a few that hold several."""
    people = db.session.scalars(db.select(Person).order_by(Person.id)).all()
    alone = [
        Actor(people[number % len(people)].id, (Grant(role, place.id),))
        for number, (role, place) in enumerate(
            (role, place) for role in Role if role is not Role.SIGNED_IN for place in places.values()
        )
    ]
    several = [
        Actor(people[0].id, (Grant(Role.AGENCY_ADMIN, places["a"].id), Grant(Role.COC_GOVERNANCE, places["west"].id))),
        Actor(people[1].id, (Grant(Role.END_USER, places["c"].id), Grant(Role.AGENCY_ADMIN, places["b"].id))),
        Actor(people[2].id),
        Actor(),
    ]
    return alone + several


@pytest.mark.parametrize(
    ("permission", "kind", "visible"),
    [
        (Permission.ORGANIZATION_READ, Organization, queries.organizations_visible_to),
        (Permission.PROJECT_READ, Project, queries.projects_visible_to),
        (Permission.PERSON_READ, Person, queries.people_visible_to),
    ],
)
def test_what_the_database_gives_is_what_the_table_allows(
    community: dict[str, Organization], permission: Permission, kind: type, visible: object
):
    rows = db.session.scalars(db.select(kind).order_by(kind.id)).all()

    for actor in actors(community):
        given = {row.id for row in db.session.scalars(visible(actor))}
        assert given == {row.id for row in rows if allows(actor, permission, row)}, actor


def test_staff_are_those_who_hold_a_lead_role_on_the_day(community: dict[str, Organization]):
    lead = community["lead"]
    ada = make_person(lead, Role.LEAD_STAFF, Role.LEAD_ADMIN, last_name="Adams")
    make_person(lead, Role.END_USER)
    starting = make_person(lead, last_name="Baker")
    starting_on = TODAY + timedelta(days=3)
    actions.grant_role(Act(at=MONDAY), starting, role=Role.LEAD_STAFF, organization=lead, starts_on=starting_on)

    assert queries.staff(TODAY) == [ada]
    assert queries.staff(starting_on) == [ada, starting]


def test_the_time_zone_is_ones_own_else_the_cocs_else_the_leads(community: dict[str, Organization]):
    community["lead"].time_zone = "America/Denver"
    db.session.commit()

    zones = [queries.zone_of(community[name]) for name in ("east", "a", "vendor")]

    assert zones == [ZoneInfo("America/Chicago"), ZoneInfo("America/Chicago"), ZoneInfo("America/Denver")]
    assert queries.zone_of(None) == queries.zone_of_id(None) == ZoneInfo("America/Denver")
    assert queries.zone_of_id(community["a"].id) == ZoneInfo("America/Chicago")


def test_without_anybody_it_is_new_york_and_the_portal_is_empty(app: Flask):
    assert queries.zone_of(None) == ZoneInfo("America/New_York")
    assert queries.is_empty()
    assert queries.demo_mark() is None


def test_a_person_is_found_by_the_one_spelling_of_the_address(community: dict[str, Organization]):
    person = make_person(community["a"], email="dana@oxbow.example.org")

    assert queries.person_by_email("dana@oxbow.example.org") == person
    assert queries.person_by_email("") is None


def test_projects_of_agencies_are_those_in_force_by_name(community: dict[str, Organization]):
    make_project(community["a"], community["east"], name="Aardvark")
    make_project(community["a"], community["east"], name="Ended", ended_on=date(2025, 1, 1))

    found = queries.projects_of([community["a"].id])

    assert [project.name for project in found] == ["Aardvark", found[-1].name]
    assert queries.projects_of([]) == []


def test_the_federal_holidays_of_a_year_with_their_observed_days():
    listed = dict(queries.default_holidays(2026))

    assert len(listed) == 12
    assert listed[date(2026, 7, 3)] == "Independence Day (observed)"
    assert listed[date(2026, 11, 26)] == "Thanksgiving Day"


def test_the_demo_offers_each_role_once_and_different_people_where_it_can(community: dict[str, Organization]):
    lead = community["lead"]
    both = make_person(lead, Role.LEAD_STAFF, Role.LEAD_ADMIN)
    staff = make_person(lead, Role.LEAD_STAFF)
    governance = make_person(community["east"], Role.COC_GOVERNANCE)
    make_person(community["east"], Role.COC_GOVERNANCE, ended_on=TODAY)
    db.session.add(DemoMark(seed=1, made_for=TODAY, made_at=MONDAY))

    offered = {grant.role: grant.person for grant in queries.people_by_role_for_demo(TODAY)}

    assert list(offered) == [Role.END_USER, Role.LEAD_STAFF, Role.LEAD_ADMIN, Role.COC_GOVERNANCE]
    assert offered[Role.COC_GOVERNANCE] == governance
    assert {offered[Role.LEAD_STAFF], offered[Role.LEAD_ADMIN]} == {both, staff} or offered[Role.LEAD_ADMIN] == both
