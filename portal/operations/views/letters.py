"""Letters: what was mailed to whom, and what came of it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import documents, web
from portal.mail import letters as mailed
from portal.mail import outbox
from portal.mail.letters import UNDELIVERED, Letter, LetterState
from portal.operations import queries, rules
from portal.operations.forms import LetterFilters
from portal.operations.rules import Look
from portal.operations.views.blueprint import blueprint
from portal.operations.views.shown import Listing, Shown
from portal.policy import Permission
from portal.tables import Column
from portal.web import act, actor, page, requires

SEALED_SUBJECT = "About a ticket that is not yours to see"


class LetterRow(Shown[Letter]):
    @property
    def subject(self) -> str:
        return self.held.subject if self.is_seen else SEALED_SUBJECT

    @property
    def look(self) -> Look:
        return rules.LETTER_LOOKS[self.held.state]


LISTING = Listing(
    LetterRow,
    Letter.id,
    (
        Column("State", lambda row: row.look.words),
        Column("Subject", lambda row: row.subject),
        Column("To", lambda row: row.held.to_name),
        Column("Address", lambda row: row.held.to_address),
        Column("About", lambda row: row.ticket),
        Column("Written", lambda row: row.held.made_at),
        Column("Sent", lambda row: row.held.sent_at),
        Column("Why not", lambda row: row.held.last_error),
    ),
    "letters",
)


@blueprint.route("/settings/letters")
@requires(Permission.LETTER_READ)
def list_letters() -> ResponseReturnValue:
    filters = LetterFilters.from_url()
    found = queries.letters_listed(filters.states(), filters.address())
    return LISTING.page("operations/list_letters.html", found, filters)


@blueprint.route("/settings/letters/<int:letter_id>")
@requires(Permission.LETTER_READ)
def show_letter(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    return page(
        "operations/show_letter.html",
        row=LetterRow(letter, is_seen=True),
        letter=letter,
        shown=documents.paragraphs("" if letter.secret else letter.text),
        stopped=mailed.is_stopped(letter.to_address),
        may_retry=letter.state in (*UNDELIVERED, LetterState.CANCELED) and bool(letter.text),
        may_cancel=letter.state in (LetterState.QUEUED, *UNDELIVERED),
    )


def _letter(letter_id: int) -> Letter:
    return queries.letter_for(actor(), letter_id) or web.not_found()


@blueprint.route("/settings/letters/<int:letter_id>/retry", methods=["POST"])
@requires(Permission.LETTER_READ)
def retry_letter(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    outbox.retry(act(), letter)
    flash(f"The letter to {letter.to_address} is sent again within a minute.", "good")
    return _back(letter)


@blueprint.route("/settings/letters/<int:letter_id>/cancel", methods=["POST"])
@requires(Permission.LETTER_READ)
def cancel_letter(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    outbox.cancel(act(), letter)
    flash(f"The letter to {letter.to_address} is canceled. You can send it again here.", "good")
    return _back(letter)


@blueprint.route("/settings/letters/<int:letter_id>/release", methods=["POST"])
@requires(Permission.LETTER_READ)
def release_address(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    stopped = mailed.bounced(letter.to_address)
    if stopped is not None:
        outbox.release(act(), stopped)
        flash(f"Mail may go to {letter.to_address} again.", "good")
    return _back(letter)


def _back(letter: Letter) -> ResponseReturnValue:
    return redirect(url_for("operations.show_letter", letter_id=letter.id))
