"""Letters that do not reach their readers: who is told, how often, and that telling never feeds itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit import AuditEvent
from portal.db import db
from portal.mail import retention
from portal.mail.choices import ChoiceName, MailChoice
from portal.mail.jobs import JOBS as MAIL_JOBS
from portal.mail.letters import Letter, LetterState
from portal.operations.jobs import JOBS
from portal.scheduler import run_job
from portal.settings import Smtp
from tests.dashboards.conftest import Desk, Enter
from tests.tickets.pages import errors, send, words

Clock = Callable[[datetime], None]
(TELL,) = JOBS
EMPTY = next(job for job in MAIL_JOBS if job.name == "mail.empty_letters")
LIMITS = "/settings/mail-limits"


@pytest.fixture
def lost(desk: Desk) -> Letter:
    """A letter that was given up."""
    desk.file()
    letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert letter is not None
    letter.end(LetterState.DEAD, "451 later")
    db.session.commit()
    return letter


@pytest.fixture
def held(app: Flask, desk: Desk) -> None:
    """One letter may leave in an hour; one has left, and two are due."""
    app.extensions["portal.settings"] = replace(app.extensions["portal.settings"], smtp=Smtp("mail.example.org", 25))
    db.session.add(MailChoice(name=ChoiceName.LETTERS_AN_HOUR, number=1))
    for _ in range(3):
        desk.file()
    first = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert first is not None
    first.end(LetterState.SENT)
    first.sent_at = desk.at - timedelta(minutes=20)
    db.session.commit()


def told() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(Letter).where(Letter.notice == "operations/mail_trouble").order_by(Letter.id))
    return [(letter.to_address, letter.subject, letter.state.value) for letter in rows]


def run(clock_at: Clock, now: datetime) -> None:
    clock_at(now)
    assert run_job(TELL, now).failed == 0


def test_administrators_get_one_letter_a_day_for_a_week_and_staff_none(
    desk: Desk, lost: Letter, clock_at: Clock
) -> None:
    for hour in range(0, 10 * 24, 4):
        run(clock_at, desk.at + timedelta(hours=hour))

    said = (desk.admin.email, "Look after the mail: 1 letter not delivered", "queued")
    assert told() == [said] * 7


def test_a_letter_of_trouble_that_is_lost_itself_calls_for_no_other(desk: Desk, lost: Letter, clock_at: Clock) -> None:
    run(clock_at, desk.at)
    letter = db.session.scalars(select(Letter).where(Letter.notice == "operations/mail_trouble")).one()
    letter.end(LetterState.DEAD)
    lost.end(LetterState.CANCELED)
    db.session.commit()

    run(clock_at, desk.at + timedelta(days=1))

    assert [state for _, _, state in told()] == ["dead"]


def test_nobody_is_told_at_night_or_without_need(desk: Desk, lost: Letter, clock_at: Clock) -> None:
    run(clock_at, desk.at.replace(hour=11))
    lost.end(LetterState.SENT)
    db.session.commit()
    run(clock_at, desk.at)

    assert told() == []


def test_letters_that_the_hourly_ceiling_holds_back_are_told_of_and_shown(
    desk: Desk, held: None, enter: Enter, clock_at: Clock
) -> None:
    run(clock_at, desk.at)

    (letter,) = db.session.scalars(select(Letter).where(Letter.notice == "operations/mail_trouble"))
    assert letter.subject == "Look after the mail: 2 held back"
    assert "http://127.0.0.1:8000/settings/mail-limits" in letter.text.split()
    home, status = words(enter(desk.admin).get("/")), words(enter(desk.admin).get("/settings/status"))
    assert ("3 letters held back" in home, "3 letters wait for the next hour." in status) == (True, True)
    assert "held back" not in words(enter(desk.staff).get("/"))


def test_a_backlog_under_the_ceiling_is_no_illness(app: Flask, desk: Desk, held: None) -> None:
    later = desk.at + timedelta(minutes=39)
    monitor = app.test_client()
    db.session.execute(Letter.__table__.update().where(Letter.due_at.is_not(None)).values(due_at=desk.at))
    db.session.commit()

    assert later - desk.at > timedelta(minutes=30)
    assert monitor.get("/health").json["letters"] == "ok"


def test_the_text_of_letters_goes_when_its_time_is_over_and_who_when_and_what_stay(
    desk: Desk, lost: Letter, enter: Enter, clock_at: Clock
) -> None:
    desk.file()
    waiting = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert waiting is not None
    db.session.commit()
    before = (lost.to_address, lost.subject, lost.notice, lost.made_at, lost.state)
    year = timedelta(days=365)

    assert list(retention.find(desk.at + year)) == []
    clock_at(later := desk.at + year + timedelta(minutes=1))
    for _ in range(2):
        assert run_job(EMPTY, later).failed == 0

    db.session.expire_all()
    assert (lost.text, lost.html, lost.emptied_at) == ("", "", later)
    assert (lost.to_address, lost.subject, lost.notice, lost.made_at, lost.state) == before
    assert (waiting.text != "", waiting.emptied_at) == (True, None)
    noted = db.session.execute(select(AuditEvent.name, AuditEvent.facts).where(AuditEvent.kind == "letter")).all()
    assert [tuple(row) for row in noted] == [("letter.emptied", {"count": 1})]
    shown = words(enter(desk.staff).get(f"/settings/letters/{lost.id}"))
    assert "The text was removed on Mar 2, 2027, because its time of being kept is over." in shown


def test_an_administrator_sets_the_limits_and_the_trail_says_so(desk: Desk, enter: Enter) -> None:
    browser = enter(desk.admin)

    refused = send(browser, LIMITS, LIMITS, text_days="5", letters_an_hour="3000")
    saved = send(browser, LIMITS, LIMITS, text_days="90", letters_an_hour="3000")

    assert (refused.status_code, errors(refused)) == (
        422,
        ["Days that the text of a letter is kept: Type a number from 30 to 3,650."],
    )
    assert saved.status_code == 302
    chosen = [(row.name, row.number) for row in db.session.scalars(select(MailChoice))]
    assert chosen == [(ChoiceName.TEXT_DAYS, 90)]
    assert "set the days that letters keep their text to 90" in words(browser.get("/settings/audit"))
    assert enter(desk.staff).get(LIMITS).status_code == 403
