"""A file of past evidence as one batch: its scans, and its approval as a whole by a second person."""

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO

from sqlalchemy import Select, func, insert, literal, select, update

from portal import audit, files
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.scheduler import Run
from portal.standing import queries
from portal.standing.actions.evidence import NOT_ONESELF, SECOND_PERSON, attach
from portal.standing.actions.imports import demand_loader
from portal.standing.models import Evidence, EvidenceBatch, EvidenceClaim
from portal.standing.rules import ClaimState

MOST_SCANS = 2000
MOST_SCAN_BYTES = 200 * 1024 * 1024


def attach_scans(act: Act, batch: EvidenceBatch, uploads: Sequence[Upload]) -> tuple[int, tuple[str, ...]]:
    """Put scans beside the rows that name them: files, or ZIPs of files. Gives how many fit and which names did not.

    Raises:
        Refused: the batch is somebody else's or was sent already, or a ZIP cannot be read or holds too much.
    """
    _demand_draft(act, batch)
    wanted = {claim.scan_name.casefold(): claim for claim in db.session.scalars(_with_scans(batch)) if not claim.files}
    fitting, others = 0, []
    for upload in _unpacked(uploads):
        claim = wanted.pop(files.safe_name(upload.name).casefold(), None)
        if claim is None:
            others.append(files.safe_name(upload.name))
            continue
        attach(act, claim, upload)
        fitting += 1
    audit.record(act, "batch.scans_attached", batch, files=fitting, left_out=len(others))
    return fitting, tuple(others)


def _with_scans(batch: EvidenceBatch) -> Select[EvidenceClaim]:
    return queries.claims_of(batch).where(EvidenceClaim.scan_name != "")


def _unpacked(uploads: Sequence[Upload]) -> Iterator[Upload]:
    for upload in uploads:
        if upload.name.lower().endswith(".zip"):
            yield from _from_zip(upload)
        else:
            yield upload


def _from_zip(upload: Upload) -> Iterator[Upload]:
    """Names alone matter; folders inside are left aside, and nothing is written under the names given."""
    try:
        with zipfile.ZipFile(BytesIO(upload.content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_SCANS or sum(entry.file_size for entry in entries) > MOST_SCAN_BYTES:
                raise Refused(f"“{upload.name}” holds too much. Send at most {MOST_SCANS:,} scans and 200 MB at once.")
            for entry in entries:
                yield Upload(entry.filename, archive.read(entry))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise Refused(f"“{upload.name}” cannot be opened. Make it again without a password.") from None


def send_batch(act: Act, batch: EvidenceBatch) -> None:
    """Ask a second person to approve it as a whole.

    Raises:
        Refused: it is somebody else's, was sent already, is still being read, or has no row that could become evidence.
    """
    _demand_draft(act, batch)
    run = db.session.get(Run, batch.run_id) if batch.run_id else None
    if run is None or run.ended_at is None:
        raise Refused("The file is still being read.")
    if db.session.scalar(select(EvidenceClaim.id).where(EvidenceClaim.batch_id == batch.id).limit(1)) is None:
        raise Refused("No row of this file can become evidence. Mend the file and start again.")
    _set(act, batch, ClaimState.WAITING)
    audit.record(act, "batch.sent", batch)


def _demand_draft(act: Act, batch: EvidenceBatch) -> None:
    demand_loader(batch, act.by)
    if batch.state is not ClaimState.DRAFT:
        raise Refused(f"This file is {batch.state.words} already.")


def approve_batch(act: Act, batch: EvidenceBatch) -> tuple[int, int]:
    """Its rows become evidence, marked as imported; gives how many, and how many wait on for somebody else.

    Raises:
        Refused: it does not wait, the same person entered it, or it is about that person alone.
    """
    _demand_waiting(act, batch)
    left_out = _own_left_out(act, batch)
    _set(act, batch, ClaimState.APPROVED)
    copied = (
        EvidenceClaim.kind,
        EvidenceClaim.key,
        EvidenceClaim.on,
        EvidenceClaim.until,
        EvidenceClaim.person_id,
        EvidenceClaim.organization_id,
        EvidenceClaim.id.label("claim_id"),
        EvidenceClaim.entered_by_id.label("recorded_by_id"),
    )
    said = (
        literal(EvidenceBatch.__tablename__).label("source_kind"),
        literal(batch.id).label("source_id"),
        literal(act.at, Evidence.recorded_at.type).label("recorded_at"),
        literal(act.by).label("approved_by_id"),
        literal(True).label("is_imported"),
        literal(False).label("is_void"),
    )
    rows = select(*copied, *said).where(EvidenceClaim.batch_id == batch.id).order_by(EvidenceClaim.id)
    db.session.execute(insert(Evidence).from_select([str(column.key) for column in rows.selected_columns], rows))
    made = select(func.count()).where(
        Evidence.source_kind == EvidenceBatch.__tablename__, Evidence.source_id == batch.id
    )
    number = db.session.scalar(made) or 0
    audit.record(act, "batch.approved", batch, rows=number, left_out=left_out)
    return number, left_out


def _own_left_out(act: Act, batch: EvidenceBatch) -> int:
    """Rows about whoever approves wait on as entries of their own, for another person."""
    others = select(EvidenceClaim.id).where(
        EvidenceClaim.batch_id == batch.id, EvidenceClaim.person_id.is_distinct_from(act.by)
    )
    if db.session.scalar(others.limit(1)) is None:
        raise Refused(NOT_ONESELF)
    own = update(EvidenceClaim).where(EvidenceClaim.batch_id == batch.id, EvidenceClaim.person_id == act.by)
    return len(db.session.execute(own.values(batch_id=None).returning(EvidenceClaim.id)).all())


def refuse_batch(act: Act, batch: EvidenceBatch, *, why: str) -> None:
    """Nothing of it becomes evidence.

    Raises:
        Refused: it does not wait, or the same person entered it.
    """
    _demand_waiting(act, batch)
    batch.why_refused = why
    _set(act, batch, ClaimState.REFUSED)
    audit.record(act, "batch.refused", batch)


def withdraw_batch(act: Act, batch: EvidenceBatch) -> None:
    """Take it back before it is decided.

    Raises:
        Refused: it was decided, or somebody else entered it.
    """
    if batch.state not in (ClaimState.DRAFT, ClaimState.WAITING):
        raise Refused(f"This file is {batch.state.words} already.")
    if batch.entered_by_id != act.by:
        raise Refused("Only whoever loaded it can withdraw it.")
    run = db.session.get(Run, batch.run_id) if batch.run_id else None
    if run is not None and run.ended_at is None:
        run.cancel_asked = True
    _set(act, batch, ClaimState.WITHDRAWN)
    audit.record(act, "batch.withdrawn", batch)


def _demand_waiting(act: Act, batch: EvidenceBatch) -> None:
    if batch.state is not ClaimState.WAITING:
        raise Refused(
            f"This file is {batch.state.words} already." if batch.decided_at else "This file was not sent yet."
        )
    if batch.entered_by_id == act.by or act.by is None:
        raise Refused(SECOND_PERSON)


def _set(act: Act, batch: EvidenceBatch, state: ClaimState) -> None:
    batch.state = state
    if state is not ClaimState.WAITING:
        batch.decided_at, batch.decided_by_id = act.at, act.by
    db.session.execute(
        update(EvidenceClaim)
        .where(EvidenceClaim.batch_id == batch.id)
        .values(state=state, decided_at=batch.decided_at, decided_by_id=batch.decided_by_id)
    )
