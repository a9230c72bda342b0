"""Letters: what was mailed to whom, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from portal.policy import Permission
from portal.tables import Column, Order, counted, export_links, exported, is_filtered, sliced
from portal.tickets.models import Ticket
from portal.tickets.rules import number_words
from portal.web import act, actor, page, requires

NEWEST = Order((Letter.id,), descending=True)
SEALED_SUBJECT = "About a ticket that is not yours to see"


@dataclass(frozen=True)
class Row:
    """A letter as its reader may see it."""

    letter: Letter
    is_seen: bool

    @property
    def subject(self) -> str:
        return self.letter.subject if self.is_seen else SEALED_SUBJECT

    @property
    def look(self) -> Look:
        return rules.LETTER_LOOKS[self.letter.state]

    @property
    def about(self) -> str:
        is_ticket = self.letter.about_kind == Ticket.__tablename__ and self.letter.about_id
        return number_words(self.letter.about_id) if is_ticket and self.letter.about_id and self.is_seen else ""


COLUMNS = (
    Column("State", lambda row: row.look.words),
    Column("Subject", lambda row: row.subject),
    Column("To", lambda row: row.letter.to_name),
    Column("Address", lambda row: row.letter.to_address),
    Column("About", lambda row: row.about),
    Column("Written", lambda row: row.letter.made_at),
    Column("Sent", lambda row: row.letter.sent_at),
    Column("Why not", lambda row: row.letter.last_error),
)


@blueprint.route("/settings/letters")
@requires(Permission.LETTER_READ)
def list_letters() -> ResponseReturnValue:
    filters = LetterFilters.from_url()
    found = queries.letters_listed(filters.states(), filters.address())
    file = exported(found, NEWEST, COLUMNS, "letters", _rows)
    if file is not None:
        return file
    letters = sliced(found, NEWEST)
    return page(
        "operations/list_letters.html",
        filters=filters,
        is_filtered=is_filtered(),
        letters=letters,
        rows=_rows(letters.rows),
        count=counted(found.with_only_columns(Letter.id)),
        exports=export_links(),
    )


def _rows(letters: Sequence[Letter]) -> list[Row]:
    seen = queries.tickets_seen(actor(), letters)
    return [Row(one, one.about_kind != Ticket.__tablename__ or one.about_id in seen) for one in letters]


@blueprint.route("/settings/letters/<int:letter_id>")
@requires(Permission.LETTER_READ)
def show_letter(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    return page(
        "operations/show_letter.html",
        row=Row(letter, is_seen=True),
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
