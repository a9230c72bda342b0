"""Help desk settings: what an HMIS Lead administrator sets up in the browser."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.errors import Refused
from portal.forms import choices, plain
from portal.people import queries as people
from portal.policy import Permission
from portal.tickets import actions, forms, queries, rules
from portal.tickets.forms import CannedForm, CategoryForm, QueueForm, TriageRuleForm
from portal.tickets.models import CannedResponse, Category, Queue, TriageRule
from portal.tickets.rules import Assign, Priority
from portal.tickets.views.blueprint import blueprint
from portal.web import act, actor, page, requires

CONFIGURE = Permission.DESK_CONFIGURE


def _to(view: str) -> ResponseReturnValue:
    return redirect(url_for(f"tickets.{view}"))


@blueprint.route("/settings/desk")
@requires(CONFIGURE)
def show_desk() -> ResponseReturnValue:
    return page(
        "tickets/show_desk.html",
        rules=queries.triage_rules(),
        targets=queries.targets(),
        priorities=list(reversed(Priority)),
        hours=queries.hours_words(),
    )


@blueprint.route("/settings/desk/queues")
@requires(CONFIGURE)
def list_queues() -> ResponseReturnValue:
    return page("tickets/list_queues.html", queues=queries.queues_with_members())


@blueprint.route("/settings/desk/categories")
@requires(CONFIGURE)
def list_categories() -> ResponseReturnValue:
    return page("tickets/list_categories.html", categories=queries.categories())


@blueprint.route("/settings/desk/queues/new", methods=["GET", "POST"])
@requires(CONFIGURE)
def add_queue() -> ResponseReturnValue:
    form = _queue_form()
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            members = _members(facts.pop("members"))
            key = _key(form.name.data, queries.queues())
            queue = actions.add_queue(act(), key=key, members=members, **facts)
            flash(f"The queue “{queue.name}” is added.", "good")
            return _to("list_queues")
    return page("tickets/add_queue.html", form=form)


@blueprint.route("/settings/desk/queues/<int:queue_id>", methods=["GET", "POST"])
@requires(CONFIGURE, on=queries.queue)
def edit_queue(queue: Queue) -> ResponseReturnValue:
    held = {"members": [str(member.person_id) for member in queue.members]}
    form = _queue_form(
        name=queue.name, words=queue.words, purpose=queue.purpose, is_restricted=queue.is_restricted, **held
    )
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            _check_name(form.name.data, queries.queues(), queue)
            actions.change_queue(act(), queue, members=_members(facts.pop("members")), **facts)
            flash(f"The queue “{queue.name}” is changed.", "good")
            return _to("list_queues")
    return page("tickets/edit_queue.html", form=form, queue=queue)


def _key(name: str | None, known: Sequence[Queue | Category]) -> str:
    _check_name(name, known)
    return forms.key_of(name, {one.key for one in known})


def _check_name(name: str | None, known: Sequence[Queue | Category], own: Queue | Category | None = None) -> None:
    """Raises Refused when another one is called so: people could not tell them apart."""
    wanted = (name or "").strip().casefold()
    if any(one is not own and one.name.strip().casefold() == wanted for one in known):
        raise Refused(f"The name “{name}” is taken. Choose another one.")


def _queue_form(**held: Any) -> QueueForm:
    form = QueueForm.from_request(**held)
    form.members.choices = choices([(person.id, person.name) for person in people.staff(act().at.date())])
    return form


def _members(ids: list[str]) -> list[Any]:
    return [person for person in people.staff(act().at.date()) if str(person.id) in ids]


@blueprint.route("/settings/desk/categories/new", methods=["GET", "POST"])
@requires(CONFIGURE)
def add_category() -> ResponseReturnValue:
    form = _category_form()
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            queue_id = int(facts.pop("queue"))
            key = _key(form.name.data, queries.categories())
            category = actions.add_category(act(), key=key, queue_id=queue_id, **facts)
            flash(f"The category “{category.name}” is added.", "good")
            return _to("list_categories")
    return page("tickets/add_category.html", form=form)


@blueprint.route("/settings/desk/categories/<int:category_id>", methods=["GET", "POST"])
@requires(CONFIGURE, on=queries.category)
def edit_category(category: Category) -> ResponseReturnValue:
    form = _category_form(
        name=category.name,
        hint=category.hint,
        ask=category.ask,
        queue=str(category.queue_id),
        is_urgent=category.is_urgent,
    )
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            _check_name(form.name.data, queries.categories(), category)
            actions.change_category(act(), category, queue_id=int(facts.pop("queue")), **facts)
            flash(f"The category “{category.name}” is changed.", "good")
            return _to("list_categories")
    return page("tickets/edit_category.html", form=form, category=category)


def _category_form(**held: Any) -> CategoryForm:
    form = CategoryForm.from_request(**held)
    form.queue.choices = choices([(queue.id, queue.name) for queue in queries.queues()])
    return form


@blueprint.route("/settings/desk/canned")
@requires(CONFIGURE)
def list_canned() -> ResponseReturnValue:
    words = plain(request.args.get("q", ""))
    return page("tickets/list_canned.html", responses=queries.canned_responses(None, words), words=words)


@blueprint.route("/settings/desk/canned/new", methods=["GET", "POST"])
@requires(CONFIGURE)
def add_canned() -> ResponseReturnValue:
    form = _canned_form()
    if form.submitted():
        with form.refusing():
            canned = actions.add_canned_response(act(), **_canned_facts(form))
            flash(f"“{canned.title}” is ready to use.", "good")
            return _to("list_canned")
    return page("tickets/add_canned.html", form=form, variables=actions.CANNED_VARIABLES)


@blueprint.route("/settings/desk/canned/<int:canned_id>", methods=["GET", "POST"])
@requires(CONFIGURE, on=queries.canned_response)
def edit_canned(canned: CannedResponse) -> ResponseReturnValue:
    form = _canned_form(title=canned.title, text=canned.text, category=str(canned.category_id or ""))
    if form.submitted():
        with form.refusing():
            actions.change_canned_response(act(), canned, **_canned_facts(form))
            flash(f"“{canned.title}” is changed.", "good")
            return _to("list_canned")
    return page("tickets/edit_canned.html", form=form, canned=canned, variables=actions.CANNED_VARIABLES)


@blueprint.route("/settings/desk/canned/<int:canned_id>/remove", methods=["GET", "POST"])
@requires(CONFIGURE, on=queries.canned_response)
def remove_canned(canned: CannedResponse) -> ResponseReturnValue:
    form = forms.RemoveForm.from_request()
    if form.submitted():
        title = canned.title
        actions.remove_canned_response(act(), canned)
        flash(f"“{title}” is removed. Answers written with it stay as they are.", "good")
        return _to("list_canned")
    return page("tickets/remove_canned.html", form=form, canned=canned)


def _canned_form(**held: Any) -> CannedForm:
    form = CannedForm.from_request(**held)
    form.category.choices = choices([(one.id, one.name) for one in queries.categories()], "Any category")
    return form


def _canned_facts(form: CannedForm) -> dict[str, Any]:
    category = queries.category(int(form.category.data)) if form.category.data else None
    return {"title": form.title.data, "text": form.text.data, "category": category}


def rule_in_use(rule_id: int) -> TriageRule | None:
    """A rule that was removed is only a name in old records."""
    rule = queries.triage_rule(rule_id)
    return rule if rule is not None and rule.removed_at is None else None


@blueprint.route("/settings/desk/rules/new", methods=["GET", "POST"])
@requires(CONFIGURE)
def add_rule() -> ResponseReturnValue:
    form = _rule_form()
    if form.submitted():
        with form.refusing():
            rule = actions.add_triage_rule(act(), **_rule_facts(form))
            flash(f"The rule “{rule.name}” stands last and sorts tickets from now on.", "good")
            return _to("show_desk")
    return page("tickets/add_rule.html", form=form)


@blueprint.route("/settings/desk/rules/<int:rule_id>", methods=["GET", "POST"])
@requires(CONFIGURE, on=rule_in_use)
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
            return _to("show_desk")
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
@requires(CONFIGURE, on=queries.triage_rule)
def remove_rule(rule: TriageRule) -> ResponseReturnValue:
    form = forms.RemoveForm.from_request()
    if form.submitted():
        actions.remove_triage_rule(act(), rule)
        flash(f"“{rule.name}” is removed. The tickets that it sorted keep its name in their history.", "good")
        return _to("show_desk")
    return page("tickets/remove_rule.html", form=form, rule=rule)


@blueprint.route("/settings/desk/rules/<int:rule_id>/<any(up, down, switch):deed>", methods=["POST"])
@requires(CONFIGURE, on=rule_in_use)
def change_rule(rule: TriageRule, deed: str) -> ResponseReturnValue:
    if deed in ("up", "down"):
        actions.move_triage_rule(act(), rule, up=deed == "up")
        flash(f"“{rule.name}” is now rule {rule.position}.", "good")
    else:
        actions.switch_triage_rule(act(), rule)
        flash(f"“{rule.name}” is {'on' if rule.is_on else 'off'}.", "good")
    return _to("show_desk")


@blueprint.route("/settings/desk/targets", methods=["GET", "POST"])
@requires(CONFIGURE)
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
            return _to("show_desk")
    return page("tickets/set_targets.html", form=form, priorities=list(reversed(Priority)))


def _target(form: forms.TargetsForm, priority: Priority) -> rules.Target:
    first, resolution = form[f"{priority.value}_first"].data, form[f"{priority.value}_resolution"].data
    return rules.Target(timedelta(hours=first), timedelta(hours=resolution))


@blueprint.route("/settings/desk/hours", methods=["GET", "POST"])
@requires(CONFIGURE)
def set_hours() -> ResponseReturnValue:
    held = {}
    for weekday, windows in queries.desk_windows().items():
        held[f"opens_{weekday}"] = windows[0][0].strftime("%H:%M")
        held[f"closes_{weekday}"] = windows[0][1].strftime("%H:%M")
    form = forms.hours_form().from_request(**held)
    if form.submitted():
        with form.refusing():
            actions.set_hours(act(), form.windows())
            flash("The hours are set, in each community's own time.", "good")
            return _to("show_desk")
    return page("tickets/set_hours.html", form=form, weekdays=forms.WEEKDAYS)
