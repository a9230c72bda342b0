"""Who may be named in a request for a license, and what is asked back."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.db import db
from portal.licenses.models import License
from portal.licenses.rules import is_foreign
from portal.mail.letters import Letter
from portal.people.models import Person, RoleGrant
from portal.policy import Role
from tests import factories
from tests.conftest import form_of
from tests.licenses.conftest import Community
from tests.people.steps import send

Browser = Callable[[Person], FlaskClient]
OUTSIDE = "This address belongs to somebody outside your agency. Ask the help desk."

TICK = "Tick the box if the request is right all the same."


def errors(page: TestResponse) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [one.get_text(" ", strip=True) for one in soup.select(".error-summary__list li")]


def typed(community: Community, **fields: str) -> dict[str, str]:
    return {
        "agency_id": str(community.agency.id),
        "email": "noor@oxbow.example.org",
        "first_name": "Noor",
        "last_name": "Vale",
        "reason": "new_colleague",
        **fields,
    }


def asked_for() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count(License.id))) or 0


def known_domain(community: Community) -> None:
    community.agency.mail_domain = "oxbow.example.org"
    db.session.commit()


@pytest.mark.parametrize(
    ("address", "domain", "foreign"),
    [
        ("a@oxbow.example.org", "oxbow.example.org", False),
        ("a@Mail.Oxbow.example.org", "@oxbow.example.org", False),
        ("a@notoxbow.example.org", "oxbow.example.org", True),
        ("a@example.org", "oxbow.example.org", True),
        ("a@example.org", "", False),
    ],
)
def test_an_address_is_foreign_outside_the_mail_domain_that_is_known(address: str, domain: str, foreign: bool):
    assert is_foreign(address, domain) is foreign


@pytest.mark.parametrize("who", ["admin", "elsewhere", "gone"])
def test_an_agency_names_nobody_of_elsewhere_and_learns_nothing_of_them(
    community: Community, browser: Browser, who: str
):
    elsewhere = factories.make_person(community.other, Role.END_USER)
    gone = factories.make_person(community.other, ended_on=community.at.date())
    person = {"admin": community.admin, "elsewhere": elsewhere, "gone": gone}[who]
    db.session.commit()
    sent = send(browser(community.head), "/licenses/new", **typed(community, email=person.email))

    assert (sent.status_code, errors(sent)) == (422, [f"E-mail address: {OUTSIDE}"])
    assert asked_for() == 0


def test_an_agency_names_who_works_or_holds_a_role_there_and_staff_name_anybody(community: Community, browser: Browser):
    guest = factories.make_person(community.other, Role.END_USER)
    elsewhere = factories.make_person(community.other, Role.END_USER)
    db.session.add(
        RoleGrant(
            person_id=guest.id,
            role=Role.AGENCY_EXECUTIVE,
            organization_id=community.agency.id,
            starts_on=community.at.date(),
        )
    )
    db.session.commit()
    head, staff = browser(community.head), browser(community.staff)

    for client, person in ((head, community.user), (head, guest), (staff, elsewhere)):
        assert send(client, "/licenses/new", **typed(community, email=person.email)).status_code == 302
    assert asked_for() == 3


def test_a_foreign_domain_is_asked_back_and_goes_through_when_it_is_right(community: Community, browser: Browser):
    known_domain(community)
    head = browser(community.head)
    facts = typed(community, email="noor@example.com")
    assert 'name="sure"' not in head.get("/licenses/new").get_data(as_text=True)
    asked = send(head, "/licenses/new", **facts)

    assert (asked.status_code, errors(asked)) == (
        422,
        [f"Yes, this is right: Addresses of Oxbow House end in @oxbow.example.org; noor@example.com does not. {TICK}"],
    )
    assert asked_for() == 0
    kept = form_of(asked)
    other = head.post("/licenses/new", data={**kept, **facts, "email": "noor@example.net", "sure": "y"})
    assert (other.status_code, asked_for()) == (422, 0)
    assert head.post("/licenses/new", data={**kept, **facts, "sure": "y"}).status_code == 302
    assert asked_for() == 1


def test_a_second_person_of_one_name_is_asked_back_with_all_that_was_typed(community: Community, browser: Browser):
    head = browser(community.head)
    facts = typed(community, first_name="robin", last_name="ASH", job_title="Case manager")
    asked = send(head, "/licenses/new", **facts)

    there = f"Robin Ash is at Oxbow House already, with the address {community.user.email}."
    assert errors(asked) == [f"Yes, this is right: {there} {TICK}"]
    assert 'value="Case manager"' in asked.get_data(as_text=True)
    assert head.post("/licenses/new", data={**form_of(asked), **facts, "sure": "y"}).status_code == 302


def test_all_that_is_wrong_is_told_at_once(community: Community, browser: Browser):
    facts = typed(community, email="noor at oxbow", first_name="", last_name="", reason="")

    assert errors(send(browser(community.head), "/licenses/new", **facts)) == [
        "E-mail address: Type the e-mail address in full, such as dana@agency.example.org.",
        "First name: Type the first name. Only who is in the register is found by the address.",
        "Last name: Type the last name. Only who is in the register is found by the address.",
        "Why: Choose why.",
    ]


def test_who_asks_reads_that_somebody_new_is_invited_at_once(community: Community, browser: Browser):
    head = browser(community.head)
    send(head, "/licenses/new", **typed(community))
    new = head.get("/licenses").get_data(as_text=True)
    send(head, "/licenses/new", **typed(community, email=community.user.email))
    known = head.get("/licenses").get_data(as_text=True)

    invited = "is invited to this portal by e-mail, to do first what a license takes."
    assert (f"Noor Vale {invited}" in new, invited in known) == (True, False)
    letters = db.session.scalars(select(Letter.to_address)).all()
    assert letters == ["noor@oxbow.example.org"]
