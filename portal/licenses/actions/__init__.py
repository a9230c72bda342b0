"""What happens to licenses, leavers, seats and clocks."""

from portal.licenses.actions.applying import apply_list
from portal.licenses.actions.asking import (
    add_schedule,
    ask_reports,
    confirm_follow_up,
    remind_follow_up,
    remind_request,
    stop_schedule,
)
from portal.licenses.actions.attesting import attest_access
from portal.licenses.actions.duties import add_duty, record_duty, remind_duty
from portal.licenses.actions.inviting import MOST_AT_ONCE, invite_listed
from portal.licenses.actions.leaving import end_access, end_left
from portal.licenses.actions.life import (
    approve,
    change_login,
    confirm_work,
    decline,
    request_license,
    restore,
    revoke,
    suspend,
    take_in_license,
    withdraw,
)
from portal.licenses.actions.lists import (
    APPLY_LIST,
    READ_LIST,
    choose_leavers,
    confirm_list,
    decide_row,
    empty_list,
    map_name,
    name_list_columns,
    sheet_head,
    start_list,
    stop_list,
    whole_sheet,
    withdraw_list,
)
from portal.licenses.actions.reading import read_list
from portal.licenses.actions.reminding import remind
from portal.licenses.actions.responsibilities import assign_duty, end_assignment
from portal.licenses.actions.setup import record_seats, set_clocks
from portal.licenses.actions.suspensions import approve_suspensions, drop_suspensions, propose_suspensions

__all__ = [
    "APPLY_LIST",
    "MOST_AT_ONCE",
    "READ_LIST",
    "add_duty",
    "add_schedule",
    "apply_list",
    "approve",
    "approve_suspensions",
    "ask_reports",
    "assign_duty",
    "attest_access",
    "change_login",
    "choose_leavers",
    "confirm_follow_up",
    "confirm_list",
    "confirm_work",
    "decide_row",
    "decline",
    "drop_suspensions",
    "empty_list",
    "end_access",
    "end_assignment",
    "end_left",
    "invite_listed",
    "map_name",
    "name_list_columns",
    "propose_suspensions",
    "read_list",
    "record_duty",
    "record_seats",
    "remind",
    "remind_duty",
    "remind_follow_up",
    "remind_request",
    "request_license",
    "restore",
    "revoke",
    "set_clocks",
    "sheet_head",
    "start_list",
    "stop_list",
    "stop_schedule",
    "suspend",
    "take_in_license",
    "whole_sheet",
    "withdraw",
    "withdraw_list",
]
