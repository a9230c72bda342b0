"""The pages of operations: who may see them, what they show, and what they never show."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import audit
from portal.audit import AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.mail import fetch
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.letters import BouncedAddress, Letter, LetterState
from portal.operations import actions, queries
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import JobRun, Run, RunState
from portal.settings import Imap, Smtp
from portal.tickets import actions as tickets
from portal.tickets.actions import Requester
from portal.tickets.models import Ticket
from tests import factories
from tests.conftest import form_of
from tests.dashboards.conftest import Desk, Enter

RAW = (
    b"Received: from mx.example.org by desk.example.org; Mon, 2 Mar 2026 14:00:00 +0000\r\n"
    b"From: Robin <robin@example.org>\r\nTo: help@desk.example.org\r\n"
    b"Subject: Client Maria Lopez cannot log in\r\nMessage-ID: <a1@example.org>\r\n"
    b'Content-Type: text/plain; name="Maria Lopez.txt"\r\n\r\nMaria Lopez, born 1990-01-01\r\n'
)
PAGES = {
    "/settings": "staff",
    "/settings/letters": "staff",
    "/settings/mail": "staff",
    "/settings/mail-limits": "admin",
    "/settings/status": "admin",
    "/settings/jobs": "admin",
    "/settings/runs": "admin",
    "/settings/audit": "admin",
}


def soup(page: TestResponse) -> BeautifulSoup:
    assert page.status_code == 200
    return BeautifulSoup(page.get_data(as_text=True), "html.parser")


def words(page: TestResponse) -> str:
    main = soup(page).find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def rows(page: TestResponse) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in soup(page).select(".work-list tbody tr")
    ]


def press(browser: FlaskClient, page: str, button: str) -> TestResponse:
    """Press a one-button form of a page, as a browser would."""
    hidden = form_of(browser.get(page))
    return browser.post(button, data=hidden)


def parked(desk: Desk, raw: bytes = RAW) -> InboundMail:
    arrived = fetch.store(desk.act(), raw, mailbox="desk")
    assert arrived is not None
    fetch.park(desk.act(), arrived, "It could not be read.")
    return arrived


def letter_of(ticket: Ticket) -> Letter:
    return db.session.scalars(select(Letter).where(Letter.about_id == ticket.id).order_by(Letter.id)).first()  # type: ignore[return-value]


def restricted(desk: Desk) -> Ticket:
    """A grievance: only members of its queue, administrators and who takes part see it."""
    queue = tickets.add_queue(
        desk.act(desk.admin), key="sealed", name="Grievances", words="Grievances", is_restricted=True
    )
    category = tickets.add_category(desk.act(desk.admin), key="grievance", name="Grievance", queue_id=queue.id)
    return desk.file(subject="About my supervisor", category=category)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["admin", "staff", "agency_admin", "user"])
def test_each_page_opens_for_whom_it_is_for_and_is_refused_to_others(
    desk: Desk, enter: Enter, path: str, who: str
) -> None:
    may = who == "admin" or (who == "staff" and PAGES[path] == "staff")

    assert enter(getattr(desk, who)).get(path).status_code == (200 if may else 403)


def test_settings_name_what_the_role_may_open_and_what_waits_there(desk: Desk, enter: Enter) -> None:
    parked(desk)
    letter_of(desk.file()).end(LetterState.FAILED, "550")

    def entries(person: Person) -> list[str]:
        return [one.get_text(" ", strip=True) for one in soup(enter(person).get("/settings")).select(".facts dt")]

    assert entries(desk.staff) == ["Requirements", "Letters", "Incoming mail"]
    assert entries(desk.admin) == [
        "Desk setup",
        "Canned responses",
        "Requirements",
        "Status",
        "Letters",
        "Incoming mail",
        "Mail limits",
        "Scheduled jobs",
        "Long work",
        "Audit trail",
    ]
    said = words(enter(desk.staff).get("/settings"))
    assert "1 not delivered" in said
    assert "1 needs a person" in said


def test_every_link_below_settings_opens(desk: Desk, enter: Enter) -> None:
    browser = enter(desk.admin)
    links = [one["href"] for one in soup(browser.get("/settings")).select("main a")]

    assert [browser.get(link).status_code for link in links] == [200] * 10


def test_the_status_says_that_the_worker_never_ran_and_that_no_mail_server_is_set(desk: Desk, enter: Enter) -> None:
    said = words(enter(desk.admin).get("/settings/status"))

    assert "Needs attention" in said
    assert "The worker has never run." in said
    assert "No mail server is set, so letters wait here." in said
    assert "No mailbox is set, so no mail is fetched." in said


def test_the_status_names_servers_and_jobs_but_no_password(app: Flask, desk: Desk, enter: Enter) -> None:
    app.extensions["portal.settings"] = replace(
        app.extensions["portal.settings"],
        smtp=Smtp("smtp.example.org", 587, "desk", "hush-hush"),
        imap=Imap("imap.example.org", 993, "desk", "hush-hush"),
    )
    db.session.add(JobRun(name="mail.deliver", started_at=desk.at, ended_at=desk.at, done=3))
    db.session.add(JobRun(name="people.sweep", started_at=desk.at, ended_at=desk.at, done=1, failed=2))

    page = enter(desk.admin).get("/settings/status")

    assert "Letters leave through the mail server smtp.example.org, port 587." in words(page)
    assert "Mail is fetched from imap.example.org, folder INBOX." in words(page)
    assert "hush-hush" not in page.get_data(as_text=True)
    assert [(row[0], row[1], row[3], row[4]) for row in rows(page)] == [
        ("Done", "Send letters", "3", "0"),
        ("Partly failed", "Remove old sessions and links", "1", "2"),
    ]


def test_the_headline_of_the_status_says_what_waits_for_a_person(app: Flask, desk: Desk, enter: Enter) -> None:
    app.extensions["portal.settings"] = replace(app.extensions["portal.settings"], smtp=Smtp("smtp.example.org", 587))
    db.session.add(JobRun(name="mail.deliver", started_at=desk.at, ended_at=desk.at, done=3))
    browser = enter(desk.admin)

    def headline() -> str:
        head = soup(browser.get("/settings/status")).select_one(".page-head")
        assert head is not None
        return " ".join(head.get_text(" ").split())

    well = headline()
    letter_of(desk.file()).end(LetterState.FAILED, "550")
    parked(desk)
    waiting = headline()
    db.session.add(JobRun(name="people.sweep", started_at=desk.at, ended_at=desk.at, failed=1))

    assert well == "Status All is well"
    assert waiting == "Status Needs a person Waiting for a person: 1 letter not delivered, 1 incoming mail."
    assert headline().endswith("1 letter not delivered, 1 incoming mail, 1 failed job.")


def test_letters_are_listed_newest_first_and_filtered_by_what_was_not_delivered(desk: Desk, enter: Enter) -> None:
    first, second = desk.file(subject="One"), desk.file(subject="Two")
    letter_of(first).end(LetterState.DEAD, "451 later")
    browser = enter(desk.staff)

    everything = [(row[0], row[2].split()[-1]) for row in rows(browser.get("/settings/letters"))]
    failed = rows(browser.get("/settings/letters?state=undelivered"))

    assert everything == [("Waiting to be sent", desk.user.email), ("Given up", desk.user.email)]
    assert [(row[0], row[3]) for row in failed] == [("Given up", "451 later")]
    assert first.number in failed[0][1]
    assert second.number not in failed[0][1]
    assert rows(browser.get("/settings/letters?to=nobody@example.org")) == []


def test_a_mail_that_needs_nobody_is_set_aside_and_can_still_be_taken_in(desk: Desk, enter: Enter) -> None:
    mail, browser = parked(desk), enter(desk.staff)
    db.session.commit()
    path = f"/settings/mail/{mail.id}"

    first, second = (press(browser, path, f"{path}/set-aside") for _ in range(2))

    db.session.refresh(mail)
    assert (first.status_code, mail.state, mail.reason) == (302, InboundState.IGNORED, "A person set it aside.")
    assert second.status_code == 409
    assert "Take it in again" in words(browser.get(path))
    assert (
        db.session.scalar(select(AuditEvent.by_person_id).where(AuditEvent.name == "inbound.ignored")) == desk.staff.id
    )


def test_a_letter_that_was_not_delivered_is_sent_again_or_canceled(desk: Desk, enter: Enter) -> None:
    letter = letter_of(desk.file())
    letter.end(LetterState.FAILED, "550 no such user")
    path, browser = f"/settings/letters/{letter.id}", enter(desk.staff)

    assert press(browser, path, f"{path}/retry").status_code == 302
    db.session.refresh(letter)
    assert letter.state is LetterState.QUEUED
    assert press(browser, path, f"{path}/cancel").status_code == 302
    db.session.refresh(letter)
    assert letter.state is LetterState.CANCELED
    names = db.session.scalars(select(AuditEvent.name).where(AuditEvent.kind == "letter").order_by(AuditEvent.id)).all()
    assert names == ["letter.retried", "letter.canceled"]


def test_an_address_whose_mail_came_back_is_released(desk: Desk, enter: Enter) -> None:
    letter = letter_of(desk.file())
    letter.end(LetterState.FAILED, "It came back.")
    db.session.add(BouncedAddress(address=letter.to_address, bounces=1, last_status="5.1.1", stopped_at=desk.at))
    path, browser = f"/settings/letters/{letter.id}", enter(desk.staff)

    assert "Nothing is mailed to this address." in words(browser.get(path))
    press(browser, path, f"{path}/release")

    assert "Nothing is mailed to this address." not in words(browser.get(path))
    assert "Send again" in words(browser.get(path))


def test_the_text_of_a_letter_with_a_private_link_is_shown_to_nobody(desk: Desk, enter: Enter) -> None:
    letter = letter_of(desk.file())
    letter.secret, letter.text = True, "https://desk.example.org/link/abc123"

    page = enter(desk.admin).get(f"/settings/letters/{letter.id}")

    assert "its text is shown to nobody else" in words(page)
    assert "abc123" not in page.get_data(as_text=True)


def test_who_may_not_read_a_ticket_finds_neither_its_letters_nor_its_mail(desk: Desk, enter: Enter) -> None:
    ticket = restricted(desk)
    letter = letter_of(ticket)
    mail = fetch.store(desk.act(), RAW, mailbox="desk")
    assert mail is not None
    fetch.mark_taken(desk.act(), mail, "ticket", ticket.id)
    outsider, insider = enter(desk.staff), enter(desk.admin)

    for browser, seen in ((insider, True), (outsider, False)):
        listed = browser.get("/settings/letters").get_data(as_text=True)
        file = browser.get("/settings/letters?format=csv").get_data(as_text=True)
        assert (ticket.number in listed, ticket.number in file) == (seen, seen)
        assert (ticket.number in browser.get("/settings/mail").get_data(as_text=True)) is seen
        assert browser.get(f"/settings/letters/{letter.id}").status_code == (200 if seen else 404)
        assert browser.get(f"/settings/mail/{mail.id}").status_code == (200 if seen else 404)
    assert press(outsider, "/account/password", f"/settings/letters/{letter.id}/cancel").status_code == 404


def test_incoming_mail_shows_how_it_came_and_never_what_it_says(desk: Desk, enter: Enter) -> None:
    mail = parked(desk)
    browser = enter(desk.staff)

    listed, shown = browser.get("/settings/mail?state=parked"), browser.get(f"/settings/mail/{mail.id}")

    assert [row[:2] for row in rows(listed)] == [["Needs a person", f"Mail {mail.id} It could not be read."]]
    assert "<a1@example.org>" in words(shown)
    assert "text/plain" in words(shown)
    for page in (listed, shown):
        assert "Maria" not in page.get_data(as_text=True)
        assert "Lopez" not in page.get_data(as_text=True)
        assert "1990" not in page.get_data(as_text=True)


def test_mail_that_needs_a_person_is_taken_in_again(desk: Desk, enter: Enter) -> None:
    mail = parked(desk)
    browser = enter(desk.staff)

    answer = press(browser, f"/settings/mail/{mail.id}", f"/settings/mail/{mail.id}/retry")

    db.session.refresh(mail)
    assert (answer.status_code, mail.state) == (302, InboundState.NEW)
    assert browser.post(f"/settings/mail/{mail.id}/retry", data=_hidden(browser)).status_code == 409


def _hidden(browser: FlaskClient) -> dict[str, str]:
    return form_of(browser.get("/account/password"))


def test_headers_of_any_bytes_are_lines_of_plain_text(desk: Desk) -> None:
    raw = b"From: \xff\xfe\x1b[31m\r\nReceived: one\r\n two\xe2\x80\xae\r\nX-Client: Maria\r\nDate: " + b"x" * 900
    mail = fetch.store(desk.act(), raw + b"\r\n\r\ntext")
    assert mail is not None

    found = dict(queries.header_lines(mail))

    assert set(found) == {"From", "Received", "Date"}
    assert found["Received"] == "one two"
    assert "\x1b" not in found["From"]
    assert len(found["Date"]) == 301


def test_scheduled_jobs_are_filtered_by_name_and_failure(desk: Desk, enter: Enter) -> None:
    for name, failed in (("mail.fetch", 0), ("mail.deliver", 1), ("mail.fetch", 2)):
        end = desk.at + timedelta(seconds=1.5)
        db.session.add(
            JobRun(
                name=name, started_at=desk.at, ended_at=end, done=1, failed=failed, last_error="OSError at line.py:4"
            )
        )
    browser = enter(desk.admin)

    assert [row[1] for row in rows(browser.get("/settings/jobs"))] == [
        "Fetch incoming mail",
        "Send letters",
        "Fetch incoming mail",
    ]
    assert [row[5] for row in rows(browser.get("/settings/jobs?failed=y&name=mail.fetch"))] == ["2"]
    assert rows(browser.get("/settings/jobs"))[0][3] == "1.5 s"


def make_run(desk: Desk, **facts: object) -> Run:
    run = Run(kind="people.import", asked_by_id=desk.admin.id, asked_at=desk.at, **facts)
    db.session.add(run)
    db.session.flush()
    return run


def test_long_work_shows_progress_and_every_row_refused(desk: Desk, enter: Enter) -> None:
    refused = [{"row": 7, "why": "The address is missing."}]
    run = make_run(desk, state=RunState.RUNNING, total=40, done=10, refused=refused)
    browser = enter(desk.admin)

    assert [row[:3] for row in rows(browser.get("/settings/runs"))] == [["Running", "People: import", "Ines Roe"]]
    said = words(browser.get(f"/settings/runs/{run.id}"))
    assert "10 of 40" in said
    assert "7 The address is missing." in said
    part = browser.get(f"/settings/runs/{run.id}", headers={"HX-Request-Type": "partial"}).get_data(as_text=True)
    assert "<html" not in part
    assert "10 of 40" in part


def test_long_work_is_stopped_by_whoever_may_see_it(desk: Desk, enter: Enter) -> None:
    run = make_run(desk, state=RunState.RUNNING, total=40, done=10)
    browser = enter(desk.admin)

    assert press(browser, f"/settings/runs/{run.id}", f"/settings/runs/{run.id}/cancel").status_code == 302

    db.session.refresh(run)
    assert (run.cancel_asked, run.state) == (True, RunState.RUNNING)
    assert "It stops at its next step." in words(browser.get(f"/settings/runs/{run.id}"))
    assert db.session.scalars(select(AuditEvent.name).where(AuditEvent.kind == "run")).all() == ["run.cancel_asked"]


def test_work_that_has_not_begun_is_canceled_at_once_and_ended_work_not_at_all(desk: Desk) -> None:
    waiting, ended = make_run(desk), make_run(desk, state=RunState.DONE)

    actions.cancel_run(desk.act(desk.admin), waiting)

    assert (waiting.state, waiting.ended_at) == (RunState.CANCELED, desk.at)
    with pytest.raises(Refused, match="This work has ended already"):
        actions.cancel_run(desk.act(desk.admin), ended)


def test_the_trail_tells_who_did_what_to_which_thing(desk: Desk, enter: Enter) -> None:
    ticket = desk.file()
    tickets.assign_ticket(desk.act(desk.admin), ticket, desk.staff)
    audit.record(desk.act(desk.admin), "role.granted", desk.user, role="end_user", organization=desk.agency.id)

    lines = [row[1:] for row in rows(enter(desk.admin).get("/settings/audit"))][1:4]

    assert lines == [
        ["Ines Roe", "gave the role end user at Oxbow House", f"{desk.user.name} Person", "in the browser"],
        ["Ines Roe", f"assigned it to number {desk.staff.id}", ticket.number, "in the browser"],
        [desk.user.name, "filed the ticket in the browser", ticket.number, "in the browser"],
    ]


def test_the_trail_is_filtered_by_person_thing_way_and_day(desk: Desk, enter: Enter) -> None:
    ticket = desk.file()
    fetch.store(desk.act(), RAW)
    browser = enter(desk.admin)

    def found(**asked: object) -> list[str]:
        return [row[2] for row in rows(browser.get("/settings/audit", query_string=asked))]

    assert found(who=desk.user.email.upper()) == ["filed the ticket in the browser"]
    assert found(who="nobody@example.org") == []
    assert found(kind="ticket", id=ticket.number) == ["filed the ticket in the browser"]
    assert found(kind="inbound_mail") == ["the mail was stored"]
    assert found(via="job") == []
    assert found(kind="ticket", since="2026-03-02", until="2026-03-02") == ["filed the ticket in the browser"]
    assert found(since="2026-03-03") == []
    assert found(until="2026-03-01") == []


def test_the_trail_is_paged_without_gap_or_repetition(desk: Desk, enter: Enter) -> None:
    for _ in range(60):
        audit.record(desk.act(desk.admin), "person.edited", desk.user)
    browser = enter(desk.admin)
    path: str | None = "/settings/audit?kind=person"
    seen: list[int] = []
    while path:
        page = browser.get(path)
        seen.append(len(rows(page)))
        following = soup(page).select_one(".pager a[rel=next]")
        path = str(following["href"]) if following else None

    assert seen == [25, 25, 11]


def test_the_file_of_the_trail_is_exactly_what_is_listed(desk: Desk, enter: Enter) -> None:
    ticket = desk.file()

    answer = enter(desk.admin).get("/settings/audit?kind=ticket&format=csv")

    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert lines == [
        ["When", "Who", "What happened", "To what", "How", "Kind", "Number", "Facts"],
        [
            "2026-03-02 15:00 UTC",
            desk.user.name,
            "filed the ticket in the browser",
            ticket.number,
            "in the browser",
            "ticket",
            str(ticket.id),
            f"channel: web; category_id: {desk.category.id}; urgency: normal",
        ],
    ]


@pytest.mark.parametrize("path", ["/settings/letters", "/settings/mail", "/settings/audit", "/settings/status"])
def test_a_list_costs_the_same_however_long_it_is(
    desk: Desk, enter: Enter, queries_of: Callable[[FlaskClient, str], int], path: str
) -> None:
    def fill(number: int) -> None:
        requester = Requester(factories.make_person(desk.agency, Role.END_USER))
        letter_of(desk.file(requester=requester)).end(LetterState.FAILED, "550")
        parked(desk, RAW + str(number).encode())
        audit.record(desk.act(requester.person), "person.edited", desk.user)

    fill(0)
    browser = enter(desk.admin)
    few = queries_of(browser, path)
    for number in range(1, 9):
        fill(number)

    assert queries_of(browser, path) == few
