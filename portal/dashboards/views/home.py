"""The first page: what needs its reader, then how their part of the desk stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from portal import web
from portal.dashboards import queries, rules
from portal.dashboards.queries import Change, Trouble
from portal.dashboards.rules import Month, Need, counted
from portal.dashboards.views import needs
from portal.dashboards.views.blueprint import blueprint
from portal.people import queries as people
from portal.policy import Actor, Permission, Role, allows
from portal.tickets import queries as tickets
from portal.tickets.models import Ticket
from portal.tickets.rules import Urgent, pressing
from portal.web import act, actor, page, public
from portal.worktime import due_words, in_words, moment_words


@blueprint.route("/")
@public
def show_home() -> ResponseReturnValue:
    if actor().person_id is None:
        return redirect(url_for("people.sign_in"))
    zone = people.zone_of_reader(current_user)
    if actor().is_staff:
        return page("dashboards/show_home.html", staff=_staff(actor(), act().at, zone), community=None)
    return page("dashboards/show_home.html", staff=None, community=_community(actor(), act().at, zone))


@dataclass(frozen=True)
class Staff:
    """What the page shows to people of the HMIS Lead."""

    needs: list[Need]
    own: queries.OwnNumbers
    queues: list[queries.QueueNumbers]
    changes: list[dict[str, Any]]


def _staff(actor: Actor, now: datetime, zone: ZoneInfo) -> Staff:
    work = [*queries.pressing(actor, rules.tomorrow(now, zone)), *queries.unassigned_urgent(actor)]
    mail = list(_mail_needs(actor, now, zone))
    kinds = [*list(needs.of_staff(actor, now, zone))[: rules.KINDS_SHOWN - len(mail)], *mail]
    own = needs.of_person(actor, now, zone)
    return Staff(
        needs=rules.most_pressing([*(_ticket_need(ticket, now, zone) for ticket in work), *own], kinds),
        own=queries.own_numbers(actor, now),
        queues=list(queries.queue_numbers(actor, now)),
        changes=[_told(change, now, zone) for change in queries.changes(actor, rules.yesterday(now, zone))],
    )


_TONES = {Urgent.LATE: "bad", Urgent.SOON: "warn", Urgent.FINE: "neutral"}


def _ticket_need(ticket: Ticket, now: datetime, zone: ZoneInfo) -> Need:
    due = ticket.due_at
    owed = "resolution" if ticket.first_responded_at else "first answer"
    whose = owed if ticket.assignee else f"urgent and nobody's, {owed}"
    return Need(
        title=ticket.subject,
        href=url_for("tickets.show_ticket", ticket_id=ticket.id),
        why=f"{_asker(ticket)} · {whose} due {moment_words(due, zone)}" if due else f"{_asker(ticket)} · {whose}",
        when=due_words(now, due, zone) if due else f"from {moment_words(ticket.opened_at, zone)}",
        tone=_TONES[pressing(now, due)],
        icon="ticket",
        due_at=ticket.next_due_at,
    )


def _asker(ticket: Ticket) -> str:
    place = f", {ticket.agency.short_name}" if ticket.agency else ""
    return f"{ticket.number}, {ticket.requester_words}{place}"


def _mail_needs(actor: Actor, now: datetime, zone: ZoneInfo) -> Iterator[Need]:
    parked = queries.mail_in_trouble()
    if parked:
        href = url_for("operations.list_inbound", state="parked")
        yield _mail_need(parked, "incoming mail", "could not become a ticket", href, now, zone)
    undelivered = queries.letters_in_trouble()
    if undelivered:
        href = url_for("operations.list_letters", state="undelivered")
        yield _mail_need(undelivered, "letter", "not delivered to the reader", href, now, zone)

    held_back = queries.letters_held_back(now) if allows(actor, Permission.DESK_CONFIGURE) else None
    if held_back:
        href = url_for("operations.set_mail_limits")
        yield _mail_need(held_back, "letter", "held back: as many left as may leave in an hour", href, now, zone)


def _mail_need(held: Trouble, noun: str, why: str, href: str, now: datetime, zone: ZoneInfo) -> Need:
    return Need(
        title=counted(held.number, noun),
        href=href,
        why=f"{why} · the oldest from {moment_words(held.since, zone)}",
        when=in_words(now, held.since, zone),
        tone="warn",
        icon="mail",
        due_at=held.since,
    )


def _told(change: Change, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    href = url_for("tickets.show_ticket", ticket_id=change.ticket_id)
    link = Markup('<a href="{}">{}</a> {}').format(href, change.number, change.subject)
    return {
        "who": change.who,
        "words": Markup("{}: {}").format(change.words, link),
        "when": f"{in_words(now, change.at, zone)} · {moment_words(change.at, zone)}",
        "icon": change.icon,
    }


@dataclass(frozen=True)
class Community:
    """What the page shows to people outside the HMIS Lead; what their roles do not give is empty."""

    reader: Actor
    needs: list[Need]
    tickets: list[Ticket]
    agencies: list[queries.AgencyNumbers]
    results: "Results | None"
    desk_phone: str
    desk_address: str
    desk_hours: str

    @property
    def title(self) -> str:
        if self.results:
            return self.results.of
        if not self.agencies:
            return "Your open tickets"
        return self.agencies[0].name if len(self.agencies) == 1 else "Your agencies"

    @property
    def tickets_title(self) -> str:
        return "Open tickets" if self.agencies else "Your open tickets"


def _community(actor: Actor, now: datetime, zone: ZoneInfo) -> Community:
    owed = [*needs.of_person(actor, now, zone), *needs.of_agencies(actor, now, zone)]
    settings = web.installation()
    return Community(
        reader=actor,
        needs=rules.most_pressing(owed, ()),
        tickets=list(queries.open_tickets(actor)),
        agencies=list(queries.agency_numbers(actor)),
        results=_results(actor, now),
        desk_phone=settings.desk_phone,
        desk_address=settings.desk_address,
        desk_hours=tickets.hours_words(),
    )


@dataclass(frozen=True)
class Results:
    """The help desk of somebody's CoC by numbers."""

    of: str
    zone: str
    months: list[Month]
    tickets_sentence: str
    answers_sentence: str

    @property
    def is_empty(self) -> bool:
        return not any(month.opened or month.resolved for month in self.months)

    @property
    def period(self) -> str:
        return f"{self.months[0].words} to {self.months[-1].words}"

    @property
    def labels(self) -> list[str]:
        return [month.name for month in self.months]

    @property
    def tickets_series(self) -> list[dict[str, Any]]:
        return [
            {"name": "Opened", "values": [month.opened for month in self.months]},
            {"name": "Resolved", "values": [month.resolved for month in self.months]},
        ]

    @property
    def answers_series(self) -> list[dict[str, Any]]:
        words = [month.first_answer_words for month in self.months]
        return [{"name": "Median first answer", "values": [month.hours for month in self.months], "words": words}]


def _results(actor: Actor, now: datetime) -> Results | None:
    ids = actor.organizations(Role.COC_GOVERNANCE)
    if not ids:
        return None
    zone = people.zone_of_id(min(ids))
    months = list(queries.months(ids, rules.month_starts(now, zone)))
    return Results(
        of=" and ".join(people.organization_names(sorted(ids)).values()),
        zone=zone.key,
        months=months,
        tickets_sentence=rules.tickets_sentence(months),
        answers_sentence=rules.answers_sentence(months),
    )
