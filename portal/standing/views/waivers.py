"""Waivers: the list, granting one, ending it before its time."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.forms import choices
from portal.policy import Permission, allows
from portal.standing import actions, queries
from portal.standing.forms import EndWaiverForm, WaiverForm
from portal.standing.models import Waiver
from portal.standing.views.blueprint import blueprint
from portal.standing.views.evidence import subject_of_url
from portal.standing.views.shown import standing_href, subject_kind
from portal.tables import Column, counted, export_links, exported, sliced
from portal.web import act, actor, not_found, page, requires

COLUMNS = (
    Column("Who", lambda one: one.subject_name),
    Column("Requirement", lambda one: one.requirement.title),
    Column("From", lambda one: one.starts_on),
    Column("Through", lambda one: one.last_day),
    Column("Granted by", lambda one: one.granted_by.name),
    Column("Reason", lambda one: one.reason.words),
)


@blueprint.get("/waivers")
@requires(Permission.WAIVER_READ)
def list_waivers() -> ResponseReturnValue:
    found = queries.waivers_visible_to(actor())
    file = exported(found, queries.LATEST_WAIVERS, COLUMNS, "waivers")
    if file is not None:
        return file
    return page(
        "standing/list_waivers.html",
        waivers=sliced(found, queries.LATEST_WAIVERS),
        count=counted(found),
        exports=export_links(),
        today=act().at.date(),
    )


@blueprint.route("/waivers/new", methods=["GET", "POST"])
@requires(Permission.WAIVER_GRANT)
def grant_waiver() -> ResponseReturnValue:
    subject = subject_of_url()
    kind = subject_kind(subject)
    form = WaiverForm.from_request(requirement_id=request.args.get("requirement"), starts_on=act().at.date())
    offered = [one for one in queries.requirements() if one.published and one.latest.subject_kind is kind]
    form.requirement_id.choices = choices([(one.id, one.title) for one in offered], "Choose")
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            requirement = queries.requirement(int(facts.pop("requirement_id"))) or not_found()
            actions.grant_waiver(act(), requirement, subject_kind=kind, subject_id=subject.id, **facts)
            flash(f"“{requirement.title}” is waived for {subject.name}.", "good")
            return redirect(standing_href(kind, subject.id))
    return page("standing/grant_waiver.html", form=form, subject=subject, standing_href=standing_href(kind, subject.id))


@blueprint.get("/waivers/<int:waiver_id>")
@requires(Permission.WAIVER_READ, on=queries.waiver)
def show_waiver(waiver: Waiver) -> ResponseReturnValue:
    return page(
        "standing/show_waiver.html",
        waiver=waiver,
        today=act().at.date(),
        standing_href=standing_href(waiver.subject_kind, waiver.subject_id),
        may_end=waiver.last_day >= act().at.date() and allows(actor(), Permission.WAIVER_GRANT, waiver),
    )


@blueprint.route("/waivers/<int:waiver_id>/end", methods=["GET", "POST"])
@requires(Permission.WAIVER_GRANT, on=queries.waiver)
def end_waiver(waiver: Waiver) -> ResponseReturnValue:
    form = EndWaiverForm.from_request(last_day=act().at.date())
    if form.submitted():
        with form.refusing():
            actions.end_waiver(act(), waiver, **form.facts())
            flash(f"The waiver for {waiver.subject_name} ends early.", "good")
            return redirect(url_for("standing.show_waiver", waiver_id=waiver.id))
    return page("standing/end_waiver.html", form=form, waiver=waiver)
