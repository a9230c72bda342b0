"""What an operator does to long work. Letters and incoming mail are acted on by portal.mail itself."""

from portal import audit
from portal.audit import Act
from portal.errors import Refused
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
