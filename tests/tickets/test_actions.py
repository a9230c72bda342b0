"""What happens to a ticket, from filing to the last word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit import AuditEvent
from portal.clock import NEVER
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.mail.letters import Letter
from portal.people.models import Person
from portal.policy import Permission, allows
from portal.tickets import actions, queries
from portal.tickets.actions import Draft, Requester, Then
from portal.tickets.models import Message, SealedOriginal, Ticket
from portal.tickets.rules import Assign, Channel, MessageKind, Priority, State, Urgency
from tests.tickets.conftest import Desk


def _letters(ticket: Ticket) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Letter).where(Letter.about_id == ticket.id).order_by(Letter.id))
    return [(letter.notice, letter.to_address) for letter in rows]


def _record(ticket: Ticket) -> list[str]:
    rows = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.kind == "ticket", AuditEvent.subject_id == ticket.id)
        .order_by(AuditEvent.id)
    )
    return [event.name for event in rows]


def test_a_filed_ticket_waits_in_its_categorys_queue_with_both_promises_and_a_letter(desk: Desk) -> None:
    ticket = desk.file(urgency=Urgency.SLOWED)

    assert (ticket.state, ticket.queue, ticket.priority) == (State.NEW, desk.queue, Priority.HIGH)
    assert ticket.first_response_due_at == desk.at + timedelta(hours=4)
    assert ticket.resolution_due_at == desk.at + timedelta(days=1, hours=7)
    assert ticket.next_due_at == ticket.first_response_due_at
    assert (ticket.agency, ticket.coc_id) == (desk.agency, desk.coc.id)
    assert _letters(ticket) == [("tickets/received", desk.user.email)]
    assert _record(ticket) == ["ticket.filed"]


@pytest.mark.parametrize(
    ("subject", "text", "sentence"),
    [
        (" ", "Something", "Give the ticket a subject: a few words that say what it is about."),
        ("Report", " \n", "Write a message first."),
        ("Report", "x" * 250_001, "A message may have 250,000 characters; this one has 250,001. Attach a file."),
    ],
)
def test_a_ticket_without_subject_or_text_is_refused_in_a_sentence(
    desk: Desk, subject: str, text: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        desk.file(subject=subject, draft=Draft(text))

    assert refusal.value.sentence == sentence


def test_an_executable_renamed_to_pdf_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        desk.file(draft=Draft("See file", uploads=[Upload("report.pdf", b"MZ\x90\x00" + b"\0" * 100)]))

    assert refusal.value.sentence == (
        "The file “report.pdf” is not what its name says. Save it again as a real .pdf file, or send a PDF."
    )


def test_staff_answer_the_requester_hears_it_and_the_first_promise_is_kept(desk: Desk) -> None:
    ticket = desk.file()
    later = replace(desk.act(desk.staff), at=desk.at + timedelta(hours=1))

    actions.answer(later, ticket, desk.staff, Draft("Please run it **again**."), then=Then.WAIT)

    assert (ticket.state, ticket.first_responded_at) == (State.WAITING, later.at)
    assert (ticket.first_response_due_at, ticket.resolution_due_at, ticket.next_due_at) == (None, None, NEVER)
    assert _letters(ticket)[1:] == [("tickets/answered", desk.user.email)]
    assert _record(ticket) == ["ticket.filed", "ticket.answered", "ticket.handed_back"]


def test_waiting_stops_the_resolution_clock_and_the_requesters_word_starts_it_again(desk: Desk) -> None:
    ticket = desk.file()
    promised = ticket.resolution_due_at
    actions.hand_back(desk.act(desk.staff), ticket)

    later = replace(desk.act(desk.user), at=desk.at + timedelta(hours=2))
    actions.comment(later, ticket, desk.user, Draft("Here is more."))

    assert ticket.state is State.OPEN
    assert promised is not None
    assert ticket.resolution_due_at == promised + timedelta(hours=2)


def test_a_reply_to_a_resolved_ticket_opens_it_again(desk: Desk) -> None:
    ticket = desk.file()
    actions.resolve_ticket(desk.act(desk.staff), ticket)
    assert (ticket.state, ticket.next_due_at) == (State.RESOLVED, NEVER)

    actions.comment(desk.act(desk.user), ticket, desk.user, Draft("It is back."))

    assert (ticket.state, ticket.resolved_at, ticket.reopened) == (State.OPEN, None, 1)
    assert _record(ticket) == ["ticket.filed", "ticket.resolved", "ticket.commented", "ticket.reopened"]


def test_a_closed_ticket_takes_no_more_words(desk: Desk) -> None:
    ticket = desk.file()
    actions.resolve_ticket(desk.act(desk.staff), ticket)
    actions.close_quiet_ticket(desk.act(), ticket)

    with pytest.raises(Refused) as refusal:
        actions.comment(desk.act(desk.user), ticket, desk.user, Draft("Hello?"))

    assert refusal.value.sentence == "This ticket is closed. File a new one and name its number."


def test_a_note_goes_to_nobody_and_no_outsider_finds_it(desk: Desk) -> None:
    ticket = desk.file()
    before = _letters(ticket)

    actions.add_note(desk.act(desk.staff), ticket, desk.staff, Draft("Zebrafish: vendor says known bug."))

    staff, user = desk.staff.actor_on(desk.at.date()), desk.user.actor_on(desk.at.date())
    assert _letters(ticket) == before
    assert [one.kind for one in queries.messages(ticket, user)] == [MessageKind.OPENING]
    assert [one.kind for one in queries.messages(ticket, staff)] == [MessageKind.OPENING, MessageKind.NOTE]
    found = [
        [row.id for row in db.session.scalars(queries.listed(actor, queries.Filters(words="zebrafish"), desk.at))]
        for actor in (user, staff)
    ]
    assert found == [[], [ticket.id]]


def test_rules_set_queue_priority_and_assignee_and_each_change_names_its_rule(desk: Desk) -> None:
    reports = actions.add_queue(
        desk.act(desk.admin), key="reports", name="Reports", words="Reports team", members=[desk.admin, desk.staff]
    )
    when = {"words": ["APR", "CAPER"]}
    first = actions.add_triage_rule(
        desk.act(), name="Reports", when=when, queue=reports, priority=None, assign=Assign.BY_LOAD
    )
    second = actions.add_triage_rule(
        desk.act(), name="Urgent reports", when=when, queue=desk.queue, priority=Priority.URGENT, assign=None
    )

    ticket = desk.file()

    assert (ticket.queue, ticket.priority, ticket.assignee) == (reports, Priority.URGENT, desk.staff)
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.kind == "ticket", AuditEvent.subject_id == ticket.id)
        .order_by(AuditEvent.id)
    )
    assert [(event.name, event.facts.get("rule_id")) for event in events] == [
        ("ticket.filed", None),
        ("ticket.queue_changed", first.id),
        ("ticket.priority_changed", second.id),
        ("ticket.assigned", first.id),
    ]


def test_load_is_shared_among_the_members_of_a_queue(desk: Desk) -> None:
    actions.change_queue(desk.act(), desk.queue, members=[desk.staff, desk.admin])
    actions.add_triage_rule(
        desk.act(), name="All", when={"channels": ["web"]}, queue=None, priority=None, assign=Assign.BY_LOAD
    )

    given = [desk.file(subject=f"Question {number}").assignee for number in range(4)]

    assert sorted(person.id for person in given if person) == sorted([desk.staff.id, desk.admin.id] * 2)


def test_client_data_is_masked_before_it_is_stored_and_the_original_sealed(desk: Desk) -> None:
    ticket = desk.file(draft=Draft("Client SSN is 123-45-6789, please fix."))

    message = db.session.scalars(select(Message).where(Message.ticket_id == ticket.id)).one()
    original = db.session.scalars(select(SealedOriginal).where(SealedOriginal.message_id == message.id)).one()
    assert message.text == "Client SSN is [Social Security number removed], please fix."
    assert message.masked == ["ssn"]
    assert actions.read_original(desk.act(desk.admin), original) == "Client SSN is 123-45-6789, please fix."
    assert "123-45-6789" not in "".join(letter.text for letter in db.session.scalars(select(Letter)))

    actions.purge_original(desk.act(), original)

    with pytest.raises(Refused):
        actions.read_original(desk.act(desk.admin), original)


def test_who_sees_a_ticket_is_said_alike_by_table_and_query(desk: Desk, listed: Callable[[Person], list[int]]) -> None:
    shared = desk.file(subject="Shared")
    actions.add_participant(desk.act(desk.staff), shared, desk.stranger)
    restricted_queue = actions.add_queue(desk.act(), key="privacy", name="Privacy", words="Privacy", is_restricted=True)
    category = actions.add_category(desk.act(), key="complaint", name="Complaint", queue_id=restricted_queue.id)
    tickets = [
        desk.file(),
        shared,
        desk.file(requester=Requester(desk.stranger)),
        desk.file(requester=Requester(desk.colleague), category=category),
        desk.file(requester=Requester(None, "Nobody", "nobody@example.com"), channel=Channel.MAIL),
    ]
    people = (desk.staff, desk.admin, desk.user, desk.colleague, desk.stranger, desk.agency_admin)

    for person in people:
        actor = person.actor_on(desk.at.date())
        by_table = sorted(ticket.id for ticket in tickets if allows(actor, Permission.TICKET_READ, ticket))
        assert listed(person) == by_table, person.roles[0].role
    assert listed(desk.agency_admin) == sorted([tickets[0].id, shared.id])
    assert listed(desk.colleague) == [tickets[3].id]


def test_many_tickets_change_hands_and_are_resolved_at_once(desk: Desk) -> None:
    tickets = [desk.file(subject=f"Question {number}") for number in range(3)]

    assert actions.bulk_assign(desk.act(desk.admin), tickets, desk.staff) == 3
    assert actions.bulk_assign(desk.act(desk.admin), tickets, desk.staff) == 0
    assert actions.bulk_resolve(desk.act(desk.admin), tickets) == 3
    assert {ticket.state for ticket in tickets} == {State.RESOLVED}


def test_the_database_itself_refuses_to_change_the_record(desk: Desk) -> None:
    desk.file()
    db.session.commit()

    for statement in ("UPDATE audit_event SET name = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(Exception, match="only ever added"):
            db.session.execute(db.text(statement))
        db.session.rollback()


def test_handing_back_tells_the_requester_and_keeps_the_first_promise(desk: Desk) -> None:
    ticket = desk.file()

    actions.hand_back(desk.act(desk.staff), ticket)

    assert (ticket.state, ticket.first_responded_at, ticket.next_due_at) == (State.WAITING, desk.at, NEVER)
    assert _letters(ticket)[1:] == [("tickets/handed_back", desk.user.email)]


def test_client_data_in_a_subject_is_masked_noted_and_sealed(desk: Desk) -> None:
    ticket = desk.file(subject="SSN 123-45-6789 is wrong")

    message = db.session.scalars(select(Message).where(Message.ticket_id == ticket.id)).one()
    original = db.session.scalars(select(SealedOriginal).where(SealedOriginal.message_id == message.id)).one()
    assert ticket.subject == "SSN [Social Security number removed] is wrong"
    assert message.masked == ["ssn"]
    assert actions.read_original(desk.act(desk.admin), original) == (
        "Subject: SSN 123-45-6789 is wrong\nThe APR is empty for March."
    )


def test_a_text_file_with_social_security_numbers_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        desk.file(draft=Draft("See the list.", uploads=[Upload("list.csv", b"id,ssn\n1,123-45-6789\n")]))

    assert refusal.value.sentence == (
        "The file “list.csv” seems to hold a Social Security number. Remove client data and attach it again."
    )


def test_a_letters_subject_holds_nothing_that_anybody_typed(desk: Desk) -> None:
    ticket = desk.file(subject="About the night shift")
    actions.answer(desk.act(desk.staff), ticket, desk.staff, Draft("Done."), then=Then.RESOLVE)

    subjects = db.session.scalars(select(Letter.subject).where(Letter.about_id == ticket.id).order_by(Letter.id)).all()
    assert subjects == [f"{ticket.number}: we have your question", f"{ticket.number}: the help desk answered"]


def test_an_agency_that_wants_links_only_gets_no_word_of_the_ticket(desk: Desk) -> None:
    desk.agency.link_only_letters = True
    ticket = desk.file(subject="About the night shift")
    actions.answer(desk.act(desk.staff), ticket, desk.staff, Draft("Use the green button."))

    letters = db.session.scalars(select(Letter).where(Letter.about_id == ticket.id).order_by(Letter.id)).all()
    assert len(letters) == 2
    assert not any(word in letter.text + letter.html for letter in letters for word in ("night shift", "green button"))
