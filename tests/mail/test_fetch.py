import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import files
from portal.audit import Act, AuditEvent, Via
from portal.db import db
from portal.errors import Refused
from portal.files import KeptFile
from portal.mail import fetch, limits, mailbox
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.jobs import JOBS
from portal.mail.parse import parse
from portal.scheduler import run_job
from portal.settings import Settings
from tests.servers import Dovecot, free_port

FETCH = next(job for job in JOBS if job.name == "mail.fetch")
ROOT = Path(__file__).parents[2]
STEPS = ("fetched", "stored", "committed", "moved")

FETCH_AND_DIE = """
import os, signal, sys
from datetime import datetime
from flask import Flask
from portal import db
from portal.audit import Act, Via
from portal.mail import mailbox
from portal.settings import Settings

settings, at, last = Settings.from_environ(), datetime.fromisoformat(sys.argv[1]), sys.argv[2]
app = Flask("portal")
db.init_app(app, settings)
app.extensions["portal.settings"] = settings

def die_at(step):
    if step == last:
        os.kill(os.getpid(), signal.SIGKILL)

with app.app_context():
    for arrival in mailbox.find(at):
        mailbox.receive(Act(at, via=Via.JOB), arrival, die_at)
"""


def message(number: int, text: str = "Hello") -> bytes:
    lines = (
        f"From: sam{number}@agency.example.org",
        "To: help@desk.example.org",
        f"Message-ID: <{number}@agency.example.org>",
        f"Subject: Question {number}",
        "",
        text,
        "",
    )
    return "\r\n".join(lines).encode()


def fetched(at) -> None:
    for arrival in list(mailbox.find(at)):
        mailbox.receive(Act(at, via=Via.JOB), arrival)
        db.session.commit()


def stored() -> list[bytes]:
    """The raw bytes of all rows, in order of arrival."""
    rows = db.session.query(InboundMail).order_by(InboundMail.id).populate_existing().all()
    found = [fetch.raw_of(row) for row in rows]
    db.session.rollback()
    return found


def row(inbound_id: int) -> InboundMail:
    held = db.session.get(InboundMail, inbound_id, populate_existing=True)
    assert held is not None
    return held


def keep(at, raw: bytes = message(1)) -> int:
    arrived = fetch.store(Act(at), raw)
    assert arrived is not None
    inbound_id = arrived.id
    db.session.commit()
    return inbound_id


def test_what_lies_in_the_mailbox_is_stored_byte_for_byte_and_moved(imap_server: Dovecot, mailbox_of: str, at):
    odd = b"Subject: =?x?b?broken\r\nX: \xff\xfe\r\n\r\n\x80\x81 no text at all"
    raws = [message(1), message(2, ".\r\nText"), odd]
    imap_server.put(*raws, user=mailbox_of)

    fetched(at)

    assert stored() == raws
    assert imap_server.messages("INBOX", mailbox_of) == []
    assert imap_server.messages("Processed", mailbox_of) == [(raw, ()) for raw in raws]


def test_the_row_says_where_it_came_from_and_nothing_of_what_it_says(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(message(1), user=mailbox_of)

    fetched(at)

    (arrived,) = db.session.query(InboundMail).all()
    assert (arrived.mailbox, arrived.uid, arrived.state) == (f"{mailbox_of}@127.0.0.1/INBOX", 1, InboundState.NEW)
    assert (arrived.received_at, arrived.size, arrived.message_id) == (at, len(message(1)), "<1@agency.example.org>")
    assert arrived.uidvalidity > 0
    assert arrived.raw_file.sealed
    assert not [name for name in InboundMail.__table__.columns.keys() if "subject" in name or "text" in name]  # noqa: SIM118


def test_read_mail_is_fetched_too_and_deleted_mail_is_not(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(message(1), message(2), message(3), user=mailbox_of)
    with imap_server.open(mailbox_of) as box:
        box.client.uid("STORE", "1", "+FLAGS", "(\\Seen)")
        box.client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")

    fetched(at)

    assert stored() == [message(1), message(3)]
    assert imap_server.messages("Processed", mailbox_of) == [(message(1), ("\\Seen",)), (message(3), ())]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nothing_is_lost_marked_seen_or_doubled(
    imap_server: Dovecot, mailbox_of: str, desk: Flask, at, step: str
):
    raws = [message(number) for number in range(4)]
    imap_server.put(*raws, user=mailbox_of)
    settings: Settings = desk.extensions["portal.settings"]
    db.session.rollback()

    for _ in range(2):
        ended = fetch_and_die(settings, at, step, mailbox_of, imap_server)
        assert ended == -9
        kept = set(stored())
        in_mailbox = imap_server.messages("INBOX", mailbox_of)
        moved = [raw for raw, _ in imap_server.messages("Processed", mailbox_of)]
        assert kept | {raw for raw, _ in in_mailbox} == set(raws)
        assert set(moved) <= kept
        assert [flags for _, flags in in_mailbox] == [()] * len(in_mailbox)
    fetched(at)

    assert stored() == raws
    assert imap_server.messages("INBOX", mailbox_of) == []
    assert sorted(raw for raw, _ in imap_server.messages("Processed", mailbox_of)) == raws


def fetch_and_die(settings: Settings, at, step: str, user: str, server: Dovecot) -> int:
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PORTAL_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "IMAP_URL": f"imap+plain://{user}:secret@127.0.0.1:{server.port}/INBOX",
    }
    command = [sys.executable, "-c", FETCH_AND_DIE, at.isoformat(), step]
    return subprocess.run(command, env=environ, cwd=settings.data, timeout=60, check=False).returncode


def test_a_folder_numbered_anew_by_its_server_doubles_nothing(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(message(1), message(2), user=mailbox_of)
    fetched(at)
    before = {arrived.uidvalidity for arrived in db.session.query(InboundMail)}
    db.session.rollback()
    with imap_server.open(mailbox_of) as box:
        box.folder.rename("Processed", "Back")
        box.folder.set("Back")
        box.copy(box.uids(), "INBOX")
        box.append(message(3), "INBOX")
    imap_server.renumber(mailbox_of)

    fetched(at + timedelta(minutes=1))

    assert stored() == [message(1), message(2), message(3)]
    after = {arrived.uidvalidity for arrived in db.session.query(InboundMail)} - before
    assert len(after) == 1
    assert [raw for raw, _ in imap_server.messages("Processed", mailbox_of)] == [message(1), message(2), message(3)]


def test_a_server_that_names_two_messages_alike_loses_none(desk: Flask, at):
    first = fetch.store(Act(at), message(1), "box", 5, 9)
    second = fetch.store(Act(at), message(2), "box", 5, 9)

    assert (first.uid, second.uid) == (9, None)


def test_the_same_message_delivered_twice_is_one_row(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(message(1), message(1), user=mailbox_of)

    fetched(at)

    assert stored() == [message(1)]
    assert [raw for raw, _ in imap_server.messages("Processed", mailbox_of)] == [message(1), message(1)]


def test_two_messages_with_one_message_id_are_two_rows(desk: Flask, at):
    keep(at, message(1))
    keep(at, message(1, "Something else"))

    assert stored() == [message(1), message(1, "Something else")]


def test_two_at_once_with_the_same_bytes_are_one_row(desk: Flask, at):
    start = threading.Barrier(2)
    ended: list[bool] = []

    def take() -> None:
        with desk.app_context():
            start.wait(10)
            ended.append(fetch.store(Act(at), message(1)) is None)
            db.session.commit()

    both = [threading.Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)

    assert sorted(ended) == [False, True]
    assert stored() == [message(1)]


def test_a_message_over_the_limit_stays_in_the_mailbox_and_a_row_says_so(
    imap_server: Dovecot, mailbox_of: str, at, monkeypatch
):
    monkeypatch.setattr(fetch, "LARGEST", 2000)
    monkeypatch.setattr(mailbox.Session.__init__, "__defaults__", (2000,))
    large = message(1, "x" * 3000)
    imap_server.put(large, message(2), user=mailbox_of)

    fetched(at)
    fetched(at + timedelta(minutes=1))

    first, second = db.session.query(InboundMail).order_by(InboundMail.id)
    assert (first.state, first.raw_file_id, first.size) == (InboundState.PARKED, None, len(large))
    assert first.reason == "The message is larger than 25 MB. It lies in the mailbox, in the folder “Too large”."
    assert second.state is InboundState.NEW
    assert imap_server.messages("Too large", mailbox_of) == [(large, ())]
    assert imap_server.messages("INBOX", mailbox_of) == []
    with pytest.raises(Refused, match="Too large"):
        fetch.raw_of(first)
    with pytest.raises(Refused, match="is not kept here"):
        fetch.retry(Act(at), first)


def test_a_message_over_the_limit_from_the_command_line_is_kept_for_a_person(desk: Flask, at, monkeypatch):
    monkeypatch.setattr(fetch, "LARGEST", 20)

    inbound_id = keep(at)

    assert (row(inbound_id).state, row(inbound_id).reason) == (InboundState.PARKED, fetch.TOO_LARGE_HERE)
    assert fetch.raw_of(row(inbound_id)) == message(1)


def test_a_connection_that_breaks_leaves_the_rest_for_the_next_run(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(*(message(number) for number in range(4)), user=mailbox_of)
    arrivals = list(mailbox.find(at))
    mailbox.receive(Act(at), arrivals[0])

    arrivals[0].session.box.client.sock.shutdown(2)
    with pytest.raises((OSError, arrivals[0].session.box.client.abort)):
        mailbox.receive(Act(at), arrivals[1])
    for arrival in arrivals[2:]:
        mailbox.receive(Act(at), arrival)

    assert stored() == [message(0)]
    fetched(at)
    assert stored() == [message(number) for number in range(4)]


def test_a_message_that_somebody_took_away_meanwhile_is_no_failure(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(message(1), message(2), user=mailbox_of)
    arrivals = list(mailbox.find(at))
    with imap_server.open(mailbox_of) as box:
        box.delete("1")

    for arrival in arrivals:
        mailbox.receive(Act(at), arrival)

    assert stored() == [message(2)]


def test_the_job_of_the_timetable_fetches(imap_server: Dovecot, mailbox_of: str, at):
    imap_server.put(message(1), user=mailbox_of)

    done = run_job(FETCH, at)

    assert (done.done, done.failed, stored()) == (1, 0, [message(1)])


def test_without_a_mailbox_nothing_is_fetched(desk: Flask, at):
    assert list(mailbox.find(at)) == []


@pytest.mark.parametrize("fault", ["refused", "wrong password"])
def test_a_mailbox_that_cannot_be_opened_is_a_recorded_failure(
    imap_server: Dovecot, mailbox_of: str, change, at, fault
):
    imap = imap_server.imap(mailbox_of)
    change(imap=replace(imap, port=free_port()) if fault == "refused" else replace(imap, password="wrong"))

    done = run_job(FETCH, at)

    assert (done.done, done.failed) == (0, 1)


def test_new_mail_waits_in_the_order_of_arrival_until_it_is_taken(desk: Flask, at):
    first, second, third = (keep(at, message(number)) for number in range(3))
    fetch.mark_taken(Act(at), row(second), "ticket", 12)
    fetch.ignore(Act(at), row(third), "A delivery report about no letter of ours.")

    assert fetch.waiting(at) == [first]
    assert (row(second).about_kind, row(second).about_id) == ("ticket", 12)
    assert [found.id for found in fetch.arrived_about("ticket", 12)] == [second]


def test_a_message_is_parked_after_three_tries_however_they_ended(desk: Flask, at):
    inbound_id, now = keep(at), at

    for number in (1, 2, 3):
        assert fetch.waiting(now) == [inbound_id]
        assert fetch.begin(Act(now), inbound_id).tries == number
        db.session.rollback()
        assert fetch.waiting(now) == []
        now += number * fetch.TRY_AGAIN_AFTER
    assert fetch.begin(Act(now), inbound_id) is None

    assert (row(inbound_id).state, row(inbound_id).reason) == (InboundState.PARKED, fetch.TRIED_OUT)
    assert [found.id for found in db.session.scalars(fetch.parked())] == [inbound_id]


def test_parked_mail_can_be_tried_again_and_taken_mail_cannot(desk: Flask, at):
    inbound_id = keep(at)
    fetch.park(Act(at), row(inbound_id), "The message names no sender.")

    fetch.retry(Act(at, by=3), row(inbound_id))

    assert (fetch.waiting(at), row(inbound_id).reason, row(inbound_id).tries) == ([inbound_id], "", 0)
    fetch.mark_taken(Act(at), row(inbound_id), "ticket", 12)
    with pytest.raises(Refused, match="taken in already"):
        fetch.retry(Act(at), row(inbound_id))
    assert fetch.begin(Act(at), inbound_id) is None
    names = [event.name for event in db.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert names == ["inbound.stored", "inbound.parked", "inbound.retried", "inbound.taken"]


def test_raw_mail_is_removed_after_90_days_unless_it_still_needs_a_person(desk: Flask, at):
    taken, _, parked = (keep(at, message(number)) for number in range(3))
    fetch.mark_taken(Act(at), row(taken), "ticket", 12)
    fetch.park(Act(at), row(parked), "The message names no sender.")
    db.session.commit()

    assert fetch.purge_due(at + fetch.KEEP_RAW) == []
    later = at + fetch.KEEP_RAW + timedelta(seconds=1)
    assert fetch.purge_due(later) == [taken]
    fetch.purge_raw(Act(later), taken)

    assert fetch.purge_due(later) == []
    with pytest.raises(Refused, match="removed by the retention rule"):
        fetch.raw_of(row(taken))
    assert fetch.raw_of(row(parked)) == message(2)
    sealed = desk.extensions["portal.settings"].data / "files" / "sealed"
    assert len(list(sealed.iterdir())) == 2


def test_the_raw_message_rests_encrypted(desk: Flask, at):
    keep(at, message(1, "Maria Example"))

    (kept,) = db.session.query(KeptFile).all()
    assert kept.sealed
    assert b"Maria" in files.read(kept)
    assert b"Maria" not in files._path(kept).read_bytes()


def test_more_than_30_messages_an_hour_from_one_address_are_too_many(desk: Flask, at):
    for number in range(limits.MESSAGES_AN_HOUR):
        fetch.note_facts(row(keep(at, message(1, str(number)))), parse(message(1)))
    assert not limits.too_many_from("sam1@agency.example.org", at)

    fetch.note_facts(row(keep(at, message(1, "one more"))), parse(message(1)))

    assert limits.too_many_from("SAM1@agency.example.org", at)
    assert not limits.too_many_from("sam2@agency.example.org", at)
    assert not limits.too_many_from("sam1@agency.example.org", at + timedelta(hours=1))
    assert "sam1" not in row(1).sender_hash


def test_every_state_of_incoming_mail_has_words():
    assert [state.value for state in InboundState if not state.words] == []
