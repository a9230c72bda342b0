"""The way between the three lists of the register."""

from typing import Any

from flask import url_for

from portal.policy import Permission, allows
from portal.web import actor

LISTS = (
    ("People", "people.list_people", Permission.PERSON_READ),
    ("Organizations", "people.list_organizations", Permission.ORGANIZATION_READ),
    ("HMIS projects", "people.list_projects", Permission.PROJECT_READ),
)


def register_nav(current: str) -> list[dict[str, Any]]:
    """The lists of the register that the reader may open."""
    return [
        {"label": label, "href": url_for(endpoint), "current": endpoint == current}
        for label, endpoint, permission in LISTS
        if allows(actor(), permission)
    ]
