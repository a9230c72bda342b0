"""The blueprint that all views of standing stand on, and the row of its pages."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.policy import Permission, allows
from portal.web import actor

blueprint = Blueprint("standing", __name__)

PAGES = (
    (Permission.REQUIREMENT_READ, "Requirements", "list_requirements"),
    (Permission.EVIDENCE_READ, "Evidence", "list_evidence"),
    (Permission.EVIDENCE_APPROVE, "Waits for approval", "list_waiting"),
    (Permission.EVIDENCE_ENTER, "Files", "list_imports"),
    (Permission.WAIVER_READ, "Waivers", "list_waivers"),
)


@blueprint.context_processor
def pages_of_standing() -> dict[str, Any]:
    """The lists of this package that the reader may open."""
    return {
        "standing_pages": [
            {"label": label, "href": url_for(f"standing.{view}"), "current": request.endpoint == f"standing.{view}"}
            for needed, label, view in PAGES
            if allows(actor(), needed)
        ]
    }
