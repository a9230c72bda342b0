"""Bad input, each with a sentence that says what is wrong, and nothing of what was typed lost."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.db import db
from portal.files import ALLOWED_WORDS, MEGABYTE, KeptFile
from portal.mail.letters import Letter
from portal.people.models import Person
from portal.tickets import actions
from portal.tickets.actions import Draft
from portal.tickets.models import Attachment, Message, SealedOriginal, Ticket
from tests.people.steps import PASSWORD, give_password
from tests.tickets.conftest import Desk
from tests.tickets.pages import errors, form_to, held, send, soup, words

Enter = Callable[[FlaskClient, Person], FlaskClient]
NEW = "/tickets/new"
AGAIN = "Files: Attach your files again: a browser lets go of them when a page is shown again."
TOO_LARGE = "The file “scan.pdf” has 30.0 MB; a file may have 25 MB. Send a smaller one, or only the pages that matter."


@pytest.fixture
def user(app: Flask, desk: Desk, sign_in: Enter) -> FlaskClient:
    return sign_in(app.test_client(), desk.user)


@pytest.fixture
def staff(app: Flask, desk: Desk, sign_in: Enter) -> FlaskClient:
    return sign_in(app.test_client(), desk.staff)


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    held_ticket = desk.file()
    db.session.commit()
    return held_ticket


def how_many(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def good(desk: Desk, **facts: object) -> dict[str, object]:
    return {"category": str(desk.category.id), "subject": "Empty APR", "text": "The APR is empty for March.", **facts}


def texts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.text).order_by(Message.id)))


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_of_30_megabytes_is_refused_in_the_form_with_all_text_kept(user: FlaskClient, desk: Desk) -> None:
    scan = FileStorage(io.BytesIO(b"%PDF-" + b"x" * (30 * MEGABYTE - 5)), "scan.pdf")
    fields = {**held(form_to(user.get(NEW), NEW)), **good(desk, files=scan)}
    boundary, body = encode_multipart(fields)

    page = user.post(NEW, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    assert (page.status_code, errors(page)) == (
        422,
        [
            f"Files: {TOO_LARGE}",
            AGAIN,
        ],
    )
    assert held(form_to(page, NEW))["text"] == "The APR is empty for March."
    assert (how_many(Ticket), how_many(KeptFile)) == (0, 0)


@pytest.mark.parametrize(
    ("who", "megabytes", "status"), [("user", 300, 413), ("user", 200, 400), ("stranger", 30, 413)]
)
def test_only_whoever_has_a_session_may_send_large_requests(
    app: Flask, user: FlaskClient, who: str, megabytes: int, status: int
) -> None:
    client = user if who == "user" else app.test_client()

    page = client.post(
        NEW,
        input_stream=io.BytesIO(b"--b--"),
        environ_overrides={"CONTENT_LENGTH": str(megabytes * MEGABYTE)},
        content_type="multipart/form-data; boundary=b",
    )

    assert page.status_code == status


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (
            b"MZ\x90\x00 executable",
            "report.pdf",
            "The file “report.pdf” is not what its name says. Save it again as a real .pdf file, or send a PDF.",
        ),
        (
            b"MZ\x90\x00 executable",
            "setup.exe",
            f"The file “setup.exe” was not accepted. Send {ALLOWED_WORDS}.",
        ),
        (b"", "empty.txt", "The file “empty.txt” is empty."),
        (
            b"MZ\x90\x00",
            "invoice\u202efdp.exe",
            f"The file “invoicefdp.exe” was not accepted. Send {ALLOWED_WORDS}.",
        ),
    ],
)
def test_a_file_that_is_not_accepted_is_named_and_the_text_kept(
    user: FlaskClient, desk: Desk, content: bytes, name: str, sentence: str
) -> None:
    page = send(user, NEW, NEW, **good(desk, files=file(content, name)))

    assert (page.status_code, errors(page)) == (409, [sentence, AGAIN])
    assert held(form_to(page, NEW))["text"] == "The APR is empty for March."
    assert (how_many(Ticket), how_many(Letter)) == (0, 0)


def test_eleven_files_are_too_many(user: FlaskClient, desk: Desk) -> None:
    page = send(user, NEW, NEW, **good(desk, files=[file(b"text", f"{n}.txt") for n in range(11)]))

    assert (page.status_code, errors(page)) == (
        422,
        ["Files: A message may carry 10 files; you attached 11.", AGAIN],
    )


def test_after_any_other_mistake_the_form_asks_for_the_files_again(user: FlaskClient, desk: Desk) -> None:
    page = send(user, NEW, NEW, **good(desk, subject="", files=file(b"text", "a.txt")))

    assert errors(page)[1:] == [AGAIN]
    assert errors(send(user, NEW, page, subject="Empty APR")) == []
    assert (how_many(Ticket), how_many(Attachment)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "kept_as", "told"),
    [
        ("..\\..\\report.txt", "report.txt", 'attachment; filename="report.txt"'),
        ("Año.txt", "Año.txt", "attachment; filename=\"Ano.txt\"; filename*=UTF-8''A%C3%B1o.txt"),
        (
            "отчёт.txt",
            "отчёт.txt",
            "attachment; filename=\".txt\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.txt",
        ),
    ],
)
def test_a_name_with_a_path_or_letters_of_any_language_is_kept_safe_and_given_back(
    user: FlaskClient, desk: Desk, name: str, kept_as: str, told: str
) -> None:
    send(user, NEW, NEW, **good(desk, files=file(b"text", name)))

    kept = db.session.scalars(select(Attachment)).one()
    answer = user.get(f"/tickets/{kept.message.ticket_id}/files/{kept.id}")

    assert (kept.name, answer.data, answer.headers["Content-Disposition"]) == (kept_as, b"text", told)


# ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("subject", ["", "   ", "\t\n", "\0"])
def test_an_empty_subject_is_asked_for_and_the_text_kept(user: FlaskClient, desk: Desk, subject: str) -> None:
    page = send(user, NEW, NEW, **good(desk, subject=subject))

    assert (page.status_code, len(errors(page))) == (422, 1)
    assert errors(page)[0].startswith("Subject:")
    assert held(form_to(page, NEW))["text"] == "The APR is empty for March."
    assert how_many(Ticket) == 0


def test_200_kilobytes_of_text_are_a_ticket(user: FlaskClient, desk: Desk) -> None:
    text = "All of these rows are wrong.\n" * 7_000

    page = send(user, NEW, NEW, **good(desk, text=text))

    assert page.status_code == 302
    assert texts()[0].replace("\r\n", "\n").strip() == text.strip()
    assert user.get(page.location).status_code == 200


def test_text_over_the_limit_is_refused_and_all_of_it_kept(user: FlaskClient, desk: Desk) -> None:
    text = "All of these rows are wrong. " * 9_000

    page = send(user, NEW, NEW, **good(desk, text=text))

    assert (page.status_code, how_many(Ticket)) == (422, 0)
    assert held(form_to(page, NEW))["text"] == text


def test_control_characters_are_left_out(user: FlaskClient, desk: Desk) -> None:
    send(user, NEW, NEW, **good(desk, subject="Empty\0 APR\x1b[31m", text="One\0two\x07\r\nthree\ttabs"))

    ticket = db.session.scalars(select(Ticket)).one()
    assert (ticket.subject, texts()) == ("Empty APR[31m", ["Onetwo\r\nthree\ttabs"])


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[a](javascript:alert(1))", "{{ 7*7 }}", "<img src=x onerror=a()>"]
)
def test_what_looks_like_code_is_shown_as_text(user: FlaskClient, desk: Desk, text: str) -> None:
    page = user.get(send(user, NEW, NEW, **good(desk, subject=text, text=text)).location)

    main = soup(page).find("main")
    assert main is not None
    assert (main.select("script, img[onerror]"), [one for one in main.select("a") if "javascript" in one["href"]]) == (
        [],
        [],
    )
    assert text in soup(page).find("h1").get_text()  # type: ignore[union-attr]


# ── The same again, too late, at the same time ────────────────────────────────────────────────────────────────────


def test_a_form_posted_twice_files_one_ticket_and_both_answers_lead_to_it(user: FlaskClient, desk: Desk) -> None:
    fields = {**held(form_to(user.get(NEW), NEW)), **good(desk)}

    first, second = user.post(NEW, data=fields), user.post(NEW, data=fields)

    assert (first.status_code, second.status_code, first.location) == (302, 302, second.location)
    assert (how_many(Ticket), how_many(Letter)) == (1, 1)


def test_an_answer_posted_twice_is_sent_once(staff: FlaskClient, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.id}/answer"
    fields = {**held(form_to(staff.get(f"/tickets/{ticket.id}"), path)), "text": "Run it again."}

    assert [staff.post(path, data=fields).status_code for _ in range(2)] == [302, 302]
    assert texts()[1:] == ["Run it again."]


def test_a_form_posted_after_the_session_ended_is_kept_and_sent_after_signing_in(
    app: Flask, client: FlaskClient, desk: Desk, sign_in: Enter, clock_at: Callable[..., None]
) -> None:
    give_password(desk.user, app.extensions["portal.settings"], desk.at)
    user = sign_in(client, desk.user)
    typed = {"text": "Half an hour of typing.\nTwo lines.", "files": file(b"text", "a.txt")}
    fields = {**held(form_to(user.get(NEW), NEW)), **good(desk, **typed)}
    clock_at(desk.at + timedelta(hours=2))

    door = user.post(NEW, data=fields, headers={"Origin": "http://localhost"})
    assert (door.status_code, how_many(Ticket)) == (401, 0)
    credentials = {"email": desk.user.email, "password": PASSWORD}
    kept = user.post("/sign-in", data={**held(form_to(door, "/sign-in")), **credentials})
    assert "Half an hour of typing." in words(kept)
    assert "Files could not be kept. Attach them again after sending." in words(kept)
    form = next(form for form in soup(kept).select("main form") if form["action"].startswith(NEW))
    sent = user.post(NEW, data=held(form))

    assert sent.status_code == 302
    assert [one.replace("\r\n", "\n") for one in texts()] == ["Half an hour of typing.\nTwo lines."]


def test_two_staff_who_answer_at_once_both_see_what_the_other_wrote_before_it_is_sent(
    app: Flask, staff: FlaskClient, desk: Desk, ticket: Ticket, sign_in: Enter
) -> None:
    other = sign_in(app.test_client(), desk.admin)
    path, record = f"/tickets/{ticket.id}/answer", f"/tickets/{ticket.id}"
    mine, theirs = staff.get(record), other.get(record)
    assert send(other, path, theirs, text="Run it again.").status_code == 302

    collided = send(staff, path, mine, text="Look at the **dates**.", then="resolve", files=file(b"text", "a.txt"))

    assert (collided.status_code, errors(collided)) == (
        409,
        ["Ines Roe wrote on this ticket while you were writing. Read it below, then send yours again.", AGAIN],
    )
    kept = held(form_to(collided, path))
    assert (kept["text"], kept["then"]) == ("Look at the **dates**.", "resolve")
    assert ("Run it again." in words(collided), "New since you began writing." in words(collided)) == (True, True)
    assert texts()[1:] == ["Run it again."]

    assert send(staff, path, collided).status_code == 302
    assert texts()[1:] == ["Run it again.", "Look at the **dates**."]


# ── Client data ───────────────────────────────────────────────────────────────────────────────────────────────────

SSN = "The client's SSN is 123-45-6789."


@pytest.mark.parametrize(
    "facts",
    [{"text": SSN}, {"subject": "SSN 123-45-6789"}, {"files": [(io.BytesIO(b"text"), "SSN_123-45-6789.txt")]}],
)
def test_client_data_is_warned_of_before_anything_is_stored(
    user: FlaskClient, desk: Desk, facts: dict[str, object]
) -> None:
    page = send(user, NEW, NEW, **good(desk, **facts))

    assert page.status_code == 422
    assert "This looks like client data. Choose what should happen to it." in errors(page)[0]
    assert [one.get_text() for one in soup(page).select(".guard__found q")] == ["123-45-6789"]
    assert (how_many(Ticket), how_many(KeptFile), how_many(Letter)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("choice", "stored", "masked"),
    [
        ({"guard_choice": "mask"}, "[client name removed]", ["name", "ssn"]),
        ({"guard_choice": "personal_id", "personal_id": "AB-12"}, "HMIS Personal ID AB-12", ["name", "ssn"]),
    ],
)
def test_after_the_warning_it_is_removed_or_named_by_id_and_the_original_sealed(
    user: FlaskClient, desk: Desk, choice: dict[str, str], stored: str, masked: list[str]
) -> None:
    text = "Client Maria Lopez has SSN 123-45-6789 in the HMIS."
    page = send(user, NEW, NEW, **good(desk, text=text))

    assert send(user, NEW, page, **choice).status_code == 302

    message = db.session.scalars(select(Message)).one()
    assert (stored in message.text, "Lopez" in message.text, "6789" in message.text) == (True, False, False)
    assert (message.masked, how_many(SealedOriginal)) == (masked, 1)


def test_what_is_no_client_data_is_sent_as_typed_and_that_is_noted(user: FlaskClient, desk: Desk) -> None:
    page = send(user, NEW, NEW, **good(desk, text=SSN))

    send(user, NEW, page, guard_choice="as_typed")

    message = db.session.scalars(select(Message)).one()
    assert (message.text, message.sent_as_typed, message.masked) == (SSN, True, [])


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        (
            {"guard_choice": "personal_id"},
            "HMIS Personal ID: Type the client's HMIS Personal ID, or choose another way.",
        ),
        (
            {"guard_choice": "personal_id", "personal_id": "Maria Lopez"},
            "HMIS Personal ID: Letters, digits and hyphens only.",
        ),
    ],
)
def test_a_personal_id_must_be_one(user: FlaskClient, desk: Desk, choice: dict[str, str], error: str) -> None:
    page = send(user, NEW, NEW, **good(desk, text=SSN))

    page = send(user, NEW, page, **choice)

    assert (page.status_code, errors(page), how_many(Ticket)) == (422, [error], 0)


@pytest.mark.parametrize("way", ["answer", "note", "comment"])
def test_answers_notes_and_comments_are_looked_over_too(
    staff: FlaskClient, user: FlaskClient, ticket: Ticket, way: str
) -> None:
    client = user if way == "comment" else staff
    path = f"/tickets/{ticket.id}/{way}"

    page = send(client, path, f"/tickets/{ticket.id}", text=SSN)

    assert (page.status_code, len(texts())) == (422, 1)
    assert held(form_to(page, path))["text"] == SSN
    assert send(client, path, page, guard_choice="mask").status_code == 302
    assert texts()[1:] == ["The client's SSN is [Social Security number removed]."]


def test_the_sealed_original_is_for_administrators_alone_and_each_reading_is_on_record(
    app: Flask, desk: Desk, user: FlaskClient, staff: FlaskClient, sign_in: Enter
) -> None:
    ticket = desk.file(draft=Draft(SSN))
    db.session.commit()
    message = db.session.scalars(select(Message)).one()
    path = f"/tickets/{ticket.id}/messages/{message.id}/original"

    assert [client.get(path).status_code for client in (user, staff)] == [403, 403]
    page = sign_in(app.test_client(), desk.admin).get(path)

    assert (page.status_code, SSN in words(page)) == (200, True)
    assert "opened the sealed original" in words(staff.get(f"/tickets/{ticket.id}/history"))
    assert "sealed original" not in words(user.get(f"/tickets/{ticket.id}/history"))


# ── Addresses that nobody gave ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/99999999999999999999999",
        "/tickets/2147483648/history",
        "/tickets/1/files/99999999999999999999999",
        "/settings/desk/rules/99999999999999999999999",
        "/tickets/999",
    ],
)
def test_an_id_that_cannot_be_is_not_found(staff: FlaskClient, path: str) -> None:
    assert staff.get(path).status_code in (403, 404)


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x",
        "_external=1&_scheme=javascript&_anchor=x",
        "q=%00",
        "q=%22%27*%28NEAR",
        "assignee=99999999999999999999999",
        "queue=99999999999999999999999&category=x&agency=-1&coc=%C2%B2&priority=x",
        "view=x&sort=x",
        "after=x",
    ],
)
def test_a_bent_address_of_the_list_is_read_as_far_as_it_can_be(staff: FlaskClient, ticket: Ticket, query: str) -> None:
    page = staff.get(f"/tickets?{query}", follow_redirects=True)

    assert page.status_code == 200
    assert [one["href"] for one in soup(page).select("a[href^=javascript]")] == []


def test_bent_hidden_fields_are_no_failure(staff: FlaskClient, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.id}/answer"

    page = send(staff, path, f"/tickets/{ticket.id}", text="Yes.", canned_id="x" * 5)
    bent = send(staff, path, f"/tickets/{ticket.id}", text="Yes.", seen="9" * 30)

    assert (page.status_code, bent.status_code) == (302, 409)
    assert staff.get(f"{path}?canned={'9' * 30}").status_code == 200


def test_the_bulk_form_leads_back_only_to_this_portal(staff: FlaskClient, ticket: Ticket) -> None:
    ids = {"ids": [str(ticket.id), "9" * 30, "x"], "deed": "resolve"}

    page = send(staff, "/tickets/bulk", "/tickets", **ids, back="https://evil.example.com/")

    assert (page.status_code, page.location) == (302, "/")
    db.session.refresh(ticket)
    assert not ticket.is_open


def test_a_resolved_ticket_cannot_be_answered_and_says_so(staff: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.id}/answer"
    shown = staff.get(f"/tickets/{ticket.id}")
    actions.resolve_ticket(desk.act(desk.admin), ticket)
    db.session.commit()

    page = send(staff, path, shown, text="One more thing.")

    assert (page.status_code, errors(page)) == (409, ["This ticket is resolved. Reopen it first, then answer."])
    assert held(form_to(page, path))["text"] == "One more thing."


def test_a_comment_on_a_ticket_that_was_closed_meanwhile_is_refused_with_its_text(
    user: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    path = f"/tickets/{ticket.id}/comment"
    shown = user.get(f"/tickets/{ticket.id}")
    actions.resolve_ticket(desk.act(desk.admin), ticket)
    actions.close_quiet_ticket(desk.act(), ticket)
    db.session.commit()

    page = send(user, path, shown, text="One more thing.")

    assert (page.status_code, errors(page)) == (409, ["This ticket is closed. File a new one and name its number."])
    assert held(form_to(page, path))["text"] == "One more thing."
