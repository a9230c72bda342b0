"""What campaigns show on the record of an organization and on the standing of a person."""

from flask import render_template
from markupsafe import Markup

from portal.campaigns import queries
from portal.people.models import Organization, Person
from portal.policy import Permission, allows
from portal.standing.views.shown import kinds
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


def person_panel(person: Person) -> Markup | None:
    """What running campaigns still ask of the person, and where it can be done."""
    asked = queries.asking(person.id)
    if not asked:
        return None
    known = kinds()
    ways = {}
    for member in asked:
        terms = member.campaign.requirement.latest
        kind = known.get(terms.kind)
        if kind is not None and kind.clear_link is not None:
            ways[member.id] = (kind.clear_words, kind.clear_link(terms.key))
    return Markup(  # noqa: S704  # our own template
        render_template("campaigns/_person_panel.html", asked=asked, ways=ways)
    )
