"""What happens to exports of the HMIS: loaded, read, compared, applied; and to the users they tell of."""

from portal.hmis_csv.actions.applying import APPLY, CHANGED_MEANWHILE, apply_changes, apply_export
from portal.hmis_csv.actions.loading import READ, cancel_export, discard_export, load_export, settle_export
from portal.hmis_csv.actions.proposing import compare_again, say_same
from portal.hmis_csv.actions.reading import read_export
from portal.hmis_csv.actions.settings import set_most_change
from portal.hmis_csv.actions.users import link_proposed, link_user, set_user_aside, unlink_user

__all__ = [
    "APPLY",
    "CHANGED_MEANWHILE",
    "READ",
    "apply_changes",
    "apply_export",
    "cancel_export",
    "compare_again",
    "discard_export",
    "link_proposed",
    "link_user",
    "load_export",
    "read_export",
    "say_same",
    "set_most_change",
    "set_user_aside",
    "settle_export",
    "unlink_user",
]
