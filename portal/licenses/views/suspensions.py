"""Suspensions for overdue requirements: proposed in one list, approved in another by a second person."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.licenses import actions, queries
from portal.licenses.forms import TickForm
from portal.licenses.notices import NEXT, SUBJECTS
from portal.licenses.rules import Move, Reason
from portal.licenses.views.blueprint import blueprint, nav
from portal.people import queries as people
from portal.policy import Permission
from portal.standing import queries as standing
from portal.web import act, actor, page, requires


@blueprint.route("/licenses/suspensions", methods=["GET", "POST"])
@requires(Permission.SUSPENSION_PROPOSE)
def propose_suspensions() -> ResponseReturnValue:
    found = queries.overdue(act().at)
    form = TickForm.from_request()
    form.offer_ids([(one.license.id, one.license.person.name) for one in found])
    if form.submitted():
        with form.refusing():
            number = actions.propose_suspensions(act(), form.chosen())
            flash(f"Proposed: {number}. A second person approves them before anything happens.", "good")
            return redirect(url_for("licenses.approve_suspensions"))
    return page(
        "licenses/propose_suspensions.html",
        form=form,
        found=found,
        waiting=len(queries.proposed()),
        nav=nav("licenses.propose_suspensions"),
    )


@blueprint.route("/licenses/suspensions/waiting", methods=["GET", "POST"])
@requires(Permission.SUSPENSION_APPROVE)
def approve_suspensions() -> ResponseReturnValue:
    waiting = queries.proposed()
    form = TickForm.from_request()
    form.offer_ids([(one.license_id, one.license.person.name) for one in waiting])
    if form.submitted():
        with form.refusing():
            flash(_decided(form), "good")
            return redirect(url_for("licenses.approve_suspensions"))
    return page(
        "licenses/approve_suspensions.html",
        form=form,
        waiting=waiting,
        titles={one.id: one.title for one in standing.requirements()} if waiting else {},
        names=people.person_names(one.proposed_by_id for one in waiting if one.proposed_by_id),
        reader_id=actor().person_id,
        letter={"subject": SUBJECTS[Move.SUSPEND], "reason": Reason.EVIDENCE_MISSING.words, "next": NEXT[Move.SUSPEND]},
        nav=nav("licenses.propose_suspensions"),
    )


def _decided(form: TickForm) -> str:
    if request.form.get("decision") == "drop":
        return f"Dropped: {actions.drop_suspensions(act(), form.chosen())}."
    done = actions.approve_suspensions(act(), form.chosen())
    more = f" Cleared meanwhile and dropped: {done.cleared}." if done.cleared else ""
    own = f" Left out, because somebody else decides them: {done.left_out}." if done.left_out else ""
    return f"Suspended: {done.suspended}. Lock the logins in the HMIS next.{more}{own}"
