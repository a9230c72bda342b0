"""The blueprint that all views of people stand on, and the words of dates."""

from flask import Blueprint

from portal.worktime import date_words

blueprint = Blueprint("people", __name__)


blueprint.add_app_template_filter(date_words)
"""A date as it stands on every page: Nov 20, 2026."""


@blueprint.app_template_filter("capitalized")
def capitalized(words: str) -> str:
    """The first letter large, the others as they are (an acronym stays one)."""
    return words[:1].upper() + words[1:]
