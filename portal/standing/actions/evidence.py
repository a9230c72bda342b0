"""Evidence: pushed by other packages, or entered by one person and approved by another."""

from collections.abc import Sequence
from datetime import date

from portal import audit, files
from portal.audit import Act, Subject
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.standing import queries
from portal.standing.actions.requirements import KEY
from portal.standing.models import ClaimFile, Evidence, EvidenceClaim, subject_columns
from portal.standing.rules import ClaimState, SubjectKind

SECOND_PERSON = "Whoever entered it cannot approve it. Ask somebody else of the HMIS Lead."
NOT_ONESELF = "Nobody decides about evidence of their own. Ask somebody else of the HMIS Lead."
MOST_FILES = 10


def record_evidence(
    act: Act,
    kind: str,
    subject_kind: SubjectKind,
    subject_id: int,
    key: str,
    on: date,
    until: date | None = None,
    source: Subject | None = None,
    *,
    supersedes: Evidence | None = None,
    is_void: bool = False,
) -> Evidence:
    """How other packages push what happened: true `on` a day, until a day of its own or as the requirement says.

    `supersedes` names the row that this one corrects; with `is_void` nothing takes its place.

    Raises:
        ValueError: the key is no code, or it ends before it begins.
    """
    if not KEY.fullmatch(key) or (until is not None and until < on):
        raise ValueError("Evidence needs a key of small letters, digits and hyphens, and ends after it begins.")
    if source is not None and source.id is None:
        db.session.flush()
    evidence = Evidence(
        kind=kind,
        key=key,
        on=on,
        until=until,
        source_kind=str(source.__tablename__) if source is not None else "",
        source_id=source.id if source is not None else None,
        recorded_at=act.at,
        recorded_by_id=act.by,
        supersedes_id=supersedes.id if supersedes is not None else None,
        is_void=is_void,
        **subject_columns(subject_kind, subject_id),
    )
    db.session.add(evidence)
    _on_record(act, evidence)
    return evidence


def _on_record(act: Act, evidence: Evidence) -> None:
    facts = {"kind": evidence.kind, "key": evidence.key, "on": evidence.on, "until": evidence.until}
    subject = {"person": evidence.person_id, "organization": evidence.organization_id}
    corrects = {"supersedes": evidence.supersedes_id, "is_void": evidence.is_void}
    audit.record(act, "evidence.recorded", evidence, **facts, **subject, **corrects)


def void_evidence(act: Act, evidence: Evidence, source: Subject | None = None) -> Evidence:
    """It was a mistake: from now on it does not count. The row stays, and so does what was known before."""
    return record_evidence(
        act,
        evidence.kind,
        evidence.subject_kind,
        evidence.subject_id,
        evidence.key,
        evidence.on,
        source=source,
        supersedes=evidence,
        is_void=True,
    )


def enter_evidence(
    act: Act,
    *,
    kind: str,
    key: str,
    subject_kind: SubjectKind,
    subject_id: int,
    on: date,
    until: date | None = None,
    note: str = "",
    uploads: Sequence[Upload] = (),
    corrects: Evidence | None = None,
    is_void: bool = False,
) -> EvidenceClaim:
    """Enter by hand what happened outside the portal. It counts only once a second person has approved it.

    Raises:
        Refused: the day lies ahead, it is on file already, or a file is not accepted.
    """
    _demand_sense(act, on, until, uploads)
    if corrects is None and queries.is_on_file(subject_kind, subject_id, kind, key, on):
        raise Refused("This is on file already, with the same day.")
    claim = EvidenceClaim(
        kind=kind,
        key=key,
        on=on,
        until=until,
        note=note,
        state=ClaimState.WAITING,
        corrects_id=corrects.id if corrects is not None else None,
        is_void=is_void,
        entered_at=act.at,
        entered_by_id=act.by,
        **subject_columns(subject_kind, subject_id),
    )
    db.session.add(claim)
    db.session.flush()
    for upload in uploads:
        attach(act, claim, upload)
    audit.record(act, "claim.entered", claim, kind=kind, key=key, on=on, files=len(uploads))
    return claim


def _demand_sense(act: Act, on: date, until: date | None, uploads: Sequence[Upload]) -> None:
    if on > act.at.date():
        raise Refused("The day lies ahead. Enter what has happened.")
    if until is not None and until < on:
        raise Refused("It cannot end before it began.")
    if len(uploads) > MOST_FILES:
        raise Refused(f"Attach at most {MOST_FILES} files.")


def attach(act: Act, claim: EvidenceClaim, upload: Upload) -> ClaimFile:
    """Keep a file with a claim.

    Raises:
        Refused: the file is not accepted.
    """
    kept = files.keep(act, upload.content, files.content_type(upload))
    held = ClaimFile(claim_id=claim.id, file_id=kept.id, name=files.safe_name(upload.name))
    db.session.add(held)
    audit.record(act, "claim.file_attached", claim, file=kept.id)
    return held


def approve_claim(act: Act, claim: EvidenceClaim) -> Evidence:
    """From now on it is evidence, known since this moment.

    Raises:
        Refused: it does not wait, was entered by or is about the same person, or is on file meanwhile.
    """
    _demand_waiting(act, claim)
    if claim.corrects_id is None and queries.is_on_file(
        claim.subject_kind, claim.subject_id, claim.kind, claim.key, claim.on
    ):
        raise Refused("This has come on file meanwhile, with the same day. Refuse the entry.")
    if claim.corrects_id is not None and queries.superseding(claim.corrects_id) is not None:
        raise Refused("What it corrects was corrected meanwhile. Refuse the entry.")
    _decide(act, claim, ClaimState.APPROVED)
    evidence = Evidence(
        kind=claim.kind,
        key=claim.key,
        on=claim.on,
        until=claim.until,
        source_kind=EvidenceClaim.__tablename__,
        source_id=claim.id,
        recorded_at=act.at,
        recorded_by_id=claim.entered_by_id,
        approved_by_id=act.by,
        supersedes_id=claim.corrects_id,
        is_void=claim.is_void,
        is_imported=claim.row is not None,
        claim_id=claim.id,
        person_id=claim.person_id,
        organization_id=claim.organization_id,
    )
    db.session.add(evidence)
    _on_record(act, evidence)
    audit.record(act, "claim.approved", claim)
    return evidence


def refuse_claim(act: Act, claim: EvidenceClaim, *, why: str) -> None:
    """It does not become evidence.

    Raises:
        Refused: it does not wait, or was entered by or is about the same person.
    """
    _demand_waiting(act, claim)
    _decide(act, claim, ClaimState.REFUSED)
    claim.why_refused = why
    audit.record(act, "claim.refused", claim)


def withdraw_claim(act: Act, claim: EvidenceClaim) -> None:
    """Its author takes it back.

    Raises:
        Refused: it does not wait any more, or somebody else entered it.
    """
    if claim.state is not ClaimState.WAITING:
        raise Refused(f"This entry is {claim.state.words} already.")
    if claim.entered_by_id != act.by:
        raise Refused("Only whoever entered it can withdraw it.")
    _decide(act, claim, ClaimState.WITHDRAWN)
    audit.record(act, "claim.withdrawn", claim)


def _demand_waiting(act: Act, claim: EvidenceClaim) -> None:
    if claim.batch_id is not None:
        raise Refused("This entry belongs to a file, which is approved as a whole.")
    if claim.state is not ClaimState.WAITING:
        raise Refused(f"This entry is {claim.state.words} already.")
    if claim.entered_by_id == act.by or act.by is None:
        raise Refused(SECOND_PERSON)
    if claim.person_id == act.by:
        raise Refused(NOT_ONESELF)


def _decide(act: Act, claim: EvidenceClaim, state: ClaimState) -> None:
    claim.state, claim.decided_at, claim.decided_by_id = state, act.at, act.by
