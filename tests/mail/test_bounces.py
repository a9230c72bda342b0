from datetime import timedelta

import pytest
from flask import Flask

from portal.audit import Act, AuditEvent
from portal.db import db
from portal.mail import bounces, letters, limits, outbox
from portal.mail.letters import VIA_SMTP, Letter, LetterState
from portal.mail.outbox import Recipient
from portal.mail.parse import parse

SAM = "sam@agency.example.org"

REPORT = """\
From: MAILER-DAEMON@mx.example.com
To: help@desk.example.org
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; sam@agency.example.org
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

From: help@desk.example.org
Message-ID: {message_id}
Subject: Hello

Hello
--b--
"""


def sent(at, dedupe="1", **facts) -> Letter:
    facts = {"subject": "Hello", "said": "Good day.", **facts}
    letter = outbox.queue(Act(at), "sample/hello", Recipient(SAM, "Sam", 7), dedupe=dedupe, **facts)
    letter.via, letter.sent_at = VIA_SMTP, at
    letter.end(LetterState.SENT)
    db.session.flush()
    return letter


def report(at, message_id: str, status: str = "5.1.1", action: str = "failed") -> Letter | None:
    raw = REPORT.format(message_id=message_id, status=status, action=action).replace("\n", "\r\n")
    parsed = parse(raw.encode())
    assert parsed.is_bounce
    return bounces.record_bounce(Act(at), parsed)


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.6"])
def test_one_report_that_there_is_no_such_address_stops_it(desk: Flask, at, status):
    letter = sent(at)

    assert report(at + timedelta(minutes=1), letter.message_id, status) is letter

    assert (letter.state, letter.bounce_status) == (LetterState.FAILED, status)
    assert letter.last_error == f"The letter came back: {status}."
    assert letters.is_stopped(SAM)
    assert [event.name for event in db.session.query(AuditEvent)] == ["letter.bounced", "address.stopped"]


def test_other_final_reports_stop_an_address_at_the_third(desk: Flask, at):
    stopped = []
    for number in range(3):
        report(at, sent(at, str(number)).message_id, "5.2.2")
        stopped.append(letters.is_stopped(SAM))

    assert stopped == [False, False, True]


def test_reports_about_one_letter_count_once(desk: Flask, at):
    letter = sent(at)

    for _ in range(5):
        assert report(at, letter.message_id, "5.2.2") is letter

    assert letters.bounced(SAM).bounces == 1


@pytest.mark.parametrize("action", ["delayed", "failed"])
def test_a_passing_trouble_is_only_noted(desk: Flask, at, action):
    letter = sent(at)

    assert report(at, letter.message_id, "4.4.1", action) is letter

    assert (letter.state, letter.bounce_status, letters.bounced(SAM)) == (LetterState.SENT, "4.4.1", None)


def test_a_report_that_names_no_letter_of_ours_changes_nothing(desk: Flask, at):
    letter = sent(at)

    assert report(at, "<t.0123456789abcdef0123456789abcdef@desk.example.org>") is None
    assert report(at, "<>") is None

    assert (letter.state, letters.bounced(SAM)) == (LetterState.SENT, None)


def test_a_letter_that_never_left_cannot_come_back(desk: Flask, at):
    letter = outbox.queue(Act(at), "sample/hello", Recipient(SAM, "Sam"), subject="Hello", dedupe="1", said="Hi")

    assert report(at, letter.message_id) is None
    assert letter.state is LetterState.QUEUED


def test_a_mail_that_is_no_report_is_none(desk: Flask, at):
    assert bounces.record_bounce(Act(at), parse(b"Subject: Hello\r\n\r\nHello")) is None


def test_one_acknowledgement_in_ten_minutes_and_five_a_day(desk: Flask, at):
    given = []
    for number in range(30):
        now = at + number * timedelta(minutes=5)
        if limits.may_acknowledge(SAM.upper(), now):
            sent(now, f"ack {number}", replies_to=f"<{number}@agency.example.org>")
            given.append(number)
    sent(at + timedelta(hours=3), "a notification")

    assert given == [0, 2, 4, 6, 8]
    assert limits.may_acknowledge("kim@agency.example.org", at)
    assert limits.may_acknowledge(SAM, at + timedelta(days=1, minutes=1))
