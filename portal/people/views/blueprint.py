"""The blueprint that all views of people stand on, and the words of dates."""

from datetime import date

from flask import Blueprint

from portal.worktime import date_words

blueprint = Blueprint("people", __name__)


@blueprint.app_template_filter("day")
def day(value: date) -> str:
    """A date as it stands on every page: Nov 20, 2026."""
    return date_words(value)


@blueprint.app_template_filter("capitalized")
def capitalized(words: str) -> str:
    """The first letter large, the others as they are (an acronym stays one)."""
    return words[:1].upper() + words[1:]
