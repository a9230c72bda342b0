"""Who works on a ticket, where it waits, how much it matters, who else hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal import audit
from portal.audit import Act, Via
from portal.db import db
from portal.errors import Refused
from portal.people.models import Person, Project
from portal.tickets import notices, queries, rules
from portal.tickets.actions.clocks import set_due
from portal.tickets.actions.ending import resolve_ticket
from portal.tickets.models import Category, Participant, Queue, Ticket
from portal.tickets.rules import Assign, Decision, Priority


def take_ticket(act: Act, ticket: Ticket, person: Person) -> None:
    assign_ticket(act, ticket, person)


def assign_ticket(act: Act, ticket: Ticket, person: Person | None) -> None:
    """Give it to somebody, or to nobody. The new assignee gets a letter unless they did it themselves."""
    if _give(act, ticket, person) and person is not None and person.id != act.by:
        notices.ticket_assigned(act, ticket)


def _give(act: Act, ticket: Ticket, person: Person | None) -> bool:
    was = ticket.assignee
    if person is was:
        return False
    ticket.assignee = person
    ticket.assigned_at = act.at if person else None
    was_id = was.id if was else None
    if person is None:
        audit.record(act, "ticket.unassigned", ticket, was=was_id)
    else:
        audit.record(act, "ticket.assigned", ticket, to=person.id, was=was_id)
    return True


def chosen_by_rule(decision: Decision, queue: Queue) -> Person | None:
    """The person whom a rule names, or the member of the queue who carries least; nobody where there is none."""
    if decision.assign is Assign.NONE:
        return None
    person_id = decision.assignee_id
    if decision.assign is Assign.BY_LOAD:
        person_id = rules.least_loaded(queries.loads(queue.id))
    person = db.session.get(Person, person_id) if person_id else None
    if person is None or not person.is_active:
        return None
    if queue.is_restricted and all(member.person_id != person.id for member in queue.members):
        return None
    return person


def tell_chosen(act: Act, ticket: Ticket, decision: Decision) -> None:
    """Put on record, and by letter, to whom a rule gave a new ticket."""
    if ticket.assignee is not None:
        by_rule = Act(at=act.at, by=act.by, via=Via.RULE)
        rule_id = decision.by["assign"]
        audit.record(by_rule, "ticket.assigned", ticket, to=ticket.assignee.id, was=None, rule_id=rule_id)
        notices.ticket_assigned(act, ticket)


@dataclass(frozen=True)
class Sorting:
    """What staff may change about a ticket in one go."""

    queue: Queue
    category: Category
    priority: Priority
    project: Project | None
    assignee: Person | None


def sort_ticket(act: Act, ticket: Ticket, sorting: Sorting) -> None:
    """Change what differs; each change is a line of the record."""
    if sorting.category is not ticket.category:
        audit.record(act, "ticket.category_changed", ticket, was=ticket.category_id, to=sorting.category.id)
        ticket.category = sorting.category
    if sorting.queue is not ticket.queue:
        audit.record(act, "ticket.queue_changed", ticket, was=ticket.queue_id, to=sorting.queue.id)
        ticket.queue, ticket.is_restricted = sorting.queue, sorting.queue.is_restricted
    if sorting.project is not ticket.project:
        _set_project(act, ticket, sorting.project)
    if sorting.priority is not ticket.priority:
        audit.record(act, "ticket.priority_changed", ticket, was=ticket.priority, to=sorting.priority)
        ticket.priority = sorting.priority
    ticket.updated_at = act.at
    set_due(ticket)
    assign_ticket(act, ticket, sorting.assignee)


def _set_project(act: Act, ticket: Ticket, project: Project | None) -> None:
    audit.record(
        act, "ticket.project_changed", ticket, was=ticket.project_id, to=project.id if project is not None else None
    )
    ticket.project = project
    if project is not None:
        ticket.agency, ticket.coc_id = project.agency, project.coc_id


def add_participant(act: Act, ticket: Ticket, person: Person) -> None:
    """They get the answers and may write on the ticket."""
    if person is ticket.requester or any(one.person is person for one in ticket.participants):
        raise Refused(f"{person.name} takes part already.")
    if not person.is_active:
        raise Refused(f"{person.name} has left and cannot be added.")
    ticket.participants.append(Participant(person=person, added_at=act.at))
    db.session.flush()
    audit.record(act, "ticket.participant_added", ticket, to=person.id)


def remove_participant(act: Act, ticket: Ticket, person: Person) -> None:
    held = next((one for one in ticket.participants if one.person is person), None)
    if held is None:
        raise Refused(f"{person.name} does not take part in this ticket.")
    db.session.delete(held)
    db.session.flush()
    db.session.refresh(ticket, ["participants"])
    audit.record(act, "ticket.participant_removed", ticket, was=person.id)


def bulk_assign(act: Act, tickets: Sequence[Ticket], person: Person | None) -> int:
    """Returns how many changed hands."""
    changed = 0
    for ticket in tickets:
        before = ticket.assignee
        assign_ticket(act, ticket, person)
        changed += ticket.assignee is not before
    return changed


def bulk_resolve(act: Act, tickets: Sequence[Ticket]) -> int:
    """Resolve those that are open; returns how many were."""
    chosen = [ticket for ticket in tickets if ticket.is_open]
    for ticket in chosen:
        resolve_ticket(act, ticket)
    return len(chosen)
