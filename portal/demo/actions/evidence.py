"""Requirements from the first day on, and the evidence that comes in: past files, trainings, certifications, papers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from portal.audit import Act, Via
from portal.demo.actions.office import Office
from portal.demo.rules import CERTIFIED_BY, AgencyStory, last_certified, loads, next_working_day, scan, sheet
from portal.demo.rules.calendar import DAY
from portal.files import Upload
from portal.people.models import Organization, Person
from portal.policy import Role
from portal.scheduler import RunState
from portal.standing import actions as standing
from portal.standing.models import EvidenceBatch, EvidenceClaim
from portal.standing.rules import SubjectKind
from portal.standing.rules.importing import Column

TRAINED = frozenset({Role.END_USER, Role.AGENCY_ADMIN, Role.AGENCY_SECURITY_OFFICER, Role.LEAD_STAFF, Role.LEAD_ADMIN})
CERTIFIED = frozenset({Role.END_USER, Role.LEAD_STAFF, Role.LEAD_ADMIN})
LICENSED = frozenset({Role.END_USER})
YEARLY = ("privacy", "data-security")
FIRST_STEPS = (
    ("training", "privacy"),
    ("training", "data-security"),
    ("training", "software"),
    ("certification", "security"),
    ("agreement", "end-user"),
)
"""What a new end user does before access is given."""
PAST_LOADED = timedelta(days=3)
MISSED = 3
"""So many of one agency missed its last training."""
MISSED_AT = "redstem"
APPROVER = "barrientos"
"""Approves what the trainer has loaded."""

Row = tuple[str, date]


def set_up(office: Office, act: Act) -> None:
    """Requirements hold from the evening before the first day; older gaps may be made up for three months."""
    standing.load_defaults(act, effective_on=office.eve)
    standing.set_community_start(act, starts_on=office.eve + DAY)
    office.add(office.eve + PAST_LOADED, 15, partial(_load_past, office))
    for story in office.stories:
        for on in story.trainings(office.day, office.eve):
            if on > office.eve:
                office.add(on, 20, partial(_load_training, office, story, on), minute=len(story.key))
        for kind, key, on in story.papers(office.day, office.eve):
            if on > office.eve:
                office.add(on, 17, partial(_enter_paper, office, story, kind, key, on))
    since = office.eve + 3 * PAST_LOADED
    for before, on in zip([None, *loads(since, office.day)], loads(since, office.day), strict=False):
        office.add(on, 18, partial(_load_certified, office, before, on))


def _load_past(office: Office, at: datetime) -> None:
    """What happened before the portal, from the files that were kept until then; a colleague approves the next day."""
    eve, rng = office.eve, office.rng("past")
    everybody = [(story, person) for story in office.stories for person in office.members(office.place(story), TRAINED)]
    licensed = [one for one in everybody if _holds(one[1], LICENSED)]
    trained = {story.key: max(on for on in story.trainings(office.day, eve) if on <= eve) for story in office.stories}
    for key in YEARLY:
        _load(office, at, "training", key, [(one.email, trained[story.key]) for story, one in everybody])
    for kind, key in (("training", "software"), ("agreement", "end-user")):
        _load(office, at, kind, key, [(one.email, eve - timedelta(days=rng.randint(40, 900))) for _, one in licensed])
    certified = [(one.email, last_certified(rng, eve)) for _, one in everybody if _holds(one, CERTIFIED)]
    _load(office, at, "certification", "security", certified)
    papers = [
        (kind, key, office.place(story).name, on)
        for story in office.stories
        for kind, key, on in story.papers(office.day, eve)
        if on <= eve
    ]
    for (kind, key), rows in groupby(sorted(papers), lambda one: one[:2]):
        _load(office, at, kind, key, [(name, on) for _, _, name, on in rows], of_people=False)


def _holds(person: Person, roles: frozenset[Role]) -> bool:
    return any(one.role in roles and not one.ended_on for one in person.roles)


def _load(
    office: Office, at: datetime, kind: str, key: str, rows: Sequence[Row], *, of_people: bool = True, name: str = ""
) -> None:
    """Loaded and sent by the trainer, approved by a colleague the next morning, whose own row another approves."""
    own = office.register.staff[APPROVER].email
    for approver, part in ((APPROVER, [row for row in rows if row[0] != own]), ("halvorsen", _of(own, rows))):
        if part:
            file = f"{name or f'{kind}-{key}'}{'' if approver == APPROVER else '-help-desk-lead'}"
            batch = _sent(office, at, kind, key, part, of_people, file)
            office.add(next_working_day(at.date()), 15, partial(_approve, office, approver, batch), minute=40)


def _of(own: str, rows: Sequence[Row]) -> Sequence[Row]:
    return [row for row in rows if row[0] == own]


def _sent(
    office: Office, at: datetime, kind: str, key: str, rows: Sequence[Row], of_people: bool, name: str
) -> EvidenceBatch:
    who, done = ("Email", "Completed") if of_people else ("Agency", "Date")
    upload = Upload(f"{name}.csv", sheet((who, done), ((one, on.isoformat()) for one, on in rows)))
    act = office.act(at, "nakai")
    batch = standing.start_import(act, kind=kind, key=key, of_people=of_people, upload=upload)
    named = {Column.EMAIL if of_people else Column.AGENCY: who, Column.ON: done}
    run = standing.map_columns(act, batch, named)
    for _ in standing.read_batch(replace(act, via=Via.JOB), run):
        run.state = RunState.RUNNING
    run.state, run.ended_at = RunState.DONE, at
    standing.send_batch(act, batch)
    return batch


def _approve(office: Office, approver: str, batch: EvidenceBatch, at: datetime) -> None:
    standing.approve_batch(office.act(at, approver), batch)


def _load_training(office: Office, story: AgencyStory, on: date, at: datetime) -> None:
    """A session for all of an agency, once a year; some of one agency did not come the last time."""
    place = office.place(story)
    missing = missed(office) if on == story.trainings(office.day, office.eve)[-1] else []
    came = [one for one in office.members(place, TRAINED) if one not in missing]
    for key in YEARLY:
        _load(office, at, "training", key, [(one.email, on) for one in came], name=f"{key}-{story.key}-{on}")


def missed(office: Office) -> list[Person]:
    return office.staying(MISSED_AT)[:MISSED]


def _load_certified(office: Office, before: date | None, on: date, at: datetime) -> None:
    """Who has certified since the last file; each person does so on a day of the own."""
    rows = []
    begun = before if before is not None and before.year == on.year else date.min
    for story in office.stories:
        for one in office.members(office.place(story), CERTIFIED):
            does = on.replace(day=office.rng(f"certifies {one.id} {on.year}").randint(2, CERTIFIED_BY))
            if begun < does <= on:
                rows.append((one.email, does))
    _load(office, at, "certification", "security", rows, name=f"certified-{on}")


def _enter_paper(office: Office, story: AgencyStory, kind: str, key: str, on: date, at: datetime) -> None:
    """Entered with its scan by whoever has the paper, approved by a colleague."""
    place = office.place(story)
    words = office.note(kind)
    paper = Upload(f"{kind}-{story.key}.pdf", scan([words, place.name, f"{on:%B} {on.day}, {on.year}"]))
    claim = standing.enter_evidence(
        office.act(at, "lindqvist"),
        kind=kind,
        key=key,
        subject_kind=SubjectKind.ORGANIZATION,
        subject_id=place.id,
        on=on,
        note=words,
        uploads=[paper],
    )
    office.add(next_working_day(at.date()), 19, lambda then: _approve_claims(office, [claim], then))


def _approve_claims(office: Office, claims: Iterable[EvidenceClaim], at: datetime) -> None:
    for claim in claims:
        standing.approve_claim(office.act(at, "halvorsen"), claim)


def take_first_steps(office: Office, person: Person, at: datetime, approved_on: date | None) -> None:
    """What a new colleague did at the desk of the trainer, and signed; None: it waits for a second person."""
    claims = []
    for kind, key in FIRST_STEPS:
        is_signed = kind == "agreement"
        paper = Upload("end-user-agreement.pdf", scan(["HMIS end user agreement", office.note("signed")]))
        claims.append(
            standing.enter_evidence(
                office.act(at, "nakai"),
                kind=kind,
                key=key,
                subject_kind=SubjectKind.PERSON,
                subject_id=person.id,
                on=at.date(),
                note=office.note("signed" if is_signed else "one_to_one"),
                uploads=[paper] if is_signed else (),
            )
        )
    if approved_on is not None:
        office.add(approved_on, 15, lambda then: _approve_claims(office, claims, then))


def load_early(office: Office, place: str, key: str, people: int) -> None:
    """Some came to another agency's session; their file waits for a second person on the day."""
    early = office.register.places[place]

    def load(at: datetime) -> None:
        rows = [(one.email, at.date() - DAY) for one in office.staying(place)[:people]]
        _load(office, at, "training", key, rows, name=f"{key}-{early.short_name.lower().replace(' ', '-')}")

    office.add(office.day, 20, load)


def refuse_one(office: Office, agency: Organization, on: date) -> None:
    """The wrong scan was sent: refused with the reason."""

    def enter(at: datetime) -> None:
        claim = standing.enter_evidence(
            office.act(at, "nakai"),
            kind="checklist",
            key="agency-security",
            subject_kind=SubjectKind.ORGANIZATION,
            subject_id=agency.id,
            on=at.date(),
        )
        office.add(on + DAY, 16, lambda then: _refuse(office, claim, then))

    office.add(on, 16, enter)


def _refuse(office: Office, claim: EvidenceClaim, at: datetime) -> None:
    standing.refuse_claim(office.act(at, "halvorsen"), claim, why=office.note("refused"))
