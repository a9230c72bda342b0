"""Categories: what a ticket is about, and where it goes first."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.forms import choices
from portal.policy import Permission
from portal.tickets import actions, queries
from portal.tickets.forms import CategoryForm
from portal.tickets.models import Category
from portal.tickets.views import names
from portal.tickets.views.blueprint import blueprint
from portal.web import act, page, requires


@blueprint.route("/settings/desk/categories")
@requires(Permission.DESK_CONFIGURE)
def list_categories() -> ResponseReturnValue:
    return page("tickets/list_categories.html", categories=queries.categories())


@blueprint.route("/settings/desk/categories/new", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def add_category() -> ResponseReturnValue:
    form = _category_form()
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            queue_id = int(facts.pop("queue"))
            key = names.new_key(form.name.data, queries.categories())
            category = actions.add_category(act(), key=key, queue_id=queue_id, **facts)
            flash(f"The category “{category.name}” is added.", "good")
            return redirect(url_for("tickets.list_categories"))
    return page("tickets/add_category.html", form=form)


@blueprint.route("/settings/desk/categories/<int:category_id>", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE, on=queries.category)
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
            names.check(form.name.data, queries.categories(), category)
            actions.change_category(act(), category, queue_id=int(facts.pop("queue")), **facts)
            flash(f"The category “{category.name}” is changed.", "good")
            return redirect(url_for("tickets.list_categories"))
    return page("tickets/edit_category.html", form=form, category=category)


def _category_form(**held: Any) -> CategoryForm:
    form = CategoryForm.from_request(**held)
    form.queue.choices = choices([(queue.id, queue.name) for queue in queries.queues()])
    return form
