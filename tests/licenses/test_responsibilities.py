"""Whom agencies have named, and who answers for what."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.licenses import queries
from portal.licenses.queries.responsibilities import groups
from portal.people.models import Person
from portal.people.rules import OrganizationKind
from tests.licenses.conftest import Community
from tests.licenses.test_pages import words

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
