"""What was mailed in a demo, and answering it as its reader. On any other database these pages do not exist."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import documents, tables, web
from portal.audit import Act, Via
from portal.demo import queries
from portal.demo.forms import AnswerLetterForm
from portal.mail import fetch
from portal.mail.letters import Letter
from portal.web import act, installation, page, public

blueprint = Blueprint("demo", __name__)


def _demand_demo() -> None:
    """A demo, served and visited on this machine alone."""
    here = request.remote_addr in ("127.0.0.1", "::1") and installation().is_loopback
    if not here or not queries.is_demo():
        web.not_found()


@blueprint.route("/demo/mailbox")
@public
def list_letters() -> ResponseReturnValue:
    _demand_demo()
    to_address = request.args.get("to", "")
    found = tables.sliced(queries.letters(to_address), queries.NEWEST)
    return page("demo/list_letters.html", letters=found, to_address=to_address)


@blueprint.route("/demo/mailbox/<int:letter_id>", methods=["GET", "POST"])
@public
def answer_letter(letter_id: int) -> ResponseReturnValue:
    """The letter as its reader sees it; an answer goes through the real mail path."""
    _demand_demo()
    letter = queries.letter(letter_id)
    if letter is None:
        web.not_found()
    form = AnswerLetterForm.from_request()
    if form.submitted():
        with form.refusing():
            fetch.store(Act(at=act().at, via=Via.MAIL), _answer(letter, form.text.data or ""), mailbox="demo")
            flash("Your answer is in the desk's mailbox. It reaches the ticket in a few seconds.", "good")
            return redirect(url_for("demo.answer_letter", letter_id=letter.id))
    return page("demo/answer_letter.html", form=form, letter=letter, shown=documents.paragraphs(letter.text))


def _answer(letter: Letter, text: str) -> bytes:
    """A message as a mail program would write it: quoted below, threaded by its headers."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{letter.to_name} <{letter.to_address}>"
    message["To"] = letter.reply_to or installation().desk_address
    message["Subject"] = f"Re: {letter.subject}"
    message["Date"] = format_datetime(act().at)
    message["Message-ID"] = make_msgid(domain=letter.to_address.rpartition("@")[2])
    message["In-Reply-To"] = letter.message_id
    message["References"] = f"{letter.references} {letter.message_id}".strip()
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    day = letter.made_at.strftime("%a, %b %d, %Y")
    message.set_content(f"{text}\n\nOn {day}, {installation().portal_name} wrote:\n{quoted}\n")
    return message.as_bytes()
