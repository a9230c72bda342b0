"""How the register stood at the end of a past day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from portal.db import db
from portal.people.models import RegisterVersion
from portal.people.queries.snapshots import Row, kind_of
from portal.people.rules import RegisterKind

Named = tuple[RegisterKind, int]


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the next day, where the clock says `zone`."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def open_version(row: Row) -> RegisterVersion | None:
    """How it stands now, as far as that is kept."""
    return db.session.scalar(_of(kind_of(row), row.id).where(RegisterVersion.until.is_(None)))


def version_before(row: Row, moment: datetime) -> RegisterVersion | None:
    """How it stood just before this moment."""
    return db.session.scalar(_of(kind_of(row), row.id).where(held_before(moment)))


def first_version(row: Row) -> RegisterVersion | None:
    return db.session.scalar(_of(kind_of(row), row.id).order_by(RegisterVersion.since).limit(1))


def versions_around(row: Row, moments: Iterable[datetime]) -> Sequence[RegisterVersion]:
    """Those that began at one of these moments, and those that ended at one."""
    asked = tuple(set(moments))
    if not asked:
        return ()
    touching = or_(RegisterVersion.since.in_(asked), RegisterVersion.until.in_(asked))
    return db.session.scalars(_of(kind_of(row), row.id).where(touching).order_by(RegisterVersion.since)).all()


def titles_before(
    moment: datetime, wanted: Mapping[RegisterKind, Iterable[int]]
) -> dict[tuple[RegisterKind, int], str]:
    """What these rows were called just before this moment; those not kept then are left out."""
    named = [
        (RegisterVersion.kind == kind) & RegisterVersion.subject_id.in_(tuple(ids)) for kind, ids in wanted.items()
    ]
    found = (
        select(RegisterVersion.kind, RegisterVersion.subject_id, RegisterVersion.title)
        .where(or_(false(), *named), held_before(moment))
        .order_by(RegisterVersion.id)
    )
    return {(row.kind, row.subject_id): row.title for row in db.session.execute(found)}


def _of(kind: RegisterKind, subject_id: int) -> Select[RegisterVersion]:
    return select(RegisterVersion).where(RegisterVersion.kind == kind, RegisterVersion.subject_id == subject_id)


def held_before(moment: datetime) -> ColumnElement[bool]:
    return (RegisterVersion.since < moment) & or_(RegisterVersion.until.is_(None), RegisterVersion.until >= moment)


def kept_since() -> datetime | None:
    """The first moment of which the register knows how it stood."""
    return db.session.scalar(select(func.min(RegisterVersion.since)))
