"""Filing a ticket: one's own, or staff for a caller."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import guard
from portal.forms import choices
from portal.people import queries as people
from portal.people.models import Person, Project
from portal.people.rules import normal_address
from portal.policy import Permission
from portal.tickets import actions, queries
from portal.tickets.actions import Requester
from portal.tickets.forms import FileForCallerForm, FileTicketForm
from portal.tickets.models import Ticket
from portal.tickets.rules import Channel, Urgency
from portal.tickets.views.blueprint import blueprint
from portal.web import act, page, requires


@blueprint.route("/tickets/new", methods=["GET", "POST"])
@requires(Permission.TICKET_FILE)
def file_ticket() -> ResponseReturnValue:
    person: Person = current_user.person
    projects = queries.projects_of_person(person, act().at.date())
    form = FileTicketForm.from_request()
    _offer(form, projects)
    form.allowed = queries.allowed(person)
    if form.submitted():
        with form.refusing():
            ticket = _open(form, Requester(person), projects, Channel.WEB, None)
            flash(f"Your ticket {ticket.number} is with the help desk. We sent you a copy by e-mail.", "good")
            return redirect(url_for("tickets.show_ticket", ticket_id=ticket.id))
    return page("tickets/file_ticket.html", form=form, categories=queries.categories())


@blueprint.route("/tickets/new/caller", methods=["GET", "POST"])
@requires(Permission.TICKET_FILE_FOR_CALLER)
def file_for_caller() -> ResponseReturnValue:
    form = FileForCallerForm.from_request(caller=request.args.get("caller", ""))
    address = normal_address(form.caller.data or "")
    caller = people.person_by_email(address)
    projects = queries.projects_of_person(caller, act().at.date()) if caller else []
    _offer(form, projects)
    form.allowed = queries.allowed(current_user.person, caller)
    if form.submitted():
        stranger = Requester(None, form.caller_name.data or "", address)
        requester = Requester(caller) if caller else stranger
        with form.refusing():
            ticket = _open(form, requester, projects, Channel.PHONE, current_user.person)
            flash(f"{ticket.number} is filed for {ticket.requester_words}.", "good")
            return redirect(url_for("tickets.show_ticket", ticket_id=ticket.id))
    return page("tickets/file_for_caller.html", form=form, categories=queries.categories())


def _offer(form: FileTicketForm, projects: Sequence[Project]) -> None:
    form.category.choices = choices(queries.category_names(), "Choose one")
    form.project.choices = choices([(one.id, one.name) for one in projects], "No project, or not sure")


def _open(
    form: FileTicketForm, requester: Requester, projects: Sequence[Project], channel: Channel, filed_by: Person | None
) -> Ticket:
    category = queries.category(int(form.category.data))
    if category is None:
        raise LookupError("The choices of the form are the categories.")
    return actions.open_ticket(
        act(),
        requester,
        subject=form.subject.data or "",
        draft=form.draft(),
        category=category,
        urgency=Urgency(form.urgency.data),
        channel=channel,
        project=next((one for one in projects if str(one.id) == form.project.data), None),
        filed_by=filed_by,
    )


@blueprint.route("/tickets/check-text", methods=["POST"])
@requires(Permission.TICKET_FILE)
def check_text() -> ResponseReturnValue:
    """While typing: a quiet warning about what looks like client data. Nothing is stored."""
    typed = "\n".join(request.form.get(name, "") for name in ("subject", "text"))[:50_000]
    found = guard.findings(typed, allowed=queries.allowed(current_user.person))
    kinds = sorted({finding.kind.label for finding in found})
    return page("tickets/check_text.html", kinds=kinds)
