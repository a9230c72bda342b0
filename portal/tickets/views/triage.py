"""Triage rules: what sorts new tickets, in their order."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.forms import choices
from portal.people import queries as people
from portal.policy import Permission
from portal.tickets import actions, forms, queries
from portal.tickets.forms import TriageRuleForm
from portal.tickets.models import TriageRule
from portal.tickets.rules import Assign, Priority
from portal.tickets.views.blueprint import blueprint
from portal.web import act, actor, page, requires


def rule_in_use(rule_id: int) -> TriageRule | None:
    """A rule that was removed is only a name in old records."""
    rule = queries.triage_rule(rule_id)
    return rule if rule is not None and rule.removed_at is None else None


@blueprint.route("/settings/desk/rules/new", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def add_rule() -> ResponseReturnValue:
    form = _rule_form()
    if form.submitted():
        with form.refusing():
            rule = actions.add_triage_rule(act(), **_rule_facts(form))
            flash(f"The rule “{rule.name}” stands last and sorts tickets from now on.", "good")
            return redirect(url_for("tickets.show_desk"))
    return page("tickets/add_rule.html", form=form)


@blueprint.route("/settings/desk/rules/<int:rule_id>", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE, on=rule_in_use)
def edit_rule(rule: TriageRule) -> ResponseReturnValue:
    when = {name: [str(value) for value in rule.when.get(name, ())] for name in _LISTS}
    form = _rule_form(
        name=rule.name,
        words=", ".join(rule.when.get("words", ())),
        queue=str(rule.queue_id or ""),
        priority=rule.priority.value if rule.priority else "",
        assign=rule.assign.value if rule.assign else "",
        assignee=str(rule.assignee_id or ""),
        **when,
    )
    if form.submitted():
        with form.refusing():
            actions.change_triage_rule(act(), rule, **_rule_facts(form))
            flash(f"The rule “{rule.name}” is changed for tickets from now on.", "good")
            return redirect(url_for("tickets.show_desk"))
    return page("tickets/edit_rule.html", form=form, rule=rule)


_LISTS = ("categories", "agencies", "cocs", "project_types", "channels")


def _rule_form(**held: Any) -> TriageRuleForm:
    form = TriageRuleForm.from_request(**held)
    form.categories.choices = choices([(one.id, one.name) for one in queries.categories()])
    form.agencies.choices = choices([(one.id, one.name) for one in queries.agencies_to_filter(actor())])
    form.cocs.choices = choices([(coc.id, coc.name) for coc in people.cocs()])
    form.queue.choices = choices([(queue.id, queue.name) for queue in queries.queues()], "Leave it")
    staff = [(person.id, person.name) for person in people.staff(act().at.date())]
    form.assignee.choices = choices(staff, "Nobody named")
    return form


def _rule_facts(form: TriageRuleForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "when": form.condition(),
        "queue": queries.queue(int(form.queue.data)) if form.queue.data else None,
        "priority": Priority(form.priority.data) if form.priority.data else None,
        "assign": Assign(form.assign.data) if form.assign.data else None,
        "assignee": queries.staff_member(int(form.assignee.data), act().at.date()) if form.assignee.data else None,
    }


@blueprint.route("/settings/desk/rules/<int:rule_id>/remove", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE, on=queries.triage_rule)
def remove_rule(rule: TriageRule) -> ResponseReturnValue:
    form = forms.RemoveForm.from_request()
    if form.submitted():
        actions.remove_triage_rule(act(), rule)
        flash(f"“{rule.name}” is removed. The tickets that it sorted keep its name in their history.", "good")
        return redirect(url_for("tickets.show_desk"))
    return page("tickets/remove_rule.html", form=form, rule=rule)


@blueprint.route("/settings/desk/rules/<int:rule_id>/<any(up, down, switch):deed>", methods=["POST"])
@requires(Permission.DESK_CONFIGURE, on=rule_in_use)
def change_rule(rule: TriageRule, deed: str) -> ResponseReturnValue:
    if deed in ("up", "down"):
        actions.move_triage_rule(act(), rule, up=deed == "up")
        flash(f"“{rule.name}” is now rule {rule.position}.", "good")
    else:
        actions.switch_triage_rule(act(), rule)
        flash(f"“{rule.name}” is {'on' if rule.is_on else 'off'}.", "good")
    return redirect(url_for("tickets.show_desk"))
