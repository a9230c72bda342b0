"""The frame around every page: the places, menus and banner of each role."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, session
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.audit import Act
from portal.dashboards.views.layout import layout, role_words
from portal.db import db
from portal.people import actions as people_actions
from portal.people.models import DemoMark
from portal.policy import Actor, Grant, Role
from tests import factories
from tests.browser import Browser
from tests.dashboards.conftest import Desk, Enter

PLACES = {
    "admin": ["Home", "Help desk", "People & licenses", "Settings"],
    "staff": ["Home", "Help desk", "People & licenses", "Settings"],
    "agency_admin": ["Home", "Help desk", "People & licenses"],
    "user": ["Home", "Help desk"],
}
NEW = {
    "admin": ["File a ticket", "File for a caller", "Add a person", "Add an organization", "Add an HMIS project"],
    "staff": ["File a ticket", "File for a caller"],
    "agency_admin": ["File a ticket"],
    "user": ["File a ticket"],
}


def soup(page: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(page.get_data(as_text=True), "html.parser")


def texts(page: TestResponse, selector: str) -> list[str]:
    return [one.get_text(strip=True) for one in soup(page).select(selector)]


@pytest.mark.parametrize("who", PLACES)
def test_each_role_finds_its_places_and_what_it_may_make_new(desk: Desk, enter: Enter, who: str) -> None:
    page = enter(getattr(desk, who)).get("/")

    assert texts(page, ".desk > .places .places__link") == PLACES[who]
    assert texts(page, ".menu--new .menu__list a") == NEW[who]
    assert texts(page, ".menu--person .menu__list a") == ["Your account", "Your tickets", "Your standing"]


@pytest.mark.parametrize("who", PLACES)
def test_every_link_of_the_frame_opens_a_page(desk: Desk, enter: Enter, who: str) -> None:
    browser = enter(getattr(desk, who))
    links = {one["href"] for one in soup(browser.get("/")).select(".places a, .menu__list a, .brand")}

    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("role", [Role.COC_GOVERNANCE, Role.AGENCY_SECURITY_OFFICER])
def test_who_reads_organizations_but_not_people_gets_that_place(desk: Desk, enter: Enter, role: Role) -> None:
    home = desk.coc if role is Role.COC_GOVERNANCE else desk.agency
    browser = enter(factories.make_person(home, role))

    page = browser.get("/")

    assert texts(page, ".desk > .places .places__link") == ["Home", "Help desk", "Organizations"]
    assert browser.get(soup(page).select(".desk > .places a")[2]["href"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", ["Home"]),
        ("/tickets", ["Help desk"]),
        ("/tickets/new", ["Help desk"]),
        ("/people", ["People & licenses"]),
        ("/organizations", ["People & licenses"]),
        ("/settings", ["Settings"]),
        ("/settings/desk", ["Settings"]),
        ("/settings/audit", ["Settings"]),
        ("/account", []),
        ("/search?q=x", []),
    ],
)
def test_the_place_that_one_is_at_is_marked(desk: Desk, enter: Enter, path: str, place: list[str]) -> None:
    assert texts(enter(desk.admin).get(path), ".desk > .places .places__link[aria-current]") == place


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ((), ""),
        ((Role.END_USER,), "End user"),
        ((Role.END_USER, Role.LEAD_ADMIN), "HMIS Lead administrator"),
        ((Role.AGENCY_ADMIN, Role.AGENCY_EXECUTIVE, Role.END_USER), "Agency executive, agency HMIS administrator"),
        ((Role.COC_GOVERNANCE,), "CoC governance"),
    ],
)
def test_a_reader_is_named_by_the_roles_that_tell_most(roles: tuple[Role, ...], words: str) -> None:
    assert role_words(Actor(1, tuple(Grant(role, 1) for role in roles))) == words


def test_a_demo_says_so_and_leads_to_what_was_mailed(desk: Desk, enter: Enter) -> None:
    db.session.add(DemoMark(seed=1, made_for=desk.at.date(), made_at=desk.at))

    page = enter(desk.user).get("/")

    assert texts(page, ".site-banner") == ["This is a demo. Every person and agency here is invented."]
    assert texts(page, ".menu--person .menu__list a") == [
        "Your account",
        "Your tickets",
        "Your standing",
        "What was mailed",
    ]


def test_a_database_that_is_no_demo_does_not_say_so(desk: Desk, enter: Enter) -> None:
    assert texts(enter(desk.user).get("/"), ".site-banner") == []


def test_a_page_for_somebody_signed_out_asks_the_database_nothing_for_its_frame(app: Flask) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    page = Browser(app).get("/nothing-here")

    assert page.status_code == 404
    assert [one for one in statements if one.startswith("SELECT")] == []
    assert texts(page, ".topbar__links a") == ["Sign in"]


def test_the_sign_in_page_does_not_ask_to_sign_in(app: Flask) -> None:
    assert texts(Browser(app).get("/sign-in"), ".topbar__links a") == []


def test_a_missing_page_keeps_the_frame_of_its_reader(desk: Desk, enter: Enter) -> None:
    page = enter(desk.user).get("/nothing-here")

    assert page.status_code == 404
    assert texts(page, ".desk > .places .places__link") == PLACES["user"]


def test_when_nobody_can_be_asked_who_reads_the_frame_is_that_of_somebody_signed_out(app: Flask, desk: Desk) -> None:
    token = people_actions.open_session(Act(at=desk.at, by=desk.user.id), desk.user)
    db.session.commit()
    db.session.remove()

    def fail(*_facts: Any) -> None:
        raise db.engine.dialect.loaded_dbapi.OperationalError("the server is gone")

    with app.test_request_context("/"):
        session["_user_id"] = token
        event.listen(db.engine, "before_cursor_execute", fail)
        try:
            found = layout()
        finally:
            event.remove(db.engine, "before_cursor_execute", fail)

    assert (found.person, found.places, found.portal_name) == (None, (), "HMIS Desk")
