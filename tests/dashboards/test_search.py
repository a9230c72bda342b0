"""Search over everything: what one may see, and nothing else."""

from collections.abc import Callable

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.tickets.actions import Draft, Requester
from tests.dashboards.conftest import Desk, Enter


def titles(page: TestResponse) -> list[str]:
    assert page.status_code == 200
    found = BeautifulSoup(page.get_data(as_text=True), "html.parser").select(".work-list__title a")
    return [link.get_text() for link in found]


def test_the_number_of_a_ticket_goes_straight_to_it(desk: Desk, enter: Enter) -> None:
    ticket = desk.file()
    browser = enter(desk.user)

    for words in (str(ticket.id), f"#{ticket.id}", f" hmis-{ticket.id} "):
        page = browser.get("/search", query_string={"q": words})
        assert (page.status_code, page.headers["Location"]) == (302, f"/tickets/{ticket.id}")


def test_the_number_of_a_ticket_that_is_not_mine_finds_nothing(desk: Desk, enter: Enter) -> None:
    ticket = desk.file(subject="Hidden")

    page = enter(desk.stranger).get("/search", query_string={"q": ticket.number})

    assert titles(page) == []
    assert "Hidden" not in page.get_data(as_text=True)


def test_words_find_tickets_people_and_organizations_that_staff_see(desk: Desk, enter: Enter) -> None:
    desk.file(subject="Oxbow report is empty")
    desk.file(subject="Millrace question", requester=Requester(desk.stranger))

    page = enter(desk.staff).get("/search?q=oxbow")

    assert titles(page) == ["Oxbow report is empty", "Oxbow House"]
    assert titles(enter(desk.staff).get("/search?q=roe")) == ["Ines Roe"]


def test_people_outside_find_only_what_they_may_see(desk: Desk, enter: Enter) -> None:
    desk.file(subject="Oxbow report is empty")
    desk.file(subject="Oxbow seen from Millrace", requester=Requester(desk.stranger))

    assert titles(enter(desk.user).get("/search?q=oxbow")) == ["Oxbow report is empty", "Oxbow House"]
    assert titles(enter(desk.stranger).get("/search?q=oxbow")) == ["Oxbow seen from Millrace"]
    assert titles(enter(desk.stranger).get(f"/search?q={desk.user.last_name}")) == []


def test_an_agency_administrator_finds_own_people_alone(desk: Desk, enter: Enter) -> None:
    browser = enter(desk.agency_admin)

    assert titles(browser.get(f"/search?q={desk.user.last_name}")) == [desk.user.name]
    assert titles(browser.get(f"/search?q={desk.stranger.last_name}")) == []


def test_the_words_of_a_search_are_shown_as_text(desk: Desk, enter: Enter) -> None:
    page = enter(desk.user).get("/search", query_string={"q": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in page.get_data(as_text=True)


def test_a_search_without_words_says_what_to_type(desk: Desk, enter: Enter) -> None:
    assert "Type a ticket number" in enter(desk.user).get("/search").get_data(as_text=True)


def test_a_search_costs_the_same_however_much_it_finds(
    desk: Desk, enter: Enter, queries_of: Callable[[FlaskClient, str], int]
) -> None:
    desk.file(subject="Oxbow report", draft=Draft("Empty"))
    browser = enter(desk.staff)
    few = queries_of(browser, "/search?q=oxbow")
    for _ in range(12):
        desk.file(subject="Oxbow report", draft=Draft("Empty"))

    assert queries_of(browser, "/search?q=oxbow") == few
