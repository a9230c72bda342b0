"""People: the list, one person, and what is done to her."""

from datetime import date
from types import MappingProxyType

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import panels
from portal.people import actions, queries
from portal.people.forms import AddPersonForm, GrantRoleForm, PersonFilter, PersonForm, PressForm
from portal.people.models import Person, RoleGrant
from portal.people.rules import RegisterKind
from portal.people.views.blueprint import blueprint
from portal.people.views.lists import register_nav
from portal.people.views.past import asked_day, past_list, past_record, told, yesterday
from portal.policy import Permission, allows
from portal.tables import Column, Order, Sorting, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, page, requires

_NAME = (Person.last_name, Person.first_name, Person.id)
SORTING = Sorting(MappingProxyType({"name": Order(_NAME), "added": Order((Person.added_at, Person.id))}), "name")
COLUMNS = (
    Column("Last name", lambda person: person.last_name),
    Column("First name", lambda person: person.first_name),
    Column("E-mail address", lambda person: person.email),
    Column("Phone", lambda person: person.phone),
    Column("Job title", lambda person: person.job_title),
    Column("Kind of job", lambda person: person.job_kind.words if person.job_kind else ""),
    Column("Works at", lambda person: person.home.name),
    Column("Roles", lambda person: "; ".join(_role_words(role) for role in person.roles if not role.ended_on)),
    Column("Added", lambda person: person.added_at),
    Column("Ended", lambda person: person.ended_on),
)


def _role_words(role: RoleGrant) -> str:
    return f"{role.role.words} at {role.organization.name}"


@blueprint.get("/people")
@requires(Permission.PERSON_READ)
def list_people() -> ResponseReturnValue:
    filters = PersonFilter.from_url()
    filters.offer_places(actor())
    if day := asked_day():
        return _past_people(day, filters)
    found = queries.people_found(actor(), **filters.chosen_facts())
    file = exported(found, SORTING.order(), COLUMNS, "people")
    if file is not None:
        return file
    people = sliced(found, SORTING.order())
    return page(
        "people/list_people.html",
        filters=filters,
        is_filtered=is_filtered(),
        people=people,
        count=counted(found),
        states=queries.states(people.rows),
        sorting=SORTING,
        yesterday=yesterday(),
        exports=export_links(),
        nav=register_nav("people.list_people"),
        may_add=allows(actor(), Permission.PERSON_INVITE),
    )


def _past_people(day: date, filters: PersonFilter) -> ResponseReturnValue:
    labels = ("E-mail address", "Works at", "Job title", "Roles", "Ended")
    fields = ("q", "organization", "job", "state")
    return past_list(RegisterKind.PERSON, day, filters, fields, filters.past_facts(), labels)


@blueprint.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PERSON_INVITE)
def add_person() -> ResponseReturnValue:
    form = AddPersonForm.from_request(home_id=request.args.get("organization", ""))
    form.offer_places()
    if not allows(actor(), Permission.ROLE_GRANT):
        del form.roles
    if form.submitted():
        with form.refusing():
            person = actions.add_person(act(), **form.facts())
            if form.invite.data:
                actions.invite(act(), person)
            flash(f"{person.name} is added{' and invited' if form.invite.data else ''}.", "good")
            return redirect(url_for("people.person", person_id=person.id))
    return page("people/add_person.html", form=form)


@blueprint.get("/people/<int:person_id>")
@requires(Permission.PERSON_READ, on=queries.person)
def person(person: Person) -> ResponseReturnValue:
    if day := asked_day():
        return past_record(person, day)
    return page(
        "people/person.html",
        person=person,
        state=queries.states([person])[person.id],
        invitation=queries.latest_invitation(person.id),
        today=act().at.date(),
        side=panels.slot("person.side").shown(person),
        may_change=queries.may_change(actor(), person),
        may_invite=allows(actor(), Permission.PERSON_INVITE, person),
        may_grant=allows(actor(), Permission.ROLE_GRANT, person),
        may_see_home=allows(actor(), Permission.ORGANIZATION_READ, person.home),
    )


@blueprint.get("/people/<int:person_id>/history")
@requires(Permission.PERSON_READ, on=queries.person)
def person_history(person: Person) -> ResponseReturnValue:
    events = sliced(queries.history(person), queries.LATEST_FIRST)
    return page("people/person_history.html", person=person, **told(person, events))


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT, on=queries.person)
def edit_person(person: Person) -> ResponseReturnValue:
    _demand_change(person)
    form = PersonForm.from_request(**PersonForm.defaults(person))
    form.offer_places(person.home)
    if form.submitted():
        with form.refusing():
            actions.edit_person(act(), person, **form.facts())
            flash(f"The details of {person.name} are saved.", "good")
            return redirect(url_for("people.person", person_id=person.id))
    return page("people/edit_person.html", form=form, person=person)


def _demand_change(person: Person) -> None:
    if not queries.may_change(actor(), person):
        abort(403)


@blueprint.post("/people/<int:person_id>/invite")
@requires(Permission.PERSON_INVITE, on=queries.person)
def invite(person: Person) -> ResponseReturnValue:
    actions.invite(act(), person)
    flash(f"An invitation to {person.name} is on its way.", "good")
    return redirect(url_for("people.person", person_id=person.id))


@blueprint.post("/people/<int:person_id>/sign-out")
@requires(Permission.PERSON_EDIT, on=queries.person)
def end_sessions(person: Person) -> ResponseReturnValue:
    _demand_change(person)
    actions.end_sessions(act(), person)
    flash(f"{person.name} is signed out everywhere.", "good")
    return redirect(url_for("people.person", person_id=person.id))


@blueprint.route("/people/<int:person_id>/end", methods=["GET", "POST"])
@requires(Permission.PERSON_EDIT, on=queries.person)
def end_person(person: Person) -> ResponseReturnValue:
    _demand_change(person)
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.end_person(act(), person)
            flash(f"The access of {person.name} has ended.", "good")
            return redirect(url_for("people.person", person_id=person.id))
    return page(
        "people/end_person.html",
        form=form,
        person=person,
        roles=[_role_words(role) for role in person.roles if not role.ended_on],
        pieces=panels.slot("people.end_person").shown(person),
    )


@blueprint.post("/people/<int:person_id>/return")
@requires(Permission.PERSON_EDIT, on=queries.person)
def return_person(person: Person) -> ResponseReturnValue:
    _demand_change(person)
    actions.return_person(act(), person)
    flash(f"{person.name} is back, without roles. Send an invitation next.", "good")
    return redirect(url_for("people.person", person_id=person.id))


@blueprint.route("/people/<int:person_id>/roles/new", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT, on=queries.person)
def grant_role(person: Person) -> ResponseReturnValue:
    form = GrantRoleForm.from_request(organization_id=str(person.home_id), starts_on=act().at.date())
    form.offer_places()
    if form.submitted():
        with form.refusing():
            grant = actions.grant_role(act(), person, **form.facts())
            flash(f"{person.name} is now {_role_words(grant)}.", "good")
            return redirect(url_for("people.person", person_id=person.id))
    return page("people/grant_role.html", form=form, person=person)


@blueprint.route("/people/<int:person_id>/roles/<int:role_id>/end", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT, on=queries.person)
def end_role(person: Person, role_id: int) -> ResponseReturnValue:
    grant = next((role for role in person.roles if role.id == role_id and not role.ended_on), None)
    if grant is None:
        abort(404)
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.end_role(act(), grant)
            flash(f"{person.name} is no longer {_role_words(grant)}.", "good")
            return redirect(url_for("people.person", person_id=person.id))
    return page("people/end_role.html", form=form, person=person, grant=grant)
