"""What was said on tickets, the files that came with it, and sealed originals."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contents import Unread
from portal.db import Base
from portal.files import KeptFile
from portal.people.models import Person
from portal.policy import Scope
from portal.tickets.models.tickets import Ticket
from portal.tickets.rules import Channel, MessageKind, SenderCheck


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (Index("ix_message_ticket_id_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[MessageKind]
    channel: Mapped[Channel]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(160), default="")
    """Of an author whom the register does not know."""
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    """Markdown from the browser, plain text from mail."""
    quoted: Mapped[str] = mapped_column(Text, default="")
    """What a mail repeated of earlier ones, folded away."""
    inbound_id: Mapped[int | None] = mapped_column(unique=True)
    """The stored mail this message was made from; a mail becomes a message once."""
    masked: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Kinds of client data that were removed before storing."""
    sent_as_typed: Mapped[bool] = mapped_column(default=False)
    """The writer was warned of client data and said that it is none."""
    sender: Mapped[SenderCheck | None]
    """Of a mail: whether it is from whom it says. None for what did not come by mail."""

    ticket: Mapped[Ticket] = relationship(back_populates="messages")
    author: Mapped[Person | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="message", order_by="Attachment.id")
    original: Mapped["SealedOriginal | None"] = relationship(back_populates="message")

    @property
    def author_words(self) -> str:
        return self.author.name if self.author else self.author_name or "The portal"

    @property
    def scope(self) -> Scope:
        return self.ticket.scope


class Attachment(Base):
    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    name: Mapped[str] = mapped_column(String(130))
    unread: Mapped[Unread | None]
    """Why it was not looked over for client data, or not to its end."""

    message: Mapped[Message] = relationship(back_populates="attachments")
    file: Mapped[KeptFile] = relationship()

    @property
    def scope(self) -> Scope:
        return self.message.ticket.scope


class SealedOriginal(Base):
    """The text of a message before client data was masked: encrypted, for permitted staff, purged by rule."""

    __tablename__ = "sealed_original"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    purge_at: Mapped[datetime] = mapped_column(index=True)

    message: Mapped[Message] = relationship(back_populates="original")
    file: Mapped[KeptFile] = relationship()

    @property
    def scope(self) -> Scope:
        return self.message.ticket.scope
