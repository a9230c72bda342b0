"""Reading standing: one, some and all agree; who may read what; how many queries it costs."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from portal.db import db
from portal.people import actions as people
from portal.people.models import Person
from portal.policy import Permission, Role, allows
from portal.standing import actions, queries
from portal.standing.models import Evidence, Waiver
from portal.standing.queries import register
from portal.standing.rules import Audience, Authority, Recurrence, RoleSpan, State, SubjectKind, Window
from tests import factories
from tests.standing.conftest import Community

Counted = Callable[[Callable[[], object]], int]
PERSON, ORGANIZATION = SubjectKind.PERSON, SubjectKind.ORGANIZATION


@pytest.fixture
def filled(community: Community) -> Community:
    """Evidence and waivers of people and agencies everywhere."""
    act = community.act(community.staff)
    for person in (community.user, community.colleague, community.stranger, community.head, community.admin):
        actions.record_evidence(act, "training", PERSON, person.id, "privacy", date(2025, 12, 1))
        actions.grant_waiver(
            community.act(community.staff),
            community.requirement("data-security-training"),
            subject_kind=PERSON,
            subject_id=person.id,
            starts_on=date(2026, 2, 1),
            ends_on=date(2026, 6, 1),
            reason="On leave.",
        )
    for place in (community.agency, community.other_agency, community.lead):
        actions.record_evidence(act, "checklist", ORGANIZATION, place.id, "agency-security", date(2025, 12, 1))
    db.session.commit()
    return community


def test_one_some_and_all_people_are_told_alike(filled: Community):
    everybody = queries.verdicts_of_people(None, filled.at)
    some = queries.verdicts_of_people([filled.user.id, filled.stranger.id], filled.at)

    assert some == {one: everybody[one] for one in (filled.user.id, filled.stranger.id)}
    assert queries.verdicts_of_person(filled.user.id, filled.at) == everybody[filled.user.id]
    assert len(everybody) == 8


def test_today_by_two_dates_is_the_same_as_today(filled: Community):
    today = filled.at.date()

    for person in (filled.user, filled.head, filled.governor):
        plain = queries.verdicts_of_person(person.id, filled.at)
        assert queries.verdicts_of_person(person.id, filled.at, as_of=today) == plain
        assert queries.verdicts_of_person(person.id, filled.at, known_on=today) == plain
    plain = queries.verdicts_of_organization(filled.agency.id, filled.at)
    assert queries.verdicts_of_organization(filled.agency.id, filled.at, today, today) == plain


def test_what_needs_most_comes_first(filled: Community):
    found = queries.verdicts_of_person(filled.user.id, filled.at)

    assert [one.state for one in found] == [State.OVERDUE, State.OVERDUE, State.OVERDUE, State.WAIVED, State.CURRENT]


def test_the_day_is_the_communitys_own(community: Community):
    west = factories.make_coc(name="Sagebreak", time_zone="Pacific/Honolulu")
    agency = factories.make_organization(coc=west, name="Far House")
    person = factories.make_person(agency, Role.END_USER)
    requirement = actions.add_requirement(
        community.act(community.admin),
        code="march",
        title="From March 3",
        authority=Authority.LOCAL,
        kind="manual",
        key="march",
        subject_kind=PERSON,
        audience=Audience(),
        recurrence=Recurrence.ONCE,
        effective_on=date(2026, 3, 3),
    )
    actions.publish(community.act(community.admin), requirement)
    db.session.commit()
    night = community.at + timedelta(hours=16)

    def state(one: Person) -> State:
        found = queries.verdicts_of_person(one.id, night)
        return next(verdict.state for verdict in found if verdict.requirement_id == requirement.id)

    assert (state(community.user), state(person)) == (State.NEVER_MET, State.NOT_REQUIRED)


def test_who_has_left_is_asked_nothing(filled: Community):
    people.end_person(filled.act(filled.admin), filled.user)
    db.session.commit()

    found = queries.verdicts_of_person(filled.user.id, filled.at)
    assert {one.state for one in found} == {State.NOT_REQUIRED}
    assert filled.user.id not in queries.verdicts_of_people(None, filled.at)


def test_people_without_a_license_can_be_bound_and_so_can_the_leads_own_staff(community: Community):
    intake = factories.make_person(community.agency)
    requirement = actions.add_requirement(
        community.act(community.admin),
        code="everybody",
        title="Privacy for everybody",
        authority=Authority.LOCAL,
        kind="training",
        key="intake",
        subject_kind=PERSON,
        audience=Audience(roles=frozenset({Role.SIGNED_IN})),
        recurrence=Recurrence.ONCE,
        effective_on=date(2025, 1, 1),
    )
    actions.publish(community.act(community.admin), requirement)
    db.session.commit()

    def state(person: Person) -> State:
        found = queries.verdicts_of_person(person.id, community.at)
        return next(one.state for one in found if one.requirement_id == requirement.id)

    assert (state(intake), state(community.staff)) == (State.OVERDUE, State.OVERDUE)


def test_who_only_asks_for_a_license_is_bound_and_not_late(community: Community, monkeypatch: pytest.MonkeyPatch):
    def asked(_ids: register.Ids) -> dict[int, list[RoleSpan]]:
        return {community.officer.id: [RoleSpan(Role.END_USER, community.agency.id, date(2026, 2, 1), None, True)]}

    monkeypatch.setattr(register, "_askers", [])
    queries.ask_also(asked)
    found = queries.verdicts_of_person(community.officer.id, community.at)
    software = community.requirement("software-training").id

    verdict = next(one for one in found if one.requirement_id == software)
    assert (verdict.state, verdict.is_asked_for) == (State.NEVER_MET, True)


def test_what_may_be_read_is_the_same_in_sql_and_by_the_table(filled: Community):
    evidence = db.session.scalars(db.select(Evidence).order_by(Evidence.id)).all()
    waivers = db.session.scalars(db.select(Waiver).order_by(Waiver.id)).all()
    readers = [
        filled.admin,
        filled.staff,
        filled.user,
        filled.head,
        filled.officer,
        filled.governor,
        factories.make_person(filled.agency),
    ]

    for reader in readers:
        actor = reader.actor_on(filled.at.date())
        seen = {one.id for one in db.session.scalars(queries.evidence_visible_to(actor))}
        waived = {one.id for one in db.session.scalars(queries.waivers_visible_to(actor))}
        assert seen == {one.id for one in evidence if allows(actor, Permission.EVIDENCE_READ, one)}
        assert waived == {one.id for one in waivers if allows(actor, Permission.WAIVER_READ, one)}
    governor = filled.governor.actor_on(filled.at.date())
    assert [one.organization_id for one in db.session.scalars(queries.evidence_visible_to(governor))] == [
        filled.other_agency.id,
        filled.agency.id,
    ]


def test_one_persons_standing_costs_the_same_however_much_there_is(
    filled: Community, count_queries: Counted, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(register, "_askers", [])
    user_id, at = filled.user.id, filled.at

    def look() -> object:
        return queries.verdicts_of_person(user_id, at)

    before = count_queries(look)
    act = filled.act(filled.admin)
    for number in range(6):
        requirement = actions.add_requirement(
            act,
            code=f"more-{number}",
            title=f"More {number}",
            authority=Authority.LOCAL,
            kind="training",
            key=f"more-{number}",
            subject_kind=PERSON,
            audience=Audience(),
            recurrence=Recurrence.ROLLING,
            effective_on=date(2025, 1, 1),
        )
        actions.publish(act, requirement)
        actions.record_evidence(act, "training", PERSON, filled.user.id, f"more-{number}", date(2026, 1, 1))
    factories.make_person(factories.make_organization(coc=filled.coc), Role.END_USER)
    db.session.commit()

    assert (before, count_queries(look)) == (9, 9)
    assert count_queries(lambda: queries.verdicts_of_people(None, filled.at)) == 9


def test_a_preview_tells_before_and_after_by_state(filled: Community):
    requirement = filled.requirement("security-certification")
    window = Window(2, 1, 2, 28)
    latest = requirement.latest
    actions.draft_change(
        filled.act(filled.admin),
        requirement,
        title=latest.title,
        authority=latest.authority,
        kind=latest.kind,
        key=latest.key,
        subject_kind=latest.subject_kind,
        audience=Audience(roles=frozenset({Role.END_USER})),
        recurrence=Recurrence.WINDOW,
        opens_month=window.opens_month,
        opens_day=window.opens_day,
        closes_month=window.closes_month,
        closes_day=window.closes_day,
        effective_on=date(2026, 3, 10),
    )
    preview = queries.preview(requirement, filled.at)

    assert preview.as_of == date(2026, 3, 10)
    assert (preview.before, preview.after) == (
        {State.OVERDUE: 5, State.NOT_REQUIRED: 3},
        {State.OVERDUE: 3, State.NOT_REQUIRED: 5},
    )
    assert {flip.subject_id for flip in preview.flips} == {filled.admin.id, filled.staff.id}
