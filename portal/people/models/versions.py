"""How a row of the register stood, from one moment until the next change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.people.rules import RegisterKind


class RegisterVersion(Base):
    """`facts` hold ids, codes and dates; `words` and `title` hold names and other text, and can be emptied."""

    __tablename__ = "register_version"
    __table_args__ = (
        CheckConstraint("until > since", name="until_after_since"),
        Index("ix_register_version_subject_since", "kind", "subject_id", "since", unique=True),
        Index("ix_register_version_kind_title_id", "kind", "title", "id"),
        Index(
            "uq_register_version_open",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RegisterKind]
    subject_id: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """the first moment at which it stood otherwise"""
    title: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
