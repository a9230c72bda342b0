"""Tell a second person that something waits, at most once a day."""

from portal import audit
from portal.audit import Act
from portal.people.models import Person
from portal.people.queries import person
from portal.standing import notices, queries


def tell_waiting(act: Act, person_id: int) -> None:
    """Nothing to tell any more: no letter."""
    reader: Person | None = person(person_id)
    if reader is None or not reader.is_active:
        return
    entries, batches = queries.waiting_for(reader.id)
    if not entries and not batches:
        return
    notices.evidence_waits(act, reader, entries, batches)
    audit.record(act, "person.told_what_waits", reader, entries=entries, batches=batches)
