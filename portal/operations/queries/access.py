"""Who may enter where: every route and role, with the rows that the role reaches, for an auditor to read."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from werkzeug.routing import Map

from portal.policy import TABLE, Permission, Role, Rule
from portal.web import Access

PUBLIC = "public"
DENY = "deny"
_NOT_SHOWN = frozenset({"HEAD", "OPTIONS"})


class Routed(Protocol):
    """What of an application is read."""

    url_map: Map
    view_functions: dict[str, Any]


def access_matrix(app: Routed) -> list[dict[str, Any]]:
    """One row for each route, in order of address: whom it lets in, and the row rule in words, or "deny"."""
    rows = []
    for rule in app.url_map.iter_rules():
        access: Access | None = getattr(app.view_functions[rule.endpoint], "portal_access", None)
        permission = access.permission if access else None
        rows.append(
            {
                "route": rule.rule,
                "methods": ",".join(sorted(set(rule.methods or ()) - _NOT_SHOWN)),
                "endpoint": rule.endpoint,
                "permission": permission.value if permission else PUBLIC,
                "roles": dict(_roles(permission)),
            }
        )
    return sorted(rows, key=lambda row: (row["route"], row["methods"], row["endpoint"]))


def _roles(permission: Permission | None) -> Iterator[tuple[str, str]]:
    yield PUBLIC, PUBLIC if permission is None else DENY
    for role in Role:
        yield role.value, PUBLIC if permission is None else _reached(TABLE[permission], role)


def _reached(given: Mapping[Role, Rule], role: Role) -> str:
    """Whoever holds a role is signed in as well, and reaches what that gives."""
    rules = {given[one] for one in (Role.SIGNED_IN, role) if one in given}
    if Rule.ANY in rules:
        return Rule.ANY.words
    return "; ".join(rule.words for rule in Rule if rule in rules) or DENY
