"""The user-access report, and the agency's answer to it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from portal.db import db
from portal.errors import Refused
from portal.licenses import actions, queries
from portal.licenses.rules import Answer, LicenseState, Reason
from portal.people import queries as people
from portal.people.models import Person
from portal.standing.models import Evidence
from tests.licenses.conftest import Community
from tests.people.steps import complaint, send

Browser = Callable[[Person], FlaskClient]
SINCE, UNTIL = date(2026, 2, 1), date(2026, 3, 2)


def test_the_report_says_who_had_what_from_when_until_when(community: Community):
    held = community.active()
    actions.revoke(community.act(community.staff, timedelta(days=3)), held, reason=Reason.NO_NEED)
    db.session.commit()

    def lines(since: date, until: date) -> list[tuple[str, str, str]]:
        found = queries.access_report(community.agency.id, since, until)
        return [(one.person.last_name, one.what, one.change) for one in found if one.person.id == held.person_id]

    assert lines(date(2026, 2, 1), date(2026, 3, 2)) == [
        ("Vale", "End user", "began"),
        ("Vale", "HMIS license (nvale)", "began"),
    ]
    assert lines(date(2026, 3, 3), date(2026, 3, 31)) == [
        ("Vale", "End user", "ended"),
        ("Vale", "HMIS license (nvale)", "ended"),
    ]
    assert lines(date(2026, 4, 1), date(2026, 4, 30)) == []


def test_an_agency_answers_for_each_person_and_ends_a_leaver(community: Community, browser: Browser):
    held = community.active()
    head = browser(community.head)
    path = f"/organizations/{community.agency.id}/access/attest"
    short = send(head, path, **{f"person-{community.user.id}": "keep"})
    assert (short.status_code, complaint(short)) == (409, "Answer for each person with access.")

    answers = {one.id: "keep" for one in (community.user, community.head, community.executive)}
    sent = send(head, path, **{f"person-{one}": word for one, word in {**answers, held.person_id: "end"}.items()})

    assert sent.headers["Location"] == f"/licenses/access?agency={community.agency.id}"
    db.session.expire_all()
    assert queries.one_license(held.id).state is LicenseState.REVOKED
    assert not people.person(held.person_id).is_active
    evidence = db.session.scalars(db.select(Evidence).order_by(Evidence.id)).all()
    assert [(one.kind, one.key, one.organization_id) for one in evidence] == [
        ("attestation", "user-access", community.agency.id)
    ]
    (review,) = queries.access_reviews(community.agency.id)
    assert sorted(one.answer for one in review.answers) == [Answer.END, Answer.KEEP, Answer.KEEP, Answer.KEEP]
    assert "Ada Holt" in head.get("/licenses/access").get_data(as_text=True)


def test_nobody_ends_the_own_access_by_attesting(community: Community):
    everybody = dict.fromkeys((community.user.id, community.head.id, community.executive.id), Answer.END)
    with pytest.raises(Refused, match="You cannot end your own access"):
        actions.attest_access(
            community.act(community.head), community.agency, since=SINCE, until=UNTIL, answers=everybody
        )


def test_the_report_is_exported_and_other_agencies_stay_closed(community: Community, browser: Browser):
    head = browser(community.head)
    sheet = head.get("/licenses/access?format=csv").get_data(as_text=True).splitlines()
    assert [line.split(",")[0] for line in sheet[1:]] == ["Ash", "Holt", "Orr"]
    assert head.get("/licenses/access?format=xlsx").data[:2] == b"PK"
    other = head.get(f"/licenses/access?agency={community.other.id}").get_data(as_text=True)
    assert ("Oxbow House" in other, "Millrace" in other) == (True, False)
    assert head.get(f"/organizations/{community.other.id}/access/attest").status_code == 404
    assert browser(community.user).get("/licenses/access").status_code == 403
