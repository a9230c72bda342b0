"""The only place where the parts are joined."""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from flask import Flask, Response, g, url_for
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup

from portal import clock, db, documents, guard, panels, web
from portal.audit import Act
from portal.campaigns import jobs as campaign_jobs
from portal.campaigns import notices as campaign_notices
from portal.campaigns import views as campaigns
from portal.dashboards import views as dashboards
from portal.demo import views as demo
from portal.hmis_csv import jobs as hmis_jobs
from portal.hmis_csv import queries as hmis_queries
from portal.hmis_csv import views as hmis_csv
from portal.licenses import jobs as license_jobs
from portal.licenses import notices as license_notices
from portal.licenses import queries as license_queries
from portal.licenses import views as licenses
from portal.mail import jobs as mail_jobs
from portal.operations import jobs as operations_jobs
from portal.operations import views as operations
from portal.people import actions as people_actions
from portal.people import jobs as people_jobs
from portal.people import notices as people_notices
from portal.people import queries as people
from portal.people import views as people_views
from portal.scheduler import Job, work_runs
from portal.settings import PACKAGE, Settings, data_dir
from portal.standing import jobs as standing_jobs
from portal.standing import queries as standing_queries
from portal.standing import views as standing
from portal.standing.rules import KINDS as EVIDENCE_KINDS
from portal.standing.rules import EvidenceKind
from portal.tickets import jobs as ticket_jobs
from portal.tickets import views as tickets
from portal.tickets.models import Message
from portal.tickets.rules import Channel
from portal.worktime import date_words, due_words, in_words, moment_words

JOBS: tuple[Job, ...] = (
    *mail_jobs.JOBS,
    *ticket_jobs.JOBS,
    *people_jobs.JOBS,
    *standing_jobs.JOBS,
    *license_jobs.JOBS,
    *campaign_jobs.JOBS,
    *hmis_jobs.JOBS,
    *operations_jobs.JOBS,
    Job(
        "database.learn",
        timedelta(days=1),
        lambda _now: ("how rows are spread",) if db.is_sqlite() else (),
        lambda _act, _what: db.learn(),
        "SQLite's planner learns how rows are spread; PostgreSQL sees to that by itself.",
    ),
    work_runs({**standing_jobs.RUNS, **license_jobs.RUNS, **campaign_jobs.RUNS, **hmis_jobs.RUNS}),
)


def create_app(settings: Settings) -> Flask:
    """The whole portal as one WSGI application; touches the database only to learn its dialect."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask("portal", template_folder=str(data_dir("templates")), static_folder=str(PACKAGE / "static"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app, settings)
    app.after_request(_note_seen)  # runs after web.settle: Flask calls these in reverse
    web.init_app(app, settings, people_views.sign_in_page)
    people_views.login_manager.init_app(app)
    packages = (people_views, standing, licenses, campaigns, hmis_csv, tickets, operations, dashboards, demo)
    for blueprint in packages:
        app.register_blueprint(blueprint.blueprint)
    app.extensions["portal.is_demo"] = people.is_demo
    app.extensions["portal.evidence_kinds"] = _evidence_kinds()
    app.extensions["portal.compliance_columns"] = {"consistency": hmis_queries.consistency_cells}
    standing_queries.ask_also(license_queries.asked_spans)
    app.extensions["portal.still_due"] = {
        **people_notices.STILL_DUE,
        **license_notices.STILL_DUE,
        **campaign_notices.STILL_DUE,
    }
    app.jinja_env.globals.update(asset=asset)
    app.jinja_env.filters.update(
        moment=_moment, relative=_relative, day=_day, due=_due, is_soon=_is_soon, said=_said, plain=_plain
    )
    app.context_processor(lambda: {"layout": dashboards.layout()})
    _fill_panels()
    web.demand_marks(app)
    return app


def _evidence_kinds() -> tuple[EvidenceKind, ...]:
    """Until the packages that make the evidence stand, the help desk is what clears it."""
    return tuple(replace(kind, clear_link=_ask_help_desk) for kind in EVIDENCE_KINDS)


def _ask_help_desk(_key: str) -> str:
    return url_for("tickets.file_ticket")


def _fill_panels() -> None:
    """A slot outlives the application that filled it, so each filling goes in once."""
    fillings = (
        ("person.side", standing.person_panel),
        ("person.side", licenses.person_panel),
        ("people.end_person", licenses.end_person_panel),
        ("organization.side", standing.organization_panel),
        ("organization.side", licenses.organization_panel),
        ("organization.side", hmis_csv.organization_panel),
        ("compliance.consistency", hmis_csv.consistency_reasons),
        ("organization.side", campaigns.organization_panel),
        ("standing.person", campaigns.person_panel),
    )
    for name, filling in fillings:
        slot = panels.slot(name)
        if filling not in slot.fillings:
            slot.fill(filling)


class LibraryLines(logging.Formatter):
    """Libraries quote what people typed, in messages and exceptions: told is who spoke, where, and the way to it."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] = {
            "event": record.name,
            "level": record.levelname.lower(),
            "where": f"{record.filename}:{record.lineno}",
        }
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is not None:
            facts["failure"] = kind.__name__
            facts["trace"] = [f"{Path(one.filename).name}:{one.lineno}" for one in extract_tb(trace)]
        return json.dumps(facts)


def configure_logging() -> None:
    """One JSON object a line; never what a person typed."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stdout),
    )
    told = logging.StreamHandler()
    told.setFormatter(LibraryLines())
    logging.basicConfig(level=logging.WARNING, handlers=[told])
    # It warns whenever a job is due while it still runs, which one instance at a time means to skip.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


@cache
def _manifest(_changed: float) -> Mapping[str, str]:
    names: dict[str, str] = json.loads(MANIFEST.read_text())
    return names


MANIFEST = PACKAGE / "static" / "dist" / "manifest.json"


def asset(name: str) -> str:
    """The address of a built file, with its content's hash in the name. A page names eighty: looked up once for all."""
    if "assets" not in g:
        names = _manifest(MANIFEST.stat().st_mtime) if MANIFEST.exists() else {}
        g.assets = (url_for("static", filename="dist/"), names)
    place, names = g.assets
    return f"{place}{names.get(name, name)}"


def _moment(moment: datetime) -> str:
    return moment_words(moment, people.zone_of_reader(current_user))


def _day(moment: datetime) -> str:
    return date_words(moment.astimezone(people.zone_of_reader(current_user)).date())


def _due(moment: datetime) -> str:
    return due_words(clock.now(), moment, people.zone_of_reader(current_user))


def _is_soon(moment: datetime) -> bool:
    return moment - clock.now() < timedelta(hours=2)


def _said(message: Message) -> Markup:
    """What somebody wrote: Markdown from the browser, plain text from mail."""
    return _plain(message.text) if message.channel is Channel.MAIL else documents.html(message.text)


def _plain(text: str) -> Markup:
    return documents.paragraphs(text)


def _relative(moment: datetime) -> str:
    return in_words(clock.now(), moment, people.zone_of_reader(current_user))


def _note_seen(response: Response) -> Response:
    if current_user and current_user.is_authenticated:
        people_actions.note_seen(Act(at=clock.now(), by=current_user.person_id), current_user)
    return response


def wsgi() -> Any:
    """For gunicorn: `portal.app:wsgi()`."""
    configure_logging()
    guard.findings("")  # its alphabet takes longer to make than a page: not in anybody's first request
    return create_app(Settings.from_environ())
