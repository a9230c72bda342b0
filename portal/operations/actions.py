"""What operations does by itself and for an operator. Letters and incoming mail are acted on by portal.mail."""

from portal import audit
from portal.audit import Act
from portal.errors import Refused
from portal.operations import notices, queries
from portal.people.queries import person
from portal.scheduler import Run, RunState


def cancel_run(act: Act, run: Run) -> None:
    """Ask it to stop; one that has not begun stops at once, another at its next step, keeping what is done.

    Raises:
        Refused: it has ended.
    """
    if run.state not in (RunState.WAITING, RunState.RUNNING):
        raise Refused("This work has ended already.")
    run.cancel_asked = True
    if run.state is RunState.WAITING:
        run.state, run.ended_at = RunState.CANCELED, act.at
    audit.record(act, "run.cancel_asked", run)


def tell_of_mail(act: Act, person_id: int) -> None:
    """Nothing to tell any more: no letter."""
    reader, trouble = person(person_id), queries.mail_trouble(act.at)
    if reader is None or not reader.is_active or not trouble:
        return
    notices.mail_trouble(act, reader, trouble)
    audit.record(act, "person.told_of_mail", reader, undelivered=trouble.undelivered, held_back=trouble.held_back)
