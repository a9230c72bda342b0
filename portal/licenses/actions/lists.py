"""A list comes in as a file: kept, its columns named, decided about, confirmed, or taken back."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import update

from portal import audit, files, sheets
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.licenses import queries
from portal.licenses.models import ListRow, LoadedList
from portal.licenses.rules import Decision, ListKind, ListState, Outcome
from portal.licenses.rules.columns import ListColumn, wrong_columns
from portal.licenses.rules.roster import judged
from portal.licenses.rules.staff import Facts
from portal.scheduler import Run
from portal.standing import actions as standing

READ_LIST = "licenses.read_list"
APPLY_LIST = "licenses.apply_list"
TABLES = (".csv", ".txt", ".xlsx")
GONE_ON = "Somebody went on with this list meanwhile. Open it again to see how it stands."


def start_list(act: Act, *, kind: ListKind, upload: Upload, report_on: date | None = None) -> LoadedList:
    """Keep the file; its columns are named next. `report_on`: the day of a last-login report.

    Raises:
        Refused: it is not a table, or its day lies ahead.
    """
    if not upload.name.lower().endswith(TABLES):
        raise Refused("Choose a CSV or Excel (.xlsx) file.")
    if report_on is not None and report_on > act.at.date():
        raise Refused("The report cannot be from a day to come.")
    content_type = files.content_type(upload)
    sheets.head(upload.name, upload.content)
    held = LoadedList(
        kind=kind,
        file=files.keep(act, upload.content, content_type, sealed=True),
        file_name=files.safe_name(upload.name),
        report_on=report_on or act.at.date(),
        state=ListState.DRAFT,
        loaded_at=act.at,
        loaded_by_id=act.by,
    )
    db.session.add(held)
    audit.record(act, "list.loaded", held, kind=kind)
    return held


def sheet_head(held: LoadedList) -> sheets.Sheet:
    """The headings and first rows of the kept file."""
    return sheets.head(held.file_name, files.read(held.file))


def whole_sheet(held: LoadedList) -> sheets.Sheet:
    """All rows of the kept file. Raises Refused when it cannot be read."""
    return sheets.read(held.file_name, files.read(held.file))


def map_name(held: LoadedList, headings: Collection[str]) -> str:
    """Under which name the choice of columns is remembered: the kind, and the layout of the file."""
    return f"list:{held.kind}:{sheets.layout(tuple(headings))}"


def name_list_columns(
    act: Act, held: LoadedList, columns: Mapping[ListColumn, str], *, is_complete: bool = False
) -> Run:
    """Say which column holds what, and ask the worker to read the rows.

    Raises:
        Refused: a column that is needed is missing, one is named twice, or the list was read already.
    """
    wrong = wrong_columns(held.kind, columns)
    if wrong:
        raise Refused(wrong)
    if not _moved(held, (ListState.DRAFT,), ListState.READING):
        raise Refused("This file was read already. Load it again if its columns were named wrongly.")
    held.columns = {column.value: heading for column, heading in columns.items()}
    held.is_complete = is_complete and held.kind is ListKind.STAFF
    standing.remember_columns(map_name(held, sheet_head(held).headings), held.columns)
    return _asked(act, held, READ_LIST, "list.columns_named")


def _asked(act: Act, held: LoadedList, kind: str, event: str) -> Run:
    run = Run(kind=kind, asked_by_id=act.by, asked_at=act.at, facts={"list": held.id})
    db.session.add(run)
    db.session.flush()
    held.run_id = run.id
    audit.record(act, event, held, run=run.id)
    return run


def _moved(held: LoadedList, starts: Collection[ListState], state: ListState) -> bool:
    """Change the state once, whoever else tries at the same moment."""
    db.session.flush()
    changed = db.session.execute(
        update(LoadedList)
        .where(LoadedList.id == held.id, LoadedList.state.in_(starts))
        .values(state=state)
        .returning(LoadedList.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    db.session.refresh(held)
    return changed is not None


def decide_row(act: Act, held: LoadedList, row: ListRow, decision: Decision) -> None:
    """Is the person of the row somebody who is in the register already?

    Raises:
        Refused: the row asks nothing, or the list was carried out.
    """
    if held.state is not ListState.READ or row.outcome is not Outcome.LOOKS_LIKE:
        raise Refused(GONE_ON)
    facts = Facts.from_json(row.facts)
    is_same = decision is Decision.SAME
    found = judged(facts, queries.register(facts, row.person_id), row.person_id if is_same else None, is_other=True)
    if found.outcome is Outcome.REFUSED:
        raise Refused(found.why)
    row.decision, row.deeds = decision, list(found.deeds)
    audit.record(act, "list.row_decided", held, row=row.row, decision=decision, person=row.person_id)


def choose_leavers(act: Act, held: LoadedList, row_ids: Collection[int], decision: Decision) -> int:
    """Of the people missing from a complete list, whose access ends when it is confirmed; gives how many.

    Raises:
        Refused: nobody was chosen, or the list was carried out.
    """
    if held.state is not ListState.READ:
        raise Refused(GONE_ON)
    missing = (ListRow.list_id == held.id, ListRow.outcome == Outcome.LEAVER, ListRow.id.in_(row_ids))
    mine = (ListRow.person_id != act.by,) if decision is Decision.END else ()
    changed = db.session.execute(
        update(ListRow).where(*missing, *mine).values(decision=decision).returning(ListRow.id)
    ).all()
    if not changed:
        raise Refused("Tick at least one person. You cannot end your own access.")
    audit.record(act, "list.leavers_chosen", held, decision=decision, people=len(changed))
    return len(changed)


def confirm_list(act: Act, held: LoadedList) -> Run:
    """Ask the worker to carry it out; a list whose work was stopped goes on where it stood.

    Raises:
        Refused: it is not read yet, is being carried out or was, or nothing would change.
    """
    run = queries.run_of(held)
    if held.state is ListState.APPLYING and run is not None and run.ended_at is not None:
        return _asked(act, held, APPLY_LIST, "list.taken_up_again")
    if held.state is ListState.READ and not queries.to_do_count(held):
        raise Refused("Nothing of this list would change the register.")
    if not _moved(held, (ListState.READ,), ListState.APPLYING):
        raise Refused(GONE_ON)
    held.confirmed_at, held.confirmed_by_id = act.at, act.by
    return _asked(act, held, APPLY_LIST, "list.confirmed")


def withdraw_list(act: Act, held: LoadedList) -> None:
    """Take it back before it is carried out.

    Raises:
        Refused: it is being carried out, or was.
    """
    run = queries.run_of(held)
    if not _moved(held, (ListState.DRAFT, ListState.READING, ListState.READ), ListState.WITHDRAWN):
        raise Refused(GONE_ON)
    if run is not None and run.ended_at is None:
        run.cancel_asked = True
    audit.record(act, "list.withdrawn", held)


def empty_list(act: Act, list_id: int) -> None:
    """Its time is over: the file goes, and the names in its rows; how many rows did what stays."""
    held = queries.one_list(list_id)
    if held is None or held.file.purged_at is not None:
        return
    files.purge(act, held.file)
    gone = update(ListRow).where(ListRow.list_id == held.id)
    db.session.execute(gone.values(name="", facts={}, deeds=[], why=""))
    if held.state in (ListState.DRAFT, ListState.READ):
        held.state = ListState.WITHDRAWN
    audit.record(act, "list.emptied", held)


def stop_list(act: Act, held: LoadedList) -> None:
    """Stop the reading or the carrying out at its next step; what is done stays done.

    Raises:
        Refused: it has ended already.
    """
    run = queries.run_of(held)
    if run is None or run.ended_at is not None:
        raise Refused("The work has ended already.")
    run.cancel_asked = True
    audit.record(act, "list.stop_asked", held, run=run.id)
