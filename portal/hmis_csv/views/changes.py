"""What an export would change, row by row, and what is wrong with it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.hmis_csv import actions, queries
from portal.hmis_csv.forms import ChangeFilter, ProblemFilter
from portal.hmis_csv.models import HmisExport, ProposedChange
from portal.hmis_csv.rules.loading import ChangeKind, ExportState
from portal.hmis_csv.rules.words import column_words, one_of, value_words
from portal.hmis_csv.views.blueprint import blueprint
from portal.people import queries as register
from portal.policy import Permission
from portal.tables import Column, counted, export_links, exported, is_filtered, sliced
from portal.web import act, page, requires


def summary_of(change: ProposedChange) -> str:
    """What changes, in one line."""
    if change.kind in (ChangeKind.WAITING, ChangeKind.RETIRED):
        return change.reason
    if change.kind is ChangeKind.NEW:
        return ""
    told = [
        f"{column_words(change.file, column)}: {value_words(change.file, column, before)} → "
        f"{value_words(change.file, column, after)}"
        for column, before, after in change.fields
    ]
    return "; ".join([*told, *([change.reason] if change.reason else [])])


def title_of(change: ProposedChange) -> str:
    """The name of what changes: the project's, else the agency's, else the key in the HMIS."""
    return change.project or change.agency or change.key


CHANGE_COLUMNS = (
    Column("Change", lambda one: one.kind.words),
    Column("What", lambda one: one_of(one.file)),
    Column("ID in the HMIS", lambda one: one.key),
    Column("Agency", lambda one: one.agency),
    Column("Project", lambda one: one.project),
    Column("Details", summary_of),
)
PROBLEM_COLUMNS = (
    Column("Kind", lambda one: one.severity.words),
    Column("File", lambda one: one.file),
    Column("Row", lambda one: one.row),
    Column("Column", lambda one: one.column),
    Column("Problem", lambda one: one.message),
)


@blueprint.get("/hmis-exports/<int:export_id>/changes")
@requires(Permission.HMIS_EXPORT_READ, on=queries.export)
def list_changes(export: HmisExport) -> ResponseReturnValue:
    filters = ChangeFilter.from_url()
    found = queries.changes(export, **filters.chosen_facts())
    file = exported(found, queries.BY_AGENCY, CHANGE_COLUMNS, f"proposed-changes-{export.id}")
    if file is not None:
        return file
    return page(
        "hmis_csv/list_changes.html",
        export=export,
        changes=sliced(found, queries.BY_AGENCY),
        count=counted(found),
        filters=filters,
        is_filtered=is_filtered(),
        exports=export_links(),
        one_of=one_of,
        summary_of=summary_of,
        title_of=title_of,
    )


@blueprint.get("/hmis-exports/changes/<int:change_id>")
@requires(Permission.HMIS_EXPORT_READ, on=queries.change)
def show_change(change: ProposedChange) -> ResponseReturnValue:
    return page(
        "hmis_csv/show_change.html",
        change=change,
        title=title_of(change),
        what=one_of(change.file),
        fields=[
            (
                column_words(change.file, column),
                value_words(change.file, column, before),
                value_words(change.file, column, after),
            )
            for column, before, after in change.fields
        ],
        known=_known(change),
        is_open=change.export.state is ExportState.READY,
    )


def _known(change: ProposedChange) -> tuple[str, str] | None:
    """Name and page of what the register has under the same name."""
    if change.same_as_id is None:
        return None
    if change.file == "Organization":
        place = register.organization(change.same_as_id)
        address = url_for("people.organization", organization_id=change.same_as_id)
        return (place.name, address) if place else None
    project = register.project(change.same_as_id)
    address = url_for("people.project", project_id=change.same_as_id)
    return (project.name, address) if project else None


@blueprint.post("/hmis-exports/changes/<int:change_id>/same")
@requires(Permission.HMIS_EXPORT_LOAD, on=queries.change)
def say_same(change: ProposedChange) -> ResponseReturnValue:
    export_id, key = change.export_id, change.key
    name = actions.say_same(act(), change)
    flash(f"{name} has the ID {key} in the register from now on. The export was compared again.", "good")
    return redirect(url_for("hmis_csv.list_changes", export_id=export_id))


@blueprint.get("/hmis-exports/<int:export_id>/problems")
@requires(Permission.HMIS_EXPORT_READ, on=queries.export)
def list_problems(export: HmisExport) -> ResponseReturnValue:
    filters = ProblemFilter.from_url()
    found = queries.problems(export, **filters.chosen_facts())
    file = exported(found, queries.AS_FOUND, PROBLEM_COLUMNS, f"problems-{export.id}")
    if file is not None:
        return file
    return page(
        "hmis_csv/list_problems.html",
        export=export,
        problems=sliced(found, queries.AS_FOUND),
        count=counted(found),
        filters=filters,
        is_filtered=is_filtered(),
        exports=export_links(),
    )
