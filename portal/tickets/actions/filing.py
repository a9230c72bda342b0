"""A ticket comes to be: in the browser, by mail, or by staff for a caller."""

from dataclasses import dataclass, replace

from portal import audit
from portal.audit import Act, Via
from portal.db import db, put
from portal.errors import Refused
from portal.people.models import Organization, Person, Project
from portal.people.rules import OrganizationKind
from portal.tickets import notices, queries, rules
from portal.tickets.actions.clocks import set_due
from portal.tickets.actions.messages import Draft, allowed_on, check_text, keep_message
from portal.tickets.actions.sorting import chosen_by_rule, tell_chosen
from portal.tickets.models import Category, Queue, Ticket
from portal.tickets.rules import Channel, Decision, MessageKind, Priority, State, Urgency


@dataclass(frozen=True)
class Requester:
    """Who asks: somebody of the register, or a stranger by name and address."""

    person: Person | None = None
    name: str = ""
    address: str = ""


def open_ticket(
    act: Act,
    requester: Requester,
    *,
    subject: str,
    draft: Draft,
    category: Category,
    urgency: Urgency = Urgency.NORMAL,
    channel: Channel = Channel.WEB,
    project: Project | None = None,
    filed_by: Person | None = None,
    possibly_about: Ticket | None = None,
) -> Ticket:
    """Raises Refused when the subject or the text is missing or too long, or a file is not accepted."""
    check_text(draft.text, has_files=bool(draft.uploads))
    safe_subject = _safe_subject(subject, draft, requester.person)
    draft = replace(draft, subject=safe_subject)
    agency = _agency(requester.person, project)
    coc_id = project.coc_id if project else min(agency.coc_ids, default=None) if agency else None
    decision = _triaged(safe_subject.text, draft.text, category, urgency, channel, agency, coc_id, project)
    queue = category.queue if decision.queue_id == category.queue_id else db.session.get_one(Queue, decision.queue_id)
    assignee = chosen_by_rule(decision, queue)
    ticket = Ticket(
        subject=safe_subject.text[: rules.SUBJECT_LENGTH],
        state=State.NEW,
        is_open=True,
        is_restricted=queue.is_restricted,
        priority=decision.priority,
        urgency=urgency,
        channel=channel,
        requester_name=requester.name[:160],
        requester_address=requester.address[:254],
        coc_id=coc_id,
        assigned_at=act.at if assignee else None,
        opened_at=act.at,
        updated_at=act.at,
    )
    set_due(ticket)
    put(
        ticket,
        category=category,
        queue=queue,
        agency=agency,
        project=project,
        requester=requester.person,
        assignee=assignee,
        filed_by=filed_by,
        possibly_about=possibly_about,
        participants=[],
        messages=[],
        pauses=[],
    )
    keep_message(act, ticket, draft, MessageKind.OPENING, channel, requester.person, requester.name)
    audit.record(act, "ticket.filed", ticket, channel=channel, category_id=category.id, urgency=urgency)
    _record_triage(act, ticket, decision)
    tell_chosen(act, ticket, decision)
    notices.ticket_received(act, ticket, draft.mail_id)
    return ticket


def _safe_subject(subject: str, draft: Draft, author: Person | None) -> rules.SafeText:
    plain = " ".join(subject.split())
    if not plain:
        raise Refused("Give the ticket a subject: a few words that say what it is about.")
    return rules.safe(plain, allowed_on(None, author), draft.choice, draft.personal_id)


def _agency(person: Person | None, project: Project | None) -> Organization | None:
    """The project's agency; else where the requester works."""
    if project is not None:
        return project.agency
    home = person.home if person else None
    return home if home and home.kind in (OrganizationKind.AGENCY, OrganizationKind.HMIS_LEAD) else None


def _triaged(
    subject: str,
    text: str,
    category: Category,
    urgency: Urgency,
    channel: Channel,
    agency: Organization | None,
    coc_id: int | None,
    project: Project | None,
) -> Decision:
    facts = rules.TicketFacts(
        category_id=category.id,
        agency_id=agency.id if agency else None,
        coc_id=coc_id,
        project_type=project.project_type if project else None,
        channel=channel,
        text=f"{subject}\n{text[:20_000]}",
    )
    priority = rules.PRIORITY_OF[urgency]
    if category.is_urgent and priority in (Priority.LOW, Priority.NORMAL):
        priority = Priority.HIGH
    return rules.decide(queries.rules_in_force(), facts, category.queue_id, priority, queries.restricted_queues())


def _record_triage(act: Act, ticket: Ticket, decision: Decision) -> None:
    """Each thing that a rule set, with the rule that set it."""
    by_rule = Act(at=act.at, by=act.by, via=Via.RULE)
    if "queue" in decision.by:
        audit.record(by_rule, "ticket.queue_changed", ticket, to=ticket.queue_id, rule_id=decision.by["queue"])
    if "priority" in decision.by:
        audit.record(by_rule, "ticket.priority_changed", ticket, to=ticket.priority, rule_id=decision.by["priority"])
