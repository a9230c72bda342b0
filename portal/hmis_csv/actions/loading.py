"""An export comes in as a slim copy, is kept sealed until the worker has read it, and goes."""

import hashlib
from typing import IO

from portal import audit, files
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import queries
from portal.hmis_csv.models import ExportPart, HmisExport
from portal.hmis_csv.reading.slim import demand_slim
from portal.hmis_csv.rules.loading import ExportState
from portal.scheduler import Run, RunState

READ = "hmis_csv.read"
PIECE = 8 << 20
LARGEST = 256 << 20
"""Bytes of a slim copy; three million enrollments have 70 MB."""
ZIP = "application/zip"


def load_export(act: Act, *, name: str, stream: IO[bytes]) -> HmisExport:
    """Look the zip over where it stands; only a slim copy is kept, and the worker asked to read it.

    Raises:
        Refused: a full export, of which nothing is kept; no export; or too large.
    """
    demand_slim(stream)
    size = stream.seek(0, 2)
    if size > LARGEST:
        raise Refused(f"The copy has {size >> 20} MB; {LARGEST >> 20} MB is the most. Export a shorter period.")
    export = HmisExport(
        file_name=files.safe_name(name),
        sha256="",
        size=size,
        state=ExportState.LOADING,
        loaded_at=act.at,
        loaded_by_id=act.by,
    )
    db.session.add(export)
    db.session.flush()
    export.sha256 = _keep_pieces(act, export, stream)
    run = Run(kind=READ, asked_by_id=act.by, asked_at=act.at, facts={"export": export.id})
    db.session.add(run)
    db.session.flush()
    export.run_id = run.id
    audit.record(act, "hmis_export.loaded", export, size=size, run=run.id)
    return export


def _keep_pieces(act: Act, export: HmisExport, stream: IO[bytes]) -> str:
    """Sealed, in pieces that memory holds. Gives the SHA-256 of the whole, in hex."""
    digest = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(PIECE):
        digest.update(piece)
        kept = files.keep(act, piece, ZIP, sealed=True)
        db.session.add(ExportPart(export_id=export.id, file_id=kept.id))
    return digest.hexdigest()


def cancel_export(act: Act, export: HmisExport) -> None:
    """Ask the worker to stop reading; what was read is dropped.

    Raises:
        Refused: it is not being read.
    """
    run = queries.run(export.run_id)
    if export.state is not ExportState.LOADING or run is None or run.ended_at is not None:
        raise Refused("This export is not being read any more.")
    run.cancel_asked = True
    audit.record(act, "hmis_export.cancel_asked", export)


def discard_export(act: Act, export: HmisExport) -> None:
    """Nothing of it is applied; what it says about months of keying stays.

    Raises:
        Refused: it does not wait for a decision.
    """
    if export.state is not ExportState.READY:
        raise Refused("This export does not wait for a decision.")
    export.state, export.decided_at, export.decided_by_id = ExportState.DISCARDED, act.at, act.by
    drop_roster(act, export)
    audit.record(act, "hmis_export.discarded", export)


def settle_export(act: Act, export_id: int) -> None:
    """Its run was canceled or failed: the copy goes. One that was being applied waits for a decision again."""
    export = queries.export(export_id)
    run = queries.run(export.run_id) if export else None
    if export is None or run is None or run.ended_at is None:
        return
    if export.state is ExportState.APPLYING:
        export.state = ExportState.READY
    elif export.state is ExportState.LOADING:
        export.state = ExportState.STOPPED
        export.why = "" if run.state is RunState.CANCELED else "Reading failed on our side. Load the export again."
        drop_copy(act, export)
    audit.record(act, "hmis_export.settled", export, state=export.state)


def drop_copy(act: Act, export: HmisExport) -> None:
    """The slim copy has done its service."""
    for part in export.parts:
        if part.file.purged_at is None:
            files.purge(act, part.file)


def drop_roster(act: Act, export: HmisExport) -> None:
    if export.roster is not None and export.roster.purged_at is None:
        files.purge(act, export.roster)
    export.roster = None
