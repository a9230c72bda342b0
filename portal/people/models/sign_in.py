"""Sessions, mailed links, and failed tries."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.models.people import Person
from portal.people.rules import LinkKind
from portal.policy import Scope


class SignedInSession(Base):
    """One signed-in browser. The cookie holds a random token; only its SHA-256 is kept."""

    __tablename__ = "signed_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(60), default="")
    """Words such as "Firefox on Windows", by which the person knows it again."""

    person: Mapped[Person] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))


class MailedLink(Base):
    """An invitation or a password reset; used up by the POST that follows it, never by opening it."""

    __tablename__ = "mailed_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class LinkAsked(Base):
    """Somebody asked for a link to be mailed here. A job looks whose address it is, so that asking tells nothing."""

    __tablename__ = "link_asked"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


class SignInTry(Base):
    """A failed try, by keyed hashes of what was tried from where, so that the table names nobody."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
