"""The audit trail."""

from types import MappingProxyType
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.audit import AuditEvent
from portal.operations import queries
from portal.operations.forms import TrailForm
from portal.operations.queries import Line
from portal.operations.views.blueprint import blueprint
from portal.people import queries as people
from portal.policy import Permission
from portal.tables import Column, Order, counted, export_links, exported, is_filtered, sliced
from portal.web import page, requires

NEWEST = Order((AuditEvent.id,), descending=True)
COLUMNS = (
    Column("When", lambda line: line.at),
    Column("Who", lambda line: line.who),
    Column("What happened", lambda line: line.words),
    Column("To what", lambda line: line.subject),
    Column("How", lambda line: line.via),
    Column("Kind", lambda line: line.kind),
    Column("Number", lambda line: line.subject_id or None),
    Column("Facts", lambda line: "; ".join(f"{name}: {value}" for name, value in line.facts.items())),
)
_PAGES = MappingProxyType(
    {
        "ticket": ("tickets.show_ticket", "ticket_id"),
        "person": ("people.person", "person_id"),
        "organization": ("people.organization", "organization_id"),
        "project": ("people.project", "project_id"),
        "letter": ("operations.show_letter", "letter_id"),
        "inbound_mail": ("operations.show_inbound", "inbound_id"),
        "run": ("operations.show_run", "run_id"),
        "queue": ("tickets.edit_queue", "queue_id"),
        "category": ("tickets.edit_category", "category_id"),
    }
)
"""Where the things that an event happened to have a page."""


def page_of(line: Line) -> str | None:
    if line.kind not in _PAGES or not line.subject_id:
        return None
    view, argument = _PAGES[line.kind]
    values: dict[str, Any] = {argument: line.subject_id}
    return url_for(view, **values)


@blueprint.route("/settings/audit")
@requires(Permission.AUDIT_READ)
def list_events() -> ResponseReturnValue:
    form = TrailForm.from_url()
    found = queries.trail(form.filters(people.zone_of_reader(current_user)))
    file = exported(found, NEWEST, COLUMNS, "audit-trail", queries.told)
    if file is not None:
        return file
    events = sliced(found, NEWEST)
    return page(
        "operations/list_events.html",
        filters=form,
        is_filtered=is_filtered(),
        events=events,
        lines=queries.told(events.rows),
        count=counted(found.with_only_columns(AuditEvent.id)),
        exports=export_links(),
        page_of=page_of,
    )
