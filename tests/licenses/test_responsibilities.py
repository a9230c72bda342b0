"""Whom agencies have named, and who answers for what."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from portal.db import db
from portal.errors import Refused
from portal.licenses import actions, queries
from portal.licenses.queries.responsibilities import groups
from portal.people import actions as people_actions
from portal.people.models import Person
from portal.people.rules import OrganizationKind
from portal.policy import Role
from tests.licenses.conftest import Community
from tests.licenses.test_pages import words
from tests.people.steps import complaint, send

Browser = Callable[[Person], FlaskClient]


@pytest.mark.pure
def test_the_shipped_matrix_names_duties_for_agencies_and_cocs():
    assert {one.at for one in groups()} == {OrganizationKind.AGENCY, OrganizationKind.COC}
    assert [one.who for one in groups() if not one.duties] == []


def test_gaps_come_first_and_say_what_is_missing(community: Community):
    rows = queries.contacts(community.admin.actor_on(community.at.date()), community.at.date())

    assert [(row.agency.name, row.gaps) for row in rows] == [("Millrace", 3), ("Oxbow House", 1)]


def test_an_agency_and_a_coc_show_who_holds_the_duties(community: Community):
    agency = {one.group.who: len(one.people) for one in queries.responsibilities(community.agency, community.at.date())}
    coc = {one.group.who: len(one.people) for one in queries.responsibilities(community.coc, community.at.date())}

    assert agency == {
        "Agency executive": 1,
        "Agency HMIS administrator": 1,
        "Agency security officer": 0,
        "Agency staff": 1,
    }
    assert coc == {
        "HMIS Lead": 3,
        "HMIS vendor": 0,
        "HMIS administrator of the CoC": 1,
        "CoC governance": 1,
        "Performance committee": 0,
    }


def test_governance_sees_gaps_without_names_and_others_stay_closed(community: Community, browser: Browser):
    governor, head = browser(community.governor), browser(community.head)

    seen = words(governor.get("/licenses/contacts"))
    assert ("Oxbow House" in seen, "Ada Holt" in seen, "Millrace" in seen) == (True, False, False)
    path = f"/organizations/{community.agency.id}/responsibilities"
    assert "Ada Holt" not in words(governor.get(path))
    assert "Ada Holt" in words(head.get(path))
    assert "Nobody yet" in words(head.get(path))
    assert head.get(f"/organizations/{community.other.id}/responsibilities").status_code == 404
    assert browser(community.user).get("/licenses/contacts").status_code == 403
    assert browser(community.staff).get(f"/organizations/{community.coc.id}/responsibilities").status_code == 200


def gap_codes(community: Community) -> list[str]:
    held = queries.responsibilities(community.agency, community.at.date())
    return [duty.code for one in held for duty in one.duties if duty.is_gap]


@pytest.mark.pure
def test_each_duty_has_a_code_of_its_own():
    codes = [code for one in groups() for code in one.duties]

    assert len(codes) == len(set(codes))


def test_somebody_named_fills_a_gap_until_the_duty_or_the_person_ends(community: Community):
    assert gap_codes(community) == ["security-checklist"]
    act, today = community.act(community.head), community.at.date()

    made = actions.assign_duty(act, community.agency, duty="security-checklist", person=community.user, starts_on=today)
    db.session.flush()
    assert gap_codes(community) == []
    with pytest.raises(Refused, match="was named for this already"):
        actions.assign_duty(act, community.agency, duty="security-checklist", person=community.user, starts_on=today)
    with pytest.raises(Refused, match="before it began"):
        actions.end_assignment(act, made, ended_on=date(2026, 3, 1))
    actions.end_assignment(act, made, ended_on=today)

    assert gap_codes(community) == ["security-checklist"]
    with pytest.raises(Refused, match="ended already"):
        actions.end_assignment(act, made, ended_on=today)


def test_a_duty_of_somebody_who_left_is_a_gap_again(community: Community):
    act, today = community.act(community.head), community.at.date()
    actions.assign_duty(act, community.agency, duty="security-checklist", person=community.user, starts_on=today)
    actions.end_access(act, community.user, agency=community.agency, left_at=act.at)
    db.session.flush()

    assert gap_codes(community) == ["security-checklist", "staff-collect-data"]


def test_only_people_of_the_place_are_named(community: Community):
    with pytest.raises(Refused, match="does not work for Millrace"):
        actions.assign_duty(
            community.act(community.staff),
            community.other,
            duty="admin-releases",
            person=community.user,
            starts_on=community.at.date(),
        )
    with pytest.raises(Refused, match="Choose one of the duties"):
        actions.assign_duty(
            community.act(community.staff),
            community.coc,
            duty="admin-releases",
            person=community.staff,
            starts_on=community.at.date(),
        )


def test_an_agency_names_somebody_in_the_browser_and_keeps_the_history(community: Community, browser: Browser):
    head = browser(community.head)
    path = f"/organizations/{community.agency.id}/responsibilities"
    assert "Nobody answers for 1 duty." in words(head.get(path))
    empty = send(head, f"{path}/new", duty="", person_id="", starts_on="2026-03-02")
    assert empty.status_code == 422

    sent = send(head, f"{path}/new", duty="security-checklist", person_id=community.user.id, starts_on="2026-02-01")
    assert sent.headers["Location"] == path
    shown = words(head.get(path))
    assert ("Robin Ash, since Feb 1, 2026" in shown, "Somebody answers for every duty." in shown) == (True, True)
    held = db.session.scalars(queries.assignments(community.agency.id)).one()
    early = send(head, f"/responsibilities/{held.id}/end", ended_on="2026-01-01")
    assert complaint(early) == "It cannot end before it began."
    send(head, f"/responsibilities/{held.id}/end", ended_on="2026-03-02")

    rows = head.get(f"{path}/history?format=csv").get_data(as_text=True).splitlines()
    assert rows[1:] == [
        "Work through the agency's security checklist each year,Robin Ash,2026-02-01,2026-03-02,Ada Holt,Ada Holt"
    ]
    assert [line for line in head.get(f"{path}?format=csv").get_data(as_text=True).splitlines() if ",gap" in line] == [
        "Agency security officer,Work through the agency's security checklist each year,,,,gap"
    ]
    governor = browser(community.governor)
    assert "Robin Ash" not in governor.get(f"{path}?format=csv").get_data(as_text=True)
    assert (governor.get(f"{path}/history").status_code, governor.get(f"{path}/new").status_code) == (404, 403)
    assert "Ada Holt" not in governor.get("/licenses/contacts?format=csv").get_data(as_text=True)


def test_contacts_are_decided_row_by_row(community: Community, browser: Browser):
    """Names are shown where the reader's role is held, for one agency and not for the next."""
    both = community.executive
    actions_by_admin = community.act(community.admin)
    people_actions.grant_role(actions_by_admin, both, role=Role.COC_GOVERNANCE, organization=community.other_coc)
    people_actions.grant_role(
        actions_by_admin, community.governor, role=Role.AGENCY_ADMIN, organization=community.other
    )
    db.session.commit()

    text = words(browser(both).get("/licenses/contacts"))

    assert ("Ada Holt" in text, "Millrace" in text, "Gale Pike" in text) == (True, True, False)
