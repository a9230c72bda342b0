"""Incoming mail: what arrived, what became of it, and what needs a person. Its words are never shown here."""

from collections.abc import Sequence

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
from portal.operations.views.shown import Listing, Shown
from portal.policy import Permission
from portal.tables import Column
from portal.web import act, actor, page, requires


class MailRow(Shown[InboundMail]):
    @property
    def look(self) -> Look:
        return rules.INBOUND_LOOKS[self.held.state]

    @property
    def title(self) -> str:
        return f"Mail {self.held.id}"

    @property
    def may_set_aside(self) -> bool:
        return self.held.state is InboundState.PARKED

    @property
    def may_retry(self) -> bool:
        kept = self.held.raw_file is not None and self.held.raw_file.purged_at is None
        return kept and self.held.state in (InboundState.PARKED, InboundState.IGNORED)


LISTING = Listing(
    MailRow,
    InboundMail.id,
    (
        Column("Number", lambda row: row.held.id),
        Column("State", lambda row: row.look.words),
        Column("Why", lambda row: row.held.reason),
        Column("Ticket", lambda row: row.ticket),
        Column("Bytes", lambda row: row.held.size),
        Column("Received", lambda row: row.held.received_at),
    ),
    "incoming-mail",
)


@blueprint.route("/settings/mail")
@requires(Permission.INBOUND_READ)
def list_inbound() -> ResponseReturnValue:
    filters = InboundFilters.from_url()
    return LISTING.page("operations/list_inbound.html", queries.inbound_listed(filters.states()), filters)


@blueprint.route("/settings/mail/<int:inbound_id>")
@requires(Permission.INBOUND_READ)
def show_inbound(inbound_id: int) -> ResponseReturnValue:
    mail = _mail(inbound_id)
    return page(
        "operations/show_inbound.html",
        row=MailRow(mail, is_seen=True),
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


@blueprint.route("/settings/mail/<int:inbound_id>/set-aside", methods=["POST"])
@requires(Permission.INBOUND_RETRY)
def set_aside_inbound(inbound_id: int) -> ResponseReturnValue:
    mail = _mail(inbound_id)
    fetch.set_aside(act(), mail)
    flash(f"Mail {mail.id} is set aside. You can still take it in here.", "good")
    return redirect(url_for("operations.show_inbound", inbound_id=mail.id))
