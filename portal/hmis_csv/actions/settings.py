"""What the community chooses about imports."""

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.hmis_csv import queries
from portal.hmis_csv.models import ImportSetting


def set_most_change(act: Act, *, most_change: int) -> None:
    """Above so many percent of a file's known rows a second confirmation is asked."""
    held = queries.setting() or ImportSetting()
    held.most_change = most_change
    db.session.add(held)
    audit.record(act, "hmis_import.most_change_set", held, percent=most_change)
