"""Past evidence from a file: kept, its columns named, its rows read by the worker."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from portal import audit, files, sheets
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.people.queries import zone_of_id
from portal.scheduler import Run
from portal.standing import queries
from portal.standing.actions.requirements import KEY
from portal.standing.models import ColumnMap, EvidenceBatch, EvidenceClaim, subject_columns
from portal.standing.rules import ClaimState, SubjectKind, day_of
from portal.standing.rules.importing import Column, Read, Reader, RowRefused, needed

IMPORT = "standing.import"
AT_ONCE = 200
"""Rows of one transaction."""


def start_import(act: Act, *, kind: str, key: str, of_people: bool, upload: Upload) -> EvidenceBatch:
    """Keep a file of past evidence of one kind and key; its columns are named next.

    Raises:
        Refused: it is not a table.
    """
    if not KEY.fullmatch(key):
        raise Refused("Choose which evidence the file holds.")
    content_type = files.content_type(upload)
    sheets.read(upload.name, upload.content)
    kept = files.keep(act, upload.content, content_type)
    batch = EvidenceBatch(
        kind=kind,
        key=key,
        of_people=of_people,
        file_id=kept.id,
        file_name=files.safe_name(upload.name),
        state=ClaimState.DRAFT,
        entered_at=act.at,
        entered_by_id=act.by,
    )
    db.session.add(batch)
    audit.record(act, "batch.started", batch, kind=kind, key=key)
    return batch


def sheet_of(batch: EvidenceBatch) -> sheets.Sheet:
    """Raises Refused when the kept file cannot be read."""
    return sheets.read(batch.file_name, files.read(batch.file))


def map_columns(act: Act, batch: EvidenceBatch, columns: Mapping[Column, str]) -> Run:
    """Name the columns and ask the worker to read the rows; the names are remembered for the next file of this kind.

    Raises:
        Refused: it is somebody else's file, a column that is needed is missing, one is named twice, or it was read
            already.
    """
    demand_loader(batch, act.by)
    if batch.run_id is not None:
        raise Refused("This file was read already. Start again with the file if its columns were named wrongly.")
    chosen = {column.value: heading for column, heading in columns.items() if heading}
    missing = [column for column in needed(batch.of_people) if column.value not in chosen]
    if missing:
        raise Refused(f"Say which column holds this: {missing[0].words[0].lower()}{missing[0].words[1:]}.")
    if len(set(chosen.values())) < len(chosen):
        raise Refused("Each column of the file can hold one thing only.")
    batch.columns = chosen
    run = Run(kind=IMPORT, asked_by_id=act.by, asked_at=act.at, facts={"batch": batch.id})
    db.session.add(run)
    db.session.flush()
    batch.run_id = run.id
    remember_columns(map_name(batch), chosen)
    audit.record(act, "batch.columns_named", batch, run=run.id)
    return run


def demand_loader(batch: EvidenceBatch, by: int | None) -> None:
    """Whoever had a hand in a file could not be the second person who approves it.

    Raises:
        Refused: somebody else loaded it.
    """
    if batch.entered_by_id != by:
        raise Refused("Only whoever loaded this file goes on with it. Load it yourself, or wait to approve it.")


def remember_columns(name: str, chosen: Mapping[str, str]) -> None:
    """For the next file of this name: headings by what they hold."""
    held = db.session.get(ColumnMap, name) or ColumnMap(kind=name)
    held.columns = dict(chosen)
    db.session.add(held)


def map_name(batch: EvidenceBatch) -> str:
    return f"{batch.kind}:{'people' if batch.of_people else 'organizations'}"


def read_batch(act: Act, run: Run) -> Iterator[None]:
    """The rows become claims that wait; those that cannot are told with the reason. A step of `scheduler.work_runs`."""
    batch = queries.batch(run.facts["batch"])
    if batch is None or batch.state is not ClaimState.DRAFT:
        return
    sheet = sheet_of(batch)
    run.total = len(sheet.rows)
    reader = _reader(act, batch)
    for start in range(0, len(sheet.rows), AT_ONCE):
        portion = [_read(reader, row) for row in sheet.rows[start : start + AT_ONCE]]
        if start < run.done:
            continue
        _keep(act, batch, [one for one in portion if isinstance(one, Read)])
        run.refused = [
            *run.refused,
            *({"row": one.row, "why": one.why} for one in portion if isinstance(one, RowRefused)),
        ]
        run.done = start + len(portion)
        yield
    audit.record(act, "batch.read", batch, rows=run.total, refused=len(run.refused))


def _reader(act: Act, batch: EvidenceBatch) -> Reader:
    subjects = queries.people_by_address() if batch.of_people else queries.organizations_by_name()
    return Reader(
        columns={Column(name): heading for name, heading in batch.columns.items()},
        of_people=batch.of_people,
        subjects=subjects,
        today=day_of(act.at, zone_of_id(None)),
        on_file=queries.on_file(batch.of_people, batch.kind, batch.key),
    )


def _read(reader: Reader, row: sheets.Row) -> Read | RowRefused:
    days: dict[Column, date | None] = {
        column: sheets.day(row.cells.get(reader.columns.get(column, ""), "")) for column in (Column.ON, Column.UNTIL)
    }
    return reader.read(row.number, row.cells, days)


def _keep(act: Act, batch: EvidenceBatch, rows: Sequence[Read]) -> None:
    kind = SubjectKind.PERSON if batch.of_people else SubjectKind.ORGANIZATION
    db.session.add_all(
        EvidenceClaim(
            kind=batch.kind,
            key=batch.key,
            on=one.on,
            until=one.until,
            scan_name=files.safe_name(one.scan_name) if one.scan_name else "",
            state=ClaimState.DRAFT,
            batch_id=batch.id,
            row=one.row,
            entered_at=act.at,
            entered_by_id=batch.entered_by_id,
            **subject_columns(kind, one.subject_id),
        )
        for one in rows
    )
