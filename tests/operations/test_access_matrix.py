"""Who may enter where, read from the routes themselves."""

from flask import Flask

from portal.operations.queries import access_matrix
from portal.policy import Role


def _row(app: Flask, endpoint: str) -> dict[str, object]:
    return next(row for row in access_matrix(app) if row["endpoint"] == endpoint)


def test_a_page_for_staff_names_the_row_rule_of_each_role(app: Flask) -> None:
    assert _row(app, "tickets.show_ticket") == {
        "route": "/tickets/<int:ticket_id>",
        "methods": "GET",
        "endpoint": "tickets.show_ticket",
        "permission": "ticket:read",
        "roles": {
            "public": "deny",
            "signed_in": "rows the person takes part in",
            "end_user": "rows the person takes part in",
            "agency_admin": "rows the person takes part in; rows of the organization the role is held at",
            "agency_executive": "rows the person takes part in; rows of the organization the role is held at",
            "agency_security_officer": "rows the person takes part in",
            "lead_staff": "every row",
            "lead_admin": "every row",
            "coc_governance": "rows the person takes part in",
            "funder": "rows the person takes part in",
            "vendor_contact": "rows the person takes part in",
        },
    }


def test_a_page_for_administrators_is_denied_to_all_others(app: Flask) -> None:
    roles = _row(app, "operations.list_events")["roles"]

    assert roles == {"public": "deny", **{role.value: "deny" for role in Role}, "lead_admin": "every row"}


def test_a_public_page_says_public_to_everybody(app: Flask) -> None:
    row = _row(app, "operations.monitoring.show_health")

    assert (row["route"], row["permission"]) == ("/health", "public")
    assert row["roles"] == {"public": "public", **{role.value: "public" for role in Role}}


def test_every_route_is_there_once_for_each_way_to_call_it(app: Flask) -> None:
    rows = access_matrix(app)

    assert len(rows) == len(list(app.url_map.iter_rules()))
    assert all(set(row["roles"]) == {"public", *(role.value for role in Role)} for row in rows)
