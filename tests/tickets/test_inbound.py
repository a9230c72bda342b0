"""What becomes of mail: who may write where, what is never answered, what is kept for a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import files
from portal.audit import Act, AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.mail import fetch
from portal.mail.fetch import InboundState
from portal.mail.jobs import JOBS as MAIL_JOBS
from portal.mail.letters import Letter, LetterState
from portal.people.models import Person
from portal.scheduler import run_job
from portal.tickets import actions
from portal.tickets.actions import Draft, Then
from portal.tickets.jobs import JOBS
from portal.tickets.models import Attachment, Message, SealedOriginal, Ticket
from portal.tickets.rules import Channel, SenderCheck, State
from tests.tickets.conftest import Desk
from tests.tickets.mails import DESK, arrive, letters, mail, reply_address, row, said, take_in, taken, tickets
from tests.tickets.pages import soup, words

Clock = Callable[[datetime], None]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
STRANGER = "Kim Doe <kim@elsewhere.example.com>"


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    """By the user, with the participant's agency next door; what was said so far is nobody else's."""
    held = desk.file(draft=Draft("Our secret question."))
    actions.add_participant(desk.act(desk.staff), held, desk.stranger)
    actions.assign_ticket(desk.act(desk.admin), held, desk.staff)
    db.session.commit()
    return held


def servers_say(app: Flask, **facts: object) -> None:
    app.extensions["portal.settings"] = replace(app.extensions["portal.settings"], **facts)


def passed(domain: str) -> str:
    return f"mx.desk.example.org; dmarc=pass (p=reject) header.from={domain}; spf=none"


# ── Who may write on a thread ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["user", "stranger", "agency_admin"])
def test_requester_participant_and_agency_administrator_write_on_the_thread(
    desk: Desk, ticket: Ticket, who: str
) -> None:
    person = getattr(desk, who)

    arrived = taken(mail(person.email, "More of it.", to=reply_address(ticket, person.id)), desk.at)

    assert (arrived.state, arrived.about_kind, arrived.about_id) == (InboundState.TAKEN, "ticket", ticket.id)
    assert said(ticket)[1:] == [(person.name, "More of it.")]
    others = [one.email for one in (desk.user, desk.stranger, desk.staff) if one is not person]
    assert [address for notice, address, _ in letters() if notice == "wrote"] == others


def test_staff_who_answer_their_letter_answer_the_requester(desk: Desk, ticket: Ticket) -> None:
    taken(mail(desk.staff.email, "Run it again.", to=reply_address(ticket, desk.staff.id)), desk.at)

    assert said(ticket)[1:] == [("Dana Whit", "Run it again.")]
    assert ticket.state is State.OPEN
    assert [address for notice, address, _ in letters() if notice == "answered"] == [
        desk.user.email,
        desk.stranger.email,
    ]


@pytest.mark.parametrize(
    ("sender", "token_of"),
    [
        ("colleague", "colleague"),
        ("colleague", "user"),
        ("user", "stranger"),
        ("user", None),
        ("staff", "user"),
    ],
)
def test_without_rights_or_with_anothers_address_a_new_ticket_is_opened_and_linked(
    desk: Desk, ticket: Ticket, sender: str, token_of: str | None
) -> None:
    person = getattr(desk, sender)
    before = letters()
    token = getattr(desk, token_of).id if token_of else None

    taken(mail(person.email, "Let me in.", to=reply_address(ticket, token)), desk.at)

    _, opened = tickets()
    assert said(ticket) == [(desk.user.name, "Our secret question.")]
    assert (opened.possibly_about, opened.requester, opened.channel) == (ticket, person, Channel.MAIL)
    assert letters()[len(before) :] == [("received", person.email, "queued")]
    mailed = db.session.scalars(select(Letter).where(Letter.about_id == opened.id)).all()
    assert ["secret" in letter.text + letter.html + letter.subject for letter in mailed] == [False]


def test_a_stranger_who_names_the_thread_gets_a_ticket_of_their_own_and_no_letter(desk: Desk, ticket: Ticket) -> None:
    before = letters()

    taken(mail(STRANGER, "Let me in.", to=reply_address(ticket, desk.user.id)), desk.at)

    _, opened = tickets()
    assert (opened.possibly_about, opened.requester, opened.requester_address) == (
        ticket,
        None,
        "kim@elsewhere.example.com",
    )
    assert letters()[len(before) :] == [("received", "kim@elsewhere.example.com", "not_needed")]


def test_somebody_who_has_left_is_a_stranger(desk: Desk, ticket: Ticket) -> None:
    desk.user.ended_on = date(2026, 2, 1)
    db.session.commit()

    taken(mail(desk.user.email, "It is me.", to=reply_address(ticket, desk.user.id)), desk.at)

    _, opened = tickets()
    assert (opened.possibly_about, opened.requester, opened.requester_address) == (ticket, None, desk.user.email)


def test_a_participant_who_was_removed_writes_on_the_thread_no_more(desk: Desk, ticket: Ticket) -> None:
    actions.remove_participant(desk.act(desk.staff), ticket, desk.stranger)
    db.session.commit()

    taken(mail(desk.stranger.email, "Still here.", to=reply_address(ticket, desk.stranger.id)), desk.at)

    assert tickets()[1].possibly_about == ticket
    assert len(said(ticket)) == 1


def test_message_ids_thread_as_well(desk: Desk, ticket: Ticket) -> None:
    letter = db.session.scalars(select(Letter).where(Letter.to_address == desk.user.email)).first()
    assert letter is not None

    taken(mail(desk.user.email, "More.", In_Reply_To=letter.message_id), desk.at)
    taken(mail(desk.user.email, "And more.", References=f"<a@b.example> {letter.message_id}"), desk.at)

    assert said(ticket)[1:] == [(desk.user.name, "More."), (desk.user.name, "And more.")]


def test_a_message_id_or_a_number_that_nobody_gave_opens_no_thread(desk: Desk, ticket: Ticket) -> None:
    taken(mail(desk.user.email, "More.", In_Reply_To="<t.0123@desk.example.org>"), desk.at)
    taken(mail(desk.user.email, "More.", subject=f"Re: [{ticket.number}] Report", Message_ID="<x@y.example>"), desk.at)

    assert [one.possibly_about for one in tickets()] == [None, None, None]


def test_reply_to_says_nothing_about_who_writes(desk: Desk, ticket: Ticket) -> None:
    taken(mail(STRANGER, "As staff.", to=reply_address(ticket, desk.staff.id), Reply_To=desk.staff.email), desk.at)

    assert len(said(ticket)) == 1
    assert tickets()[1].requester_address == "kim@elsewhere.example.com"


def test_a_closed_ticket_stays_closed_and_a_linked_one_is_opened(desk: Desk, ticket: Ticket) -> None:
    actions.resolve_ticket(desk.act(desk.staff), ticket)
    actions.close_quiet_ticket(desk.act(), ticket)
    db.session.commit()

    taken(mail(desk.user.email, "Again.", to=reply_address(ticket, desk.user.id)), desk.at)

    assert ticket.state is State.CLOSED
    assert (tickets()[1].possibly_about, tickets()[1].requester) == (ticket, desk.user)


def test_the_requesters_answer_reopens_a_resolved_ticket_and_quotes_are_folded_away(desk: Desk, ticket: Ticket) -> None:
    actions.answer(desk.act(desk.staff), ticket, desk.staff, Draft("Run it again."), then=Then.RESOLVE)
    db.session.commit()
    text = (
        "It is still empty.\n\nOn Mon, Mar 2, 2026 at 9:05 AM HMIS Desk <help@desk.example.org> wrote:\n> Run it again."
    )

    taken(mail(desk.user.email, text, to=reply_address(ticket, desk.user.id)), desk.at)

    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    assert (ticket.state, ticket.reopened) == (State.OPEN, 1)
    assert (message.text, "> Run it again." in message.quoted) == ("It is still empty.", True)


def test_an_address_in_other_letters_is_the_same_address(desk: Desk) -> None:
    taken(mail(desk.user.email.upper(), "Hello."), desk.at)

    assert [one.requester for one in tickets()] == [desk.user]


def test_a_stranger_without_a_name_is_called_by_the_address(desk: Desk) -> None:
    taken(mail("kim@elsewhere.example.com", "Who am I?"), desk.at)

    (opened,) = tickets()
    assert said(opened) == [("kim@elsewhere.example.com", "Who am I?")]


def test_a_stranger_goes_on_with_the_own_ticket_and_is_not_told_the_own_words(desk: Desk) -> None:
    taken(mail(STRANGER, "First."), desk.at)
    (ticket,) = tickets()

    taken(mail(STRANGER, "Second.", to=reply_address(ticket, None)), desk.at)

    assert said(ticket) == [("Kim Doe", "First."), ("Kim Doe", "Second.")]
    assert {state for _, address, state in letters() if address == "kim@elsewhere.example.com"} == {"not_needed"}


# ── What our own mail server found ────────────────────────────────────────────────────────────────────────────────


def test_where_our_server_checks_senders_an_unchecked_one_needs_the_own_letter(
    app: Flask, desk: Desk, ticket: Ticket
) -> None:
    servers_say(app, authserv_id="mx.desk.example.org")
    theirs = "<first@example.org>"
    taken(mail(desk.user.email, "New one.", Message_ID=theirs), desk.at)

    taken(mail(desk.user.email, "Forged.", In_Reply_To=theirs), desk.at)
    taken(mail(desk.user.email, "With own letter.", to=reply_address(ticket, desk.user.id)), desk.at)
    checked = {"In_Reply_To": theirs, "Authentication_Results": passed("example.org")}
    taken(mail(desk.user.email, "Checked.", **checked), desk.at)

    first, second, third = tickets()
    assert said(first)[1:] == [(desk.user.name, "With own letter.")]
    assert said(second)[1:] == [(desk.user.name, "Checked.")]
    assert (third.possibly_about, said(third)) == (second, [(desk.user.name, "Forged.")])


def test_a_sender_whose_domain_disowns_the_mail_waits_for_a_person(app: Flask, desk: Desk, ticket: Ticket) -> None:
    servers_say(app, authserv_id="mx.desk.example.org")
    failed = "mx.desk.example.org; dmarc=fail (p=none) header.from=example.org"
    raw = mail(desk.user.email, to=reply_address(ticket, desk.user.id), Authentication_Results=failed)

    arrived = taken(raw, desk.at)

    assert (arrived.state, arrived.reason) == (
        InboundState.PARKED,
        "The sender's domain says that this message is not from there (DMARC).",
    )
    assert len(tickets()) == 1

    fetch.retry(desk.act(desk.staff), arrived)
    db.session.commit()
    take_in(desk.at)

    assert (row(arrived.id).state, tickets()[1].possibly_about) == (InboundState.TAKEN, ticket)


def test_only_a_stranger_whom_our_server_vouches_for_is_acknowledged(app: Flask, desk: Desk) -> None:
    servers_say(app, authserv_id="mx.desk.example.org")
    for sender, result in [
        ("a@one.example.com", passed("one.example.com")),
        ("b@two.example.com", passed("other.example.com")),
        ("c@three.example.com", passed("three.example.com").replace("mx.", "mx2.")),
        (
            "d@four.example.com",
            'mx.desk.example.org; spf=fail smtp.mailfrom="; dmarc=pass header.from=four.example.com"',
        ),
        ("e@five.example.com", "mx.desk.example.org; none (; dmarc=pass header.from=five.example.com)"),
        ("f@six.example.com", ""),
    ]:
        taken(mail(sender, Authentication_Results=result), desk.at)

    states = {address: state for _, address, state in letters()}
    assert [address for address, state in states.items() if state == "queued"] == ["a@one.example.com"]
    assert len(tickets()) == 6


def test_a_result_in_a_header_that_our_server_did_not_write_last_is_not_read(app: Flask, desk: Desk) -> None:
    servers_say(app, authserv_id="mx.desk.example.org")
    raw = mail("a@one.example.com")
    ours = b"Authentication-Results: mx.desk.example.org; dmarc=none header.from=one.example.com\r\n"
    forged = b"Authentication-Results: mx.desk.example.org; dmarc=pass header.from=one.example.com\r\n"

    taken(ours + forged + raw, desk.at)

    assert [state for _, _, state in letters()] == ["not_needed"]


def checks(ticket: Ticket) -> list[SenderCheck | None]:
    held = select(Message.sender).where(Message.ticket_id == ticket.id)
    return list(db.session.scalars(held.order_by(Message.id)))


def notices_to(client: FlaskClient, ticket: Ticket) -> list[str]:
    """The headings of the ticket page's notices."""
    return [one.get_text() for one in soup(client.get(f"/tickets/{ticket.id}")).select("main .notice__title")]


def test_a_spoofed_sender_shows_a_banner_to_staff_and_a_verified_one_does_not(
    app: Flask, desk: Desk, sign_in: Callable[[FlaskClient, Person], FlaskClient]
) -> None:
    servers_say(app, authserv_id="mx.desk.example.org")
    staff, user = (sign_in(app.test_client(), person) for person in (desk.staff, desk.user))
    taken(mail(desk.user.email, "Give me access.", Authentication_Results=passed("elsewhere.example.com")), desk.at)
    taken(mail(desk.user.email, "It is me.", Authentication_Results=passed("example.org")), desk.at)

    spoofed, genuine = tickets()
    shown = words(staff.get(f"/tickets/{spoofed.id}"))
    assert (checks(spoofed), checks(genuine)) == ([SenderCheck.UNVERIFIED], [SenderCheck.VERIFIED])
    assert (notices_to(staff, spoofed), notices_to(staff, genuine)) == (["Sender not verified."], [])
    assert "or send data, call Robin" in shown
    assert notices_to(user, spoofed) == []


def test_a_disowned_mail_that_a_person_let_in_says_that_it_is_probably_forged(
    app: Flask, desk: Desk, ticket: Ticket, sign_in: Callable[[FlaskClient, Person], FlaskClient]
) -> None:
    servers_say(app, authserv_id="mx.desk.example.org")
    failed = "mx.desk.example.org; dmarc=fail (p=none) header.from=example.org"
    arrived = taken(mail(desk.user.email, Authentication_Results=failed), desk.at)
    fetch.retry(desk.act(desk.staff), arrived)
    db.session.commit()
    take_in(desk.at)

    staff = sign_in(app.test_client(), desk.staff)
    assert checks(tickets()[1]) == [SenderCheck.FAILED]
    assert notices_to(staff, tickets()[1]) == ["Sender probably forged."]


def test_who_answers_the_own_letter_needs_no_server_that_checks(
    app: Flask, desk: Desk, ticket: Ticket, sign_in: Callable[[FlaskClient, Person], FlaskClient]
) -> None:
    taken(mail(desk.user.email, "It is me.", to=reply_address(ticket, desk.user.id)), desk.at)

    staff = sign_in(app.test_client(), desk.staff)
    assert checks(ticket) == [None, SenderCheck.VERIFIED]
    assert notices_to(staff, ticket) == []


# ── Machines ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"List_Id": "<news.example.com>"},
        {"X_HMIS_Loop": "1"},
    ],
)
def test_automatic_mail_is_set_aside_until_a_person_insists_and_even_then_not_answered(
    desk: Desk, headers: dict[str, str]
) -> None:
    arrived = taken(mail(desk.user.email, "I am away.", **headers), desk.at)

    assert arrived.state is InboundState.IGNORED
    assert (tickets(), letters()) == ([], [])

    fetch.retry(desk.act(desk.staff), arrived)
    db.session.commit()
    take_in(desk.at)

    assert (row(arrived.id).state, len(tickets())) == (InboundState.TAKEN, 1)
    assert letters() == [("received", desk.user.email, "not_needed")]


@pytest.mark.parametrize("sender", [DESK, "HELP@desk.example.org", "help+t1.1.1abc@desk.example.org"])
def test_mail_from_our_own_address_is_set_aside(desk: Desk, sender: str) -> None:
    assert taken(mail(sender), desk.at).state is InboundState.IGNORED


def test_people_with_mail_at_the_desks_own_domain_are_people(desk: Desk) -> None:
    desk.user.email = "robin@desk.example.org"
    db.session.commit()

    arrived = taken(mail("robin@desk.example.org", Message_ID="<1234@desk.example.org>"), desk.at)

    assert (arrived.state, [one.requester for one in tickets()]) == (InboundState.TAKEN, [desk.user])


def test_a_bounce_marks_its_letter_and_is_never_answered(desk: Desk, ticket: Ticket) -> None:
    letter = db.session.scalars(select(Letter).where(Letter.to_address == desk.user.email)).first()
    assert letter is not None
    letter.state = LetterState.SENT
    db.session.commit()
    raw = (
        "From: mailer-daemon@example.org\r\nTo: help@desk.example.org\r\nReturn-Path: <>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nUndeliverable.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; example.org\r\n\r\nFinal-Recipient: rfc822; robin@example.org\r\nAction: failed\r\n"
        "Status: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {letter.message_id}\r\n\r\nx\r\n--b--\r\n"
    )
    before = len(letters())

    arrived = taken(raw.encode(), desk.at)

    assert (arrived.state, arrived.about_kind, arrived.about_id) == (InboundState.TAKEN, "letter", letter.id)
    assert (letter.state, letter.bounce_status) == (LetterState.FAILED, "5.1.1")
    assert (len(tickets()), len(letters())) == (1, before)


class Robot:
    """Answers every letter it gets at once, and marks nothing as automatic."""

    def __init__(self, address: str, threads: bool) -> None:
        self.address, self.threads, self.written = address, threads, 0

    def answer(self, letter: Letter) -> bytes:
        self.written += 1
        headers = {"In_Reply_To": letter.message_id} if self.threads else {}
        to = letter.reply_to if self.threads else DESK
        return mail(self.address, f"Thank you, number {self.written}.", to=to, subject="Re", **headers)


def a_day_of(robots: list[Robot], desk: Desk, clock_at: Clock) -> tuple[int, int]:
    """Every letter is answered in the minute in which it left; how many letters and tickets there are a day later."""
    by_address = {robot.address: robot for robot in robots}
    last = 0
    for minute in range(24 * 60):
        now = desk.at + timedelta(minutes=minute)
        clock_at(now)
        fresh = db.session.scalars(
            select(Letter).where(Letter.id > last, Letter.state == LetterState.QUEUED).order_by(Letter.id)
        ).all()
        for letter in fresh:
            last = letter.id
            letter.state, letter.due_at, letter.sent_at = LetterState.SENT, None, now
            if letter.to_address in by_address:
                arrive(by_address[letter.to_address].answer(letter), now)
        if fresh or not minute:
            take_in(now)
    return len(letters()), len(tickets())


@pytest.mark.parametrize("threads", [True, False])
def test_a_robot_that_answers_everything_ends_within_a_few_letters(desk: Desk, clock_at: Clock, threads: bool) -> None:
    arrive(mail(desk.user.email), desk.at)

    grown = a_day_of([Robot(desk.user.email, threads)], desk, clock_at)

    assert grown == ((1, 1) if threads else (2, 2))


def test_two_robots_on_one_ticket_stop_within_a_day(desk: Desk, clock_at: Clock) -> None:
    ticket = desk.file()
    actions.add_participant(desk.act(desk.staff), ticket, desk.stranger)
    db.session.commit()

    a_day_of([Robot(desk.user.email, True), Robot(desk.stranger.email, True)], desk, clock_at)

    assert len(said(ticket)) == 1 + 2 * 10
    parked = db.session.scalars(fetch.parked()).all()
    assert {one.reason for one in parked} == {
        "This address wrote on one ticket more than 10 times within an hour. Two programs may be answering each other."
    }


def test_more_than_30_messages_within_an_hour_wait_for_a_person(desk: Desk) -> None:
    arrived = [taken(mail(desk.user.email, f"Number {number}."), desk.at) for number in range(31)]

    assert [one.state for one in arrived] == [InboundState.TAKEN] * 30 + [InboundState.PARKED]
    assert arrived[30].reason == "This address sent more than 30 messages within an hour."

    fetch.retry(desk.act(desk.staff), arrived[30])
    db.session.commit()
    take_in(desk.at)

    assert row(arrived[30].id).state is InboundState.TAKEN


def test_one_acknowledgement_in_ten_minutes_and_five_a_day(desk: Desk, clock_at: Clock) -> None:
    for number in range(12):
        now = desk.at + number * timedelta(minutes=5, seconds=1)
        clock_at(now)
        taken(mail(desk.user.email, f"Number {number}.", Message_ID="" if number % 2 else f"<{number}@a.example>"), now)

    states = [state for _, _, state in letters()]
    assert states == ["queued", "not_needed"] * 5 + ["not_needed"] * 2
    assert len(tickets()) == 12


# ── What a message carries ────────────────────────────────────────────────────────────────────────────────────────


def test_files_are_kept_by_what_they_are_and_the_rest_is_counted(desk: Desk) -> None:
    sent = (
        ("screen.png", PNG),
        ("../../etc/passwd.txt", b"plain text"),
        ("report.pdf", b"MZ\x90\x00 an executable"),
        ("setup.exe", b"MZ\x90\x00"),
        ("nothing.txt", b""),
    )

    taken(mail(desk.user.email, files=sent), desk.at)

    kept = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert [(one.name, one.file.content_type) for one in kept] == [
        ("screen.png", "image/png"),
        ("passwd.txt", "text/plain"),
    ]
    assert _record("ticket.files_left_out") == [{"count": 3}]
    remark = "(3 files were left out: too many, of a kind that we do not take, or with client data inside.)"
    assert [text for _, text in said(tickets()[0])] == [f"The APR is empty.\n\n{remark}"]


def test_more_files_than_a_message_carries_are_left_out_and_counted(desk: Desk) -> None:
    taken(mail(desk.user.email, files=tuple((f"{n}.txt", b"text %d" % n) for n in range(13))), desk.at)

    assert [one.name for one in db.session.scalars(select(Attachment).order_by(Attachment.id))] == [
        f"{n}.txt" for n in range(10)
    ]
    assert _record("ticket.files_left_out") == [{"count": 3}]


def _record(name: str) -> list[dict[str, object]]:
    return [event.facts for event in db.session.scalars(select(AuditEvent).where(AuditEvent.name == name))]


def test_a_message_without_text_or_subject_is_a_ticket_all_the_same(desk: Desk) -> None:
    taken(mail(desk.user.email, "", subject=""), desk.at)

    (ticket,) = tickets()
    assert (ticket.subject, said(ticket)) == ("(no subject)", [(desk.user.name, "(The message had no text.)")])


def test_a_message_too_long_to_show_is_kept_whole_as_a_file_without_client_data(desk: Desk) -> None:
    text = "Client SSN is 123-45-6789.\n" + "All of these rows are wrong.\n" * 10_000

    taken(mail(desk.user.email, text), desk.at)

    ((_, shown),) = said(tickets()[0])
    (kept,) = db.session.scalars(select(Attachment)).all()
    whole = files.read(kept.file).decode()
    masked = "Client SSN is [Social Security number removed].\n"
    assert (shown.startswith(masked), kept.name) == (True, "Whole message.txt")
    assert shown.endswith("\n\n(The message goes on in the file “Whole message.txt”.)")
    assert whole == text.strip().replace("123-45-6789", "[Social Security number removed]")


def test_30_megabytes_wait_for_a_person_with_the_reason(desk: Desk) -> None:
    arrived = taken(mail(desk.user.email, "x" * (30 * 1024 * 1024)), desk.at)

    assert (arrived.state, arrived.reason) == (InboundState.PARKED, "The message is larger than 25 MB.")
    assert tickets() == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "The message names no sender."),
        (b"\xff\xfe\x00 no header at all", "The message names no sender."),
        (b"From: nobody\r\n\r\nHello", "The message names no sender."),
        (
            b"From: a@one.example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + b"--b\r\n\r\nx\r\n" * 1500,
            "The message has more parts than we read. Look at the raw message.",
        ),
    ],
)
def test_what_cannot_be_understood_is_kept_with_the_reason(desk: Desk, raw: bytes, reason: str) -> None:
    arrived = taken(raw, desk.at)

    assert (arrived.state, arrived.reason) == (InboundState.PARKED, reason)
    assert (fetch.raw_of(arrived), tickets()) == (raw, [])


# ── Client data ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "facts",
    [
        {"text": "Client SSN is 123-45-6789."},
        {"text": "Look", "subject": "SSN 123-45-6789"},
        {"text": "Look", "files": (("SSN 123-45-6789.png", PNG),)},
    ],
)
def test_client_data_is_stored_masked_and_the_raw_mail_goes_with_the_sealed_original(
    desk: Desk, clock_at: Clock, facts: dict[str, object]
) -> None:
    arrived = taken(mail(desk.user.email, **facts), desk.at)  # type: ignore[arg-type]

    (ticket,) = tickets()
    names = list(db.session.scalars(select(Attachment.name)))
    assert "123-45-6789" not in "".join([ticket.subject, said(ticket)[0][1], *names])
    assert "123-45-6789" not in "".join(letter.subject + letter.text for letter in db.session.scalars(select(Letter)))
    assert b"123-45-6789" in fetch.raw_of(arrived)

    later = desk.at + timedelta(hours=72, seconds=1)
    clock_at(later)
    run_job(next(job for job in MAIL_JOBS if job.name == "mail.purge"), later)
    run_job(next(job for job in JOBS if job.name == "tickets.purge_originals"), later)

    with pytest.raises(Refused):
        fetch.raw_of(row(arrived.id))
    assert [one.file.purged_at for one in db.session.scalars(select(SealedOriginal))] in ([], [later])


def test_an_encrypted_mail_says_what_to_do(desk: Desk) -> None:
    envelope = bytes.fromhex("300d06092a864886f70d010703a000")
    raw = mail(desk.user.email, "", files=(("smime.p7m", envelope),)).replace(
        b"application/octet-stream", b"application/pkcs7-mime; smime-type=enveloped-data"
    )

    taken(raw, desk.at)

    assert [text for _, text in said(tickets()[0])] == [
        "(The message is encrypted, so nobody here can read it. Ask its sender to send it without encryption.)"
    ]


def test_a_file_name_with_client_data_loses_it_and_the_original_names_it(desk: Desk) -> None:
    taken(mail(desk.user.email, "Look", files=(("SSN_123-45-6789.png", PNG),)), desk.at)

    (original,) = db.session.scalars(select(SealedOriginal)).all()
    (kept,) = db.session.scalars(select(Attachment)).all()
    assert kept.name == "SSN [Social Security number removed].png"
    assert original.message.masked == ["ssn"]
    assert actions.read_original(desk.act(desk.admin), original) == "Look\nFile: SSN_123-45-6789.png"


def test_mail_without_client_data_stays_90_days(desk: Desk) -> None:
    arrived = taken(mail(desk.user.email), desk.at)

    assert arrived.purge_at == desk.at + timedelta(days=90)


# ── Mail that nobody can take in ──────────────────────────────────────────────────────────────────────────────────


def test_a_message_that_fails_three_times_waits_for_a_person_and_can_be_taken_in_later(
    desk: Desk, clock_at: Clock
) -> None:
    desk.category.key = "renamed"
    db.session.commit()
    inbound_id = arrive(mail(desk.user.email), desk.at)
    now = desk.at
    ended = []
    for _ in range(4):
        clock_at(now)
        run = take_in(now)
        ended.append((run.done, run.failed))
        now += timedelta(minutes=4)

    assert ended == [(0, 1), (0, 1), (0, 1), (1, 0)]
    assert (row(inbound_id).state, row(inbound_id).reason) == (InboundState.PARKED, fetch.TRIED_OUT)
    assert (tickets(), letters()) == ([], [])

    desk.category.key = "other"
    fetch.retry(desk.act(desk.staff), row(inbound_id))
    db.session.commit()
    take_in(now)

    assert (row(inbound_id).state, len(tickets())) == (InboundState.TAKEN, 1)


def test_a_message_whose_raw_bytes_are_damaged_is_parked_and_holds_up_no_other(desk: Desk, app: Flask) -> None:
    broken, whole = arrive(mail(desk.user.email), desk.at), arrive(mail(desk.user.email, "Fine."), desk.at)
    kept = row(broken).raw_file
    assert kept is not None
    files._path(kept).write_bytes(b"damaged")
    db.session.rollback()

    take_in(desk.at)

    assert row(broken).state is InboundState.PARKED
    assert row(broken).reason == "This file cannot be read. Tell the HMIS Lead administrator."
    assert row(whole).state is InboundState.TAKEN


def test_a_mail_becomes_a_message_once(desk: Desk) -> None:
    raw = mail(desk.user.email)
    arrived = taken(raw, desk.at)

    take_in(desk.at)

    assert fetch.store(Act(at=desk.at), raw) is None
    assert fetch.begin(Act(at=desk.at), arrived.id) is None
    assert len(tickets()) == 1
