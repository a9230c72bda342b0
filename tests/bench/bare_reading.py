"""What the portal's pages ask, as SQLAlchemy Core."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, text

from portal.mail.letters import UNDELIVERED, Letter
from portal.people.models import Organization, Person, Project, RoleGrant
from portal.people.rules import LEAD_ROLES, OrganizationKind
from portal.search import HITS_CAP
from portal.tables import COUNT_CAP, PAGE_SIZE
from portal.tickets.models import Attachment, Category, Message, Participant, Queue, QueueMember, Ticket

Rows = Sequence[Row[Any]]
ticket_, message_, person_ = Ticket.__table__, Message.__table__, Person.__table__
queue_, category_, organization_ = Queue.__table__, Category.__table__, Organization.__table__
assignee_ = person_.alias("assignee")

LISTED = (
    select(
        *(ticket_.c.id, ticket_.c.subject, ticket_.c.state, ticket_.c.priority, ticket_.c.channel),
        *(ticket_.c.opened_at, ticket_.c.updated_at, ticket_.c.next_due_at, ticket_.c.resolved_at),
        *(ticket_.c.is_restricted, ticket_.c.requester_name, ticket_.c.requester_address),
        *(person_.c.first_name, person_.c.last_name, assignee_.c.first_name, assignee_.c.last_name),
        *(organization_.c.short_name, category_.c.name, queue_.c.name),
    )
    .outerjoin(person_, person_.c.id == ticket_.c.requester_id)
    .outerjoin(assignee_, assignee_.c.id == ticket_.c.assignee_id)
    .outerjoin(organization_, organization_.c.id == ticket_.c.agency_id)
    .join(category_, category_.c.id == ticket_.c.category_id)
    .join(queue_, queue_.c.id == ticket_.c.queue_id)
)


def open_list(connection: Connection, person_id: int) -> list[Rows]:
    return _by_due(connection, _visible(person_id), ticket_.c.is_open)


def filtered_list(connection: Connection, person_id: int, queue_id: int) -> list[Rows]:
    mine = (ticket_.c.queue_id == queue_id, ticket_.c.assignee_id == person_id)
    return _by_due(connection, _visible(person_id), ticket_.c.is_open, *mine)


def _visible(person_id: int) -> ColumnElement[bool]:
    member, participant = QueueMember.__table__, Participant.__table__
    return or_(
        ticket_.c.is_restricted.is_(False),
        ticket_.c.requester_id == person_id,
        ticket_.c.queue_id.in_(select(member.c.queue_id).where(member.c.person_id == person_id)),
        ticket_.c.id.in_(select(participant.c.ticket_id).where(participant.c.person_id == person_id)),
    )


def _by_due(connection: Connection, *conditions: ColumnElement[bool]) -> list[Rows]:
    rows = LISTED.where(*conditions).order_by(ticket_.c.next_due_at, ticket_.c.id).limit(PAGE_SIZE + 1)
    return [connection.execute(rows).all(), _counted(connection, select(ticket_.c.id).where(*conditions))]


def _counted(connection: Connection, found: Select[Any]) -> Rows:
    capped = found.limit(COUNT_CAP + 1).subquery()
    return connection.execute(select(func.count()).select_from(capped)).all()


def search(connection: Connection, person_id: int, word: str) -> list[Rows]:
    """Newest first, of all tickets, in the forms that `portal.search` asks in."""
    walked, found = (_on_sqlite(word),) * 2
    if connection.dialect.name != "sqlite":
        walked, found = _on_postgres(connection, word)
    rows = LISTED.where(_visible(person_id), walked).order_by(ticket_.c.id.desc()).limit(PAGE_SIZE + 1)
    counted = select(ticket_.c.id).where(_visible(person_id), found)
    return [connection.execute(rows).all(), _counted(connection, counted)]


def _on_sqlite(word: str) -> ColumnElement[bool]:
    hits = text("SELECT rowid FROM search_ticket WHERE search_ticket MATCH :word")
    return ticket_.c.id.in_(hits.bindparams(word=f'"{word}"*'))


def _on_postgres(connection: Connection, word: str) -> tuple[Any, Any]:
    """How to list and how to count: few hits by their ids; many by walking, and counted as a set."""
    asked = {"word": f"('{word}' | '{word}':*)"}
    matches = "everything @@ to_tsquery('english', :word)"
    inside = f"SELECT id FROM search_ticket WHERE {matches}"
    hits = connection.execute(text(f"{inside} LIMIT {HITS_CAP + 1}"), asked).scalars().all()
    if len(hits) <= HITS_CAP:
        return (ticket_.c.id.in_(hits),) * 2
    each = text(f"(SELECT {matches} FROM search_ticket WHERE search_ticket.id = ticket.id)")
    return each.bindparams(**asked), ticket_.c.id.in_(text(inside).bindparams(**asked))


def choices(connection: Connection) -> list[Rows]:
    """What a list is filtered by."""
    return [_queues(connection), _categories(connection), *_organizations(connection), _staff(connection)]


def _queues(connection: Connection) -> Rows:
    return connection.execute(select(queue_.c.id, queue_.c.name).order_by(queue_.c.position, queue_.c.id)).all()


def _categories(connection: Connection) -> Rows:
    return connection.execute(
        select(category_.c.id, category_.c.name).order_by(category_.c.position, category_.c.id)
    ).all()


def _organizations(connection: Connection) -> list[Rows]:
    named = select(organization_.c.id, organization_.c.short_name).order_by(organization_.c.name, organization_.c.id)
    kinds = (OrganizationKind.AGENCY, OrganizationKind.COC)
    in_force = named.where(organization_.c.ended_on.is_(None))
    return [connection.execute(in_force.where(organization_.c.kind == kind)).all() for kind in kinds]


def _staff(connection: Connection) -> Rows:
    role = RoleGrant.__table__
    holding = select(role.c.person_id).where(role.c.role.in_(LEAD_ROLES), role.c.ended_on.is_(None))
    named = select(person_.c.id, person_.c.first_name, person_.c.last_name)
    working = named.where(person_.c.ended_on.is_(None), person_.c.id.in_(holding))
    return connection.execute(working.order_by(person_.c.last_name, person_.c.first_name, person_.c.id)).all()


def ticket(connection: Connection, ticket_id: int) -> list[Rows]:
    """The ticket, who takes part, the conversation, undelivered letters, and what its forms offer."""
    return [
        _record(connection, ticket_id),
        _taking_part(connection, ticket_id),
        *_conversation(connection, ticket_id),
        _undelivered(connection, ticket_id),
        _staff(connection),
        _queues(connection),
        _categories(connection),
        _projects(connection, ticket_id),
    ]


def _record(connection: Connection, ticket_id: int) -> Rows:
    project = Project.__table__
    asked = (
        LISTED.add_columns(
            *(ticket_.c.urgency, ticket_.c.first_response_due_at, ticket_.c.first_responded_at),
            *(ticket_.c.resolution_due_at, ticket_.c.possibly_about_id, queue_.c.words, project.c.name),
        )
        .outerjoin(project, project.c.id == ticket_.c.project_id)
        .where(ticket_.c.id == ticket_id)
    )
    return connection.execute(asked).all()


def _taking_part(connection: Connection, ticket_id: int) -> Rows:
    participant = Participant.__table__
    others = (
        select(person_.c.id, person_.c.first_name, person_.c.last_name)
        .join(participant, participant.c.person_id == person_.c.id)
        .where(participant.c.ticket_id == ticket_id)
        .order_by(person_.c.id)
    )
    return connection.execute(others).all()


def _conversation(connection: Connection, ticket_id: int) -> list[Rows]:
    said = (
        select(
            *(message_.c.id, message_.c.kind, message_.c.channel, message_.c.at, message_.c.text, message_.c.quoted),
            *(message_.c.masked, message_.c.sent_as_typed, message_.c.author_name),
            *(person_.c.first_name, person_.c.last_name, person_.c.job_title, organization_.c.short_name),
        )
        .outerjoin(person_, person_.c.id == message_.c.author_id)
        .outerjoin(organization_, organization_.c.id == person_.c.home_id)
        .where(message_.c.ticket_id == ticket_id)
        .order_by(message_.c.id)
    )
    messages = connection.execute(said).all()
    attachment = Attachment.__table__
    files = select(attachment.c.id, attachment.c.name).where(attachment.c.message_id.in_([row.id for row in messages]))
    return [messages, connection.execute(files).all()]


def _undelivered(connection: Connection, ticket_id: int) -> Rows:
    letter = Letter.__table__
    asked = select(letter.c.id, letter.c.to_address, letter.c.last_error).where(
        letter.c.about_kind == "ticket", letter.c.about_id == ticket_id, letter.c.state.in_(UNDELIVERED)
    )
    return connection.execute(asked.order_by(letter.c.id)).all()


def _projects(connection: Connection, ticket_id: int) -> Rows:
    project = Project.__table__
    asked = select(project.c.id, project.c.name).join(ticket_, ticket_.c.agency_id == project.c.agency_id)
    return connection.execute(asked.where(ticket_.c.id == ticket_id).order_by(project.c.name, project.c.id)).all()
