"""Tell staff that work in the HMIS waits: when half of its time is over, and when it is late."""

from portal import audit
from portal.audit import Act
from portal.licenses import notices, queries
from portal.licenses.rules import Reminder, reminder_due


def remind(act: Act, item_id: int) -> None:
    """Half-time goes to staff; late goes to administrators too. Done meanwhile: no letter."""
    item = queries.work_item(item_id)
    if item is None or not item.is_open:
        return
    due = reminder_due(
        act.at, item.starts_at, item.due_at, item.half_told_at is not None, item.late_told_at is not None
    )
    if due is None:
        return
    if due is Reminder.LATE:
        item.late_told_at = act.at
    else:
        item.half_told_at = act.at
    notices.work_waits(act, item, due)
    audit.record(act, "work_item.reminded", item, step=due)
