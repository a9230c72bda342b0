"""Health, looks and the trail's words, as tables of facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.app import JOBS
from portal.mail.choices import ChoiceName
from portal.mail.fetch import InboundState
from portal.mail.letters import LetterState
from portal.operations import rules
from portal.operations.rules import Health, Pulse
from portal.scheduler import RunState

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WELL = Pulse(worker_ran_at=NOW - timedelta(seconds=5), letter_due_at=NOW - timedelta(seconds=5), can_mail=True)


@pytest.mark.parametrize(
    ("pulse", "worker", "letters", "is_well"),
    [
        (WELL, "ok", "ok", True),
        (replace(WELL, letter_due_at=None), "ok", "ok", True),
        (replace(WELL, worker_ran_at=None), "never ran", "ok", False),
        (replace(WELL, worker_ran_at=NOW - timedelta(minutes=5)), "ok", "ok", True),
        (replace(WELL, worker_ran_at=NOW - timedelta(minutes=5, seconds=1)), "late", "ok", False),
        (replace(WELL, letter_due_at=NOW - timedelta(minutes=30)), "ok", "ok", True),
        (replace(WELL, letter_due_at=NOW - timedelta(minutes=31)), "ok", "late", False),
        (replace(WELL, letter_due_at=NOW - timedelta(days=9), can_mail=False), "ok", "ok", True),
    ],
)
def test_the_installation_is_well_while_worker_and_post_move(
    pulse: Pulse, worker: str, letters: str, is_well: bool
) -> None:
    health = rules.health(NOW, pulse)

    assert (health.worker, health.letters, health.is_well) == (worker, letters, is_well)


def test_a_monitor_reads_states_and_ages_and_nothing_else() -> None:
    assert rules.health(NOW, WELL).as_json() == {
        "status": "ok",
        "database": "ok",
        "worker": "ok",
        "worker_last_run": "2026-03-02T14:59:55+00:00",
        "letters": "ok",
        "oldest_queued_letter_seconds": 5,
    }


def test_a_database_that_does_not_answer_is_an_illness() -> None:
    assert rules.health(NOW, None) == Health("away", "unknown", "unknown")
    assert rules.health(NOW, None).as_json()["status"] == "bad"


@pytest.mark.parametrize(
    ("counts", "can_mail", "words"),
    [
        ((0, 0, 0), True, ""),
        ((1, 1, 1), True, "Waiting for a person: 1 letter not delivered, 1 incoming mail, 1 failed job."),
        ((1200, 2, 3), True, "Waiting for a person: 1,200 letters not delivered, 2 incoming mails, 3 failed jobs."),
        ((0, 0, 0), False, "Waiting for a person: a mail server to set."),
    ],
)
def test_what_waits_for_a_person_is_said_in_a_sentence(
    counts: tuple[int, int, int], can_mail: bool, words: str
) -> None:
    assert rules.waiting_words(*counts, can_mail=can_mail) == words


def test_every_job_of_the_worker_has_words() -> None:
    assert [job.name for job in JOBS if job.name not in rules.JOB_WORDS] == []


def test_every_limit_of_mail_is_named_in_the_trail() -> None:
    told = [rules.sentence("mail_choice.set", {"choice": name.value, "number": 7}, {}) for name in ChoiceName]

    assert told == [
        "set the days that letters keep their text to 7",
        "set the letters that may leave in an hour to 7",
    ]


def test_every_state_has_a_look() -> None:
    assert set(rules.LETTER_LOOKS) == {state.value for state in LetterState}
    assert set(rules.INBOUND_LOOKS) == {state.value for state in InboundState}
    assert set(rules.RUN_LOOKS) == {state.value for state in RunState}


@pytest.mark.parametrize(
    ("name", "words"),
    [("mail.deliver", "Send letters"), ("demo.age_quickly", "Demo: age quickly"), ("sweep", "Sweep")],
)
def test_a_job_is_named_in_words(name: str, words: str) -> None:
    assert rules.job_words(name) == words


@pytest.mark.parametrize(
    ("name", "facts", "words"),
    [
        ("ticket.filed", {"channel": "mail", "category_id": 1}, "filed the ticket by e-mail"),
        ("ticket.priority_changed", {"was": "low", "to": "high"}, "set the priority to high"),
        ("ticket.assigned", {"was": None, "to": 7}, "assigned it to number 7"),
        ("ticket.masked", {"kinds": ["ssn", "birth_date"]}, "client data was removed before storing: ssn, birth date"),
        ("role.granted", {"role": "end_user", "organization": 4}, "gave the role end user at Oxbow House"),
        ("access.denied", {"code": "audit:read"}, "was refused a page: “read audit”"),
        ("letter.bounced", {"status": "5.1.1"}, "the letter came back (5.1.1)"),
        ("letter.bounced", {}, "the letter came back ()"),
        ("survey.sent_round", {}, "sent round"),
    ],
)
def test_what_happened_is_told_in_half_a_sentence(name: str, facts: dict[str, object], words: str) -> None:
    assert rules.sentence(name, facts, {4: "Oxbow House"}) == words
