"""The blueprint that all views of HMIS exports stand on, and the lists of this place."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.policy import Permission, allows
from portal.web import actor

blueprint = Blueprint("hmis_csv", __name__)
LARGEST_REQUEST = 300 << 20
"""A slim copy with its form. Of a full export no more than this is ever taken in, in a file without a name."""

_LISTS = (
    ("Entering data", "hmis_csv.show_consistency", Permission.COMPLIANCE_READ),
    ("HMIS exports", "hmis_csv.list_exports", Permission.HMIS_EXPORT_READ),
    ("Users of the HMIS", "hmis_csv.list_users", Permission.HMIS_USER_READ),
)


def nav(current: str) -> list[dict[str, Any]]:
    """The lists that the reader may open."""
    return [
        {"label": label, "href": url_for(endpoint), "current": endpoint == current}
        for label, endpoint, permission in _LISTS
        if allows(actor(), permission)
    ]


@blueprint.url_value_preprocessor
def _let_large_copies_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: this one page takes larger files than the portal does elsewhere."""
    if endpoint == "hmis_csv.load_export":
        request.max_content_length = LARGEST_REQUEST
