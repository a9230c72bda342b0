"""Each role's first page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit import Act
from portal.dashboards.rules import Month, tickets_sentence
from portal.db import db
from portal.mail import fetch
from portal.mail.letters import Letter, LetterState
from portal.people.models import Person
from portal.policy import Role
from portal.tickets import actions
from portal.tickets.actions import Draft, Requester, Sorting
from portal.tickets.models import Ticket
from portal.tickets.rules import Priority, Urgency
from tests import factories
from tests.dashboards.conftest import Desk, Enter

BEGINS = datetime(2026, 3, 1, 6, tzinfo=UTC)


def soup(page: TestResponse) -> BeautifulSoup:
    assert page.status_code == 200
    return BeautifulSoup(page.get_data(as_text=True), "html.parser")


def words(page: TestResponse) -> str:
    main = soup(page).find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def needs(page: TestResponse) -> list[tuple[str, str]]:
    """Title and urgency of each line of “needs you today”."""
    return [
        (line.select_one(".needs__link").get_text(), line.select_one(".needs__when").get_text(strip=True))
        for line in soup(page).select(".needs__item")
    ]


def numbers(page: TestResponse) -> dict[str, str]:
    return {
        one.select_one(".number__label").get_text(): one.select_one(".number__value").get_text()
        for one in soup(page).select(".number")
    }


def give(desk: Desk, ticket: Ticket, person: Person | None, priority: Priority | None = None) -> None:
    facts = Sorting(ticket.queue, ticket.category, priority or ticket.priority, ticket.project, person)
    actions.sort_ticket(desk.act(desk.admin), ticket, facts)


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    page = client.get("/")

    assert (page.status_code, page.headers["Location"]) == (302, "/sign-in")


def test_staff_see_what_is_late_first_then_what_is_due_today_then_mail_that_is_stuck(desk: Desk, enter: Enter) -> None:
    late, soon, later = (desk.file(subject=subject) for subject in ("Late one", "Soon one", "Later one"))
    nobodys = desk.file(subject="Nobody's", urgency=Urgency.BLOCKED)
    for ticket, hours in ((late, -3), (soon, 1), (later, 60)):
        give(desk, ticket, desk.staff)
        ticket.next_due_at = desk.at + timedelta(hours=hours)
    nobodys.next_due_at = desk.at + timedelta(minutes=30)
    parked = fetch.store(desk.act(), b"From: a@example.org\n\nHello", mailbox="desk")
    assert parked is not None
    fetch.park(desk.act(), parked, "It could not be read.")
    refused = db.session.query(Letter).filter_by(about_id=late.id).first()
    assert refused is not None
    refused.end(LetterState.FAILED, "550 no such user")

    page = enter(desk.staff).get("/")

    assert needs(page) == [
        ("Late one", "3 h late"),
        ("Nobody's", "due in 30 min"),
        ("Soon one", "due in 1 h"),
        ("1 incoming mail", "now"),
        ("1 letter", "now"),
    ]


def test_no_more_than_seven_lines_need_somebody_and_mail_keeps_its_place(desk: Desk, enter: Enter) -> None:
    for number in range(9):
        ticket = desk.file(subject=f"Late {number}")
        give(desk, ticket, desk.staff)
        ticket.next_due_at = desk.at - timedelta(hours=20 - number)
    refused = db.session.query(Letter).first()
    assert refused is not None
    refused.end(LetterState.DEAD)

    found = needs(enter(desk.staff).get("/"))

    assert [title for title, _ in found] == [*(f"Late {number}" for number in range(6)), "1 letter"]


def test_staff_see_their_own_numbers_and_those_of_their_queues(desk: Desk, enter: Enter) -> None:
    mine, held, nobodys = (desk.file() for _ in range(3))
    give(desk, mine, desk.staff)
    give(desk, held, desk.staff)
    actions.hand_back(desk.act(desk.staff), held)
    nobodys.next_due_at = desk.at - timedelta(hours=1)

    page = enter(desk.staff).get("/")

    assert numbers(page) == {"open": "2", "late": "0", "waiting on requester": "1"}
    cells = [cell.get_text() for cell in soup(page).select(".plain-table tbody td, .plain-table tbody th")]
    assert cells == ["First line", "3", "1", "1"]


def test_the_numbers_of_a_queue_stop_at_a_thousand(desk: Desk, enter: Enter) -> None:
    first = desk.file()
    facts = {column.key: getattr(first, column.key) for column in Ticket.__table__.columns if column.key != "id"}
    db.session.add_all(Ticket(**facts) for _ in range(1001))

    page = enter(desk.staff).get("/")

    assert [cell.get_text() for cell in soup(page).select(".plain-table tbody td")] == ["1,000+", "1,000+", "0"]


def test_staff_read_what_others_did_on_their_tickets_since_yesterday(desk: Desk, enter: Enter) -> None:
    ticket = desk.file(subject="Stays open")
    give(desk, ticket, desk.staff)
    long_ago = Act(at=desk.at - timedelta(days=3), by=desk.user.id)
    actions.comment(long_ago, ticket, desk.user, Draft("Old news"))
    actions.comment(desk.act(desk.user), ticket, desk.user, Draft("More facts"))
    actions.add_note(desk.act(desk.staff), ticket, desk.staff, Draft("My own note"))

    lines = [line.get_text(" ", strip=True) for line in soup(enter(desk.staff).get("/")).select(".timeline__words")]

    assert lines == [
        f"{desk.user.name} wrote: HMIS-{ticket.id} Stays open",
        f"Ines Roe assigned it to you: HMIS-{ticket.id} Stays open",
    ]


def test_an_end_user_sees_own_open_tickets_with_those_that_wait_on_them_first(desk: Desk, enter: Enter) -> None:
    waits, newer = desk.file(subject="Waits"), desk.file(subject="Newer")
    desk.file(subject="Somebody else's", requester=Requester(desk.colleague))
    done = desk.file(subject="Done")
    give(desk, waits, desk.staff)
    actions.hand_back(desk.act(desk.staff), waits)
    actions.resolve_ticket(desk.act(desk.staff), done)

    page = enter(desk.user).get("/")

    rows = [row.get_text(" ", strip=True) for row in soup(page).select(".work-list tbody tr")]
    assert [row.split(" HMIS-")[0] for row in rows] == ["Waiting on you Waits", "Received Newer"]
    assert newer.number in rows[1]
    assert "555-0100" in words(page)
    assert "Monday to Friday, 8:00 am to 5:00 pm" in words(page)


def test_somebody_without_tickets_is_told_the_next_step(desk: Desk, enter: Enter) -> None:
    page = enter(desk.stranger).get("/")

    empty = soup(page).select_one(".empty a")
    assert empty is not None
    assert (empty.get_text(), empty["href"]) == ("File a ticket", "/tickets/new")


def test_an_agency_administrator_sees_the_agencys_tickets_and_people(desk: Desk, enter: Enter) -> None:
    theirs = desk.file(subject="Of my agency")
    desk.file(subject="Of another", requester=Requester(desk.stranger))
    give(desk, theirs, desk.staff)
    actions.hand_back(desk.act(desk.staff), theirs)

    page = enter(desk.agency_admin).get("/")

    assert numbers(page) == {
        "open tickets": "1",
        "wait on your agency": "1",
        "people": "3",
        "cannot sign in yet": "3",
    }
    assert "Of my agency" in words(page)
    assert "Of another" not in words(page)
    assert words(page).startswith("Oxbow House")


def test_coc_governance_reads_results_by_numbers_and_nobodys_name(desk: Desk, enter: Enter) -> None:
    governor = factories.make_person(desk.coc, Role.COC_GOVERNANCE)
    other = factories.make_coc(name="Other CoC")
    elsewhere = factories.make_person(factories.make_organization(coc=other), Role.END_USER)
    for number, minutes in enumerate((10, 30, 50, 200)):
        ticket = desk.file(subject=f"Secret {number}")
        ticket.opened_at = desk.at - timedelta(days=20)
        ticket.first_responded_at = ticket.opened_at + timedelta(minutes=minutes)
    actions.resolve_ticket(desk.act(desk.staff), ticket)
    desk.file(subject="Elsewhere", requester=Requester(elsewhere))

    page = enter(governor).get("/")

    tables = [
        [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
        for table in soup(page).select(".chart table")
    ]
    assert tables[0][-2:] == [["Feb", "4", "0"], ["Mar", "0", "1"]]
    assert tables[1][-2:] == [["Feb", "40 min"], ["Mar", "—"]]
    assert "In Feb 2026, 4 tickets came in, 4 more than the month before; none was resolved." in words(page)
    assert "Secret" not in words(page)
    assert desk.user.name not in words(page)


def test_governance_of_a_coc_without_tickets_reads_why_and_what_to_do(desk: Desk, enter: Enter) -> None:
    board = factories.make_person(desk.coc, Role.COC_GOVERNANCE)

    page = enter(board).get("/")

    assert soup(page).select("main h1 + p, .chart") == []
    assert "so there is nothing to count yet. File a ticket" in words(page)


@pytest.mark.parametrize(
    ("before", "last", "sentence"),
    [
        (Month(BEGINS), Month(BEGINS), "In Mar 2026 and the month before, no ticket came in; none was resolved."),
        (
            Month(BEGINS, opened=2),
            Month(BEGINS, resolved=1),
            "In Mar 2026, no ticket came in, 2 fewer than the month before; 1 was resolved.",
        ),
        (
            Month(BEGINS, opened=1),
            Month(BEGINS, opened=1, resolved=3),
            "In Mar 2026, 1 ticket came in, as many as the month before; 3 were resolved.",
        ),
    ],
)
def test_the_months_are_compared_in_a_sentence(before: Month, last: Month, sentence: str) -> None:
    assert tickets_sentence([before, last, Month(BEGINS)]) == sentence


def test_governance_that_files_tickets_sees_them_below_the_results(desk: Desk, enter: Enter) -> None:
    governor = factories.make_person(desk.coc, Role.COC_GOVERNANCE)
    desk.file(subject="My question", requester=Requester(governor))

    assert "Your open tickets" in words(enter(governor).get("/"))


@pytest.mark.parametrize("role", [Role.VENDOR_CONTACT, Role.FUNDER])
def test_outsiders_see_their_own_tickets_only(desk: Desk, enter: Enter, role: Role) -> None:
    outsider = factories.make_person(desk.lead, role)
    desk.file(subject="Not theirs")

    page = enter(outsider).get("/")

    assert "No ticket is open." in words(page)
    assert numbers(page) == {}


@pytest.mark.parametrize("who", ["staff", "user", "agency_admin", "governor"])
def test_a_first_page_costs_the_same_however_much_there_is(
    desk: Desk, enter: Enter, queries_of: Callable[[FlaskClient, str], int], who: str
) -> None:
    governor = factories.make_person(desk.coc, Role.COC_GOVERNANCE)
    person = governor if who == "governor" else getattr(desk, who)

    def fill() -> None:
        requester = Requester(desk.user if who != "governor" else governor)
        ticket = desk.file(requester=requester, urgency=Urgency.BLOCKED)
        give(desk, ticket, desk.staff)
        desk.file(requester=requester, urgency=Urgency.BLOCKED)
        actions.comment(desk.act(desk.user), ticket, desk.user, Draft("More"))

    fill()
    browser = enter(person)
    few = queries_of(browser, "/")
    for _ in range(12):
        fill()

    assert queries_of(browser, "/") == few
    assert few <= 18
