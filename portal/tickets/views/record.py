"""One ticket: its page, its history, its files, and what staff do about it."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import files, panels, web
from portal.forms import choices
from portal.people import queries as people
from portal.people.rules import normal_address
from portal.policy import Permission, allows
from portal.tickets import actions, queries, rules
from portal.tickets.forms import AnswerForm, CommentForm, NoteForm, ParticipantForm, SortForm
from portal.tickets.models import Attachment, Message, SealedOriginal, Ticket
from portal.tickets.rules import Priority, SenderCheck
from portal.tickets.views.blueprint import blueprint
from portal.web import act, actor, leaves_trace, page, requires


@blueprint.route("/tickets/<int:ticket_id>")
@requires(Permission.TICKET_READ, on=queries.ticket)
def show_ticket(ticket: Ticket) -> ResponseReturnValue:
    return record_page(ticket)


def record_page(ticket: Ticket, **shown: Any) -> ResponseReturnValue:
    """The ticket's page; a form that was refused is shown in its place with all that was typed."""
    works = allows(actor(), Permission.TICKET_WORK, ticket)
    refused = next((form for form in shown.values() if getattr(form, "status", 200) != 200), None)
    messages = queries.messages(ticket, actor())
    facts: dict[str, Any] = {
        "ticket": ticket,
        "messages": messages,
        "doubtful": _doubtful(messages) if works else None,
        "works": works,
        "reader": actor(),
        "may_comment": allows(actor(), Permission.TICKET_COMMENT, ticket),
        "takes_part": current_user.person_id in ticket.scope.people,
        "panels": panels.slot("ticket.side").shown(ticket),
        "pressing": rules.pressing(act().at, ticket.due_at),
        "newer": [],
        "now": act().at,
        "may_read_sealed": allows(actor(), Permission.TICKET_READ_SEALED, ticket),
        "preview": "",
        "comment_form": None,
        "refused_form": refused,
    }
    if works:
        facts |= _desk_side(ticket, messages)
    elif facts["may_comment"]:
        facts["comment_form"] = CommentForm()
    return page("tickets/show_ticket.html", form=refused, **{**facts, **shown})


def _doubtful(messages: Sequence[Message]) -> Message | None:
    """The mail whose sender is least sure; of several, the latest."""
    for check in (SenderCheck.FAILED, SenderCheck.UNVERIFIED):
        found = [message for message in messages if message.sender is check]
        if found:
            return found[-1]
    return None


def _desk_side(ticket: Ticket, messages: Sequence[Message]) -> dict[str, Any]:
    """Staff see every message, so the last one shown is the last there is."""
    return {
        "answer_form": AnswerForm(formdata=None, seen=str(messages[-1].id if messages else 0)),
        "note_form": NoteForm(formdata=None),
        "sort_form": sort_form(ticket),
        "undelivered": queries.undelivered(ticket),
    }


def sort_form(ticket: Ticket) -> SortForm:
    form = SortForm.from_request(
        assignee=str(ticket.assignee_id or ""),
        queue=str(ticket.queue_id),
        category=str(ticket.category_id),
        priority=ticket.priority.value,
        project=str(ticket.project_id or ""),
    )
    form.assignee.choices = choices(people.staff_names(act().at.date()), "Nobody")
    form.queue.choices = choices(queries.queue_names())
    form.category.choices = choices(queries.category_names())
    form.project.choices = choices(people.project_names(ticket.agency_id) if ticket.agency_id else (), "No project")
    return form


@blueprint.route("/tickets/<int:ticket_id>/sort", methods=["POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def sort_ticket(ticket: Ticket) -> ResponseReturnValue:
    form = sort_form(ticket)
    if form.submitted():
        queue, category = queries.queue(int(form.queue.data)), queries.category(int(form.category.data))
        if queue is not None and category is not None:
            sorting = actions.Sorting(
                queue=queue,
                category=category,
                priority=Priority(form.priority.data),
                project=people.project(int(form.project.data)) if form.project.data else None,
                assignee=people.person(int(form.assignee.data)) if form.assignee.data else None,
            )
            actions.sort_ticket(act(), ticket, sorting)
            flash(f"{ticket.number} is updated.", "good")
            return _back(ticket)
    return record_page(ticket, sort_form=form)


@blueprint.route("/tickets/<int:ticket_id>/take", methods=["POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def take_ticket(ticket: Ticket) -> ResponseReturnValue:
    actions.take_ticket(act(), ticket, current_user.person)
    flash(f"{ticket.number} is yours.", "good")
    return _back(ticket)


@blueprint.route("/tickets/<int:ticket_id>/hand-back", methods=["POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def hand_back(ticket: Ticket) -> ResponseReturnValue:
    actions.hand_back(act(), ticket)
    flash(f"{ticket.number} waits for {ticket.requester_words}; its resolution clock stands still.", "good")
    return _back(ticket)


@blueprint.route("/tickets/<int:ticket_id>/resolve", methods=["POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def resolve_ticket(ticket: Ticket) -> ResponseReturnValue:
    actions.resolve_ticket(act(), ticket)
    flash(f"{ticket.number} is resolved. {ticket.requester_words} is told and can reopen it by answering.", "good")
    return _back(ticket)


@blueprint.route("/tickets/<int:ticket_id>/reopen", methods=["POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def reopen_ticket(ticket: Ticket) -> ResponseReturnValue:
    actions.reopen_ticket(act(), ticket)
    flash(f"{ticket.number} is open again.", "good")
    return _back(ticket)


@blueprint.route("/tickets/<int:ticket_id>/people", methods=["GET", "POST"])
@requires(Permission.TICKET_WATCH, on=queries.ticket)
def add_participant(ticket: Ticket) -> ResponseReturnValue:
    form = ParticipantForm.from_request()
    if form.submitted():
        person = queries.addressee(actor(), normal_address(form.email.data or ""), act().at.date())
        if person is None:
            form.refuse("The portal knows nobody with this address. Invite them first.", "email")
        else:
            with form.refusing():
                actions.add_participant(act(), ticket, person)
                flash(f"{person.name} now gets the answers and may write here.", "good")
                return _back(ticket)
    return page("tickets/add_participant.html", form=form, ticket=ticket)


@blueprint.route("/tickets/<int:ticket_id>/people/<int:person_id>/remove", methods=["POST"])
@requires(Permission.TICKET_WATCH, on=queries.ticket)
def remove_participant(ticket: Ticket, person_id: int) -> ResponseReturnValue:
    held = next((one.person for one in ticket.participants if one.person_id == person_id), None)
    if held is not None:
        actions.remove_participant(act(), ticket, held)
        flash(f"{held.name} no longer gets the answers.", "good")
    return _back(ticket)


@blueprint.route("/tickets/<int:ticket_id>/history")
@requires(Permission.TICKET_READ, on=queries.ticket)
def show_history(ticket: Ticket) -> ResponseReturnValue:
    lines = queries.told(queries.history(ticket), actor())
    return page("tickets/show_history.html", ticket=ticket, lines=lines, reader=actor())


@blueprint.route("/tickets/<int:ticket_id>/files/<int:attachment_id>")
@requires(Permission.TICKET_READ, on=queries.attachment)
def download_file(attachment: Attachment) -> ResponseReturnValue:
    if attachment.message.kind.is_internal and not actor().is_staff:
        web.not_found()
    return files.attachment(attachment.file, attachment.name)


@blueprint.route("/tickets/<int:ticket_id>/messages/<int:message_id>/original")
@requires(Permission.TICKET_READ_SEALED, on=queries.original)
@leaves_trace("Reading a sealed original is recorded.")
def read_original(original: SealedOriginal) -> ResponseReturnValue:
    text = actions.read_original(act(), original)
    return page("tickets/read_original.html", original=original, ticket=original.message.ticket, text=text)


def _back(ticket: Ticket) -> ResponseReturnValue:
    return redirect(url_for("tickets.show_ticket", ticket_id=ticket.id))
