"""What the columns of a list may hold, and what they are usually called. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from portal.licenses.rules.lists import ListKind


class ListColumn(StrEnum):
    EMAIL = "email"
    LOGIN_ID = "login_id"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    AGENCY = "agency"
    ROLES = "roles"
    LICENSE = "license"
    COC = "coc"
    JOB_TITLE = "job_title"
    PHONE = "phone"
    NUMBER = "number"
    STARTS_ON = "starts_on"
    LAST_LOGIN = "last_login"

    @property
    def words(self) -> str:
        return _WORDS[self]


_C = ListColumn
_WORDS: Mapping[ListColumn, str] = MappingProxyType(
    {
        _C.EMAIL: "E-mail address",
        _C.LOGIN_ID: "Login ID in the HMIS",
        _C.FIRST_NAME: "First name",
        _C.LAST_NAME: "Last name",
        _C.NAME: "First and last name in one column",
        _C.AGENCY: "Agency: name, short name or ID in the HMIS",
        _C.ROLES: "Roles here, such as agency HMIS administrator",
        _C.LICENSE: "HMIS license: yes or no",
        _C.COC: "CoC: name or HUD number",
        _C.JOB_TITLE: "Job title",
        _C.PHONE: "Phone",
        _C.NUMBER: "Seats in all",
        _C.STARTS_ON: "First day on which the seats count",
        _C.LAST_LOGIN: "Last login",
    }
)
USUAL_WORDS: Mapping[ListColumn, tuple[str, ...]] = MappingProxyType(
    {
        _C.EMAIL: ("email", "e mail", "email address", "e mail address", "useremail", "mail"),
        _C.LOGIN_ID: ("login id", "login", "user id", "userid", "username", "user name", "hmis id"),
        _C.FIRST_NAME: ("first name", "firstname", "userfirstname", "given name", "first"),
        _C.LAST_NAME: ("last name", "lastname", "userlastname", "surname", "family name", "last"),
        _C.NAME: ("name", "full name", "staff name", "employee", "user"),
        _C.AGENCY: ("agency", "organization", "agency name", "organizationid", "provider", "default provider"),
        _C.ROLES: ("roles", "role", "user role"),
        _C.LICENSE: ("license", "hmis license", "licensed", "license status", "status"),
        _C.COC: ("coc", "coc code", "coccode", "continuum"),
        _C.JOB_TITLE: ("job title", "title", "position"),
        _C.PHONE: ("phone", "userphone", "telephone", "phone number"),
        _C.NUMBER: ("seats", "licenses", "number", "quantity", "bought", "purchased"),
        _C.STARTS_ON: ("from", "start", "starts", "start date", "effective", "effective date"),
        _C.LAST_LOGIN: ("last login", "last login date", "last sign in", "last logon", "last access", "last active"),
    }
)
WANTED: Mapping[ListKind, tuple[ListColumn, ...]] = MappingProxyType(
    {
        ListKind.STAFF: (
            *(_C.EMAIL, _C.LOGIN_ID, _C.FIRST_NAME, _C.LAST_NAME, _C.NAME, _C.AGENCY),
            *(_C.ROLES, _C.LICENSE, _C.COC, _C.JOB_TITLE, _C.PHONE),
        ),
        ListKind.SEATS: (_C.AGENCY, _C.COC, _C.NUMBER, _C.STARTS_ON),
        ListKind.LOGINS: (_C.LOGIN_ID, _C.EMAIL, _C.LAST_LOGIN),
    }
)
"""The columns of a kind in the order in which they are asked for."""
NEEDED: Mapping[ListKind, tuple[tuple[ListColumn, ...], ...]] = MappingProxyType(
    {
        ListKind.STAFF: ((_C.AGENCY,), (_C.EMAIL, _C.LOGIN_ID)),
        ListKind.SEATS: ((_C.AGENCY,), (_C.NUMBER,)),
        ListKind.LOGINS: ((_C.LOGIN_ID, _C.EMAIL), (_C.LAST_LOGIN,)),
    }
)
"""Of each group at least one."""


def wrong_columns(kind: ListKind, chosen: Mapping[ListColumn, str]) -> str:
    """What is wrong with the choice of columns, as a sentence; empty when nothing is."""
    for group in NEEDED[kind]:
        if not any(column in chosen for column in group):
            named = " or ".join(f"“{column.words}”" for column in group)
            return f"Say which column holds {named}."
    if len(set(chosen.values())) < len(chosen):
        return "Each column of the file can hold one thing only."
    return ""
