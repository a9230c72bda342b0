"""HMIS projects."""

from collections.abc import Callable
from datetime import date
from types import MappingProxyType

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import panels
from portal.people import actions, queries
from portal.people.forms import EndProjectForm, ProjectFilter, ProjectForm
from portal.people.models import Project
from portal.people.rules import PROJECT_ELEMENTS, Descriptor, Element, RegisterKind
from portal.people.views.blueprint import blueprint
from portal.people.views.lists import register_nav
from portal.people.views.past import asked_day, past_list, past_record, told, yesterday
from portal.policy import Permission, allows
from portal.tables import Column, Order, Sorting, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, page, requires

SORTING = Sorting(
    MappingProxyType(
        {
            "name": Order((Project.name, Project.id)),
            "type": Order((Project.project_type, Project.name, Project.id)),
            "start": Order((Project.starts_on, Project.id)),
        }
    ),
    "name",
)


def _words(element: Element) -> Callable[[Project], str]:
    return lambda project: element.words(getattr(project, element.name))


COLUMNS = (
    Column("Name", lambda project: project.name),
    Column("Agency", lambda project: project.agency.name),
    Column("CoC", lambda project: project.coc.name),
    Column("Type code", lambda project: project.project_type),
    Column("Type", lambda project: project.type_words),
    Column("Project ID in the HMIS", lambda project: project.hmis_id),
    *(Column(element.label, _words(element)) for element in PROJECT_ELEMENTS),
    Column("Operating since", lambda project: project.starts_on),
    Column("Ended", lambda project: project.ended_on),
)


def _columns() -> tuple[Column, ...]:
    """A grant on record says whether a project is funded; without any, what was typed does."""
    funded = queries.funded_on(act().at.date())
    said = Column("Funded by CoC or ESG", lambda one: "yes" if funded.get(one.id, one.is_funded) else "no")
    return (*COLUMNS, said)


@blueprint.get("/projects")
@requires(Permission.PROJECT_READ)
def list_projects() -> ResponseReturnValue:
    filters = ProjectFilter.from_url()
    filters.offer_places(actor())
    if day := asked_day():
        return _past_projects(day, filters)
    found = queries.projects_found(actor(), **filters.chosen_facts(act().at.date()))
    file = exported(found, SORTING.order(), _columns(), "projects")
    if file is not None:
        return file
    return page(
        "people/list_projects.html",
        filters=filters,
        is_filtered=is_filtered(),
        projects=sliced(found, SORTING.order()),
        count=counted(found),
        sorting=SORTING,
        yesterday=yesterday(),
        descriptors=tuple(Descriptor),
        exports=export_links(),
        nav=register_nav("people.list_projects"),
        may_add=allows(actor(), Permission.PROJECT_EDIT),
    )


def _past_projects(day: date, filters: ProjectFilter) -> ResponseReturnValue:
    labels = ("Agency", "Continuum of Care", "Project type", "Operating since", "Ended")
    fields = ("q", "agency", "coc", "type", "state")
    return past_list(RegisterKind.PROJECT, day, filters, fields, filters.past_facts(), labels)


@blueprint.route("/projects/new", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
def add_project() -> ResponseReturnValue:
    form = ProjectForm.from_request(agency_id=request.args.get("agency", ""))
    form.offer_places()
    if form.submitted():
        with form.refusing():
            made = actions.add_project(act(), **form.facts())
            flash(f"{made.name} is added.", "good")
            return redirect(url_for("people.project", project_id=made.id))
    return page("people/add_project.html", form=form, elements=PROJECT_ELEMENTS)


@blueprint.get("/projects/<int:project_id>")
@requires(Permission.PROJECT_READ, on=queries.project)
def project(project: Project) -> ResponseReturnValue:
    if day := asked_day():
        return past_record(project, day)
    return page(
        "people/project.html",
        project=project,
        described=queries.descriptors_of(project),
        takes_part=queries.participation_on([project.agency_id], act().at.date())
        .get(project.agency_id, {})
        .get(project.id),
        funded=queries.funded_on(act().at.date(), project.id).get(project.id, project.is_funded),
        said=[(one.numbered, _words(one)(project)) for one in PROJECT_ELEMENTS if _words(one)(project)],
        side=panels.slot("project.side").shown(project),
        may_edit=allows(actor(), Permission.PROJECT_EDIT, project),
        may_see_agency=allows(actor(), Permission.ORGANIZATION_READ, project.agency),
        may_see_coc=allows(actor(), Permission.ORGANIZATION_READ, project.coc),
    )


@blueprint.get("/projects/<int:project_id>/history")
@requires(Permission.PROJECT_READ, on=queries.project)
def project_history(project: Project) -> ResponseReturnValue:
    events = sliced(queries.history(project), queries.LATEST_FIRST)
    return page("people/project_history.html", project=project, **told(project, events))


@blueprint.route("/projects/<int:project_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT, on=queries.project)
def edit_project(project: Project) -> ResponseReturnValue:
    form = ProjectForm.from_request(**ProjectForm.defaults(project))
    form.offer_places()
    if project.id in queries.funded_on(act().at.date(), project.id):
        del form.is_funded
    if form.submitted():
        with form.refusing():
            actions.edit_project(act(), project, **form.facts())
            flash(f"The details of {project.name} are saved.", "good")
            return redirect(url_for("people.project", project_id=project.id))
    return page("people/edit_project.html", form=form, project=project, elements=PROJECT_ELEMENTS)


@blueprint.route("/projects/<int:project_id>/end", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT, on=queries.project)
def end_project(project: Project) -> ResponseReturnValue:
    form = EndProjectForm.from_request(ended_on=act().at.date())
    if form.submitted():
        with form.refusing():
            actions.end_project(act(), project, **form.facts())
            flash(f"{project.name} has ended.", "good")
            return redirect(url_for("people.project", project_id=project.id))
    return page("people/end_project.html", form=form, project=project)


@blueprint.post("/projects/<int:project_id>/return")
@requires(Permission.PROJECT_EDIT, on=queries.project)
def return_project(project: Project) -> ResponseReturnValue:
    actions.return_project(act(), project)
    flash(f"{project.name} is in force again.", "good")
    return redirect(url_for("people.project", project_id=project.id))
