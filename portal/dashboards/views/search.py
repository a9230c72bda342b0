"""Search over everything that the reader may see."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.dashboards import queries
from portal.dashboards.views.blueprint import blueprint
from portal.policy import Permission
from portal.web import act, actor, page, requires

LONGEST = 200


@blueprint.route("/search")
@requires(Permission.HOME_READ)
def search() -> ResponseReturnValue:
    """The number of a ticket goes straight to it."""
    words = " ".join(request.args.get("q", "")[:LONGEST].split())
    ticket_id = queries.ticket_numbered(actor(), words)
    if ticket_id is not None:
        return redirect(url_for("tickets.show_ticket", ticket_id=ticket_id))
    found = queries.found(actor(), words, act().at) if words else None
    return page("dashboards/search.html", words=words, found=found, reader=actor())
