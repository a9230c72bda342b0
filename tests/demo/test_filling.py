"""The filled community: who is there, what has happened, what is going on; and that the seed and the day decide it."""

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Text, cast, create_engine, func, select, text

from portal.app import create_app
from portal.audit import Act, AuditEvent, Via
from portal.db import Base, db
from portal.demo import actions
from portal.errors import Refused
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.letters import VIA_DEMO, Letter, LetterState
from portal.people import queries as people
from portal.people.models import Organization, Person, Project
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Role
from portal.tickets import queries
from portal.tickets.models import CannedResponse, Category, Message, Queue, SealedOriginal, Ticket, TriageRule
from portal.tickets.queries import Filters
from portal.tickets.rules import Channel, State, Urgent, pressing
from tests.conftest import MONDAY, settings_for
from tests.demo.conftest import SEED, fill_at
from tests.demo.invariants import broken

pytestmark = pytest.mark.xdist_group("demo")

RANDOM = {
    "inbound_mail": {"sha256", "sender_hash"},
    "kept_file": {"sha256"},
    "letter": {"message_id", "in_reply_to", "references", "reply_to"},
    "mail_reference": {"message_id", "message_id_hash"},
    "mailed_link": {"token_hash"},
    "person": {"password_hash"},
}
"""Columns that hold random tokens, keys, or hashes of them."""
EVENING = MONDAY.replace(hour=0)
"""When the community stands still: 6 pm in Chicago on the Sunday before."""
SSN = re.compile(r"\b\d{3}[- ]\d{2}[- ]\d{4}\b")


def count(*criteria: Any) -> int:
    return db.session.scalar(select(func.count()).where(*criteria)) or 0


def counted(column: Any) -> dict[Any, int]:
    rows = db.session.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}


def dumped(url: str) -> dict[str, str]:
    """By table, the digest of all its rows without what is random."""
    engine = create_engine(url)
    with engine.connect() as connection:
        digests = {}
        for table in Base.metadata.sorted_tables:
            left_out = RANDOM.get(table.name, set())
            rows = connection.execute(table.select().order_by(*table.primary_key.columns)).mappings()
            known = [{key: str(value) for key, value in row.items() if key not in left_out} for row in rows]
            if table.name == "letter":
                known = [{**row, "text": "", "html": ""} if row["secret"] == "True" else row for row in known]
            digests[table.name] = hashlib.sha256(json.dumps(known).encode()).hexdigest()
        search = connection.execute(text("SELECT rowid, public, internal FROM search_ticket ORDER BY rowid")).all()
        digests["search"] = hashlib.sha256(repr(search).encode()).hexdigest()
    engine.dispose()
    return digests


@pytest.mark.once
def test_the_same_seed_and_day_give_the_same_community_at_whatever_hour(
    filled: str, template: str, data_folder: Path, tmp_path: Path
) -> None:
    again = f"sqlite:///{tmp_path / 'again.db'}"
    shutil.copy(template.removeprefix("sqlite:///"), tmp_path / "again.db")
    fill_at(again, tmp_path / "data", MONDAY.replace(hour=23, minute=59))

    assert dumped(again) == dumped(filled)


@pytest.fixture
def empty(template: str, tmp_path: Path) -> Iterator[Flask]:
    """The portal on a migrated database without rows."""
    shutil.copy(template.removeprefix("sqlite:///"), tmp_path / "empty.db")
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "data"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.once
def test_a_filling_that_is_interrupted_leaves_nothing(empty: Flask) -> None:
    def say(words: str) -> None:
        if "October" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.fill(Act(at=MONDAY, via=Via.CLI), SEED, say)
    db.session.remove()

    assert people.is_empty()
    assert people.demo_mark() is None


def test_a_database_with_something_in_it_is_refused_and_left_as_it_was(app: Flask) -> None:
    before = count(Ticket.id > 0), count(AuditEvent.id > 0)

    with pytest.raises(Refused) as refusal:
        actions.fill(Act(at=MONDAY, via=Via.CLI), SEED, print)

    assert refusal.value.sentence == ("This database is not empty. A demo community is made in a new database only.")
    assert (count(Ticket.id > 0), count(AuditEvent.id > 0)) == before


def test_the_mark_says_of_which_seed_and_day_it_is(app: Flask) -> None:
    mark = people.demo_mark()

    assert mark is not None
    assert (mark.seed, mark.made_for, mark.made_at) == (SEED, MONDAY.date(), EVENING)


def test_every_invariant_holds(app: Flask) -> None:
    assert broken(db.session.connection()) == {}


def test_the_register_has_all_organizations_and_projects(app: Flask) -> None:
    agencies = Organization.kind == OrganizationKind.AGENCY

    assert counted(Organization.kind) == {
        OrganizationKind.HMIS_LEAD: 1,
        OrganizationKind.COC: 2,
        OrganizationKind.AGENCY: 14,
        OrganizationKind.VENDOR: 1,
        OrganizationKind.PARTNER: 2,
    }
    assert count(agencies, Organization.participation == Participation.VSP) == 1
    assert count(agencies, Organization.participation == Participation.NOT_PARTICIPATING) == 1
    assert count(Project.id > 0) == 40


def test_two_hundred_and_sixty_people_are_there_in_every_role(app: Flask) -> None:
    today = MONDAY.date()

    assert count(Person.id > 0) == 260
    assert count(Person.ended_on.is_not(None)) == 6
    assert [role for role in Role if role is not Role.SIGNED_IN and not people.holders(today, role)] == []
    assert len(people.staff(today)) == 8
    assert {grant.role for grant in people.people_by_role_for_demo(today)} == set(Role) - {Role.SIGNED_IN}


def test_holidays_stand_for_each_coc_and_every_year_of_the_tickets_and_the_next(app: Flask) -> None:
    years = [{day.year for day in people.holidays(coc.id)} for coc in people.cocs()]

    assert years == [{2024, 2025, 2026, 2027}] * 2


def test_the_desk_is_set_up_with_members_in_every_queue(app: Flask) -> None:
    assert [queue.key for queue in queries.queues() if not queue.members] == []
    assert [queue.key for queue in queries.queues() if queue.is_restricted] == ["privacy"]
    assert (count(Queue.id > 0), count(Category.id > 0), count(CannedResponse.id > 0)) == (7, 16, 59)
    assert count(TriageRule.id > 0) == 23
    assert count(CannedResponse.used > 0) > 50


def test_about_a_thousand_tickets_lie_in_the_eighteen_months_up_to_the_evening(app: Flask) -> None:
    first, last = db.session.execute(select(func.min(Ticket.opened_at), func.max(Ticket.opened_at))).one()
    by_month = Counter(f"{at:%Y-%m}" for at in db.session.scalars(select(Ticket.opened_at).order_by(Ticket.id)))

    assert 900 <= count(Ticket.id > 0) <= 1100
    assert datetime(2024, 9, 2, tzinfo=MONDAY.tzinfo) <= first < last <= EVENING
    assert [month for month, tickets in by_month.items() if tickets < 30 and month != "2026-03"] == []


def test_the_desk_looks_alive_on_the_day(app: Flask) -> None:
    boss = people.staff(MONDAY.date())[0].actor_on(MONDAY.date())

    def listed(view: str) -> int:
        return len(db.session.scalars(queries.listed(boss, Filters(view=view), MONDAY)).all())

    due = db.session.scalars(select(Ticket.next_due_at).where(Ticket.is_open).order_by(Ticket.id)).all()

    assert 25 <= count(Ticket.is_open) <= 45
    assert (listed("unassigned") > 0, 3 <= listed("late") <= 15, listed("waiting") >= 3) == (True, True, True)
    assert count(Ticket.state == State.NEW) >= 4
    assert Urgent.SOON in {pressing(MONDAY, at) for at in due}
    assert count(Ticket.opened_at >= EVENING - timedelta(days=3)) >= 8


def test_tickets_resolved_for_two_weeks_are_closed(app: Flask) -> None:
    assert list(queries.to_close(EVENING)) == []
    assert count(Ticket.state == State.CLOSED) > 800


def test_tickets_come_on_every_way_and_calls_are_filed_by_staff(app: Flask) -> None:
    assert set(counted(Ticket.channel)) == set(Channel)
    assert count(Ticket.channel == Channel.PHONE, Ticket.filed_by_id.is_(None)) == 0
    assert count(Ticket.requester_id.is_(None), Ticket.channel != Channel.MAIL) == 0
    assert count(Ticket.requester_id.is_(None)) > 0


def test_mail_of_the_last_sixty_days_came_in_by_the_mail_path(app: Flask) -> None:
    since = MONDAY - timedelta(days=59)
    mailed = (Message.channel == Channel.MAIL, Message.at >= since)

    assert count(*mailed) > 40
    assert count(*mailed, Message.inbound_id.is_(None)) == 0
    assert counted(InboundMail.state) == {
        InboundState.TAKEN: count(Message.inbound_id.is_not(None)) + 1,
        InboundState.IGNORED: 1,
        InboundState.PARKED: 1,
    }


def test_letters_count_as_mailed_but_for_those_of_the_last_hour(app: Flask) -> None:
    earlier = Letter.made_at <= EVENING - timedelta(hours=1)
    waits, failed = Letter.state == LetterState.QUEUED, Letter.state == LetterState.FAILED

    assert count(earlier, Letter.state == LetterState.SENT, Letter.via == VIA_DEMO) > 4000
    assert count(earlier, waits) == 0
    assert count(~earlier, Letter.state == LetterState.SENT) == 0
    assert count(failed) == count(failed, Letter.bounced_at.is_not(None), Letter.bounce_status == "5.2.2") == 1


def test_client_data_was_masked_wherever_a_scenario_held_it_and_nowhere_else(app: Flask) -> None:
    subjects = {
        "please fix client record",
        "duplicates to merge",
        "New referral for housing",
        "Corregir fecha",
        "Error when saving a child",
    }
    masked = db.session.scalars(select(Message).where(cast(Message.masked, Text) != "[]").order_by(Message.id)).all()

    assert {message.ticket.subject for message in masked} <= subjects
    assert count(Ticket.subject.in_(subjects)) == len(masked) >= 8
    assert [message.id for message in masked] == list(
        db.session.scalars(select(SealedOriginal.message_id).order_by(SealedOriginal.message_id))
    )
    assert list(queries.originals_to_purge(EVENING)) == []
    assert count(SealedOriginal.purge_at > EVENING) > 0


def test_no_social_security_number_rests_in_any_text(app: Flask) -> None:
    said = [*db.session.scalars(select(Message.text)), *db.session.scalars(select(Message.quoted))]
    said += [*db.session.scalars(select(Letter.text)), *db.session.scalars(select(Ticket.subject))]

    assert [words for words in said if SSN.search(words)] == []


def test_rules_and_people_both_have_sorted_tickets(app: Flask) -> None:
    names = counted(AuditEvent.name)

    assert count(AuditEvent.via == Via.RULE, AuditEvent.name == "ticket.assigned") > 400
    assert [
        name
        for name in (
            "ticket.answered",
            "ticket.category_changed",
            "ticket.commented",
            "ticket.handed_back",
            "ticket.noted",
            "ticket.participant_added",
            "ticket.reopened",
        )
        if name not in names
    ] == []


def test_what_happened_is_on_record_in_order_of_time(app: Flask) -> None:
    moments = db.session.scalars(select(AuditEvent.at).where(AuditEvent.kind == "ticket").order_by(AuditEvent.id)).all()

    assert moments == sorted(moments)
