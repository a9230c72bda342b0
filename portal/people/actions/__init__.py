"""What happens to people, their organizations, projects, roles and sessions."""

from portal.people.actions.account import change_password, switch_shortcuts
from portal.people.actions.administrator import first_admin
from portal.people.actions.comparable import (
    choose,
    put_comparable_database,
    record_check,
)
from portal.people.actions.descriptors import (
    end_descriptor,
    put_descriptor,
    put_descriptors,
    remove_descriptor,
)
from portal.people.actions.links import LINK_GONE, ask_link, invite, send_link, set_password, use_link
from portal.people.actions.people import add_person, edit_person, end_person, end_role, grant_role, return_person
from portal.people.actions.register import (
    add_default_holidays,
    add_holiday,
    add_organization,
    add_project,
    edit_organization,
    edit_project,
    end_organization,
    end_project,
    remove_holiday,
    return_organization,
    return_project,
)
from portal.people.actions.sign_in import (
    Answer,
    Origin,
    end_session,
    end_sessions,
    enter_demo,
    note_seen,
    open_session,
    sign_in,
    sign_out,
)
from portal.people.actions.sweep import sweep

__all__ = [
    "LINK_GONE",
    "Answer",
    "Origin",
    "add_default_holidays",
    "add_holiday",
    "add_organization",
    "add_person",
    "add_project",
    "ask_link",
    "change_password",
    "choose",
    "edit_organization",
    "edit_person",
    "edit_project",
    "end_descriptor",
    "end_organization",
    "end_person",
    "end_project",
    "end_role",
    "end_session",
    "end_sessions",
    "enter_demo",
    "first_admin",
    "grant_role",
    "invite",
    "note_seen",
    "open_session",
    "put_comparable_database",
    "put_descriptor",
    "put_descriptors",
    "record_check",
    "remove_descriptor",
    "remove_holiday",
    "return_organization",
    "return_person",
    "return_project",
    "send_link",
    "set_password",
    "sign_in",
    "sign_out",
    "sweep",
    "switch_shortcuts",
    "use_link",
]
