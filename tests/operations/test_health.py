"""The health check that a monitor asks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event

from portal.db import db
from portal.mail.letters import Letter
from portal.scheduler import JobRun
from portal.settings import Smtp
from tests.browser import Browser
from tests.dashboards.conftest import Desk


def ran(desk: Desk, ago: timedelta) -> None:
    db.session.add(JobRun(name="mail.deliver", started_at=desk.at - ago, ended_at=desk.at - ago))


def test_a_portal_whose_worker_runs_is_well(app: Flask, desk: Desk) -> None:
    ran(desk, timedelta(seconds=4))

    answer = Browser(app).get("/health")

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {
        "status": "ok",
        "database": "ok",
        "worker": "ok",
        "worker_last_run": "2026-03-02T14:59:56+00:00",
        "letters": "ok",
        "oldest_queued_letter_seconds": None,
    }


def test_a_portal_without_a_worker_is_not(app: Flask, desk: Desk) -> None:
    answer = Browser(app).get("/health")

    assert (answer.status_code, answer.json["status"], answer.json["worker"]) == (503, "bad", "never ran")


def test_letters_that_do_not_leave_although_there_is_a_server_are_told(app: Flask, desk: Desk) -> None:
    ran(desk, timedelta(seconds=4))
    desk.file()
    letter = db.session.query(Letter).one()
    letter.due_at = desk.at - timedelta(hours=1)
    without_server = Browser(app).get("/health")
    app.extensions["portal.settings"] = replace(app.extensions["portal.settings"], smtp=Smtp("mail.example.org", 25))
    with_server = Browser(app).get("/health")

    assert (without_server.status_code, without_server.json["oldest_queued_letter_seconds"]) == (200, 3600)
    assert (with_server.status_code, with_server.json["letters"]) == (503, "late")


def test_a_database_that_is_away_is_told_in_json_too(app: Flask, desk: Desk) -> None:
    db.session.commit()
    db.session.remove()

    def fail(*_facts: Any) -> None:
        raise db.engine.dialect.loaded_dbapi.OperationalError("the server is gone")

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = Browser(app).get("/health")
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)

    assert (answer.status_code, answer.json["database"], answer.json["status"]) == (503, "away", "bad")


def test_the_health_check_names_no_address_and_no_server(app: Flask, desk: Desk) -> None:
    desk.file()
    said = Browser(app).get("/health").get_data(as_text=True)

    assert not any(word in said for word in ("@", "example", "sqlite", "postgres", "Robin"))
