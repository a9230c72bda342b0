"""What a refusal looks like."""

import structlog
from flask import g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from portal.db import db
from portal.errors import Refused
from portal.web.asking import is_partial

log = structlog.get_logger("portal.web")


def error_page(status: int, title: str, sentence: str) -> ResponseReturnValue:
    facts = {"status": status, "title": title, "sentence": sentence}
    if is_partial():
        return make_response(render_template("error_fragment.html", **facts), status)
    return make_response(render_template("error.html", **facts), status)


ERROR_WORDS: dict[int, tuple[str, str]] = {
    400: ("We could not read that request", "Go back, reload the page, and try again."),
    403: ("Your role does not allow this", "If you need it for your work, ask the HMIS Lead."),
    404: (
        "We found nothing here",
        "It may have moved, or it may not be yours to see. Search, or go back to your home page.",
    ),
    405: ("That is not how this page works", "Go back and use the buttons on the page."),
    413: ("That is too large to send", "Send fewer or smaller files: up to 10 at a time, each up to 25 MB."),
    429: ("Too many tries", "Wait a few minutes and try again."),
}


def error_for(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    title, sentence = ERROR_WORDS.get(
        status, ("Something went wrong on our side", "We have noted it. Try again shortly.")
    )
    if status >= 500:
        db.session.rollback()
    return error_page(status, title, sentence)


def refused_page(refusal: Refused) -> ResponseReturnValue:
    db.session.rollback()
    return error_page(409, "This could not be done", refusal.sentence)


_OUR_OWN_FAULTS = ("no such table", "no such column", "near ")
"""SQLite calls a mistaken statement operational too; that is ours to mend, and no database is away."""


def database_away(error: OperationalError) -> ResponseReturnValue:
    if str(error.orig).startswith(_OUR_OWN_FAULTS):
        raise error
    log.error("database.away", kind=type(error.orig).__name__)
    db.session.rollback()
    g._login_user = AnonymousUserMixin()  # noqa: SLF001  # flask-login would ask the database again who reads the page
    return make_response(render_template("away.html"), 503)
