"""The desk at a glance, and what it promises: targets and opening hours."""

from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.policy import Permission
from portal.tickets import actions, forms, queries, rules
from portal.tickets.rules import Priority
from portal.tickets.views.blueprint import blueprint
from portal.web import act, page, requires


@blueprint.route("/settings/desk")
@requires(Permission.DESK_CONFIGURE)
def show_desk() -> ResponseReturnValue:
    return page(
        "tickets/show_desk.html",
        rules=queries.triage_rules(),
        targets=queries.targets(),
        priorities=list(reversed(Priority)),
        hours=queries.hours_words(),
    )


@blueprint.route("/settings/desk/targets", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def set_targets() -> ResponseReturnValue:
    held = {}
    for priority, target in queries.targets().items():
        held[f"{priority.value}_first"] = int(target.first_response.total_seconds() // 3600)
        held[f"{priority.value}_resolution"] = int(target.resolution.total_seconds() // 3600)
    form = forms.targets_form().from_request(**held)
    if form.submitted():
        with form.refusing():
            actions.set_targets(act(), {priority: _target(form, priority) for priority in Priority})
            flash("The targets are set. Due times given before stay as they were promised.", "good")
            return redirect(url_for("tickets.show_desk"))
    return page("tickets/set_targets.html", form=form, priorities=list(reversed(Priority)))


def _target(form: forms.TargetsForm, priority: Priority) -> rules.Target:
    first, resolution = form[f"{priority.value}_first"].data, form[f"{priority.value}_resolution"].data
    return rules.Target(timedelta(hours=first), timedelta(hours=resolution))


@blueprint.route("/settings/desk/hours", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def set_hours() -> ResponseReturnValue:
    held = {}
    for weekday, windows in queries.desk_windows().items():
        held[f"opens_{weekday}"] = forms.clock_words(windows[0][0])
        held[f"closes_{weekday}"] = forms.clock_words(windows[0][1])
    form = forms.hours_form().from_request(**held)
    if form.submitted():
        with form.refusing():
            actions.set_hours(act(), form.windows())
            flash("The hours are set, in each community's own time.", "good")
            return redirect(url_for("tickets.show_desk"))
    return page("tickets/set_hours.html", form=form, weekdays=forms.WEEKDAYS)
