"""Lists that come in as files: load, name the columns, look the rows over, confirm; invite whom a list added."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import sheets
from portal.licenses import actions, queries
from portal.licenses.forms import ListColumnsForm, LoadListForm, OutcomeFilter, RowsForm
from portal.licenses.models import LoadedList
from portal.licenses.rules import Decision, ListState, Outcome
from portal.licenses.rules.columns import USUAL_WORDS, WANTED
from portal.licenses.views.blueprint import blueprint, nav
from portal.policy import Permission
from portal.scheduler import RunState
from portal.standing import queries as standing
from portal.tables import Column, counted, export, export_links, exported, sliced
from portal.web import act, is_partial, not_found, page, requires

LIST_COLUMNS = (
    Column("File", lambda one: one.file_name),
    Column("Holds", lambda one: one.kind.words),
    Column("State", lambda one: one.state.words),
    Column("Loaded by", lambda one: one.loaded_by.name),
    Column("Loaded", lambda one: one.loaded_at),
)
ROW_COLUMNS = (
    Column("Row", lambda one: one.row),
    Column("Result", lambda one: one.outcome.words),
    Column("Who or what", lambda one: one.name),
    Column("Agency", lambda one: one.agency.name if one.agency else ""),
    Column("What changes", lambda one: "; ".join(one.deeds)),
    Column("Why", lambda one: one.why),
    Column("Decided", lambda one: one.decision.words if one.decision else ""),
)
RUNNING = (RunState.WAITING, RunState.RUNNING)
STOPPED = (RunState.CANCELED, RunState.FAILED)
SHOWN_FIRST = (*(Outcome.LOOKS_LIKE, Outcome.NEW, Outcome.CHANGED, Outcome.LEAVER, Outcome.REFUSED, Outcome.UNCHANGED),)
HEADINGS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.NEW: "New",
        Outcome.CHANGED: "Changed",
        Outcome.LOOKS_LIKE: "To decide",
        Outcome.LEAVER: "Missing from the list",
        Outcome.REFUSED: "Refused",
        Outcome.UNCHANGED: "Unchanged",
    }
)


@blueprint.get("/licenses/lists")
@requires(Permission.LIST_LOAD)
def list_lists() -> ResponseReturnValue:
    found = queries.lists()
    file = exported(found, queries.LATEST_LISTS, LIST_COLUMNS, "loaded-lists")
    if file is not None:
        return file
    return page(
        "licenses/list_lists.html",
        lists=sliced(found, queries.LATEST_LISTS),
        count=counted(found),
        exports=export_links(),
        nav=nav("licenses.list_lists"),
    )


@blueprint.route("/licenses/lists/new", methods=["GET", "POST"])
@requires(Permission.LIST_LOAD)
def load_list() -> ResponseReturnValue:
    form = LoadListForm.from_request(report_on=act().at.date())
    if form.submitted():
        with form.refusing():
            held = actions.start_list(act(), **form.facts())
            return redirect(url_for("licenses.name_list_columns", list_id=held.id))
    return page("licenses/load_list.html", form=form)


@blueprint.route("/licenses/lists/<int:list_id>/columns", methods=["GET", "POST"])
@requires(Permission.LIST_LOAD, on=queries.one_list)
def name_list_columns(held: LoadedList) -> ResponseReturnValue:
    sheet = actions.sheet_head(held)
    remembered = standing.column_map(actions.map_name(held, sheet.headings))
    usual = {column.value: USUAL_WORDS[column] for column in WANTED[held.kind]}
    form = ListColumnsForm.from_request(**sheets.guessed(sheet.headings, usual, remembered))
    form.offer(held.kind, sheet)
    if form.submitted():
        with form.refusing():
            actions.name_list_columns(act(), held, form.chosen(), is_complete=form.says_complete)
            return redirect(url_for("licenses.show_list", list_id=held.id))
    return page("licenses/name_list_columns.html", form=form, held=held, is_known=bool(remembered))


@blueprint.get("/licenses/lists/<int:list_id>")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def show_list(held: LoadedList) -> ResponseReturnValue:
    """The whole page, or only its progress while the worker is at it."""
    if held.state is ListState.DRAFT:
        return redirect(url_for("licenses.name_list_columns", list_id=held.id))
    numbers = queries.outcomes(held)
    shown = _shown(numbers)
    found = queries.rows_of(held, shown)
    file = exported(found, queries.BY_ROW, ROW_COLUMNS, f"list-{held.id}-rows")
    if file is not None:
        return file
    run = queries.run_of(held)
    return page(
        "licenses/_list_progress.html" if is_partial() else "licenses/show_list.html",
        held=held,
        run=run,
        is_running=run is not None and run.state in RUNNING,
        is_stopped=run is not None and run.state in STOPPED,
        views=_views(held, numbers, shown),
        shown=shown,
        heading=HEADINGS[shown],
        rows=sliced(found, queries.BY_ROW),
        to_do=queries.to_do_count(held) if held.state in (ListState.READ, ListState.APPLYING) else 0,
        undecided=queries.undecided(held),
        numbers=numbers,
        uninvited=counted(queries.uninvited(held)) if held.state is ListState.DONE else None,
        exports=export_links(),
        form=RowsForm(),
        States=ListState,
        Outcomes=Outcome,
        Decisions=Decision,
    )


def _shown(numbers: Mapping[Outcome, int]) -> Outcome:
    """As the URL says, else what needs somebody most."""
    asked = OutcomeFilter.from_url().chosen().get("outcome")
    return Outcome(asked) if asked else next((one for one in SHOWN_FIRST if numbers.get(one)), Outcome.NEW)


def _views(held: LoadedList, numbers: Mapping[Outcome, int], shown: Outcome) -> list[dict[str, object]]:
    return [
        {
            "label": HEADINGS[one],
            "href": url_for("licenses.show_list", list_id=held.id, outcome=one.value),
            "current": one is shown,
            "count": f"{numbers[one]:,}",
        }
        for one in SHOWN_FIRST
        if numbers.get(one)
    ]


@blueprint.post("/licenses/lists/<int:list_id>/rows/<int:row_id>")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def decide_row(held: LoadedList, row_id: int) -> ResponseReturnValue:
    row = queries.row_of(held.id, row_id) or not_found()
    decision = Decision.SAME if request.form.get("decision") == Decision.SAME else Decision.OTHER
    actions.decide_row(act(), held, row, decision)
    flash(f"{row.name}: {decision.words}.", "good")
    return _to(held, Outcome.LOOKS_LIKE)


def _to(held: LoadedList, outcome: Outcome | None = None) -> ResponseReturnValue:
    return redirect(url_for("licenses.show_list", list_id=held.id, outcome=outcome.value if outcome else None))


@blueprint.post("/licenses/lists/<int:list_id>/leavers")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def choose_leavers(held: LoadedList) -> ResponseReturnValue:
    ids = {int(one) for one in request.form.getlist("ids") if one.isdecimal() and len(one) < 10}
    decision = Decision.KEEP if request.form.get("decision") == Decision.KEEP else Decision.END
    number = actions.choose_leavers(act(), held, ids, decision)
    people = "1 person" if number == 1 else f"{number} people"
    flash(f"Access of {people} {'stays' if decision is Decision.KEEP else 'ends when you carry the list out'}.", "good")
    return _to(held, Outcome.LEAVER)


@blueprint.post("/licenses/lists/<int:list_id>/confirm")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def confirm_list(held: LoadedList) -> ResponseReturnValue:
    actions.confirm_list(act(), held)
    flash("The list is being carried out. You can leave this page and come back.", "good")
    return _to(held)


@blueprint.post("/licenses/lists/<int:list_id>/stop")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def stop_list(held: LoadedList) -> ResponseReturnValue:
    actions.stop_list(act(), held)
    flash("It stops at its next step. What is done stays done.", "good")
    return _to(held)


@blueprint.post("/licenses/lists/<int:list_id>/withdraw")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def withdraw_list(held: LoadedList) -> ResponseReturnValue:
    actions.withdraw_list(act(), held)
    flash("Withdrawn. Nothing of the file changed the register.", "good")
    return redirect(url_for("licenses.list_lists"))


@blueprint.get("/licenses/lists/<int:list_id>/refused")
@requires(Permission.LIST_LOAD, on=queries.one_list)
def download_refused_rows(held: LoadedList) -> ResponseReturnValue:
    """The refused rows as they stood in the file, with the reason beside each, for mending and loading again."""
    if held.file.purged_at is not None:
        not_found()
    why = dict(queries.refused_rows(held))
    sheet = actions.whole_sheet(held)
    rows = [row for row in sheet.rows if row.number in why]
    columns = [Column(heading, partial(_cell, heading)) for heading in sheet.headings]
    columns += [Column("Row", lambda row: row.number), Column("Why refused", lambda row: why[row.number])]
    kind = "xlsx" if request.args.get("format") == "xlsx" else "csv"
    return export(rows, columns, kind, f"refused-rows-{held.id}")


def _cell(heading: str, row: sheets.Row) -> str:
    return row.cells[heading]


@blueprint.route("/licenses/lists/<int:list_id>/invite", methods=["GET", "POST"])
@requires(Permission.LIST_LOAD, on=queries.one_list)
def invite_listed(held: LoadedList) -> ResponseReturnValue:
    found = queries.uninvited(held)
    people = sliced(found, queries.BY_NAME)
    form = RowsForm.from_request()
    form.offer([one.id for one in people.rows])
    if form.submitted():
        with form.refusing():
            chosen = None if request.form.get("whom") == "all" else form.ticked()
            number = actions.invite_listed(act(), held, chosen)
            flash(f"{number} {'invitation is' if number == 1 else 'invitations are'} on the way.", "good")
            return redirect(url_for("licenses.invite_listed", list_id=held.id))
    return page(
        "licenses/invite_listed.html",
        form=form,
        held=held,
        people=people,
        count=counted(found),
        most=actions.MOST_AT_ONCE,
    )
