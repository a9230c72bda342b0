"""Queues: who works in them, and what requesters read instead of their names."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.forms import choices
from portal.people import queries as people
from portal.policy import Permission
from portal.tickets import actions, queries
from portal.tickets.forms import QueueForm
from portal.tickets.models import Queue
from portal.tickets.views import names
from portal.tickets.views.blueprint import blueprint
from portal.web import act, page, requires


@blueprint.route("/settings/desk/queues")
@requires(Permission.DESK_CONFIGURE)
def list_queues() -> ResponseReturnValue:
    return page("tickets/list_queues.html", queues=queries.queues_with_members())


@blueprint.route("/settings/desk/queues/new", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def add_queue() -> ResponseReturnValue:
    form = _queue_form()
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            members = _members(facts.pop("members"))
            key = names.new_key(form.name.data, queries.queues())
            queue = actions.add_queue(act(), key=key, members=members, **facts)
            flash(f"The queue “{queue.name}” is added.", "good")
            return redirect(url_for("tickets.list_queues"))
    return page("tickets/add_queue.html", form=form)


@blueprint.route("/settings/desk/queues/<int:queue_id>", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE, on=queries.queue)
def edit_queue(queue: Queue) -> ResponseReturnValue:
    held = {"members": [str(member.person_id) for member in queue.members]}
    form = _queue_form(
        name=queue.name, words=queue.words, purpose=queue.purpose, is_restricted=queue.is_restricted, **held
    )
    if form.submitted():
        with form.refusing():
            facts = form.facts()
            names.check(form.name.data, queries.queues(), queue)
            actions.change_queue(act(), queue, members=_members(facts.pop("members")), **facts)
            flash(f"The queue “{queue.name}” is changed.", "good")
            return redirect(url_for("tickets.list_queues"))
    return page("tickets/edit_queue.html", form=form, queue=queue)


def _queue_form(**held: Any) -> QueueForm:
    form = QueueForm.from_request(**held)
    form.members.choices = choices([(person.id, person.name) for person in people.staff(act().at.date())])
    return form


def _members(ids: list[str]) -> list[Any]:
    return [person for person in people.staff(act().at.date()) if str(person.id) in ids]
