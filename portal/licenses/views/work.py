"""What is to do in the HMIS, and leavers."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.licenses import actions, queries
from portal.licenses.forms import ConfirmForm, LeaverForm
from portal.licenses.models import WorkItem
from portal.licenses.rules import ClockName, WorkKind
from portal.licenses.views.blueprint import agencies_with, blueprint, may_end_at, nav
from portal.licenses.views.shown import due, leaver_line
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.policy import Permission, allows
from portal.tables import Column, counted, export_links, exported, sliced
from portal.web import act, actor, page, requires

LEAVER_COLUMNS = (
    Column("Person", lambda one: one.person.name),
    Column("Agency", lambda one: one.agency.name),
    Column("Left", lambda one: one.left_at),
    Column("Told the HMIS Lead", lambda one: one.told_at),
    Column("Due", lambda one: one.due_at),
    Column("Ended in the HMIS", lambda one: one.ended_at),
)


@blueprint.get("/licenses/work")
@requires(Permission.LICENSE_WORK)
def list_work() -> ResponseReturnValue:
    found = queries.work_to_do()
    work = sliced(found, queries.OLDEST_WORK)
    return page(
        "licenses/list_work.html",
        work=work,
        due={item.id: due(item) for item in work.rows},
        count=counted(found),
        nav=nav("licenses.list_work"),
        may_set_clocks=allows(actor(), Permission.SEAT_EDIT),
    )


@blueprint.route("/licenses/work/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.LICENSE_WORK, on=queries.work_item)
def confirm_work(item: WorkItem) -> ResponseReturnValue:
    form = ConfirmForm.from_request(login_id=item.license.login_id)
    if item.kind is not WorkKind.GRANT:
        del form.login_id
    if form.submitted():
        with form.refusing():
            actions.confirm_work(act(), item, **form.facts())
            flash(f"Confirmed: {item.kind.words.lower()} for {item.license.person.name}.", "good")
            return redirect(url_for("licenses.list_work"))
    return page("licenses/confirm_work.html", form=form, item=item, due=due(item))


@blueprint.get("/licenses/leavers")
@requires(Permission.LICENSE_END)
def list_leavers() -> ResponseReturnValue:
    found = queries.leavers_visible_to(actor())
    file = exported(found, queries.LATEST_LEAVERS, LEAVER_COLUMNS, "leavers")
    if file is not None:
        return file
    leavers = sliced(found, queries.LATEST_LEAVERS)
    return page(
        "licenses/list_leavers.html",
        leavers=leavers,
        lines=[leaver_line(one) for one in leavers.rows],
        count=counted(found),
        exports=export_links(),
        nav=nav("licenses.list_leavers"),
        hours=queries.clocks()[ClockName.LEAVER],
    )


@blueprint.route("/people/<int:person_id>/left", methods=["GET", "POST"])
@requires(Permission.LICENSE_END, on=people.person)
def end_access(person: Person) -> ResponseReturnValue:
    places = _places(person)
    if not places:
        abort(403)
    form = LeaverForm.from_request(agency_id=_first(places), left_at=_now(places[0]))
    form.offer_agencies(places)
    if form.submitted():
        agency = form.agency() or places[0]
        with form.refusing():
            left_at = form.left_in(people.zone_of(agency))
            leaver = actions.end_access(act(), person, agency=agency, left_at=left_at, note=form.note.data or "")
            flash(_said(person, leaver.ended_at is None), "good")
            return redirect(url_for("licenses.list_leavers"))
    held = {one.id: queries.open_license(person.id, one.id) for one in places}
    return page(
        "licenses/end_access.html",
        form=form,
        person=person,
        places=places,
        held=held,
        hours=queries.clocks()[ClockName.LEAVER],
    )


def _said(person: Person, waits: bool) -> str:
    more = " Staff end the access in the HMIS next." if waits else " There was no HMIS license to end."
    return f"The access of {person.name} to this portal has ended.{more}"


def _places(person: Person) -> list[Organization]:
    """Where the person works or holds a role, as far as the reader may end it there."""
    known = agencies_with(Permission.LICENSE_END)
    return [one for one in known if one.id in person.scope.organizations and may_end_at(one)]


def _first(places: list[Organization]) -> str:
    asked = request.args.get("agency", "")
    return asked if asked in {str(one.id) for one in places} else str(places[0].id)


def _now(place: Organization) -> datetime:
    """On the wall clocks of the agency, as a browser's date and time field writes it."""
    return act().at.astimezone(people.zone_of(place)).replace(tzinfo=None, second=0, microsecond=0)
