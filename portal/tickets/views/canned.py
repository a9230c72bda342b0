"""Canned responses: answers that staff write again and again."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.forms import choices, plain
from portal.policy import Permission
from portal.tickets import actions, forms, queries
from portal.tickets.forms import CannedForm
from portal.tickets.models import CannedResponse
from portal.tickets.views.blueprint import blueprint
from portal.web import act, page, requires


@blueprint.route("/settings/desk/canned")
@requires(Permission.DESK_CONFIGURE)
def list_canned() -> ResponseReturnValue:
    words = plain(request.args.get("q", ""))
    return page("tickets/list_canned.html", responses=queries.canned_responses(None, words), words=words)


@blueprint.route("/settings/desk/canned/new", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def add_canned() -> ResponseReturnValue:
    form = _canned_form()
    if form.submitted():
        with form.refusing():
            canned = actions.add_canned_response(act(), **_canned_facts(form))
            flash(f"“{canned.title}” is ready to use.", "good")
            return redirect(url_for("tickets.list_canned"))
    return page("tickets/add_canned.html", form=form, variables=actions.CANNED_VARIABLES)


@blueprint.route("/settings/desk/canned/<int:canned_id>", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE, on=queries.canned_response)
def edit_canned(canned: CannedResponse) -> ResponseReturnValue:
    form = _canned_form(title=canned.title, text=canned.text, category=str(canned.category_id or ""))
    if form.submitted():
        with form.refusing():
            actions.change_canned_response(act(), canned, **_canned_facts(form))
            flash(f"“{canned.title}” is changed.", "good")
            return redirect(url_for("tickets.list_canned"))
    return page("tickets/edit_canned.html", form=form, canned=canned, variables=actions.CANNED_VARIABLES)


@blueprint.route("/settings/desk/canned/<int:canned_id>/remove", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE, on=queries.canned_response)
def remove_canned(canned: CannedResponse) -> ResponseReturnValue:
    form = forms.RemoveForm.from_request()
    if form.submitted():
        title = canned.title
        actions.remove_canned_response(act(), canned)
        flash(f"“{title}” is removed. Answers written with it stay as they are.", "good")
        return redirect(url_for("tickets.list_canned"))
    return page("tickets/remove_canned.html", form=form, canned=canned)


def _canned_form(**held: Any) -> CannedForm:
    form = CannedForm.from_request(**held)
    form.category.choices = choices([(one.id, one.name) for one in queries.categories()], "Any category")
    return form


def _canned_facts(form: CannedForm) -> dict[str, Any]:
    category = queries.category(int(form.category.data)) if form.category.data else None
    return {"title": form.title.data, "text": form.text.data, "category": category}
