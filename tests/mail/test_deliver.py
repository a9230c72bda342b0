import email
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from email.policy import default

import pytest
from flask import Flask

from portal.audit import Act, Via
from portal.db import db, is_sqlite
from portal.mail import deliver, letters, outbox
from portal.mail.choices import ChoiceName, MailChoice
from portal.mail.jobs import JOBS
from portal.mail.letters import Letter, LetterState
from portal.mail.line import Line, Outcome
from portal.mail.outbox import Recipient
from portal.mail.thread import Thread
from portal.scheduler import run_job
from portal.settings import Smtp
from tests.servers import MailServer, Mode, free_port

SAM = Recipient("sam@agency.example.org", "Sam Rivers", 7)
DELIVER = next(job for job in JOBS if job.name == "mail.deliver")
SECOND = timedelta(seconds=1)


def queued(at, to=SAM, dedupe="hello:1", **facts) -> int:
    letter = outbox.queue(Act(at), "sample/hello", to, subject="Hello", dedupe=dedupe, said="Good day.", **facts)
    letter_id = letter.id
    db.session.commit()
    return letter_id


def run(now) -> None:
    """One run of the job as the worker does it, at a given moment."""
    for posting in list(deliver.find(now)):
        deliver.post(Act(now, via=Via.JOB), posting)
        db.session.commit()


def state(letter_id: int):
    letter = db.session.get(Letter, letter_id, populate_existing=True)
    held = (letter.state, letter.attempts, letter.due_at, letter.last_error)
    db.session.rollback()
    return held


def short_patience(letter_id: int, now, smtp: Smtp) -> None:
    """Send one letter over a line that waits only a moment."""
    line = Line(smtp, reply_within=timedelta(seconds=5), verdict_within=timedelta(milliseconds=200))
    deliver.post(Act(now, via=Via.JOB), deliver.Posting(letter_id, line))


def test_a_letter_leaves_once(server: MailServer, at):
    letter_id = queued(at)

    run(at)
    run(at + SECOND)

    assert state(letter_id) == (LetterState.SENT, 1, None, "")
    (taken,) = server.desk.taken
    message = email.message_from_bytes(taken.content, policy=default)
    assert taken.to == ("sam@agency.example.org",)
    assert message["Message-ID"] == db.session.get(Letter, letter_id).message_id
    assert message.get_body(("plain",)).get_content().splitlines()[4] == "Good day."


def test_the_job_of_the_timetable_does_it(server: MailServer, clock_at, at):
    queued(at)
    clock_at(at + SECOND)

    done = run_job(DELIVER, at + SECOND)

    assert (done.done, done.failed, len(server.desk.taken)) == (1, 0, 1)


def test_the_letters_of_a_run_share_a_connection(server: MailServer, at):
    for number in range(5):
        queued(at, dedupe=f"hello:{number}")

    run(at)

    assert (len(server.desk.taken), server.desk.connections) == (5, 1)


def test_a_line_that_starts_with_a_dot_arrives_whole(server: MailServer, at):
    letter = outbox.queue(Act(at), "sample/hello", SAM, subject="Dots", dedupe="dots", said=".\n..\n.end")
    db.session.commit()

    run(at)

    message = email.message_from_bytes(server.desk.taken[0].content, policy=default)
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.text


def test_nothing_waits_for_the_database_while_a_letter_is_sent(server: MailServer, desk: Flask, at):
    queued(at)
    seen: list[tuple[str, int]] = []

    def write_meanwhile() -> None:
        with desk.app_context(), db.engine.connect() as other:
            other.detach()
            other.exec_driver_sql("PRAGMA busy_timeout=0" if is_sqlite() else "SET lock_timeout = '1ms'")
            state = other.exec_driver_sql("SELECT state FROM letter").scalar_one()
            seen.append((state, other.exec_driver_sql("UPDATE letter SET to_name = 'Sam'").rowcount))
            other.rollback()

    server.desk.while_taking = write_meanwhile
    run(at)

    assert seen == [("sending", 1)]


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (Mode.BUSY, "The mail server said: 451 4.3.0 Too busy, try again"),
        (Mode.GREYLISTED, "The mail server said: 450 4.2.0 Greylisted, try again"),
    ],
)
def test_a_server_that_says_later_gets_it_later(server: MailServer, at, mode, said):
    letter_id = queued(at)
    server.desk.mode = mode

    run(at)

    assert state(letter_id) == (LetterState.QUEUED, 1, at + timedelta(minutes=1), said)

    server.desk.mode = Mode.OK
    run(at + timedelta(seconds=59))
    assert server.desk.taken == []
    run(at + timedelta(minutes=1))
    assert (state(letter_id)[0], len(server.desk.taken)) == (LetterState.SENT, 1)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (Mode.NO_SUCH_USER, "The mail server said: 550 5.1.1 No such user here"),
        (Mode.REFUSES_CONTENT, "The mail server said: 554 5.7.1 This content is not accepted"),
    ],
)
def test_a_server_that_says_never_is_believed(server: MailServer, at, mode, said):
    letter_id = queued(at)
    after_it = queued(at, dedupe="hello:2")
    server.desk.mode = mode

    run(at)
    server.desk.mode = Mode.OK
    run(at + timedelta(days=2))

    assert state(letter_id) == (LetterState.FAILED, 1, None, said)
    assert state(after_it)[0] is LetterState.FAILED
    assert server.desk.taken == []


def test_waits_grow_until_the_letter_is_given_up(server: MailServer, at):
    letter_id = queued(at)
    server.desk.mode = Mode.BUSY
    waits, now = [], at

    run(now)
    while (due := state(letter_id)[2]) is not None:
        waits.append(due - now)
        now = due
        run(now)

    assert waits == list(deliver.BACKOFF)
    assert state(letter_id)[:2] == (LetterState.DEAD, 7)


@pytest.mark.parametrize("mode", [Mode.KEEPS_AND_HANGS_UP, Mode.KEEPS_AND_SAYS_NOTHING])
def test_a_letter_whose_answer_was_lost_is_sent_once_more_with_its_message_id(server: MailServer, at, mode):
    letter_id = queued(at)
    server.desk.mode = mode

    short_patience(letter_id, at, server.smtp)
    assert state(letter_id) == (LetterState.UNCERTAIN, 1, at + deliver.DOUBT_AGAIN_AFTER, deliver.NO_ANSWER)
    server.desk.mode = Mode.OK
    run(at + deliver.DOUBT_AGAIN_AFTER)
    run(at + timedelta(days=9))

    assert state(letter_id)[:3] == (LetterState.SENT, 2, None)
    ids = [email.message_from_bytes(taken.content)["Message-ID"] for taken in server.desk.taken]
    assert ids == [db.session.get(Letter, letter_id).message_id] * 2


def test_after_a_second_doubt_a_person_decides(server: MailServer, at):
    letter_id = queued(at)
    server.desk.mode = Mode.KEEPS_AND_HANGS_UP

    run(at)
    run(at + deliver.DOUBT_AGAIN_AFTER)
    run(at + timedelta(days=9))

    assert state(letter_id) == (LetterState.UNCERTAIN, 2, None, deliver.NO_ANSWER)
    assert len(server.desk.taken) == 2


def test_a_secret_letter_is_never_sent_twice_on_a_doubt(server: MailServer, at):
    letter_id = queued(at, secret=True)
    server.desk.mode = Mode.KEEPS_AND_HANGS_UP

    run(at)
    run(at + timedelta(days=9))

    assert state(letter_id)[:3] == (LetterState.UNCERTAIN, 1, None)
    assert (db.session.get(Letter, letter_id).text, len(server.desk.taken)) == ("", 1)


def test_a_secret_letter_is_emptied_once_sent_and_others_are_not(server: MailServer, at):
    secret, plain = queued(at, secret=True), queued(at, dedupe="hello:2")

    run(at)

    assert (db.session.get(Letter, secret).text, db.session.get(Letter, secret).html) == ("", "")
    assert "Good day." in db.session.get(Letter, plain).text
    assert len(server.desk.taken) == 2


def test_a_sender_that_died_leaves_a_doubt_when_its_lease_ends(server: MailServer, at):
    letter_id, secret = queued(at), queued(at, dedupe="hello:2", secret=True)
    for one in (letter_id, secret):
        deliver.claim(at, one)
    db.session.commit()

    run(at + deliver.LEASE)
    assert server.desk.taken == []
    run(at + deliver.LEASE + SECOND)

    assert state(letter_id)[:2] == (LetterState.SENT, 2)
    assert state(secret)[:3] == (LetterState.UNCERTAIN, 1, None)
    assert len(server.desk.taken) == 1


def test_a_slow_sender_does_not_undo_what_its_successor_recorded(server: MailServer, at):
    letter_id = queued(at)
    slow = deliver.claim(at, letter_id)
    db.session.commit()

    run(at + deliver.LEASE + SECOND)
    deliver.record(at, slow, deliver.Result(Outcome.LATER, "too late"), deliver.Way.SMTP)
    db.session.commit()

    assert state(letter_id) == (LetterState.SENT, 2, None, "")


def test_when_the_server_is_away_only_one_letter_of_the_run_tries(change, at):
    change(smtp=Smtp("127.0.0.1", free_port(), security="none"))
    ids = [queued(at, dedupe=f"hello:{number}") for number in range(3)]

    run(at)

    assert [state(letter_id)[:3] for letter_id in ids] == [
        (LetterState.QUEUED, 1, at + timedelta(minutes=1)),
        (LetterState.QUEUED, 0, at),
        (LetterState.QUEUED, 0, at),
    ]
    assert state(ids[0])[3].startswith("The mail server could not be used: ")


def test_a_server_without_encryption_is_not_given_a_letter_that_must_be_encrypted(server: MailServer, change, at):
    change(smtp=replace(server.smtp, security="starttls"))
    letter_id = queued(at)

    run(at)

    assert (state(letter_id)[0], server.desk.taken) == (LetterState.QUEUED, [])


def test_a_server_that_accepts_and_is_silent_is_given_up_on(change, at):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        smtp = Smtp("127.0.0.1", silent.getsockname()[1], security="none")
        change(smtp=smtp)
        letter_id = queued(at)
        line = Line(smtp, reply_within=timedelta(milliseconds=100))

        deliver.post(Act(at, via=Via.JOB), deliver.Posting(letter_id, line))

    assert state(letter_id)[:3] == (LetterState.QUEUED, 1, at + timedelta(minutes=1))


def test_two_hundred_letters_and_six_senders_are_two_hundred_sendings(server: MailServer, desk: Flask, at):
    ids = [queued(at, dedupe=f"hello:{number}") for number in range(200)]
    start = threading.Barrier(6)
    claimed: list[int] = []
    failures: list[BaseException] = []

    def take_all() -> None:
        with desk.app_context():
            start.wait(10)
            try:
                for letter_id in ids:
                    mine = deliver.claim(at, letter_id)
                    db.session.commit()
                    claimed.extend([letter_id] if mine else [])
            except BaseException as failure:
                failures.append(failure)
                raise

    senders = [threading.Thread(target=take_all) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    assert failures == []
    assert sorted(claimed) == sorted(ids)


def test_letters_of_a_thread_to_one_reader_keep_their_order(server: MailServer, at):
    thread = Thread("ticket", 12)
    first, second = queued(at, dedupe="1", thread=thread), queued(at, dedupe="2", thread=thread)
    other_reader = queued(at, Recipient("kim@agency.example.org", "Kim", 8), dedupe="3", thread=thread)
    server.desk.mode = Mode.BUSY
    run(at)
    server.desk.mode = Mode.OK

    run(at + SECOND)
    assert [state(one)[:2] for one in (first, second, other_reader)] == [
        (LetterState.QUEUED, 1),
        (LetterState.QUEUED, 0),
        (LetterState.QUEUED, 1),
    ]
    run(at + timedelta(minutes=1))
    run(at + timedelta(minutes=2))

    assert [state(one)[0] for one in (first, second, other_reader)] == [LetterState.SENT] * 3
    order = [email.message_from_bytes(taken.content)["Message-ID"] for taken in server.desk.taken]
    assert order == [db.session.get(Letter, one).message_id for one in (first, other_reader, second)]


def test_what_is_over_the_hourly_ceiling_waits(server: MailServer, at):
    db.session.add(MailChoice(name=ChoiceName.LETTERS_AN_HOUR, number=2))
    ids = [queued(at, dedupe=f"hello:{number}") for number in range(3)]

    run(at)
    run(at + timedelta(minutes=59))
    assert [state(one)[0] for one in ids] == [LetterState.SENT, LetterState.SENT, LetterState.QUEUED]
    run(at + timedelta(minutes=61))

    assert state(ids[2])[0] is LetterState.SENT


def test_without_a_server_letters_wait(desk: Flask, at):
    letter_id = queued(at)

    run(at + timedelta(days=30))

    assert deliver.way() is deliver.Way.NOWHERE
    assert state(letter_id) == (LetterState.QUEUED, 0, at, "")


def test_in_a_demo_community_letters_go_to_the_mailbox_page(desk: Flask, at):
    desk.extensions["portal.is_demo"] = lambda: True
    letter_id = queued(at, secret=True)

    run(at)

    letter = db.session.get(Letter, letter_id)
    assert (letter.state, letter.via, letter.sent_at, letter.last_error) == (LetterState.SENT, "demo", at, "")
    assert "Good day." in letter.text


def test_a_letter_that_is_no_longer_due_is_not_sent(server: MailServer, desk: Flask, at):
    asked = []

    def is_due(letter: Letter, now) -> bool:
        asked.append((letter.dedupe_key, now))
        return letter.dedupe_key == "due"

    desk.extensions["portal.still_due"] = {"sample.check": is_due}
    gone = queued(at, dedupe="not due", still_due="sample.check")
    due = queued(at, dedupe="due", still_due="sample.check")

    run(at)

    assert asked == [("not due", at), ("due", at)]
    assert state(gone)[:3] == (LetterState.NOT_NEEDED, 0, None)
    assert state(due)[0] is LetterState.SENT
    assert len(server.desk.taken) == 1


def test_a_check_that_nobody_handed_over_holds_up_only_its_letter(server: MailServer, clock_at, at):
    clock_at(at + SECOND)
    stuck, fine = queued(at, dedupe="1", still_due="forgotten"), queued(at, dedupe="2")

    done = run_job(DELIVER, at + SECOND)

    assert (done.done, done.failed) == (1, 1)
    assert state(stuck)[:2] == (LetterState.QUEUED, 0)
    assert state(fine)[0] is LetterState.SENT


def test_a_canceled_letter_stays_here(server: MailServer, at):
    letter_id = queued(at)
    outbox.cancel(Act(at), letters.letter(letter_id))
    db.session.commit()

    run(at)

    assert server.desk.taken == []


def test_a_letter_given_up_can_be_sent_again_by_a_person(server: MailServer, at):
    letter_id = queued(at)
    server.desk.mode = Mode.NO_SUCH_USER
    run(at)
    server.desk.mode = Mode.OK

    outbox.retry(Act(at + SECOND, by=3), letters.letter(letter_id))
    db.session.commit()
    run(at + SECOND)

    assert state(letter_id)[:2] == (LetterState.SENT, 1)


def test_a_clock_put_back_sends_nothing_again(server: MailServer, at):
    queued(at)

    run(at)
    run(at - timedelta(days=1))
    run(at)

    assert len(server.desk.taken) == 1
