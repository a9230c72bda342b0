"""What an HMIS Lead sets up and looks after, and how the installation stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import web
from portal.mail import choices, deliver
from portal.mail.deliver import Way
from portal.mail.fetch import InboundState
from portal.mail.letters import UNDELIVERED
from portal.operations import queries, rules
from portal.operations.forms import MailLimitsForm
from portal.operations.queries import Standing
from portal.operations.views.blueprint import blueprint
from portal.policy import Permission, allows
from portal.settings import Settings
from portal.web import act, actor, page, requires


@dataclass(frozen=True)
class Entry:
    """One page below Settings: where it leads, what it is for, and what waits there."""

    label: str
    href: str
    why: str
    waits: str = ""


@blueprint.route("/settings")
@requires(Permission.LETTER_READ)
def show_settings() -> ResponseReturnValue:
    standing = queries.standing()
    return page("operations/show_settings.html", desk=list(_desk()), running=list(_running(standing)))


def _desk() -> Iterator[Entry]:
    if allows(actor(), Permission.DESK_CONFIGURE):
        about = "Queues, categories, triage rules, targets and opening hours."
        yield Entry("Desk setup", url_for("tickets.show_desk"), about)
        yield Entry("Canned responses", url_for("tickets.list_canned"), "Answers that staff write again and again.")
    if allows(actor(), Permission.REQUIREMENT_READ):
        about = "What people and agencies must sign, complete and certify, and how often."
        yield Entry("Requirements", url_for("standing.list_requirements"), about)


def _running(standing: Standing) -> Iterator[Entry]:
    parked = standing.inbound[InboundState.PARKED]
    offered = (
        (Permission.JOB_READ, "Status", "show_status", "Is everything running, and does mail come and go?", 0),
        (
            Permission.LETTER_READ,
            "Letters",
            "list_letters",
            "What the portal mailed to whom, and what came of it.",
            _undelivered(standing),
        ),
        (Permission.INBOUND_READ, "Incoming mail", "list_inbound", "What arrived, and what needs a person.", parked),
        (
            Permission.DESK_CONFIGURE,
            "Mail limits",
            "set_mail_limits",
            "How long letters keep their text, and how many may leave in an hour.",
            0,
        ),
        (Permission.JOB_READ, "Scheduled jobs", "list_job_runs", "When the worker ran what, and what failed.", 0),
        (Permission.JOB_READ, "Long work", "list_runs", "Imports and exports that somebody asked for.", 0),
        (Permission.AUDIT_READ, "Audit trail", "list_events", "Everything that happened, and who did it.", 0),
    )
    for needed, label, view, why, waiting in offered:
        if allows(actor(), needed):
            yield Entry(label, url_for(f"operations.{view}"), why, _waits(view, waiting))


def _undelivered(standing: Standing) -> int:
    return sum(standing.letters[state] for state in UNDELIVERED)


def _waits(view: str, waiting: int) -> str:
    if not waiting:
        return ""
    if view == "list_letters":
        return f"{waiting:,} not delivered"
    return f"{waiting:,} need a person" if waiting > 1 else "1 needs a person"


@blueprint.route("/settings/mail-limits", methods=["GET", "POST"])
@requires(Permission.DESK_CONFIGURE)
def set_mail_limits() -> ResponseReturnValue:
    form = MailLimitsForm.from_request(**{name.value: number for name, number in choices.chosen().items()})
    if form.submitted():
        with form.refusing():
            choices.choose(act(), form.numbers())
            flash("The limits of mail are saved.", "good")
            return redirect(url_for("operations.show_settings"))
    return page("operations/set_mail_limits.html", form=form, held_back=deliver.held_back(act().at))


@blueprint.route("/settings/status")
@requires(Permission.JOB_READ)
def show_status() -> ResponseReturnValue:
    settings = web.installation()
    standing = queries.standing()
    jobs = queries.latest_job_runs()
    can_mail = standing.way is not Way.NOWHERE
    return page(
        "operations/show_status.html",
        health=rules.health(act().at, queries.pulse(act().at)),
        waiting=rules.waiting_words(
            _undelivered(standing),
            standing.inbound[InboundState.PARKED],
            sum(run.failed > 0 for run in jobs),
            can_mail,
        ),
        letters=[_letters(state, number) for state, number in standing.letters.items()],
        inbound=[_inbound(state, number) for state, number in standing.inbound.items()],
        out_words=out_words(standing.way, settings),
        in_words=in_words(standing.way, settings),
        check_words=check_words(settings),
        held_back=deliver.held_back(act().at),
        can_mail=can_mail,
        jobs=jobs,
        rules=rules,
    )


def _letters(state: str, number: int) -> dict[str, object]:
    return {
        "number": f"{number:,}",
        "words": rules.LETTER_LOOKS[state].words,
        "href": url_for("operations.list_letters", state=state),
        "tone": rules.LETTER_LOOKS[state].tone if number and state in UNDELIVERED else None,
    }


def _inbound(state: str, number: int) -> dict[str, object]:
    return {
        "number": f"{number:,}",
        "words": rules.INBOUND_LOOKS[state].words,
        "href": url_for("operations.list_inbound", state=state),
        "tone": rules.INBOUND_LOOKS[state].tone if number and state == InboundState.PARKED else None,
    }


def out_words(way: Way, settings: Settings) -> str:
    """By which way letters leave, in a sentence."""
    if settings.smtp is not None:
        return f"Letters leave through the mail server {settings.smtp.host}, port {settings.smtp.port}."
    if way is Way.DEMO:
        return "No mail server is set. This is a demo, so letters go to its own mailbox page and nowhere else."
    return "No mail server is set, so letters wait here. Set SMTP_URL and start the portal again; they leave then."


def in_words(way: Way, settings: Settings) -> str:
    if settings.imap is not None:
        return f"Mail is fetched from {settings.imap.host}, folder {settings.imap.folder}."
    if way is Way.DEMO:
        return "No mailbox is set. This is a demo: what you answer on its mailbox page comes in as mail."
    return "No mailbox is set, so no mail is fetched. Set IMAP_URL and start the portal again."


def check_words(settings: Settings) -> str:
    """Who vouches for senders, in a sentence; "" where no mail is fetched."""
    if settings.authserv_id:
        return f"Senders are checked by {settings.authserv_id}; a mail that fails waits for a person."
    if settings.imap is None:
        return ""
    return (
        "Senders are not checked, so a ticket by mail says that its sender is not verified. Set PORTAL_AUTHSERV_ID to "
        "the name under which your mail server writes Authentication-Results, and start the portal again."
    )
