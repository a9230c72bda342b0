"""What describes HMIS projects: rows added, edited, ended, removed and exported, whatever their kind."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.people import actions, queries
from portal.people.forms import EndDescriptorForm, PressForm, descriptor_form
from portal.people.models import Dated, OfProject, Project
from portal.people.rules import Descriptor, Element, Shape
from portal.people.views.blueprint import blueprint
from portal.policy import Permission
from portal.tables import FORMATS, Column, Order, everything, export
from portal.web import act, actor, page, requires

_HERE = "/projects/<int:project_id>/<string:kind>"


def _kind(named: str) -> Descriptor:
    if named not in list(Descriptor):
        abort(404)
    return Descriptor(named)


def _row(project: Project, kind: Descriptor, row_id: int) -> OfProject:
    return queries.descriptor(project, kind, row_id) or abort(404)


def _back(project: Project, kind: Descriptor) -> ResponseReturnValue:
    return redirect(url_for("people.project", project_id=project.id, _anchor=kind))


@blueprint.route(f"{_HERE}/new", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT, on=queries.project)
def add_descriptor(project: Project, kind: str) -> ResponseReturnValue:
    chosen = _kind(kind)
    form = descriptor_form(chosen).from_request()
    form.offer(actor(), project, None)
    if form.submitted():
        with form.refusing():
            actions.put_descriptor(act(), project, chosen, **form.facts())
            flash(f"The {chosen.words} of {project.name} is added.", "good")
            return _back(project, chosen)
    return page("people/add_descriptor.html", form=form, project=project, kind=chosen)


@blueprint.route(f"{_HERE}/<int:row_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT, on=queries.project)
def edit_descriptor(project: Project, kind: str, row_id: int) -> ResponseReturnValue:
    chosen = _kind(kind)
    row = _row(project, chosen, row_id)
    offered = descriptor_form(chosen)
    form = offered.from_request(**offered.defaults(row))
    form.offer(actor(), project, row)
    if form.submitted():
        with form.refusing():
            actions.put_descriptor(act(), project, chosen, row, **form.facts())
            flash(f"The {chosen.words} of {project.name} is saved.", "good")
            return _back(project, chosen)
    return page("people/edit_descriptor.html", form=form, project=project, kind=chosen, row=row)


@blueprint.route(f"{_HERE}/<int:row_id>/end", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT, on=queries.project)
def end_descriptor(project: Project, kind: str, row_id: int) -> ResponseReturnValue:
    chosen = _kind(kind)
    row = _row(project, chosen, row_id)
    if not isinstance(row, Dated):
        abort(404)
    form = EndDescriptorForm.from_request(ended_on=act().at.date())
    if form.submitted():
        with form.refusing():
            actions.end_descriptor(act(), row, **form.facts())
            flash(f"The {chosen.words} of {project.name} has its last day.", "good")
            return _back(project, chosen)
    return page("people/end_descriptor.html", form=form, project=project, kind=chosen, row=row)


@blueprint.route(f"{_HERE}/<int:row_id>/remove", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT, on=queries.project)
def remove_descriptor(project: Project, kind: str, row_id: int) -> ResponseReturnValue:
    chosen = _kind(kind)
    row = _row(project, chosen, row_id)
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.remove_descriptor(act(), row)
            flash(f"The {chosen.words} of {project.name} is removed.", "good")
            return _back(project, chosen)
    return page("people/remove_descriptor.html", form=form, project=project, kind=chosen, row=row)


@blueprint.get("/projects/descriptors/<string:kind>")
@requires(Permission.PROJECT_READ)
def export_descriptors(kind: str) -> ResponseReturnValue:
    """All rows of one kind, as HUD's file of that name has its columns, each code with its words."""
    chosen = _kind(kind)
    file_format = request.args.get("format", "csv")
    if file_format not in FORMATS:
        abort(404)
    found = queries.descriptors_visible_to(actor(), chosen)
    model = found.column_descriptions[0]["entity"]
    rows = everything(found, Order((model.project_id, model.id)))
    return export(rows, _columns(chosen), file_format, chosen.file)


def _columns(kind: Descriptor) -> list[Column]:
    columns = [
        Column("Agency", lambda row: row.project.agency.name),
        Column("Project", lambda row: row.project.name),
        Column("ProjectID", lambda row: row.project.hmis_id),
        Column(f"{kind.file}ID", lambda row: row.hmis_id),
    ]
    for element in kind.elements:
        columns.append(Column(element.column, _value(element)))
        if element.shape is Shape.CODE:
            columns.append(Column(element.label, _words(element)))
    return columns


def _value(element: Element) -> Callable[[Any], Any]:
    if element.shape is Shape.PROJECT:
        return lambda row: row.residential.hmis_id or row.residential.name
    return lambda row: getattr(row, element.name)


def _words(element: Element) -> Callable[[Any], str]:
    return lambda row: element.words(getattr(row, element.name))
