"""What every answer carries and what no request may do: headers, cookies, forgery, double posts, quiet reading."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from portal import files, web
from portal.app import create_app
from portal.audit import Act, AuditEvent
from portal.db import db
from portal.people import actions as people
from portal.people.models import Person
from portal.tickets.models import Message, Ticket
from tests.conftest import MONDAY, form_of
from tests.house import expected
from tests.house.expected import FORBIDDEN
from tests.house.reasons import TRACES
from tests.house.world import PASSWORD, World, community

pytestmark = pytest.mark.once

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
WRITTEN = "The exit dates of two projects are missing from the report."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with community(tmp_path_factory.mktemp("headers")) as world:
        yield world


@pytest.fixture
def world(made: World) -> World:
    """As it was built, whatever the test before did."""
    made.restore()
    return made


def carried(answer: TestResponse) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in HEADERS}


# ── Headers ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in", 200),
        ("/tickets", 302),
        ("/no/such/page", 404),
        ("/tickets/new?q=%00", 302),
        ("/link/nothing-of-ours", 410),
        ("/health", 503),
        ("/static/dist/manifest.json", 200),
        ("/static/dist/none.css", 404),
        ("/sign-out", 405),
    ],
)
def test_every_answer_to_a_stranger_carries_every_header(world: World, path: str, status: int) -> None:
    answer = world.client("public").get(path, buffered=True)

    assert (answer.status_code, carried(answer)) == (status, HEADERS)


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/settings/audit", 403), ("/tickets/999999", 404)])
def test_every_answer_to_somebody_signed_in_carries_every_header_and_is_stored_nowhere(
    world: World, path: str, status: int
) -> None:
    answer = world.client("end_user").get(path)

    assert (answer.status_code, carried(answer)) == (status, HEADERS)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_breaks_says_so_calmly_with_every_header_and_keeps_nothing(world: World) -> None:
    def broken() -> str:
        db.session.get_one(Person, world.people["end_user"]).first_name = "Changed"
        raise RuntimeError("secret detail")

    app = create_app(world.settings)
    app.view_functions["people.link_sent"] = web.public(web.leaves_trace("a fault of this test")(broken))
    answer = app.test_client().get("/sign-in/link/sent")

    assert (answer.status_code, carried(answer)) == (500, HEADERS)
    assert "Something went wrong on our side" in answer.get_data(as_text=True)
    assert "secret detail" not in answer.get_data(as_text=True)
    with world.app.app_context():
        assert db.session.get_one(Person, world.people["end_user"]).first_name == "Robin"


def test_a_file_that_somebody_sent_is_a_download_in_a_sandbox(world: World) -> None:
    cell = next(
        one for one in expected.cells() if one.endpoint == "tickets.download_file" and one.visitor == "end_user"
    )

    answer = world.client("end_user").get(cell.url(world))

    disposition = parse_options_header(answer.headers["Content-Disposition"])
    assert disposition == ("attachment", {"filename": "steps.txt"})
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == files.ALLOWED["txt"]


def test_no_page_names_another_origin(world: World) -> None:
    page = BeautifulSoup(world.client("lead_admin").get("/").get_data(as_text=True), "html.parser")
    loaded = [tag.get("src") or tag.get("href") for tag in page.find_all(["script", "link", "img", "use"])]

    assert [address for address in loaded if address and not address.startswith("/")] == []


# ── Cookies ───────────────────────────────────────────────────────────────────────────────────────────────────────


def cookies(answer: TestResponse) -> dict[str, set[str]]:
    """Name → flags of each cookie that the answer sets."""
    parts = [header.split("; ") for header in answer.headers.getlist("Set-Cookie")]
    return {
        first.partition("=")[0]: {flag for flag in rest if "=" not in flag or "SameSite" in flag}
        for first, *rest in parts
    }


def entered(client: FlaskClient, email: str, **extra: str) -> TestResponse:
    page = client.get("/sign-in")
    return client.post("/sign-in", data={**form_of(page), "email": email, "password": PASSWORD, **extra})


def test_cookies_are_closed_to_scripts_and_to_other_sites(world: World) -> None:
    answer = entered(world.client("public"), colleague(world))

    assert answer.status_code == 302
    assert cookies(answer) == {"portal": {"HttpOnly", "SameSite=Lax"}, "portal-device": {"HttpOnly", "SameSite=Lax"}}


def test_behind_https_cookies_are_secure_bound_to_the_host_and_https_is_demanded(world: World) -> None:
    app = create_app(replace(world.settings, base_url="https://desk.example.org"))
    answer = app.test_client().get("/sign-in", base_url="https://desk.example.org")

    assert cookies(answer) == {"__Host-portal": {"Secure", "HttpOnly", "SameSite=Lax"}}
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def colleague(world: World) -> str:
    """The address of an end user of agency A who has a password."""
    with world.app.app_context():
        found = select(Person.email).where(Person.last_name == "Colleague agency")
        return db.session.scalars(found).one()


# ── Forgery ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_its_token_no_form_of_any_page_does_anything(world: World) -> None:
    before, wrong = content(world), []
    posts = {cell.endpoint: cell for cell in expected.cells() if cell.method == "POST" and cell.visitor == "lead_admin"}
    for endpoint, cell in posts.items():
        for fields in ({}, {"csrf_token": "forged"}):
            answer = world.client("lead_admin").post(cell.url(world), data=fields)
            if answer.status_code != 400:
                wrong.append(f"{endpoint}: {answer.status_code}")

    assert len(posts) > 40
    assert wrong == []
    assert content(world) == before


def test_a_token_of_another_session_is_no_token(world: World) -> None:
    other = form_of(world.client("agency_admin").get("/tickets/new"))

    answer = world.client("end_user").post("/account/shortcuts", data={**other, "on": "0"})

    assert answer.status_code == 400


def test_a_form_of_this_site_with_an_old_token_is_shown_again_and_not_carried_out(world: World) -> None:
    before = content(world)

    answer = world.client("end_user").post(
        "/tickets/new", data={"csrf_token": "old", "text": WRITTEN}, headers={"Origin": "http://localhost"}
    )

    assert answer.status_code == 409
    assert WRITTEN in answer.get_data(as_text=True)
    assert content(world) == before


# ── Once, and never lost ──────────────────────────────────────────────────────────────────────────────────────────


def filled(world: World, page: TestResponse) -> dict[str, str]:
    """The form of a new ticket, filled in."""
    with world.app.app_context():
        category_id = world.rows["category", "end_user", "own"]["category_id"]
    return {
        **form_of(page),
        "category": str(category_id),
        "project": "",
        "urgency": "normal",
        "subject": "Exits are missing",
        "text": WRITTEN,
    }


def tickets_said(world: World) -> int:
    with world.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message).where(Message.text == WRITTEN)) or 0


def test_a_form_posted_twice_acts_once_and_leads_to_the_same_place(world: World) -> None:
    client = world.client("end_user")
    form = filled(world, client.get("/tickets/new"))

    first, second = client.post("/tickets/new", data=form), client.post("/tickets/new", data=form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert tickets_said(world) == 1


def test_the_same_form_opened_anew_acts_anew(world: World) -> None:
    client = world.client("end_user")

    for _ in range(2):
        client.post("/tickets/new", data=filled(world, client.get("/tickets/new")))

    assert tickets_said(world) == 2


def test_another_persons_once_does_not_stand_in_the_way(world: World) -> None:
    one, other = world.client("end_user"), world.client("agency_admin")
    form = filled(world, one.get("/tickets/new"))
    same = {**form, "csrf_token": form_of(other.get("/tickets/new"))["csrf_token"]}

    one.post("/tickets/new", data=form)
    other.post("/tickets/new", data=same)

    assert tickets_said(world) == 2


def test_a_form_posted_after_the_session_ended_survives_signing_in_and_arrives(world: World) -> None:
    client, email = world.client("public"), colleague(world)
    entered(client, email)
    form = filled(world, client.get("/tickets/new"))
    end_sessions(world, email)

    asked = client.post("/tickets/new", data=form)
    kept = client.post("/sign-in", data={**form_of(asked), "email": email, "password": PASSWORD})
    nothing_yet = tickets_said(world)
    arrived = client.post("/tickets/new", data=form_of(kept))

    assert (asked.status_code, kept.status_code, nothing_yet) == (401, 200, 0)
    assert WRITTEN in kept.get_data(as_text=True)
    assert arrived.status_code == 302
    assert tickets_said(world) == 1


def end_sessions(world: World, email: str) -> None:
    with world.app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        people.end_sessions(Act(at=MONDAY, by=person.id), person)
        db.session.commit()


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def content(world: World) -> str:
    """A checksum of every row of every table."""
    with sqlite3.connect(world.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def test_reading_any_page_leaves_the_database_as_it_was(world: World) -> None:
    before = content(world)
    read = {
        (cell.endpoint, cell.visitor, cell.expected): cell
        for cell in expected.cells()
        if cell.method == "GET" and cell.expected != FORBIDDEN and cell.endpoint not in TRACES
    }
    for cell in read.values():
        world.client(cell.visitor).get(cell.url(world))

    assert len(read) > 300
    assert content(world) == before


def test_a_denial_leaves_its_trace_and_nothing_else(world: World) -> None:
    with world.app.app_context():
        before = db.session.scalar(select(func.max(AuditEvent.id))) or 0
        tickets = db.session.scalar(select(func.count()).select_from(Ticket))

    world.client("end_user").get("/settings/audit")

    with world.app.app_context():
        added = db.session.scalars(select(AuditEvent).where(AuditEvent.id > before)).all()
        assert [(one.name, one.by_person_id, one.facts) for one in added] == [
            ("access.denied", world.people["end_user"], {"code": "audit:read"})
        ]
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == tickets
