"""Licenses: the list, one license, and the request for one."""

from types import MappingProxyType

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.licenses import actions, queries
from portal.licenses.forms import ApproveForm, LicenseFilter, ReasonForm, RequestForm
from portal.licenses.models import License
from portal.licenses.rules import LicenseState, Move
from portal.licenses.views.blueprint import agencies_with, blueprint, nav
from portal.licenses.views.shown import next_of, story
from portal.policy import Permission, allows
from portal.standing.views.shown import lines
from portal.tables import Column, Sorting, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, page, requires

SORTING = Sorting(queries.ORDERS, "-since")
COLUMNS = (
    Column("Last name", lambda one: one.person.last_name),
    Column("First name", lambda one: one.person.first_name),
    Column("E-mail address", lambda one: one.person.email),
    Column("Agency", lambda one: one.agency.name),
    Column("State", lambda one: one.state.words),
    Column("Since", lambda one: one.moved_at),
    Column("Login ID in the HMIS", lambda one: one.login_id),
    Column("To do in the HMIS", lambda one: one.open_work.kind.words if one.open_work else ""),
    Column("Due", lambda one: one.open_work.due_at if one.open_work else None),
)
STAFF_MOVES = MappingProxyType(
    {
        "decline": (Move.DECLINE, actions.decline),
        "suspend": (Move.SUSPEND, actions.suspend),
        "restore": (Move.RESTORE, actions.restore),
        "revoke": (Move.REVOKE, actions.revoke),
    }
)


@blueprint.get("/licenses")
@requires(Permission.LICENSE_READ)
def list_licenses() -> ResponseReturnValue:
    filters = LicenseFilter.from_url()
    filters.offer_agencies(actor())
    found = queries.licenses_found(actor(), **filters.chosen_facts())
    file = exported(found, SORTING.order(), COLUMNS, "licenses")
    if file is not None:
        return file
    licenses = sliced(found, SORTING.order())
    return page(
        "licenses/list_licenses.html",
        filters=filters,
        is_filtered=is_filtered(),
        licenses=licenses,
        due={one.id: next_of(one) for one in licenses.rows},
        count=counted(found),
        sorting=SORTING,
        exports=export_links(),
        nav=nav("licenses.list_licenses"),
        may_ask=allows(actor(), Permission.LICENSE_REQUEST),
    )


@blueprint.route("/licenses/new", methods=["GET", "POST"])
@requires(Permission.LICENSE_REQUEST)
def request_license() -> ResponseReturnValue:
    agencies = agencies_with(Permission.LICENSE_REQUEST)
    first = request.args.get("agency") or (str(agencies[0].id) if len(agencies) == 1 else "")
    form = RequestForm.from_request(agency_id=first, email=request.args.get("email", ""))
    form.fit(actor(), agencies)
    if form.submitted():
        with form.refusing():
            made = actions.request_license(act(), **form.facts())
            flash(_asked(made), "good")
            return redirect(url_for("licenses.show_license", license_id=made.id))
    return page("licenses/request_license.html", form=form)


def _asked(made: License) -> str:
    """Whoever is new must get in before the approval, because what it takes is done in this portal."""
    name = made.person.name
    is_new = made.person.added_at == made.requested_at
    mailed = f" {name} is invited to this portal by e-mail, to do first what a license takes." if is_new else ""
    return f"A license for {name} is asked for.{mailed} The HMIS Lead decides next."


@blueprint.get("/licenses/<int:license_id>")
@requires(Permission.LICENSE_READ, on=queries.one_license)
def show_license(held: License) -> ResponseReturnValue:
    needed = queries.prerequisites(held, act().at)
    may_see = allows(actor(), Permission.STANDING_READ, held.person)
    return page(
        "licenses/show_license.html",
        held=held,
        person_lines=lines(needed.of_person, held.person) if may_see else None,
        agency_lines=lines(needed.of_agency, held.agency),
        unmet=len(needed.unmet),
        work=next_of(held),
        item=held.open_work,
        leaver=queries.leaver_of(held.person_id, held.agency_id) if held.state is LicenseState.REVOKED else None,
        story=story(held),
        is_own=held.person_id == actor().person_id,
        may_work=allows(actor(), Permission.LICENSE_WORK, held),
        may_end=allows(actor(), Permission.LICENSE_END, held),
    )


@blueprint.route("/licenses/<int:license_id>/approve", methods=["GET", "POST"])
@requires(Permission.LICENSE_APPROVE, on=queries.one_license)
def approve_license(held: License) -> ResponseReturnValue:
    needed = queries.prerequisites(held, act().at)
    may_override = allows(actor(), Permission.LICENSE_OVERRIDE, held)
    form = ApproveForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.approve(act(), held, by_admin=may_override, **form.facts())
            flash(f"Approved. Now give {held.person.name} access in the HMIS.", "good")
            return redirect(url_for("licenses.show_license", license_id=held.id))
    return page(
        "licenses/approve_license.html",
        form=form,
        held=held,
        person_lines=lines(needed.of_person, held.person),
        agency_lines=lines(needed.of_agency, held.agency),
        unmet=len(needed.unmet),
        may_override=may_override,
    )


@blueprint.route("/licenses/<int:license_id>/<any(decline, suspend, restore, revoke):move>", methods=["GET", "POST"])
@requires(Permission.LICENSE_WORK, on=queries.one_license)
def move_license(held: License, move: str) -> ResponseReturnValue:
    made, action = STAFF_MOVES[move]
    form = ReasonForm.from_request()
    form.fit(made)
    if form.submitted():
        with form.refusing():
            action(act(), held, **form.facts())
            flash(f"The license of {held.person.name} is {held.state.words.lower()}.", "good")
            return redirect(url_for("licenses.show_license", license_id=held.id))
    return page("licenses/move_license.html", form=form, held=held, move=made)


@blueprint.route("/licenses/<int:license_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.LICENSE_REQUEST, on=queries.one_license)
def withdraw_license(held: License) -> ResponseReturnValue:
    form = ReasonForm.from_request()
    form.fit(Move.WITHDRAW)
    if form.submitted():
        with form.refusing():
            actions.withdraw(act(), held, **form.facts())
            flash(f"The request for {held.person.name} is withdrawn.", "good")
            return redirect(url_for("licenses.show_license", license_id=held.id))
    return page("licenses/withdraw_license.html", form=form, held=held)
