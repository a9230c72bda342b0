import email
import threading
from email.policy import default

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from portal.audit import Act, AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.mail import letters, message, outbox, thread
from portal.mail.letters import Auto, BouncedAddress, Letter, LetterState
from portal.mail.outbox import Recipient
from portal.mail.thread import Thread
from portal.people.models import Organization
from portal.people.rules import OrganizationKind

SAM = Recipient("sam@agency.example.org", "Sam Rivers", 7)
KIM = Recipient("kim@agency.example.org", "Kim Lake", 8)
TICKET = Thread("ticket", 12)


def queued(at, to=SAM, **facts):
    facts = {"subject": "Hello", "dedupe": "hello:1", "said": "A <word> & more", **facts}
    return outbox.queue(Act(at), "sample/hello", to, **facts)


def stopped(at, address=SAM.address):
    db.session.add(BouncedAddress(address=address, bounces=1, last_status="5.1.1", stopped_at=at))
    db.session.flush()


def test_a_letter_is_rendered_at_once(desk: Flask, at):
    letter = queued(at)

    assert letter.text == (
        "Hello Sam Rivers,\n\nYou get this because you asked.\n\nA <word> & more\n\n"
        "-- \nHMIS Desk\n555-0100 · help@desk.example.org\n"
    )
    assert "<p>A &lt;word&gt; &amp; more</p>" in letter.html
    assert (letter.state, letter.due_at, letter.made_at, letter.auto) == (LetterState.QUEUED, at, at, Auto.GENERATED)


def test_a_letter_that_can_be_answered_says_how(desk: Flask, at):
    letter = queued(at, thread=TICKET)

    assert letter.text.startswith("##- Type your reply above this line -##\n\nHello Sam Rivers,\n")
    assert letter.text.endswith(
        "You can answer this letter by e-mail. Please leave out names and other facts about clients.\n"
    )


def test_a_fact_that_the_letter_needs_and_nobody_gave_is_a_failure(desk: Flask, at):
    with pytest.raises(Exception, match="'said' is undefined"):
        outbox.queue(Act(at), "sample/hello", SAM, subject="Hello", dedupe="hello:1")


def test_one_dedupe_key_is_one_letter(desk: Flask, at):
    first = queued(at)

    second = queued(at, subject="Hello again")

    assert (second.id, second.subject) == (first.id, "Hello")
    assert db.session.query(Letter).count() == 1


def test_two_at_once_with_one_dedupe_key_are_one_letter(desk: Flask, at):
    start = threading.Barrier(2)
    ids: list[int] = []

    def ask() -> None:
        with desk.app_context():
            start.wait(10)
            letter = queued(at)
            db.session.commit()
            ids.append(letter.id)

    both = [threading.Thread(target=ask) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)

    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert db.session.query(Letter).count() == 1


def test_what_is_dropped_leaves_no_letter(desk: Flask, at):
    queued(at, thread=TICKET)

    db.session.rollback()

    assert db.session.query(Letter).count() == 0
    assert db.session.query(thread.MailReference).count() == 0


def test_a_letter_is_about_a_row(desk: Flask, at):
    agency = Organization(kind=OrganizationKind.VENDOR, name="Vendor", short_name="Vendor")
    db.session.add(agency)

    letter = queued(at, about=agency)

    assert (letter.about_kind, letter.about_id) == ("organization", agency.id)
    assert [found.id for found in outbox.letters_about("organization", agency.id)] == [letter.id]


@pytest.mark.parametrize(
    ("given_subject", "kept"),
    [
        ("Hello\r\nBcc: eve@example.com", "Hello Bcc: eve@example.com"),
        ("Hello\nthere\x00", "Hello there"),
        ("x" * 300, "x" * 199 + "…"),
        ("  two   words ", "two words"),
    ],
)
def test_a_subject_is_one_line_of_at_most_200(desk: Flask, at, given_subject, kept):
    assert queued(at, subject=given_subject).subject == kept


def test_a_name_is_one_line(desk: Flask, at):
    assert queued(at, Recipient("sam@agency.example.org", "Sam\r\nBcc: eve@example.com")).to_name == (
        "Sam Bcc: eve@example.com"
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sam",
        "sam@",
        "@example.org",
        "sam@exa mple.org",
        "sam@example.org\r\nRCPT TO:<eve@example.com>",
        "sam@exämple.org",
        "sam@example.org,eve@example.com",
        "<sam@example.org>",
    ],
)
def test_an_address_that_cannot_be_mailed_gets_a_letter_that_says_so(desk: Flask, at, address):
    letter = queued(at, Recipient(address, "Sam"))

    assert (letter.state, letter.due_at, letter.last_error) == (LetterState.FAILED, None, outbox.ADDRESS_UNUSABLE)


def test_an_address_whose_mail_came_back_gets_nothing(desk: Flask, at):
    stopped(at)

    letter = queued(at, Recipient("SAM@agency.example.org", "Sam"), secret=True)

    assert (letter.state, letter.last_error) == (LetterState.FAILED, outbox.ADDRESS_CAME_BACK)
    assert (letter.text, letter.html) == ("", "")


def test_a_released_address_gets_letters_again(desk: Flask, at):
    stopped(at)

    outbox.release(Act(at, by=3), letters.bounced(SAM.address))

    assert queued(at).state is LetterState.QUEUED
    assert [event.name for event in db.session.query(AuditEvent)] == ["address.released"]


def test_threading_headers_name_what_came_in_and_what_this_reader_got(desk: Flask, at):
    first = queued(at, dedupe="1", thread=TICKET)
    to_another = queued(at, KIM, dedupe="2", thread=TICKET)
    thread.remember(Act(at), "<theirs@agency.example.org>", TICKET)

    letter = queued(at, dedupe="3", thread=TICKET)

    assert letter.in_reply_to == "<theirs@agency.example.org>"
    assert letter.references == f"{first.message_id} <theirs@agency.example.org>"
    assert to_another.references == ""
    assert thread.read_reply_address(desk.extensions["portal.settings"], letter.reply_to).person_id == 7


def test_an_acknowledgement_names_the_mail_that_it_answers(desk: Flask, at):
    letter = queued(at, thread=TICKET, replies_to="theirs@agency.example.org")

    assert (letter.in_reply_to, letter.references) == ("<theirs@agency.example.org>",) * 2
    assert letter.auto is Auto.REPLIED


def headers_of(desk: Flask, letter: Letter):
    raw = message.build(letter, desk.extensions["portal.settings"])
    parsed = email.message_from_bytes(raw, policy=default)
    return parsed, {
        name: parsed[name]
        for name in parsed
        if name not in ("X-HMIS-Loop", "Message-ID", "Content-Type", "Reply-To", "References", "In-Reply-To")
    }


def test_a_notification_carries_all_that_keeps_machines_from_answering(desk: Flask, at):
    _, headers = headers_of(desk, queued(at))

    assert headers == {
        "From": "HMIS Desk <help@desk.example.org>",
        "To": "Sam Rivers <sam@agency.example.org>",
        "Subject": "Hello",
        "Date": "Mon, 02 Mar 2026 15:00:00 +0000",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
    }


def test_a_person_s_answer_is_not_bulk(desk: Flask, at):
    _, headers = headers_of(desk, queued(at, answers=True))

    assert ("Precedence" in headers, headers["Auto-Submitted"]) == (False, "auto-generated")


def test_an_acknowledgement_is_marked_as_a_machine_s_reply(desk: Flask, at):
    _, headers = headers_of(desk, queued(at, replies_to="<theirs@agency.example.org>"))

    assert headers["Auto-Submitted"] == "auto-replied"


def test_text_and_html_both_read_as_written(desk: Flask, at):
    letter = queued(at, said="Sí, señora — 5 ≥ 4\n.dot first\n" + "long " * 300)

    parsed, _ = headers_of(desk, letter)

    assert parsed.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.text
    assert parsed.get_body(("html",)).get_content().replace("\r\n", "\n") == letter.html


def test_the_message_is_the_same_bytes_at_each_try(desk: Flask, at):
    letter, kept = queued(at, thread=TICKET), desk.extensions["portal.settings"]

    assert message.build(letter, kept) == message.build(letter, kept)


@trying(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=st.text(max_size=250), name=st.text(max_size=150))
def test_no_subject_or_name_whatever_adds_a_header(desk: Flask, at, subject: str, name: str):
    letter = queued(at, Recipient("sam@agency.example.org", name), subject=subject, dedupe=f"{subject!r}{name!r}"[:300])

    parsed, headers = headers_of(desk, letter)

    assert len(parsed.keys()) == len(set(parsed.keys()))
    assert sorted(headers) == sorted(
        ["From", "To", "Subject", "Date", "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "MIME-Version"]
    )
    assert [found.addr_spec for found in parsed["To"].addresses] == ["sam@agency.example.org"]
    db.session.rollback()


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.SENDING])
def test_a_letter_on_its_way_cannot_be_canceled(desk: Flask, at, state):
    letter = queued(at)
    letter.state = state

    with pytest.raises(Refused, match="has been sent already"):
        outbox.cancel(Act(at), letter)


def test_a_canceled_letter_can_be_sent_after_all(desk: Flask, at):
    letter = queued(at)

    outbox.cancel(Act(at, by=3), letter)
    assert (letter.state, letter.due_at) == (LetterState.CANCELED, None)
    outbox.retry(Act(at, by=3), letter)

    assert (letter.state, letter.due_at, letter.attempts) == (LetterState.QUEUED, at, 0)
    assert [event.name for event in db.session.query(AuditEvent)] == ["letter.canceled", "letter.retried"]


def test_a_private_link_that_was_removed_cannot_be_sent_again(desk: Flask, at):
    letter = queued(at, secret=True)
    letter.end(LetterState.DEAD, "given up")

    with pytest.raises(Refused, match="Ask for a new link"):
        outbox.retry(Act(at), letter)


def test_a_letter_to_a_stopped_address_is_not_tried_again(desk: Flask, at):
    letter = queued(at)
    letter.end(LetterState.FAILED, "came back")
    stopped(at)

    with pytest.raises(Refused, match="release the address"):
        outbox.retry(Act(at), letter)


def test_only_what_did_not_or_may_not_have_arrived_is_undelivered(desk: Flask, at):
    agency = Organization(kind=OrganizationKind.VENDOR, name="Vendor", short_name="Vendor")
    db.session.add(agency)
    for state in LetterState:
        queued(at, about=agency, dedupe=state.value).state = state
    queued(at, dedupe="about something else").state = LetterState.DEAD
    db.session.flush()

    found = outbox.undelivered("organization", agency.id)

    assert [letter.dedupe_key for letter in found] == ["uncertain", "failed", "dead"]
    assert letters.counts() == {
        LetterState.QUEUED: 1,
        LetterState.SENDING: 1,
        LetterState.FAILED: 1,
        LetterState.DEAD: 2,
        LetterState.UNCERTAIN: 1,
    }


def test_lists_are_newest_first_and_filtered(desk: Flask, at):
    queued(at, dedupe="1")
    queued(at, KIM, dedupe="2").state = LetterState.DEAD
    queued(at, KIM, dedupe="3")
    db.session.flush()

    def keys(statement):
        return [letter.dedupe_key for letter in db.session.scalars(statement)]

    assert keys(letters.listed()) == ["3", "2", "1"]
    assert keys(letters.listed(LetterState.DEAD)) == ["2"]
    assert keys(letters.listed(to_address="Kim@agency.example.org")) == ["3", "2"]


def test_every_state_has_words():
    assert [state.value for state in LetterState if not state.words] == []
