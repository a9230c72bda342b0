"""Comparable databases of victim service providers: what they are, their checks, and how often they come round."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.people import actions, queries
from portal.people.forms import CheckForm, ComparableDatabaseForm, RegisterChoicesForm
from portal.people.models import ComparableCheck, ComparableDatabase, Organization
from portal.people.rules import Participation, RegisterChoiceName, answered, check_items, check_words, database_state
from portal.people.views.blueprint import blueprint
from portal.policy import Permission, allows
from portal.tables import Order, sliced
from portal.web import act, actor, page, requires

LATEST_FIRST = Order((ComparableCheck.checked_on, ComparableCheck.id), descending=True)


def _demand_vsp(organization: Organization) -> ComparableDatabase | None:
    held = queries.comparable_database(organization.id)
    if held is None and organization.participation is not Participation.VSP:
        abort(404)
    return held


def _back(organization: Organization) -> ResponseReturnValue:
    return redirect(url_for("people.comparable_database", organization_id=organization.id))


@blueprint.get("/organizations/<int:organization_id>/comparable-database")
@requires(Permission.ORGANIZATION_READ, on=queries.organization)
def comparable_database(organization: Organization) -> ResponseReturnValue:
    database = _demand_vsp(organization)
    latest = database.latest if database else None
    return page(
        "people/comparable_database.html",
        organization=organization,
        database=database,
        latest=latest,
        state=database_state(database is not None, latest.next_due_on if latest else None, act().at.date()),
        checks=sliced(queries.checks_of(database), LATEST_FIRST) if database else None,
        check_words=check_words,
        answers=answered(latest.answers) if latest else {},
        months=queries.register_choice(RegisterChoiceName.CHECK_MONTHS),
        may_edit=allows(actor(), Permission.ORGANIZATION_EDIT, organization),
    )


@blueprint.route("/organizations/<int:organization_id>/comparable-database/edit", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def edit_comparable_database(organization: Organization) -> ResponseReturnValue:
    form = ComparableDatabaseForm.from_request(**ComparableDatabaseForm.defaults(_demand_vsp(organization)))
    if form.submitted():
        with form.refusing():
            actions.put_comparable_database(act(), organization, **form.facts())
            flash(f"The comparable database of {organization.name} is saved.", "good")
            return _back(organization)
    return page("people/edit_comparable_database.html", form=form, organization=organization)


@blueprint.route("/organizations/<int:organization_id>/comparable-database/checks/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT, on=queries.organization)
def check_comparable_database(organization: Organization) -> ResponseReturnValue:
    database = _demand_vsp(organization)
    if database is None:
        return redirect(url_for("people.edit_comparable_database", organization_id=organization.id))
    form = CheckForm.from_request(checked_on=act().at.date(), **CheckForm.defaults(database.latest))
    if form.submitted():
        with form.refusing():
            actions.record_check(act(), database, **form.facts())
            flash(f"The check of {organization.name}'s comparable database is on record.", "good")
            return _back(organization)
    months = queries.register_choice(RegisterChoiceName.CHECK_MONTHS)
    return page(
        "people/check_comparable_database.html",
        form=form,
        organization=organization,
        database=database,
        items=check_items(),
        months=months,
    )


@blueprint.get("/organizations/<int:organization_id>/comparable-database/checks/<int:check_id>")
@requires(Permission.ORGANIZATION_READ, on=queries.organization)
def comparable_check(organization: Organization, check_id: int) -> ResponseReturnValue:
    check = queries.comparable_check(organization.id, check_id) or abort(404)
    return page("people/comparable_check.html", organization=organization, check=check, answers=answered(check.answers))


@blueprint.route("/settings/register", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def register_choices() -> ResponseReturnValue:
    name = RegisterChoiceName.CHECK_MONTHS
    form = RegisterChoicesForm.from_request(check_months=queries.register_choice(name))
    if form.submitted():
        with form.refusing():
            actions.choose(act(), name, form.facts()["check_months"])
            flash("Your choice is saved. It counts from the next check on.", "good")
            return redirect(url_for("people.register_choices"))
    return page("people/register_choices.html", form=form)
