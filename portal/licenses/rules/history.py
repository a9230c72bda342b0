"""What happened to licenses and what belongs to them, as half sentences that follow whoever did it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "license.requested": "asked for the license",
        "license.declined": "declined the request",
        "license.withdrawn": "withdrew the request",
        "license.approved": "approved the license",
        "license.active": "made the license active",
        "license.suspended": "suspended the license",
        "license.revoked": "revoked the license",
        "license.checked": "the requirements were checked",
        "license.login_changed": "changed the login ID",
        "license_clock.set": "set a clock to {hours} hours",
        "work_item.done": "confirmed what was done in the HMIS",
        "work_item.reminded": "staff were reminded of work in the HMIS",
        "leaver.told": "said that the person left",
        "leaver.ended_in_hmis": "confirmed that the last access in the HMIS ended",
        "suspension.proposed": "proposed to suspend the license",
        "suspension.approved": "approved the suspension",
        "suspension.dropped": "dropped the suspension",
        "seats.recorded": "recorded {number} seats",
        "audit_duty.added": "put the report on the calendar",
        "audit_duty.run": "recorded a run of the report",
        "audit_duty.reminded": "the runner was reminded of the report",
        "access_review.attested": "attested who has access: {people} people",
        "access_schedule.added": "added a schedule of user-access reports",
        "access_schedule.stopped": "stopped the schedule",
        "access_schedule.came_round": "the schedule came round",
        "access_request.asked": "the agency was asked who has access",
        "access_request.reminded": "the agency was reminded of its report",
        "follow_up.opened": "asked for a change of somebody's access",
        "follow_up.done": "confirmed that the change is made",
        "follow_up.reminded": "staff were told that the change is late",
        "duty.assigned": "named somebody for a duty",
        "duty.ended": "ended somebody's duty",
        "list.loaded": "loaded the list",
        "list.columns_named": "said which column holds what",
        "list.read": "the list was read: {rows} rows, {refused} refused",
        "list.unreadable": "the list could not be read",
        "list.row_decided": "decided about row {row}",
        "list.leavers_chosen": "decided about {people} people missing from the list",
        "list.confirmed": "confirmed the list",
        "list.taken_up_again": "had the rest of the list carried out",
        "list.stop_asked": "asked to stop it",
        "list.applied": "the list was carried out: {rows} rows, {refused} refused",
        "list.withdrawn": "withdrew the list",
        "list.emptied": "the names of the list were removed, their time being over",
        "list.people_invited": "invited {people} people of the list",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "license": "License",
        "license_clock": "Clock of licenses",
        "work_item": "Work in the HMIS",
        "leaver": "Leaver",
        "suspension": "Suspension",
        "seats": "Seats",
        "audit_duty": "Report of the HMIS",
        "access_review": "User-access report",
        "access_schedule": "Schedule of user-access reports",
        "access_request": "Asked user-access report",
        "access_follow_up": "Follow-up of a user-access report",
        "duty_assignment": "Duty",
        "loaded_list": "Loaded list",
    }
)
"""A word for each table to which things happen."""
