"""`portal …`: every command explains itself with --help. Commands that need no database never build the application."""

import errno
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from portal.settings import Settings

from portal.errors import Refused


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hmis-lead-portal")
def portal() -> None:
    """The portal that HMIS Leads run their help desk and prove their governance with."""


def main() -> None:
    try:
        portal()
    except Refused as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)


def _app() -> "Flask":
    from portal.app import configure_logging, create_app
    from portal.settings import Settings

    configure_logging()
    return create_app(Settings.from_environ())


@portal.command()
@click.option("--demo-if-new", is_flag=True, help="Fill a demo community when the database is new.")
def serve(demo_if_new: bool) -> None:
    """Migrate the database, then serve the portal with the worker beside it, until stopped."""
    from portal.settings import Settings

    settings = Settings.from_environ()
    _door(settings).close()  # a busy port is told now, not after the minutes that filling a demo takes
    _prepare(demo_if_new)
    with _door(settings) as door:
        address = door.getsockname()
        web = subprocess.Popen(_web_command(door), pass_fds=(door.fileno(),))
    parts = [web, subprocess.Popen([sys.executable, "-m", "portal.cli", "worker"])]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: _stop(parts))
    if _answers(address):
        click.echo(f"Serving {settings.portal_name} at {settings.base_url} (stop with Ctrl-C).")
    while all(part.poll() is None for part in parts):
        time.sleep(0.2)
    _stop(parts)
    # A part that ended by itself ends the other and tells so; a part that we stopped did well.
    sys.exit(max(max(part.wait(), 0) for part in parts))


def _stop(parts: "Sequence[subprocess.Popen[bytes]]") -> None:
    for part in parts:
        part.terminate()


def _door(settings: "Settings") -> socket.socket:
    """The port, open and held, for the web server to take over."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OverflowError:
        raise Refused(f"PORT must be at most 65535, not {settings.port}.") from None
    except OSError as error:
        raise Refused(_closed_words(settings, error)) from error


def _closed_words(settings: "Settings", error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = 9000 if settings.port != 9000 else 9001
        return f"Port {settings.port} is in use. Try PORT={other} make run, or PORT={other} portal serve."
    reason = (error.strerror or "").partition(" (")[0]
    return f"{settings.host}, port {settings.port}, cannot be opened: {reason}."


def _answers(address: tuple[str, int]) -> bool:
    """Waits for the web server's first answer, whatever it says; the held port keeps the question until then."""
    from http.client import HTTPConnection, HTTPException

    try:
        asking = HTTPConnection(address[0], address[1], timeout=120)
        asking.request("GET", "/health")
        asking.getresponse().close()
    except (OSError, HTTPException):
        return False
    asking.close()
    return True


def _prepare(demo_if_new: bool) -> None:
    from portal import clock
    from portal.audit import Act, Via
    from portal.db import upgrade
    from portal.demo import actions as demo
    from portal.people import queries as people

    with _app().app_context():
        upgrade()
        if demo_if_new and people.is_empty():
            demo.fill(Act(at=clock.now(), via=Via.CLI), 2026, click.echo)
        elif people.demo_mark() is None:
            click.echo("This database is not a demo. `portal invite-admin EMAIL` makes the first account.")


def _web_command(door: socket.socket) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "portal.app:wsgi()", "--worker-class", "gthread"),
        *("--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"),
        *("--bind", f"fd://{door.fileno()}"),
    ]


@portal.command()
def migrate() -> None:
    """Bring the database to this version's tables. Running it again changes nothing."""
    from portal.db import upgrade

    with _app().app_context():
        upgrade()
    click.echo("The database is up to date.")


@portal.command()
def worker() -> None:
    """Send letters, fetch mail and do all scheduled work. Of several workers one is elected at a time."""
    from portal.app import JOBS
    from portal.scheduler import serve as work
    from portal.settings import Settings

    work(_app(), JOBS, Settings.from_environ())


@portal.command("run-job")
@click.argument("name")
def run_job_now(name: str) -> None:
    """Run one scheduled job once, now. `portal run-job list` prints their names."""
    from portal import clock
    from portal.app import JOBS
    from portal.scheduler import run_job

    jobs = {job.name: job for job in JOBS}
    if name not in jobs:
        click.echo("\n".join(f"{job.name:32} {job.why}" for job in JOBS))
        sys.exit(0 if name == "list" else 1)
    with _app().app_context():
        run = run_job(jobs[name], clock.now())
        click.echo(f"{name}: {run.done} done, {run.failed} failed.")


@portal.command("invite-admin")
@click.argument("email")
def invite_admin(email: str) -> None:
    """Make EMAIL the first HMIS Lead administrator and print the one-use link to set a password."""
    from portal import clock
    from portal.audit import Act, Via
    from portal.db import db
    from portal.people import actions

    with _app().app_context():
        link = actions.first_admin(Act(at=clock.now(), via=Via.CLI), email)
        db.session.commit()
    click.echo(f"Open this link within 7 days to set a password:\n{link}")


@portal.command()
@click.option("--seed", default=2026, show_default=True, help="The same seed and day give the same community.")
@click.option("--scale", default=0, help="Afterwards copy tickets in bulk until there are so many; for benchmarks.")
def demo(seed: int, scale: int) -> None:
    """Fill an empty database with an invented community: two CoCs, 14 agencies, 260 people, 18 months of tickets."""
    from portal import clock
    from portal.audit import Act, Via
    from portal.db import upgrade
    from portal.demo import actions

    with _app().app_context():
        upgrade()
        act = Act(at=clock.now(), via=Via.CLI)
        actions.fill(act, seed, click.echo)
        if scale:
            actions.scale_up(act, scale, click.echo)


@portal.command("access-matrix")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per route on standard output.")
def access_matrix(as_json: bool) -> None:
    """Print every route and role with allow or deny and the row rule."""
    from portal.operations.queries import access_matrix as rows

    matrix = rows(_app())
    if as_json:
        click.echo(json.dumps(matrix, indent=1))
        return
    for row in matrix:
        click.echo(f"{row['methods']:10} {row['route']:60} {row['permission']}")
        for role, rule in row["roles"].items():
            click.echo(f"{'':14}{role:28} {rule}")


@portal.group()
def mail() -> None:
    """Read raw messages, or take one in."""


@mail.command("parse")
def mail_parse() -> None:
    """Read one raw message on standard input and print what it says as one JSON object."""
    from portal.mail.parse import main_json

    click.echo(main_json(sys.stdin.buffer.read()))


@mail.command("visible-reply")
def mail_visible_reply() -> None:
    """Read a plain-text body on standard input and print what its writer newly wrote."""
    from portal.mail.charsets import decode
    from portal.mail.visible import visible_reply

    click.echo(visible_reply(decode(sys.stdin.buffer.read(), "utf-8")))


@mail.command("ingest")
def mail_ingest() -> None:
    """Store one raw message from standard input; the worker takes it into a ticket."""
    from portal import clock
    from portal.audit import Act, Via
    from portal.db import db
    from portal.mail import fetch

    with _app().app_context():
        stored = fetch.store(Act(at=clock.now(), via=Via.MAIL), sys.stdin.buffer.read(), mailbox="command line")
        db.session.commit()
    click.echo("Stored." if stored else "Known already; nothing was stored twice.")


@portal.group("hmis-csv")
def hmis_csv() -> None:
    """Look into the vendor's HMIS CSV export, without a database."""


@hmis_csv.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def check_hmis_csv(file: Path, as_json: bool) -> None:
    """Say what an import of FILE would find: rows, days until keyed, problems."""
    from portal.hmis_csv.reading.check import check
    from portal.hmis_csv.reading.summary import summary

    result = check(file)
    click.echo(json.dumps(result.as_json()) if as_json else summary(result))


@hmis_csv.command("slim")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The copy; beside FILE by default.")
def slim_hmis_csv(file: Path, out: Path | None) -> None:
    """Write a copy of FILE without clients, to be uploaded."""
    from portal.hmis_csv.reading.slim import slim

    click.echo("\n".join(slim(file, out).sentences))


@portal.group()
def agreements() -> None:
    """Check sealed agreements, make a sample, renew the key of the seal."""


@agreements.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: file, valid, reason.")
@click.option(
    "--certificates",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A PEM file to verify against; by default what this portal sealed with, in PORTAL_DATA.",
)
def verify_agreements(files: tuple[Path, ...], as_json: bool, certificates: Path | None) -> None:
    """Say whether each of FILES is, byte for byte, what this portal sealed. Works without network and database."""
    from portal import clock
    from portal.sealing import Certificates, Room, verify_file
    from portal.settings import Settings

    try:
        given = Certificates.from_pem(certificates.read_bytes()) if certificates else None
    except ValueError:
        raise Refused(f"{certificates} holds no certificate.") from None
    known = given or Room.of(Settings.from_environ()).certificates()
    valid = True
    for file in files:
        verdict = verify_file(file, known, clock.now())
        valid = valid and verdict.valid
        if as_json:
            click.echo(json.dumps({"file": str(file), "valid": verdict.valid, "reason": verdict.reason}))
        else:
            word = "valid" if verdict.valid else "not valid"
            click.echo(f"{click.format_filename(file)}: {word}. {verdict.reason}")
    sys.exit(0 if valid else 1)


@agreements.command("sample")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
def sample_agreement(out: Path) -> None:
    """Make and seal one whole agreement of invented parties, certificate page included."""
    from portal import clock
    from portal.agreements.actions import make_sample
    from portal.sealing import Room
    from portal.settings import Settings

    room = Room.of(Settings.from_environ())
    made = make_sample(room, clock.now())
    try:
        out.write_bytes(made.pdf)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}.") from error
    self_made = " The certificate is the portal's own; no authority vouches for it." if room.is_self_made else ""
    click.echo(f"{out}: sealed ({made.level}).{self_made}")


@agreements.command("new-seal")
def new_seal() -> None:
    """Make a new key for the seal. What the old one sealed stays verifiable; the old key is deleted."""
    from portal import clock
    from portal.sealing import Room
    from portal.settings import Settings
    from portal.worktime import date_words

    key = Room.of(Settings.from_environ()).renew(clock.now())
    ends = date_words(key.certificate.not_valid_after_utc.date())
    click.echo(f"The new key seals from now on. Its certificate lasts until {ends}.")


if __name__ == "__main__":
    main()
