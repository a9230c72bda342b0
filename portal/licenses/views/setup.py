"""Seats bought and used, and the hours of the clocks."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.licenses import actions, queries
from portal.licenses.forms import ClocksForm, SeatsForm
from portal.licenses.views.blueprint import blueprint, nav
from portal.people import queries as people
from portal.people.rules import OrganizationKind
from portal.policy import Permission, allows
from portal.web import act, actor, page, requires


@blueprint.get("/licenses/seats")
@requires(Permission.SEAT_READ)
def list_seats() -> ResponseReturnValue:
    rows = queries.seat_rows(actor(), act().at.date())
    return page(
        "licenses/list_seats.html",
        rows=rows,
        bought=sum(row.count.bought for row in rows),
        used=sum(row.count.used for row in rows),
        over=sum(row.count.is_over for row in rows),
        nav=nav("licenses.list_seats"),
        may_edit=allows(actor(), Permission.SEAT_EDIT),
    )


@blueprint.route("/licenses/seats/new", methods=["GET", "POST"])
@requires(Permission.SEAT_EDIT)
def record_seats() -> ResponseReturnValue:
    asked = request.args.get("agency", "")
    form = SeatsForm.from_request(agency_id=asked, coc_id=request.args.get("coc", ""), starts_on=act().at.date())
    form.offer_places(people.organizations_of_kind(OrganizationKind.AGENCY))
    if form.submitted():
        with form.refusing():
            made = actions.record_seats(act(), **form.facts())
            flash(f"{made.agency.name} has {made.number} seats from {made.starts_on:%b} {made.starts_on.day}.", "good")
            return redirect(url_for("licenses.list_seats"))
    history = queries.seat_history(int(asked)) if asked.isdecimal() and len(asked) < 10 else ()
    return page("licenses/record_seats.html", form=form, history=history)


@blueprint.route("/licenses/clocks", methods=["GET", "POST"])
@requires(Permission.SEAT_EDIT)
def change_clocks() -> ResponseReturnValue:
    form = ClocksForm.from_request(**{name.value: hours for name, hours in queries.clocks().items()})
    if form.submitted():
        with form.refusing():
            actions.set_clocks(act(), **form.facts())
            flash("The clocks are saved. Work that is open already keeps its time.", "good")
            return redirect(url_for("licenses.list_work"))
    return page("licenses/change_clocks.html", form=form)
