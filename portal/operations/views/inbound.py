"""Incoming mail: what arrived, what became of it, and what needs a person. Its words are never shown here."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import web
from portal.errors import Refused
from portal.mail import fetch
from portal.mail.fetch import InboundMail, InboundState
from portal.operations import queries, rules
from portal.operations.forms import InboundFilters
from portal.operations.rules import Look
from portal.operations.views.blueprint import blueprint
from portal.policy import Permission
from portal.tables import Column, Order, counted, export_links, exported, is_filtered, sliced
from portal.tickets.models import Ticket
from portal.tickets.rules import number_words
from portal.web import act, actor, page, requires

NEWEST = Order((InboundMail.id,), descending=True)


@dataclass(frozen=True)
class Row:
    """A mail as its reader may see it: whether it became a ticket that is theirs to see."""

    mail: InboundMail
    is_seen: bool

    @property
    def look(self) -> Look:
        return rules.INBOUND_LOOKS[self.mail.state]

    @property
    def title(self) -> str:
        return f"Mail {self.mail.id}"

    @property
    def ticket_id(self) -> int | None:
        return self.mail.about_id if self.mail.about_kind == Ticket.__tablename__ and self.is_seen else None

    @property
    def ticket(self) -> str:
        return number_words(self.ticket_id) if self.ticket_id else ""

    @property
    def may_retry(self) -> bool:
        kept = self.mail.raw_file is not None and self.mail.raw_file.purged_at is None
        return kept and self.mail.state in (InboundState.PARKED, InboundState.IGNORED)


COLUMNS = (
    Column("Number", lambda row: row.mail.id),
    Column("State", lambda row: row.look.words),
    Column("Why", lambda row: row.mail.reason),
    Column("Ticket", lambda row: row.ticket),
    Column("Bytes", lambda row: row.mail.size),
    Column("Received", lambda row: row.mail.received_at),
)


@blueprint.route("/settings/mail")
@requires(Permission.INBOUND_READ)
def list_inbound() -> ResponseReturnValue:
    filters = InboundFilters.from_url()
    found = queries.inbound_listed(filters.states())
    file = exported(found, NEWEST, COLUMNS, "incoming-mail", _rows)
    if file is not None:
        return file
    mails = sliced(found, NEWEST)
    return page(
        "operations/list_inbound.html",
        filters=filters,
        is_filtered=is_filtered(),
        mails=mails,
        rows=_rows(mails.rows),
        count=counted(found.with_only_columns(InboundMail.id)),
        exports=export_links(),
    )


def _rows(mails: Sequence[InboundMail]) -> list[Row]:
    seen = queries.tickets_seen(actor(), mails)
    return [Row(one, one.about_kind != Ticket.__tablename__ or one.about_id in seen) for one in mails]


@blueprint.route("/settings/mail/<int:inbound_id>")
@requires(Permission.INBOUND_READ)
def show_inbound(inbound_id: int) -> ResponseReturnValue:
    mail = _mail(inbound_id)
    return page(
        "operations/show_inbound.html",
        row=Row(mail, is_seen=True),
        mail=mail,
        headers=_headers(mail),
        size=f"{max(mail.size // 1024, 1):,} KB",
    )


def _mail(inbound_id: int) -> InboundMail:
    return queries.mail_for(actor(), inbound_id) or web.not_found()


def _headers(mail: InboundMail) -> Sequence[tuple[str, str]]:
    """Nothing where the raw message is not kept any more."""
    try:
        return queries.header_lines(mail)
    except Refused:
        return ()


@blueprint.route("/settings/mail/<int:inbound_id>/retry", methods=["POST"])
@requires(Permission.INBOUND_RETRY)
def retry_inbound(inbound_id: int) -> ResponseReturnValue:
    mail = _mail(inbound_id)
    fetch.retry(act(), mail)
    flash(f"Mail {mail.id} is taken in again within a minute.", "good")
    return redirect(url_for("operations.show_inbound", inbound_id=mail.id))
