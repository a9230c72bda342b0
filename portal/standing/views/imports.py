"""Past evidence from files: start, name the columns, look it over, send it, approve it as a whole."""

from functools import partial

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import sheets
from portal.policy import Permission, allows
from portal.scheduler import RunState
from portal.standing import actions, queries
from portal.standing.forms import ColumnsForm, RefuseForm, ScansForm, StartImportForm
from portal.standing.models import EvidenceBatch
from portal.standing.rules import ClaimState
from portal.standing.rules.importing import USUAL_WORDS, wanted
from portal.standing.views.blueprint import blueprint
from portal.standing.views.shown import kind_words, titles
from portal.tables import Column, counted, export, export_links, exported, sliced
from portal.web import act, actor, is_partial, page, requires

BATCH_COLUMNS = (
    Column("File", lambda one: one.file_name),
    Column("Kind", lambda one: kind_words(one.kind)),
    Column("Key", lambda one: one.key),
    Column("State", lambda one: one.state.words),
    Column("Loaded by", lambda one: one.entered_by.name),
    Column("Loaded", lambda one: one.entered_at),
)
RUNNING = (RunState.WAITING, RunState.RUNNING)
REFUSED_SHOWN = 25


@blueprint.get("/evidence/imports")
@requires(Permission.EVIDENCE_ENTER)
def list_imports() -> ResponseReturnValue:
    found = queries.batches()
    file = exported(found, queries.LATEST_BATCHES, BATCH_COLUMNS, "evidence-files")
    if file is not None:
        return file
    return page(
        "standing/list_imports.html",
        batches=sliced(found, queries.LATEST_BATCHES),
        count=counted(found),
        exports=export_links(),
        title_of=titles(),
    )


@blueprint.route("/evidence/imports/new", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_ENTER)
def start_import() -> ResponseReturnValue:
    form = StartImportForm.from_request()
    form.offer(queries.keys_by_kind())
    if form.submitted():
        with form.refusing():
            kind, key = form.kind_and_key()
            batch = actions.start_import(
                act(), kind=kind, key=key, of_people=form.of.data == "people", upload=form.upload()
            )
            return redirect(url_for("standing.name_columns", batch_id=batch.id))
    return page("standing/start_import.html", form=form)


@blueprint.route("/evidence/imports/<int:batch_id>/columns", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_ENTER, on=queries.batch)
def name_columns(batch: EvidenceBatch) -> ResponseReturnValue:
    sheet = actions.sheet_of(batch)
    usual = {column.value: USUAL_WORDS[column] for column in wanted(batch.of_people)}
    guessed = sheets.guessed(sheet.headings, usual, queries.column_map(actions.map_name(batch)))
    form = ColumnsForm.from_request(**guessed)
    form.offer(sheet.headings, {heading: sheet.sample(heading)[:40] for heading in sheet.headings}, batch.of_people)
    if form.submitted():
        with form.refusing():
            actions.map_columns(act(), batch, form.columns())
            return redirect(url_for("standing.show_import", batch_id=batch.id))
    return page("standing/name_columns.html", form=form, batch=batch, rows=len(sheet.rows))


@blueprint.get("/evidence/imports/<int:batch_id>")
@requires(Permission.EVIDENCE_ENTER, on=queries.batch)
def show_import(batch: EvidenceBatch) -> ResponseReturnValue:
    """The whole page, or only its progress while the file is read."""
    if batch.run_id is None:
        return redirect(url_for("standing.name_columns", batch_id=batch.id))
    return _batch_page(batch, RefuseForm())


def _batch_page(batch: EvidenceBatch, form: RefuseForm) -> ResponseReturnValue:
    run = queries.run(batch.run_id or 0)
    is_mine = batch.entered_by_id == actor().person_id
    claims = queries.claims_of(batch)
    template = "standing/_import_progress.html" if is_partial() else "standing/show_import.html"
    return page(
        template,
        batch=batch,
        run=run,
        is_running=run is not None and run.state in RUNNING,
        is_ready=run is not None and run.ended_at is not None,
        claims=sliced(claims, queries.BY_ROW),
        count=counted(claims),
        refused=(run.refused if run else [])[:REFUSED_SHOWN],
        refused_count=len(run.refused) if run else 0,
        with_scans=queries.scans_of(batch),
        form=form,
        scans=ScansForm(prefix="scans"),
        is_mine=is_mine,
        may_decide=batch.state is ClaimState.WAITING and not is_mine and allows(actor(), Permission.EVIDENCE_APPROVE),
        title=titles()(batch),
        States=ClaimState,
    )


@blueprint.get("/evidence/imports/<int:batch_id>/refused")
@requires(Permission.EVIDENCE_ENTER, on=queries.batch)
def download_refused(batch: EvidenceBatch) -> ResponseReturnValue:
    """The refused rows as they stood in the file, with the reason beside each, for mending and loading again."""
    sheet = actions.sheet_of(batch)
    run = queries.run(batch.run_id or 0)
    why = {one["row"]: one["why"] for one in (run.refused if run else [])}
    rows = [row for row in sheet.rows if row.number in why]
    columns = [Column(heading, partial(_cell, heading)) for heading in sheet.headings]
    columns += [Column("Row", lambda row: row.number), Column("Why refused", lambda row: why[row.number])]
    kind = "xlsx" if request.args.get("format") == "xlsx" else "csv"
    return export(rows, columns, kind, f"refused-rows-{batch.id}")


def _cell(heading: str, row: sheets.Row) -> str:
    return row.cells[heading]


@blueprint.post("/evidence/imports/<int:batch_id>/scans")
@requires(Permission.EVIDENCE_ENTER, on=queries.batch)
def attach_scans(batch: EvidenceBatch) -> ResponseReturnValue:
    form = ScansForm.from_request(prefix="scans")
    fitting, others = actions.attach_scans(act(), batch, form.uploads())
    flash(f"{fitting} {'scan was' if fitting == 1 else 'scans were'} put beside their rows.", "good")
    if others:
        flash(f"No row names these, or has a scan already: {', '.join(others[:10])}.", "warn")
    return _to(batch)


def _to(batch: EvidenceBatch) -> ResponseReturnValue:
    return redirect(url_for("standing.show_import", batch_id=batch.id))


@blueprint.post("/evidence/imports/<int:batch_id>/send")
@requires(Permission.EVIDENCE_ENTER, on=queries.batch)
def send_batch(batch: EvidenceBatch) -> ResponseReturnValue:
    actions.send_batch(act(), batch)
    flash("Sent. It counts once a second person has approved it as a whole.", "good")
    return _to(batch)


@blueprint.post("/evidence/imports/<int:batch_id>/approve")
@requires(Permission.EVIDENCE_APPROVE, on=queries.batch)
def approve_batch(batch: EvidenceBatch) -> ResponseReturnValue:
    number, left_out = actions.approve_batch(act(), batch)
    flash(f"Approved. {number:,} rows are evidence from now on, marked as imported.", "good")
    if left_out:
        rows = "1 row about yourself waits" if left_out == 1 else f"{left_out} rows about yourself wait"
        flash(f"{rows} for somebody else, in the list of what waits.", "warn")
    return _to(batch)


@blueprint.post("/evidence/imports/<int:batch_id>/refuse")
@requires(Permission.EVIDENCE_APPROVE, on=queries.batch)
def refuse_batch(batch: EvidenceBatch) -> ResponseReturnValue:
    form = RefuseForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.refuse_batch(act(), batch, **form.facts())
            flash("Refused. Nothing of the file became evidence.", "good")
            return _to(batch)
    return _batch_page(batch, form)


@blueprint.post("/evidence/imports/<int:batch_id>/withdraw")
@requires(Permission.EVIDENCE_ENTER, on=queries.batch)
def withdraw_batch(batch: EvidenceBatch) -> ResponseReturnValue:
    actions.withdraw_batch(act(), batch)
    flash("Withdrawn. Nothing of the file became evidence.", "good")
    return redirect(url_for("standing.list_imports"))
