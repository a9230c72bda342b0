"""The queue: everybody's tickets for staff, the agency's for its heads, one's own for everybody else."""

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import tables
from portal.forms import choices
from portal.people import queries as people
from portal.people.rules import local_path
from portal.policy import Permission, allows
from portal.tables import Column
from portal.tickets import actions, queries
from portal.tickets.forms import BulkForm, TicketFilters
from portal.tickets.models import Ticket
from portal.tickets.queries import Filters
from portal.tickets.views.blueprint import blueprint
from portal.web import act, actor, page, requires

VIEW_WORDS = {
    "open": "All open",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "late": "Late",
    "waiting": "Waiting on requester",
    "resolved": "Resolved",
    "all": "All",
}
VIEW_WORDS_OUTSIDE = {"open": "Open", "resolved": "Resolved", "all": "All"}


def _state_words(ticket: queries.Line) -> str:
    reader = actor()
    return ticket.state.words_to(is_staff=reader.is_staff, is_requester=ticket.requester_id == reader.person_id)


EXPORT = (
    Column("Number", lambda ticket: ticket.number),
    Column("Subject", lambda ticket: ticket.subject),
    Column("State", _state_words),
    Column("Priority", lambda ticket: ticket.priority.words),
    Column("Category", lambda ticket: ticket.category),
    Column("Queue", lambda ticket: ticket.queue),
    Column("Requester", lambda ticket: ticket.requester_words),
    Column("Agency", lambda ticket: ticket.agency),
    Column("Assigned to", lambda ticket: ticket.assignee_words),
    Column("Opened", lambda ticket: ticket.opened_at),
    Column("Due", lambda ticket: ticket.due_at),
    Column("Resolved", lambda ticket: ticket.resolved_at),
)


@blueprint.route("/tickets")
@requires(Permission.HOME_READ)
def list_tickets() -> ResponseReturnValue:
    if set(request.args) - {*_FILTERS, *_PAGING}:
        return redirect(url_for("tickets.list_tickets", **_kept(*_FILTERS, *_PAGING)))
    chosen = _filter_form()
    filters = chosen.filters()
    statement = queries.listed(actor(), filters, act().at)
    order = _order(chosen, filters)
    return page(
        "tickets/list_tickets.html",
        filter_form=chosen,
        filters=filters,
        tickets=tables.sliced(queries.lines(statement), queries.ORDERS[order], made=queries.Line._make),
        count=tables.counted(statement.with_only_columns(Ticket.id)),
        order=order,
        views=_views(filters),
        is_staff=actor().is_staff,
        reader=actor(),
        may_export=allows(actor(), Permission.TICKET_EXPORT),
        bulk=_bulk_form() if actor().is_staff else None,
        now=act().at,
    )


def _order(chosen: TicketFilters, filters: Filters) -> str:
    """Work is ordered by what is due; what is done, or looked up, by newest."""
    asked = str(chosen.sort.data or "")
    if asked in queries.ORDERS:
        return asked
    return "due" if filters.view not in ("resolved", "all") and not filters.words and actor().is_staff else "newest"


def _filter_form() -> TicketFilters:
    form = TicketFilters.from_url()
    form.queue.choices = choices(queries.queue_names(), "Any queue")
    form.category.choices = choices(queries.category_names(), "Any category")
    form.agency.choices = choices(
        [(one.id, one.short_name) for one in queries.agencies_to_filter(actor())], "Any agency"
    )
    form.coc.choices = choices(people.coc_names(), "Any CoC")
    staff = _staff() if actor().is_staff else ()
    form.assignee.choices = choices([("me", "Me"), ("none", "Nobody"), *staff], "Anybody")
    return form


def _staff() -> Sequence[tuple[int, str]]:
    """Asked once for the filter and the bar that assigns many."""
    if "staff_names" not in g:
        g.staff_names = people.staff_names(act().at.date())
    held: Sequence[tuple[int, str]] = g.staff_names
    return held


def _views(filters: Filters) -> list[dict[str, object]]:
    words = VIEW_WORDS if actor().is_staff else VIEW_WORDS_OUTSIDE
    return [
        {
            "label": label,
            "href": url_for("tickets.list_tickets", view=view, **_kept(*_FILTERS)),
            "current": view == filters.view,
        }
        for view, label in words.items()
    ]


def _kept(*names: str) -> dict[str, Any]:
    return {name: request.args[name] for name in names if name in request.args}


_FILTERS = ("q", "queue", "category", "agency", "coc", "priority", "assignee")
"""What a link to another view takes along."""
_PAGING = ("view", "after", "before", "sort")


@blueprint.route("/tickets/export.<any(csv, xlsx):kind>")
@requires(Permission.TICKET_EXPORT)
def export_tickets(kind: str) -> ResponseReturnValue:
    """Exactly what the list shows, all pages of it."""
    chosen = _filter_form()
    filters = chosen.filters()
    statement = queries.lines(queries.listed(actor(), filters, act().at))
    rows = tables.everything(statement, queries.ORDERS[_order(chosen, filters)], made=queries.Line._make)
    return tables.export(rows, EXPORT, kind, "tickets")


@blueprint.route("/tickets/bulk", methods=["POST"])
@requires(Permission.TICKET_WORK)
def change_many() -> ResponseReturnValue:
    form = _bulk_form()
    back = redirect(local_path(request.form.get("back") or url_for("tickets.list_tickets")))
    if not form.submitted() or not form.ticket_ids:
        flash("Tick at least one ticket first.", "warn")
        return back
    chosen = queries.workable(actor(), form.ticket_ids)
    if form.deed.data == "resolve":
        changed = actions.bulk_resolve(act(), chosen)
        flash(f"{changed} tickets resolved; their requesters are told.", "good")
    else:
        person = queries.staff_member(int(form.assignee.data), act().at.date()) if form.assignee.data else None
        changed = actions.bulk_assign(act(), chosen, person)
        flash(f"{changed} tickets assigned to {person.name if person else 'nobody'}.", "good")
    return back


def _bulk_form() -> BulkForm:
    form = BulkForm.from_request()
    form.assignee.choices = choices(_staff(), "Nobody")
    return form
