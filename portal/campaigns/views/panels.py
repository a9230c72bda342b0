"""What campaigns show on the record of an organization."""

from flask import render_template
from markupsafe import Markup

from portal.campaigns import queries
from portal.people.models import Organization
from portal.policy import Permission, allows
from portal.web import actor


def organization_panel(organization: Organization) -> Markup | None:
    """The campaigns that run there, with its own progress."""
    if not allows(actor(), Permission.CAMPAIGN_PART_READ, organization):
        return None
    running = queries.parts_of(organization.id)
    if not running:
        return None
    return Markup(  # noqa: S704  # our own template
        render_template("campaigns/_organization_panel.html", organization=organization, running=running)
    )
