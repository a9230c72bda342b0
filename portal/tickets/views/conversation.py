"""Writing on a ticket: answers, notes, comments; canned responses and the preview."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import documents, web
from portal.forms import plain
from portal.policy import Permission
from portal.tickets import actions, queries
from portal.tickets.actions import Then
from portal.tickets.actions.messages import allowed_on
from portal.tickets.forms import AnswerForm, CommentForm, NoteForm, whole
from portal.tickets.models import Ticket
from portal.tickets.views.blueprint import blueprint
from portal.tickets.views.record import record_page
from portal.web import act, page, requires

SENT_WORDS = {
    Then.OPEN: "Your answer is on its way to {who}.",
    Then.WAIT: "Your answer is on its way to {who}; the ticket waits for them.",
    Then.RESOLVE: "Your answer is on its way to {who}, and the ticket is resolved.",
}


@blueprint.route("/tickets/<int:ticket_id>/answer", methods=["GET", "POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def answer_ticket(ticket: Ticket) -> ResponseReturnValue:
    """With `?canned=` the canned response stands in the box, filled in; "Preview" shows it as the requester will."""
    form = AnswerForm.from_request(seen=str(queries.last_message_id(ticket)))
    form.allowed = allowed_on(ticket, current_user.person)
    if request.method == "GET":
        return record_page(ticket, answer_form=_with_canned(form, ticket))
    if "preview" in request.form:
        form.remind_of_files()
        return record_page(ticket, answer_form=form, preview=documents.html(form.text.data or ""))
    queries.hold(ticket)
    newer = queries.newer_than(ticket, form.last_seen, current_user.person_id)
    if newer:
        form.seen.data = str(newer[-1].id)
        who = newer[-1].author_words
        form.refuse(f"{who} wrote on this ticket while you were writing. Read it below, then send yours again.")
    elif form.submitted():
        with form.refusing():
            canned = queries.canned_response(whole(form.canned_id.data) or 0)
            then = Then(form.then.data)
            actions.answer(act(), ticket, current_user.person, form.draft(), then=then, canned=canned)
            flash(SENT_WORDS[then].format(who=ticket.requester_words), "good")
            return redirect(url_for("tickets.show_ticket", ticket_id=ticket.id))
    return record_page(ticket, answer_form=form, newer=[message.id for message in newer])


def _with_canned(form: AnswerForm, ticket: Ticket) -> AnswerForm:
    canned = queries.canned_response(whole(request.args.get("canned")) or 0)
    if canned is not None:
        form.text.data = documents.fill(canned.text, queries.variables(ticket, current_user.person))
        form.canned_id.data = str(canned.id)
    return form


@blueprint.route("/tickets/<int:ticket_id>/canned")
@requires(Permission.TICKET_WORK, on=queries.ticket)
def pick_canned(ticket: Ticket) -> ResponseReturnValue:
    """The canned responses to choose from, those of the ticket's category first."""
    words = plain(request.args.get("q", ""))
    found = queries.canned_responses(ticket.category_id, words)
    template = "tickets/_canned_list.html" if web.is_partial() else "tickets/pick_canned.html"
    return page(template, ticket=ticket, responses=found, words=words)


@blueprint.route("/tickets/<int:ticket_id>/preview", methods=["POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def preview_answer(ticket: Ticket) -> ResponseReturnValue:
    """What is in the box, as the requester will read it."""
    return page("tickets/preview_answer.html", ticket=ticket, shown=documents.html(plain(request.form.get("text", ""))))


@blueprint.route("/tickets/<int:ticket_id>/note", methods=["GET", "POST"])
@requires(Permission.TICKET_WORK, on=queries.ticket)
def add_note(ticket: Ticket) -> ResponseReturnValue:
    form = NoteForm.from_request()
    form.allowed = allowed_on(ticket, current_user.person)
    if form.submitted():
        with form.refusing():
            actions.add_note(act(), ticket, current_user.person, form.draft())
            flash("Your note is kept; only staff see it.", "good")
            return redirect(url_for("tickets.show_ticket", ticket_id=ticket.id))
    return record_page(ticket, note_form=form)


@blueprint.route("/tickets/<int:ticket_id>/comment", methods=["GET", "POST"])
@requires(Permission.TICKET_COMMENT, on=queries.ticket)
def comment(ticket: Ticket) -> ResponseReturnValue:
    form = CommentForm.from_request()
    form.allowed = allowed_on(ticket, current_user.person)
    if form.submitted():
        with form.refusing():
            actions.comment(act(), ticket, current_user.person, form.draft())
            flash("Your message is with the help desk.", "good")
            return redirect(url_for("tickets.show_ticket", ticket_id=ticket.id))
    return record_page(ticket, comment_form=form)
