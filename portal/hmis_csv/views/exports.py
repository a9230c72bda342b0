"""Exports: loaded, followed while they are read, looked over, confirmed."""

import json
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.hmis_csv import actions, queries
from portal.hmis_csv.forms import ConfirmForm, LoadForm, ShareForm
from portal.hmis_csv.models import HmisExport
from portal.hmis_csv.rules.loading import ChangeKind, ExportState
from portal.hmis_csv.rules.proposal import above, is_empty, moved_rows
from portal.hmis_csv.rules.specification import activity_files, slim_columns, slim_files
from portal.hmis_csv.rules.words import DIRECTIVE_WORDS, FILE_WORDS, counted_words
from portal.hmis_csv.views.blueprint import blueprint, nav
from portal.policy import Permission
from portal.scheduler import Run
from portal.tables import Column, counted, export, export_links, exported, sliced
from portal.web import act, is_partial, page, requires

EXPORT_COLUMNS = (
    Column("File", lambda one: one.file_name),
    Column("State", lambda one: one.state.words),
    Column("Software", lambda one: one.software),
    Column("Written on", lambda one: one.written_on),
    Column("From", lambda one: one.starts_on),
    Column("Until", lambda one: one.ends_on),
    Column("Loaded by", lambda one: one.loaded_by.name),
    Column("Loaded", lambda one: one.loaded_at),
)
REFUSED_COLUMNS = (
    Column("File", lambda one: one.get("file", "")),
    Column("Row", lambda one: one.get("row")),
    Column("ID in the HMIS", lambda one: one.get("key", "")),
    Column("Why", lambda one: one["why"]),
)
REFUSED_SHOWN = 10


@blueprint.get("/hmis-exports")
@requires(Permission.HMIS_EXPORT_READ)
def list_exports() -> ResponseReturnValue:
    found = queries.exports()
    file = exported(found, queries.LATEST, EXPORT_COLUMNS, "hmis-exports")
    if file is not None:
        return file
    return page(
        "hmis_csv/list_exports.html",
        held=sliced(found, queries.LATEST),
        count=counted(found),
        exports=export_links(),
        most_change=queries.most_change(),
        nav=nav("hmis_csv.list_exports"),
    )


@blueprint.route("/hmis-exports/new", methods=["GET", "POST"])
@requires(Permission.HMIS_EXPORT_LOAD)
def load_export() -> ResponseReturnValue:
    """The browser slims the file before it is sent; what is not slim is refused, and nothing of it kept."""
    form = LoadForm.from_request()
    if form.submitted():
        with form.refusing():
            name, stream = form.upload()
            made = actions.load_export(act(), name=name, stream=stream)
            return redirect(url_for("hmis_csv.show_export", export_id=made.id))
    allowed = {name: list(slim_columns(name)) for name in slim_files()}
    roster = [name for name in allowed if name not in activity_files()]
    return page("hmis_csv/load_export.html", form=form, rules=json.dumps({"allowed": allowed, "roster": roster}))


@blueprint.get("/hmis-exports/<int:export_id>")
@requires(Permission.HMIS_EXPORT_READ, on=queries.export)
def show_export(export: HmisExport) -> ResponseReturnValue:
    """The whole page, or only its progress while the worker is at it."""
    if is_partial():
        return page("hmis_csv/_progress.html", export=export, **_progress(export))
    return _export_page(export, ConfirmForm())


def _progress(export: HmisExport) -> dict[str, Any]:
    run = queries.run(export.run_id)
    return {"run": run, "is_running": export.state in (ExportState.LOADING, ExportState.APPLYING)}


def _export_page(export: HmisExport, form: ConfirmForm) -> ResponseReturnValue:
    run = queries.run(export.run_id)
    much = above(export.totals, queries.most_change())
    return page(
        "hmis_csv/show_export.html",
        export=export,
        **_progress(export),
        form=form,
        files=[(file, FILE_WORDS[file], held) for file, held in export.totals.items()],
        kinds=tuple(ChangeKind),
        much=[FILE_WORDS[file] for file in much],
        moved=moved_rows(export.totals),
        most_change=queries.most_change(),
        is_empty=is_empty(export.totals),
        suggested=counted(queries.changes(export, same=True)),
        problems=queries.problem_counts(export),
        refused=_refused(run)[:REFUSED_SHOWN],
        refused_count=len(_refused(run)),
        earlier=queries.earlier_copy(export),
        counts=[(counted_words(name), f"{number:,}") for name, number in export.counts.items()],
        directive=DIRECTIVE_WORDS.get(export.directive or 0, "Not said"),
        States=ExportState,
    )


def _refused(run: Run | None) -> list[dict[str, object]]:
    return list(run.refused) if run else []


@blueprint.get("/hmis-exports/<int:export_id>/refused")
@requires(Permission.HMIS_EXPORT_READ, on=queries.export)
def download_refused(one: HmisExport) -> ResponseReturnValue:
    """Every row that could not be read, or not be applied, with its reason."""
    kind = "xlsx" if request.args.get("format") == "xlsx" else "csv"
    return export(_refused(queries.run(one.run_id)), REFUSED_COLUMNS, kind, f"refused-rows-{one.id}")


@blueprint.post("/hmis-exports/<int:export_id>/apply")
@requires(Permission.HMIS_EXPORT_LOAD, on=queries.export)
def apply_export(export: HmisExport) -> ResponseReturnValue:
    form = ConfirmForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.apply_export(act(), export, **form.facts())
            flash("Confirmed. The worker applies it now, all in one step.", "good")
            return _to(export)
    return _export_page(export, form)


def _to(export: HmisExport) -> ResponseReturnValue:
    return redirect(url_for("hmis_csv.show_export", export_id=export.id))


@blueprint.post("/hmis-exports/<int:export_id>/compare")
@requires(Permission.HMIS_EXPORT_LOAD, on=queries.export)
def compare_again(export: HmisExport) -> ResponseReturnValue:
    actions.compare_again(act(), export)
    flash("Compared with the register as it stands now.", "good")
    return _to(export)


@blueprint.post("/hmis-exports/<int:export_id>/discard")
@requires(Permission.HMIS_EXPORT_LOAD, on=queries.export)
def discard_export(export: HmisExport) -> ResponseReturnValue:
    actions.discard_export(act(), export)
    flash(f"{export.file_name} is discarded. Nothing of it was applied.", "good")
    return redirect(url_for("hmis_csv.list_exports"))


@blueprint.post("/hmis-exports/<int:export_id>/cancel")
@requires(Permission.HMIS_EXPORT_LOAD, on=queries.export)
def cancel_export(export: HmisExport) -> ResponseReturnValue:
    actions.cancel_export(act(), export)
    flash("Reading stops at the next step, and the copy is removed.", "good")
    return _to(export)


@blueprint.route("/hmis-exports/settings", methods=["GET", "POST"])
@requires(Permission.HMIS_EXPORT_LOAD)
def set_most_change() -> ResponseReturnValue:
    form = ShareForm.from_request(most_change=queries.most_change())
    if form.submitted():
        actions.set_most_change(act(), **form.facts())
        flash("The share is set.", "good")
        return redirect(url_for("hmis_csv.list_exports"))
    return page("hmis_csv/set_most_change.html", form=form)
