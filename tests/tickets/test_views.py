"""The help desk in the browser: filing, answering, who takes part, files, lists, settings."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.audit import AuditEvent
from portal.db import db
from portal.files import Upload
from portal.mail.letters import Letter
from portal.people.models import Person
from portal.policy import Role
from portal.tickets import actions
from portal.tickets.actions import Draft, Requester
from portal.tickets.models import (
    Attachment,
    CannedResponse,
    Category,
    DeskHours,
    Message,
    PriorityTarget,
    Queue,
    Ticket,
    TriageRule,
)
from portal.tickets.rules import Assign, Channel, Priority, State, Urgency
from tests import factories
from tests.tickets.conftest import Desk
from tests.tickets.pages import errors, form_to, held, send, soup, words

Enter = Callable[[FlaskClient, Person], FlaskClient]
SETTINGS = "/settings/desk"


@pytest.fixture
def enter(app: Flask, sign_in: Enter) -> Callable[[Person], FlaskClient]:
    return lambda person: sign_in(app.test_client(), person)


@pytest.fixture
def user(desk: Desk, enter: Callable[[Person], FlaskClient]) -> FlaskClient:
    return enter(desk.user)


@pytest.fixture
def staff(desk: Desk, enter: Callable[[Person], FlaskClient]) -> FlaskClient:
    return enter(desk.staff)


@pytest.fixture
def admin(desk: Desk, enter: Callable[[Person], FlaskClient]) -> FlaskClient:
    return enter(desk.admin)


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    filed = desk.file()
    db.session.commit()
    return filed


def page_of(ticket: Ticket, rest: str = "") -> str:
    return f"/tickets/{ticket.id}{rest}"


def only(kind: type) -> object:
    db.session.rollback()
    return db.session.scalars(select(kind)).one()


# ── Filing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_end_user_files_a_ticket_with_a_file_and_sees_it(user: FlaskClient, desk: Desk) -> None:
    fields = {
        "category": str(desk.category.id),
        "project": str(desk.project.id),
        "urgency": "slowed",
        "subject": "Empty APR",
        "text": "The APR is **empty** for March.",
        "files": (io.BytesIO(b"what,when\n"), "what.csv"),
    }

    answer = send(user, "/tickets/new", "/tickets/new", **fields)

    ticket = db.session.scalars(select(Ticket)).one()
    assert (answer.status_code, answer.location) == (302, page_of(ticket))
    assert (ticket.requester, ticket.project, ticket.urgency, ticket.channel) == (
        desk.user,
        desk.project,
        Urgency.SLOWED,
        Channel.WEB,
    )
    page = user.get(answer.location)
    assert [one.get_text() for one in soup(page).select(".prose strong")] == ["empty"]
    assert [one["href"] for one in soup(page).select("a[href*='/files/']")] == [page_of(ticket, "/files/1")]


def test_only_projects_of_the_own_agency_can_be_chosen(user: FlaskClient, desk: Desk) -> None:
    foreign = factories.make_project(desk.other_agency, desk.coc)
    db.session.commit()

    page = send(
        user,
        "/tickets/new",
        "/tickets/new",
        category=str(desk.category.id),
        project=str(foreign.id),
        subject="Empty APR",
        text="It is empty.",
    )

    assert (page.status_code, errors(page)) == (422, ["HMIS project: Not a valid choice."])


@pytest.mark.parametrize("typed", ["user", "USER"])
def test_staff_file_for_a_caller_whom_the_portal_knows(staff: FlaskClient, desk: Desk, typed: str) -> None:
    address = desk.user.email if typed == "user" else f" {desk.user.email.upper()} "

    send(
        staff,
        "/tickets/new/caller",
        "/tickets/new/caller",
        caller=address,
        category=str(desk.category.id),
        subject="Empty APR",
        text="It is empty.",
    )

    ticket = only(Ticket)
    assert isinstance(ticket, Ticket)
    assert (ticket.requester, ticket.filed_by, ticket.channel) == (desk.user, desk.staff, Channel.PHONE)


def test_staff_file_for_a_caller_whom_nobody_knows(staff: FlaskClient, desk: Desk) -> None:
    send(
        staff,
        "/tickets/new/caller",
        "/tickets/new/caller",
        caller="Kim@Elsewhere.example.com",
        caller_name="Kim Doe",
        category=str(desk.category.id),
        subject="Empty APR",
        text="It is empty.",
    )

    ticket = only(Ticket)
    assert isinstance(ticket, Ticket)
    assert (ticket.requester, ticket.requester_name, ticket.requester_address) == (
        None,
        "Kim Doe",
        "kim@elsewhere.example.com",
    )


def test_an_end_user_cannot_file_for_somebody_else(user: FlaskClient) -> None:
    assert user.get("/tickets/new/caller").status_code == 403


# ── Answering ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_canned_response_fills_its_variables_and_is_counted_when_it_is_sent(
    staff: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    text = "Hello {{ requester.first_name }}, about {{ ticket.number }}: call {{ desk.phone }}. {{ staff.first_name }}"
    canned = actions.add_canned_response(desk.act(desk.admin), title="Call us", text=text, category=desk.category)
    db.session.commit()

    chosen = soup(staff.get(page_of(ticket, "/canned?q=call"))).select_one(".canned-list a")
    assert chosen is not None
    page = staff.get(str(chosen["href"]).partition("#")[0])
    form = held(form_to(page, page_of(ticket, "/answer")))
    assert form["text"] == f"Hello Robin, about {ticket.number}: call 555-0100. Dana"
    assert canned.used == 0

    assert send(staff, page_of(ticket, "/answer"), page).status_code == 302
    db.session.refresh(canned)
    assert canned.used == 1


def test_the_preview_shows_what_the_requester_will_read_and_sends_nothing(staff: FlaskClient, ticket: Ticket) -> None:
    files = (io.BytesIO(b"text"), "a.txt")

    page = send(staff, page_of(ticket, "/answer"), page_of(ticket), text="**Now** <b>x</b>", preview="1", files=files)

    shown = soup(page).select_one(".preview .prose")
    assert shown is not None
    assert (page.status_code, [one.get_text() for one in shown.select("strong")], shown.select("b")) == (
        200,
        ["Now"],
        [],
    )
    assert held(form_to(page, page_of(ticket, "/answer")))["text"] == "**Now** <b>x</b>"
    assert "Attach your files again" in words(page)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    ("then", "state"), [("open", State.OPEN), ("wait", State.WAITING), ("resolve", State.RESOLVED)]
)
def test_an_answer_is_mailed_and_moves_the_ticket(
    staff: FlaskClient, desk: Desk, ticket: Ticket, then: str, state: State
) -> None:
    answer = send(staff, page_of(ticket, "/answer"), page_of(ticket), text="Run it **again**.", then=then)

    db.session.refresh(ticket)
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    assert (answer.status_code, ticket.state) == (302, state)
    assert (letter.to_address, "Run it again." in letter.text) == (desk.user.email, True)


def test_notes_and_their_files_are_out_of_every_outsiders_reach(
    staff: FlaskClient, user: FlaskClient, desk: Desk, ticket: Ticket, enter: Callable[[Person], FlaskClient]
) -> None:
    send(staff, page_of(ticket, "/note"), page_of(ticket), text="Zebrafish", files=(io.BytesIO(b"secret"), "z.txt"))

    kept = only(Attachment)
    assert isinstance(kept, Attachment)
    path = page_of(ticket, f"/files/{kept.id}")
    outsiders = [user, enter(desk.agency_admin)]
    assert ["Zebrafish" in client.get(page_of(ticket)).get_data(as_text=True) for client in outsiders] == [False] * 2
    assert ["z.txt" in client.get(page_of(ticket)).get_data(as_text=True) for client in outsiders] == [False] * 2
    assert [client.get(path).status_code for client in outsiders] == [404, 404]
    search = "/tickets?q=zebrafish&view=all"
    assert [ticket.number in words(client.get(search)) for client in (*outsiders, staff)] == [False, False, True]
    assert (staff.get(path).data, "Zebrafish" in words(staff.get(page_of(ticket)))) == (b"secret", True)


def test_files_are_downloads_that_no_browser_runs_and_nobody_elses(
    user: FlaskClient, desk: Desk, enter: Callable[[Person], FlaskClient]
) -> None:
    ticket = desk.file(draft=Draft("See file", uploads=[Upload("page.txt", b"<script>alert(1)</script>")]))
    other = desk.file(requester=Requester(desk.colleague))
    db.session.commit()

    answer = user.get(page_of(ticket, "/files/1"))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.txt"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer.headers["X-Content-Type-Options"], answer.mimetype) == ("nosniff", "text/plain")
    assert user.get(page_of(other, "/files/1")).status_code == 404
    assert [enter(one).get(page_of(ticket, "/files/1")).status_code for one in (desk.colleague, desk.stranger)] == [
        404
    ] * 2


# ── Who takes part ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_requester_brings_a_colleague_in_who_then_sees_the_ticket_until_removed(
    user: FlaskClient, desk: Desk, ticket: Ticket, enter: Callable[[Person], FlaskClient]
) -> None:
    colleague = enter(desk.colleague)
    assert colleague.get(page_of(ticket)).status_code == 404

    added = send(user, page_of(ticket, "/people"), page_of(ticket, "/people"), email=desk.colleague.email.upper())
    assert (added.status_code, colleague.get(page_of(ticket)).status_code) == (302, 200)

    remove = page_of(ticket, f"/people/{desk.colleague.id}/remove")
    assert (send(user, remove, page_of(ticket)).status_code, colleague.get(page_of(ticket)).status_code) == (302, 404)


def test_nobody_learns_from_adding_somebody_whom_the_portal_knows(
    user: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    left = factories.make_person(desk.agency, Role.END_USER, ended_on=desk.at.date())
    db.session.commit()
    people = page_of(ticket, "/people")

    told = [
        errors(send(user, people, people, email=email)) for email in (desk.stranger.email, left.email, "x@example.com")
    ]

    assert (
        told
        == [["E-mail address of somebody in the portal: The portal knows nobody with this address. Invite them first."]]
        * 3
    )


def test_somebody_who_takes_part_is_not_added_twice(user: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    people = page_of(ticket, "/people")

    page = send(user, people, people, email=desk.user.email)

    assert (page.status_code, errors(page)) == (409, [f"{desk.user.name} takes part already."])


def test_who_takes_no_part_changes_nothing(desk: Desk, ticket: Ticket, enter: Callable[[Person], FlaskClient]) -> None:
    for person in (desk.colleague, desk.stranger):
        client = enter(person)
        token = held(form_to(client.get("/tickets/new"), "/tickets/new"))["csrf_token"]
        posts = ("/comment", "/people", "/answer", "/note", "/sort", "/resolve", "/reopen", "/hand-back")
        assert [client.post(page_of(ticket, rest), data={"csrf_token": token}).status_code for rest in posts] == [
            404
        ] * 8


# ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_export_holds_what_the_list_shows_and_runs_no_formula(
    staff: FlaskClient, desk: Desk, enter: Callable[[Person], FlaskClient]
) -> None:
    formula = '=HYPERLINK("https://evil.example.com")'
    for subject in (formula, "@SUM(1)", "Plain"):
        desk.file(subject=subject)
    desk.file(subject="Elsewhere", requester=Requester(desk.stranger))
    db.session.commit()
    query = f"?agency={desk.agency.id}&sort=oldest"

    sheet = list(csv.reader(io.StringIO(staff.get(f"/tickets/export.csv{query}").data.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(staff.get(f"/tickets/export.xlsx{query}").data))

    assert [row[1] for row in sheet] == ["Subject", f"'{formula}", "'@SUM(1)", "Plain"]
    cells = [(row[1].value, row[1].data_type) for row in book.worksheets[0].iter_rows()]
    assert cells == [("Subject", "s"), (formula, "s"), ("@SUM(1)", "s"), ("Plain", "s")]
    own = enter(desk.agency_admin).get("/tickets/export.csv?sort=oldest").data.decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(own))][1:] == [f"'{formula}", "'@SUM(1)", "Plain"]
    assert enter(desk.user).get("/tickets/export.csv").status_code == 403


@pytest.mark.parametrize(
    ("who", "new", "waiting"),
    [
        ("staff", "New", "Waiting on requester"),
        ("user", "Received", "Waiting on you"),
        ("agency_admin", "Received", "Waiting on requester"),
    ],
)
def test_a_state_has_one_word_for_each_audience_on_every_page(
    desk: Desk, enter: Callable[[Person], FlaskClient], who: str, new: str, waiting: str
) -> None:
    first, second = desk.file(subject="Empty report"), desk.file(subject="Empty page")
    actions.hand_back(desk.act(desk.staff), second)
    db.session.commit()
    browser = enter(getattr(desk, who))
    lists = ["/tickets?sort=newest", "/search?q=empty"] + (["/"] if who != "staff" else [])

    for path in lists:
        found = [one.get_text(" ", strip=True) for one in soup(browser.get(path)).select("td[data-label=State]")]
        assert (path, sorted(found)) == (path, sorted([new, waiting]))
    for ticket, state in ((first, new), (second, waiting)):
        for rest in ("", "/history"):
            head = soup(browser.get(page_of(ticket, rest))).select_one(".page-head")
            assert (rest, state in head.get_text(" ", strip=True)) == (rest, True)
    if who != "user":
        sheet = browser.get("/tickets/export.csv?sort=newest").data.decode("utf-8-sig")
        assert [row[2] for row in csv.reader(io.StringIO(sheet))][1:] == [waiting, new]


def test_many_tickets_are_assigned_and_resolved_from_the_list(staff: FlaskClient, desk: Desk) -> None:
    first, second = desk.file(subject="One"), desk.file(subject="Two")
    db.session.commit()
    ids = [str(first.id), str(second.id)]

    send(staff, "/tickets/bulk", "/tickets", ids=ids, deed="assign", assignee=str(desk.staff.id))
    assert [one.assignee for one in db.session.scalars(select(Ticket).order_by(Ticket.id))] == [desk.staff] * 2
    answer = send(staff, "/tickets/bulk", "/tickets", ids=ids, deed="resolve")

    db.session.expire_all()
    assert [one.state for one in db.session.scalars(select(Ticket).order_by(Ticket.id))] == [State.RESOLVED] * 2
    assert answer.location == "/tickets"


# ── Settings ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_are_for_administrators(staff: FlaskClient, user: FlaskClient) -> None:
    paths = ("", "/canned", "/queues/new", "/categories/new", "/rules/new", "/targets", "/hours")
    assert [client.get(SETTINGS + path).status_code for client in (staff, user) for path in paths] == [403] * 14


def test_a_queue_is_added_changed_and_never_called_like_another(admin: FlaskClient, desk: Desk) -> None:
    new = f"{SETTINGS}/queues/new"
    facts = {"name": "Reports & data", "words": "Reports team", "members": [str(desk.staff.id)]}

    assert send(admin, new, new, **facts).status_code == 302
    twice = send(admin, new, new, **facts)
    assert (twice.status_code, errors(twice)) == (409, ["The name “Reports & data” is taken. Choose another one."])
    assert send(admin, new, new, name="Reports: data", words="Data").status_code == 302

    queues = db.session.scalars(select(Queue).order_by(Queue.id)).all()
    assert [(one.key, [held.person_id for held in one.members]) for one in queues[1:]] == [
        ("reports_data", [desk.staff.id]),
        ("reports_data_2", []),
    ]
    edit = f"{SETTINGS}/queues/{queues[1].id}"
    assert send(admin, edit, edit, name="Reports", members=[], is_restricted="y").status_code == 302
    db.session.refresh(queues[1])
    assert (queues[1].name, queues[1].is_restricted, queues[1].key) == ("Reports", True, "reports_data")
    assert queues[1].members == []


def test_a_category_is_added_and_changed(admin: FlaskClient, desk: Desk) -> None:
    new = f"{SETTINGS}/categories/new"
    assert send(admin, new, new, name="Приём", queue=str(desk.queue.id), hint="Intake").status_code == 302
    category = db.session.scalars(select(Category).order_by(Category.id.desc())).first()
    assert category is not None
    edit = f"{SETTINGS}/categories/{category.id}"

    taken = send(admin, edit, edit, name="something ELSE")
    assert (taken.status_code, errors(taken)) == (409, ["The name “something ELSE” is taken. Choose another one."])
    assert send(admin, edit, edit, name="Intake", is_urgent="y").status_code == 302
    db.session.refresh(category)
    assert (category.key, category.name, category.is_urgent) == ("named", "Intake", True)


def test_a_canned_response_is_added_changed_and_removed(admin: FlaskClient, desk: Desk) -> None:
    new = f"{SETTINGS}/canned/new"
    unknown = send(admin, new, new, title="Hello", text="Hello {{ requester.secret }}")
    assert (unknown.status_code, held(form_to(unknown, new))["text"]) == (409, "Hello {{ requester.secret }}")
    assert send(admin, new, new, title="Hello", text="Hello {{ requester.name }}").status_code == 302
    assert send(admin, new, new, title="Hello", text="Hello").status_code == 409
    canned = only(CannedResponse)
    assert isinstance(canned, CannedResponse)
    edit = f"{SETTINGS}/canned/{canned.id}"

    assert send(admin, edit, edit, title="Good day", category=str(desk.category.id)).status_code == 302
    db.session.refresh(canned)
    assert (canned.title, canned.category) == ("Good day", desk.category)

    assert send(admin, f"{edit}/remove", f"{edit}/remove").status_code == 302
    assert db.session.scalar(select(func.count()).select_from(CannedResponse)) == 0


def test_a_triage_rule_is_added_changed_moved_switched_and_removed(admin: FlaskClient, desk: Desk) -> None:
    new = f"{SETTINGS}/rules/new"
    nothing = send(admin, new, new, name="Nothing")
    assert (nothing.status_code, len(errors(nothing))) == (409, 1)
    first = {"name": "Reports", "words": "APR, CAPER", "priority": "high"}
    second = {"name": "Everything by phone", "channels": ["phone"], "assign": Assign.BY_LOAD.value}
    assert [send(admin, new, new, **facts).status_code for facts in (first, second)] == [302, 302]
    reports, phone = db.session.scalars(select(TriageRule).order_by(TriageRule.id)).all()
    assert (reports.when, reports.priority, phone.assign) == (
        {"words": ["APR", "CAPER"]},
        Priority.HIGH,
        Assign.BY_LOAD,
    )

    edit = f"{SETTINGS}/rules/{reports.id}"
    assert send(admin, edit, edit, words="APR", priority="", queue=str(desk.queue.id)).status_code == 302
    for rule, deed in ((phone, "up"), (phone, "up"), (reports, "down"), (reports, "switch")):
        assert send(admin, f"{SETTINGS}/rules/{rule.id}/{deed}", f"{SETTINGS}/rules/{rule.id}").status_code == 302
    db.session.expire_all()
    assert (reports.when, reports.priority, reports.queue) == ({"words": ["APR"]}, None, desk.queue)
    assert (phone.position, reports.position, reports.is_on) == (1, 2, False)

    assert (
        send(admin, f"{SETTINGS}/rules/{reports.id}/remove", f"{SETTINGS}/rules/{reports.id}/remove").status_code == 302
    )
    db.session.expire_all()
    assert (reports.removed_at, reports.is_on) == (desk.at, False)
    assert admin.get(edit).status_code == 404


def test_a_rule_made_in_the_browser_sorts_a_ticket_filed_in_the_browser(
    admin: FlaskClient, user: FlaskClient, desk: Desk
) -> None:
    new = f"{SETTINGS}/rules/new"
    send(
        admin,
        new,
        new,
        name="Reports",
        words="APR",
        priority="urgent",
        assign=Assign.PERSON.value,
        assignee=str(desk.staff.id),
    )

    send(user, "/tickets/new", "/tickets/new", category=str(desk.category.id), subject="Empty APR", text="Help.")

    ticket = only(Ticket)
    assert isinstance(ticket, Ticket)
    assert (ticket.priority, ticket.assignee) == (Priority.URGENT, desk.staff)
    assert "The rule “Reports”" in words(user.get(page_of(ticket, "/history")))


def test_targets_are_set_in_hours(admin: FlaskClient) -> None:
    path = f"{SETTINGS}/targets"
    wrong = send(admin, path, path, urgent_first="9", urgent_resolution="4")
    assert (wrong.status_code, errors(wrong)) == (
        409,
        ["Urgent: the first response cannot be due after the resolution."],
    )
    assert send(admin, path, path, urgent_first="0").status_code == 422

    assert send(admin, path, path, urgent_first="1", urgent_resolution="4").status_code == 302
    row = db.session.get(PriorityTarget, Priority.URGENT)
    assert row is not None
    assert (row.first_response_minutes, row.resolution_minutes) == (60, 240)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"closes_0": "25:00"}, 422),
        ({"closes_0": "24:30"}, 422),
        ({"closes_0": "17:30x"}, 422),
        ({"closes_0": ""}, 422),
        ({"opens_0": "18:00"}, 409),
        ({"closes_0": "24:00"}, 302),
        ({"closes_0": "13:00 pm"}, 422),
        ({"opens_0": "7:30", "closes_0": "9:15"}, 302),
        ({"opens_0": "7 AM", "closes_0": "12:30 p.m."}, 302),
    ],
)
def test_hours_are_times_of_the_day(admin: FlaskClient, typed: dict[str, str], status: int) -> None:
    path = f"{SETTINGS}/hours"

    page = send(admin, path, path, **typed)

    windows = db.session.scalars(select(DeskHours).order_by(DeskHours.weekday)).all()
    assert (page.status_code, len(windows)) == (status, 5 if status == 302 else 0)
    if status != 302:
        assert {name: held(form_to(page, path))[name] for name in typed} == typed


def test_hours_are_shown_as_people_say_them(admin: FlaskClient) -> None:
    path = f"{SETTINGS}/hours"
    before = held(form_to(admin.get(path), path))

    send(admin, path, path, opens_0="7 AM", closes_0="12:30 p.m.", opens_1="12:00 am", closes_1="24:00")
    after = held(form_to(admin.get(path), path))

    assert (before["opens_0"], before["closes_0"]) == ("8:00 am", "5:00 pm")
    assert (after["opens_0"], after["closes_0"]) == ("7:00 am", "12:30 pm")
    assert (after["opens_1"], after["closes_1"]) == ("12:00 am", "24:00")


def test_everything_set_is_on_record_by_name_of_the_deed(admin: FlaskClient, desk: Desk) -> None:
    db.session.commit()
    before = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    send(admin, f"{SETTINGS}/hours", f"{SETTINGS}/hours")
    send(admin, f"{SETTINGS}/targets", f"{SETTINGS}/targets")
    edit = f"{SETTINGS}/categories/{desk.category.id}"
    send(admin, edit, edit)

    events = db.session.scalars(select(AuditEvent).where(AuditEvent.id > before).order_by(AuditEvent.id))
    assert [(one.name, one.by_person_id) for one in events] == [
        (name, desk.admin.id) for name in ("desk.hours_set", "desk.targets_set", "category.changed")
    ]


@pytest.mark.parametrize(
    "path", ["", "/canned", "/canned/new", "/queues/new", "/categories/new", "/rules/new", "/targets", "/hours"]
)
def test_every_settings_page_opens(admin: FlaskClient, path: str) -> None:
    page = admin.get(SETTINGS + path)

    assert (page.status_code, "None" in words(page).split()) == (200, False)
