"""Evidence, and what waits to become evidence: claims and batches of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import KeptFile
from portal.people.models import Organization, Person
from portal.policy import Scope
from portal.standing.models.subjects import OfSubject, of_one_subject
from portal.standing.rules import ClaimState, EvidenceFact


class EvidenceBatch(Base):
    """Past evidence from one file, approved or refused as a whole by a second person."""

    __tablename__ = "evidence_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    of_people: Mapped[bool]
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Which column of the file holds what, by heading."""
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.DRAFT, index=True)
    run_id: Mapped[int | None] = mapped_column(index=True)
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why_refused: Mapped[str] = mapped_column(String(1000), default="")

    file: Mapped[KeptFile] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def scope(self) -> Scope:
        return Scope()


class EvidenceClaim(OfSubject, Base):
    """Evidence entered by hand or from a file. It counts only once a second person has approved it."""

    __tablename__ = "evidence_claim"
    __table_args__ = (
        of_one_subject(),
        Index("ix_evidence_claim_state", "state", "id"),
        Index("ix_evidence_claim_batch_id", "batch_id", "id"),
        Index("ix_evidence_claim_person_id", "person_id"),
        Index("ix_evidence_claim_organization_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    on: Mapped[date]
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(1000), default="")
    scan_name: Mapped[str] = mapped_column(String(120), default="")
    """The name of the scan that belongs to it, as the file of the batch says."""
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.WAITING)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_batch.id"))
    row: Mapped[int | None]
    """Its row in the file of the batch."""
    corrects_id: Mapped[int | None]
    """Evidence that it replaces once approved; with `is_void` it takes that evidence away."""
    is_void: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why_refused: Mapped[str] = mapped_column(String(1000), default="")

    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    person: Mapped[Person | None] = relationship(foreign_keys="EvidenceClaim.person_id")
    organization: Mapped[Organization | None] = relationship(foreign_keys="EvidenceClaim.organization_id")
    batch: Mapped[EvidenceBatch | None] = relationship()
    files: Mapped[list["ClaimFile"]] = relationship(back_populates="claim", order_by="ClaimFile.id")


class ClaimFile(Base):
    """A scan or other file that shows the evidence."""

    __tablename__ = "claim_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("evidence_claim.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    name: Mapped[str] = mapped_column(String(120))

    claim: Mapped[EvidenceClaim] = relationship(back_populates="files")
    file: Mapped[KeptFile] = relationship()


class Evidence(OfSubject, Base):
    """The dated fact that meets requirements. Append-only: a mistake is superseded by a later row, never deleted."""

    __tablename__ = "evidence"
    __table_args__ = (
        of_one_subject(),
        Index("ix_evidence_person_id", "person_id", "kind", "key"),
        Index("ix_evidence_organization_id", "organization_id", "kind", "key"),
        Index("ix_evidence_source", "source_kind", "source_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    on: Mapped[date]
    until: Mapped[date | None]
    source_kind: Mapped[str] = mapped_column(String(40), default="")
    """Which row of which package it comes from, without a key: that package lies further out."""
    source_id: Mapped[int | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_imported: Mapped[bool] = mapped_column(default=False)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    is_void: Mapped[bool] = mapped_column(default=False)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_claim.id"), unique=True)

    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    person: Mapped[Person | None] = relationship(foreign_keys="Evidence.person_id")
    organization: Mapped[Organization | None] = relationship(foreign_keys="Evidence.organization_id")
    claim: Mapped[EvidenceClaim | None] = relationship()

    def fact(self) -> EvidenceFact:
        return EvidenceFact(
            self.id,
            self.on,
            self.recorded_at,
            self.until,
            self.supersedes_id,
            self.is_void,
            self.is_imported,
            self.kind,
            self.key,
        )


class ColumnMap(Base):
    """Which headings the last file of this kind used for what."""

    __tablename__ = "column_map"

    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
