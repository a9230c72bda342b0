"""What happens to requirements, evidence, waivers, and what becomes known."""

from portal.standing.actions.batches import approve_batch, attach_scans, refuse_batch, send_batch, withdraw_batch
from portal.standing.actions.evidence import (
    approve_claim,
    attach,
    enter_evidence,
    record_evidence,
    refuse_claim,
    void_evidence,
    withdraw_claim,
)
from portal.standing.actions.imports import (
    IMPORT,
    map_columns,
    map_name,
    read_batch,
    remember_columns,
    sheet_of,
    start_import,
)
from portal.standing.actions.known import note_register, record_logins
from portal.standing.actions.requirements import (
    add_requirement,
    ask_anew,
    discard_draft,
    draft_change,
    load_defaults,
    publish,
    set_community_start,
)
from portal.standing.actions.telling import tell_waiting
from portal.standing.actions.waivers import end_waiver, grant_waiver

__all__ = [
    "IMPORT",
    "add_requirement",
    "approve_batch",
    "approve_claim",
    "ask_anew",
    "attach",
    "attach_scans",
    "discard_draft",
    "draft_change",
    "end_waiver",
    "enter_evidence",
    "grant_waiver",
    "load_defaults",
    "map_columns",
    "map_name",
    "note_register",
    "publish",
    "read_batch",
    "record_evidence",
    "record_logins",
    "refuse_batch",
    "refuse_claim",
    "remember_columns",
    "send_batch",
    "set_community_start",
    "sheet_of",
    "start_import",
    "tell_waiting",
    "void_evidence",
    "withdraw_batch",
    "withdraw_claim",
]
