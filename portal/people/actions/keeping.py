"""What happens goes on record, and how the row stands from then on is kept: in this one place."""

from typing import Any

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.people import queries
from portal.people.models import RegisterVersion
from portal.people.queries import Row


def record(act: Act, name: str, subject: Row, /, **facts: Any) -> None:
    """After the change. Several changes of one act make one version."""
    audit.record(act, name, subject, **facts)
    db.session.flush()
    queries.hold(subject)
    _keep(act, subject)


def _keep(act: Act, row: Row) -> None:
    now = queries.snapshot(row)
    held = queries.open_version(row)
    if held is not None and (held.title, held.facts, held.words) == (now.title, now.facts, now.words):
        return
    if held is not None and held.since >= act.at:
        held.title, held.facts, held.words, held.by_id = now.title, now.facts, now.words, act.by
        return
    if held is not None:
        held.until = act.at
        db.session.flush()
    kept = {"title": now.title, "facts": now.facts, "words": now.words}
    db.session.add(RegisterVersion(kind=queries.kind_of(row), subject_id=row.id, since=act.at, by_id=act.by, **kept))
    db.session.flush()
