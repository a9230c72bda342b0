"""What a row of a staff list says, cleaned. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portal.errors import Refused
from portal.licenses.rules.columns import ListColumn
from portal.licenses.rules.register import Known
from portal.people.rules import normal_address, one_line
from portal.policy import Role

LONGEST: Mapping[str, int] = MappingProxyType(
    {"first_name": 80, "last_name": 80, "job_title": 120, "phone": 40, "login_id": 80}
)
ROLE_NAMES: Mapping[str, Role] = MappingProxyType(
    {
        **dict.fromkeys(("end user", "user", "hmis user"), Role.END_USER),
        **dict.fromkeys(
            ("agency hmis administrator", "agency administrator", "hmis administrator", "agency admin"),
            Role.AGENCY_ADMIN,
        ),
        **dict.fromkeys(("agency executive", "executive", "executive director"), Role.AGENCY_EXECUTIVE),
        **dict.fromkeys(("agency security officer", "security officer"), Role.AGENCY_SECURITY_OFFICER),
    }
)
"""Roles of the HMIS Lead are given by hand alone."""
YES = frozenset({"yes", "y", "true", "1", "x", "active", "enabled", "licensed"})
NO = frozenset({"no", "n", "none", "false", "0", "inactive", "disabled", "ended", "revoked", "terminated"})
DETAILS = ("first_name", "last_name", "job_title", "phone")
_APART = re.compile(r"[;,/|\n]+")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Facts:
    """What a row says, cleaned; empty where it says nothing."""

    agency_id: int = 0
    email: str = ""
    login_id: str = ""
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    has_license: bool | None = None
    coc_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Facts":
        return cls(**{**kept, "roles": tuple(kept.get("roles", ()))})


def read_facts(cells: Mapping[ListColumn, str], known: Known) -> Facts:
    """What the row says.

    Raises:
        Refused: it cannot be understood.
    """
    first, last = _names(cells)
    place = known.place(cells.get(ListColumn.AGENCY, ""))
    return Facts(
        agency_id=place.id,
        email=_address(cells.get(ListColumn.EMAIL, "")),
        login_id=_words(cells, ListColumn.LOGIN_ID),
        first_name=first,
        last_name=last,
        job_title=_words(cells, ListColumn.JOB_TITLE),
        phone=_words(cells, ListColumn.PHONE),
        roles=_roles(cells.get(ListColumn.ROLES, "")),
        has_license=_has_license(cells.get(ListColumn.LICENSE, ""), cells.get(ListColumn.LOGIN_ID, "")),
        coc_id=place.coc(cells.get(ListColumn.COC, "")),
    )


def _names(cells: Mapping[ListColumn, str]) -> tuple[str, str]:
    """From two columns, or from one as “Robin Ash” or “Ash, Robin”."""
    first, last = _words(cells, ListColumn.FIRST_NAME), _words(cells, ListColumn.LAST_NAME)
    whole = one_line(cells.get(ListColumn.NAME, ""))
    if first or last or not whole:
        return first, last
    if "," in whole:
        last, _, first = (part.strip() for part in whole.partition(","))
    else:
        first, _, last = (part.strip() for part in whole.rpartition(" "))
    return _sound(first, "first_name"), _sound(last, "last_name")


def _words(cells: Mapping[ListColumn, str], column: ListColumn) -> str:
    return _sound(one_line(cells.get(column, "")), column.value)


def _sound(words: str, name: str) -> str:
    if name != "phone" and words.startswith(_FORMULA) and len(words) > 1:
        raise Refused(f"“{words[:40]}” looks like a formula. Write the words themselves.")
    if len(words) > LONGEST[name]:
        raise Refused(f"“{words[:40]}…” is too long. Use at most {LONGEST[name]} characters.")
    return words


def _address(typed: str) -> str:
    if not typed.strip():
        return ""
    address = normal_address(typed)
    if not address:
        raise Refused(f"“{typed[:60]}” is not an e-mail address.")
    return address


def _roles(typed: str) -> tuple[str, ...]:
    wanted = [one_line(part) for part in _APART.split(typed) if part.strip()]
    unknown = [one for one in wanted if one.lower() not in ROLE_NAMES]
    if unknown:
        named = ", ".join(sorted({role.words for role in ROLE_NAMES.values()}))
        raise Refused(f"“{unknown[0][:40]}” is not a role that a list can give. Use one of: {named}.")
    return tuple(sorted({ROLE_NAMES[one.lower()].value for one in wanted}))


def _has_license(typed: str, login_id: str) -> bool | None:
    """A login ID alone tells that there is a license."""
    word = one_line(typed).lower()
    if word in NO:
        return False
    if word and word not in YES:
        raise Refused(f"“{typed[:40]}” is neither yes nor no. Say whether there is an HMIS license.")
    if word and not login_id.strip():
        raise Refused("The row says that there is a license, and no login ID. Add it, or leave the license empty.")
    return True if word or login_id.strip() else None
