"""User-access reports that come round, and what follows from the answers."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.licenses import actions, queries
from portal.licenses.forms import ScheduleForm
from portal.licenses.models import AccessSchedule, FollowUp
from portal.licenses.rules import Answer
from portal.licenses.views.blueprint import access_pages, blueprint, nav
from portal.people import queries as people
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Permission, allows
from portal.standing.forms import PressForm
from portal.standing.rules import day_of
from portal.tables import Column, counted, export_links, exported, sliced
from portal.web import act, actor, page, requires
from portal.worktime import date_words, due_words

REQUEST_COLUMNS = (
    Column("Agency", lambda one: one.agency.name),
    Column("From", lambda one: one.since),
    Column("Through", lambda one: one.until),
    Column("Asked", lambda one: one.asked_at),
    Column("Due", lambda one: one.due_on),
    Column("Attested", lambda one: one.review.attested_at if one.review else None),
)
FOLLOW_UP_COLUMNS = (
    Column("Person", lambda one: one.person.name),
    Column("Agency", lambda one: one.agency.name),
    Column("Answer", lambda one: one.answer.words),
    Column("What should change", lambda one: one.wish),
    Column("Asked for", lambda one: one.opened_at),
    Column("Due", lambda one: one.due_at),
    Column("Done", lambda one: one.done_at),
    Column("Done by", lambda one: one.done_by.name if one.done_by else ""),
)


def _is_open() -> bool:
    """The URL asks for all; else what is open."""
    return request.args.get("show") != "all"


@blueprint.get("/licenses/access/asked")
@requires(Permission.ACCESS_REPORT_READ)
def list_requests() -> ResponseReturnValue:
    found = queries.requests_found(actor(), _is_open())
    file = exported(found, queries.LATEST_REQUESTS, REQUEST_COLUMNS, "asked-access-reports")
    if file is not None:
        return file
    return page(
        "licenses/list_requests.html",
        requests=sliced(found, queries.LATEST_REQUESTS),
        count=counted(found),
        today=day_of(act().at, people.zone_of_reader(current_user)),
        is_open=_is_open(),
        exports=export_links(),
        nav=nav("licenses.show_access"),
        access_pages=access_pages("licenses.list_requests"),
        may_attest={
            one.id for one in people.agencies_listed(actor()) if allows(actor(), Permission.ACCESS_REPORT_ATTEST, one)
        },
        may_schedule=allows(actor(), Permission.ACCESS_SCHEDULE_EDIT),
    )


@blueprint.get("/licenses/access/schedules")
@requires(Permission.ACCESS_SCHEDULE_READ)
def list_schedules() -> ResponseReturnValue:
    found = queries.schedules()
    return page(
        "licenses/list_schedules.html",
        schedules=sliced(found, queries.BY_SCHEDULE),
        count=counted(found),
        nav=nav("licenses.show_access"),
        access_pages=access_pages("licenses.list_schedules"),
        may_edit=allows(actor(), Permission.ACCESS_SCHEDULE_EDIT),
    )


@blueprint.route("/licenses/access/schedules/new", methods=["GET", "POST"])
@requires(Permission.ACCESS_SCHEDULE_EDIT)
def add_schedule() -> ResponseReturnValue:
    form = ScheduleForm.from_request(rhythm="quarterly", day=1, days_to_answer=14)
    agencies = people.organizations_of_kind(OrganizationKind.AGENCY)
    form.offer_agencies([one for one in agencies if one.participation is Participation.PARTICIPATING])
    if form.submitted():
        with form.refusing():
            made = actions.add_schedule(act(), **form.facts())
            flash(f"Saved. Agencies are asked first on {date_words(made.next_on)}.", "good")
            return redirect(url_for("licenses.list_schedules"))
    return page("licenses/add_schedule.html", form=form)


@blueprint.route("/licenses/access/schedules/<int:schedule_id>/stop", methods=["GET", "POST"])
@requires(Permission.ACCESS_SCHEDULE_EDIT, on=queries.schedule)
def stop_schedule(held: AccessSchedule) -> ResponseReturnValue:
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.stop_schedule(act(), held)
            flash("Stopped. What was asked stays asked.", "good")
            return redirect(url_for("licenses.list_schedules"))
    return page("licenses/stop_schedule.html", form=form, held=held)


@blueprint.get("/licenses/access/follow-ups")
@requires(Permission.FOLLOW_UP_READ)
def list_follow_ups() -> ResponseReturnValue:
    found = queries.follow_ups_found(actor(), _is_open())
    file = exported(found, queries.LATEST_FOLLOW_UPS, FOLLOW_UP_COLUMNS, "access-follow-ups")
    if file is not None:
        return file
    rows = sliced(found, queries.LATEST_FOLLOW_UPS)
    zone = people.zone_of_reader(current_user)
    return page(
        "licenses/list_follow_ups.html",
        follow_ups=rows,
        count=counted(found),
        due={one.id: (due_words(act().at, one.due_at, zone), act().at > one.due_at) for one in rows.rows},
        is_open=_is_open(),
        exports=export_links(),
        nav=nav("licenses.show_access"),
        access_pages=access_pages("licenses.list_follow_ups"),
        may_work=allows(actor(), Permission.FOLLOW_UP_WORK),
        Answers=Answer,
    )


@blueprint.route("/licenses/access/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UP_WORK, on=queries.follow_up)
def confirm_follow_up(held: FollowUp) -> ResponseReturnValue:
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.confirm_follow_up(act(), held)
            flash(f"Confirmed: the change for {held.person.name} is done.", "good")
            return redirect(url_for("licenses.list_follow_ups"))
    return page("licenses/confirm_follow_up.html", form=form, held=held)
