"""Audit and access reports of the HMIS on a calendar."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import files
from portal.licenses import actions, queries
from portal.licenses.forms import DutyForm, DutyRunForm
from portal.licenses.models import AuditDuty
from portal.licenses.rules import duty_state
from portal.licenses.views.blueprint import blueprint, nav
from portal.people import queries as people
from portal.policy import Permission, allows
from portal.tables import counted, sliced
from portal.web import act, actor, not_found, page, requires
from portal.worktime import date_words


@blueprint.get("/licenses/duties")
@requires(Permission.AUDIT_DUTY_READ)
def list_duties() -> ResponseReturnValue:
    found = queries.duties()
    duties = sliced(found, queries.BY_DUE)
    today = act().at.astimezone(people.zone_of_reader(current_user)).date()
    return page(
        "licenses/list_duties.html",
        duties=duties,
        states={one.id: duty_state(one.due_on, today) for one in duties.rows},
        count=counted(found),
        nav=nav("licenses.list_duties"),
        may_edit=allows(actor(), Permission.AUDIT_DUTY_EDIT),
    )


@blueprint.route("/licenses/duties/new", methods=["GET", "POST"])
@requires(Permission.AUDIT_DUTY_EDIT)
def add_duty() -> ResponseReturnValue:
    form = DutyForm.from_request(months=3, due_on=act().at.date())
    form.offer_staff(people.staff(act().at.date()))
    if form.submitted():
        with form.refusing():
            made = actions.add_duty(act(), **form.facts())
            flash(f"{made.title} is on the calendar.", "good")
            return redirect(url_for("licenses.list_duties"))
    return page("licenses/add_duty.html", form=form)


@blueprint.route("/licenses/duties/<int:duty_id>", methods=["GET", "POST"])
@requires(Permission.AUDIT_DUTY_WORK, on=queries.duty)
def show_duty(duty: AuditDuty) -> ResponseReturnValue:
    if "file" in request.args:
        run = next((one for one in duty.runs if str(one.file_id) == request.args["file"]), None)
        return files.attachment(run.file, run.file_name) if run and run.file else not_found()
    form = DutyRunForm.from_request(ran_on=act().at.date())
    if form.submitted():
        with form.refusing():
            actions.record_duty(act(), duty, **form.facts())
            flash(f"Recorded. {duty.title} is due next on {date_words(duty.due_on)}.", "good")
            return redirect(url_for("licenses.list_duties"))
    return page("licenses/show_duty.html", form=form, duty=duty)
