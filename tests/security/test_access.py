"""Every route by every role on every kind of row: a live request each, held against expectations written by hand."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from werkzeug.test import TestResponse

from portal.operations.queries import access_matrix
from portal.policy import Role
from tests.conftest import form_of, told
from tests.house import expected
from tests.house.expected import FORBIDDEN, IN, MISSING, SIGN_IN, Cell
from tests.house.strict_html import faults
from tests.house.world import PUBLIC, World, community

pytestmark = pytest.mark.once

ANSWERS = (200, 302, 303, 409, 422)
"""What a visitor gets who was let in: a page, a download, the next page, or a form that says what it misses."""
NOWHERE = 999_999
LOOKING = ("end_user", "agency_admin", "lead_staff", "coc_governance")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with community(tmp_path_factory.mktemp("community")) as made:
        yield made


@pytest.fixture(scope="module")
def tokens(world: World) -> dict[str, str]:
    """For each visitor a token against forgery that belongs to the session."""
    held = {}
    for visitor in (*world.people, PUBLIC):
        client = world.client(visitor)
        held[visitor] = form_of(client.get("/sign-in" if visitor == PUBLIC else "/account/password"))["csrf_token"]
        world.keep_cookie(visitor, client)
    return held


def test_the_file_names_every_route_and_no_other(world: World) -> None:
    there = expected.routes_of(world.app)

    assert sorted(there - expected.routes()) == [], "Say in tests/security/expectations.yml who may do this."
    assert sorted(expected.routes() - there) == [], "Remove these from tests/security/expectations.yml."


def test_the_file_speaks_of_every_visitor() -> None:
    visitors = {PUBLIC, *Role}

    assert [name for name, held in expected.held()["audiences"].items() if held.keys() != visitors] == []


@pytest.mark.parametrize("route", sorted(expected.routes()))
def test_everybody_gets_exactly_as_far_as_the_file_says(world: World, tokens: dict[str, str], route: str) -> None:
    wrong = []
    for cell in expected.cells():
        if f"{cell.endpoint} {cell.method}" == route:
            answer = sent(world, tokens, cell)
            wrong += [f"{cell.words}: {fault}" for fault in _faults(answer)]
            if outcome(cell, answer) != cell.expected:
                wrong.append(
                    f"{cell.words}: expected {cell.expected}, got {outcome(cell, answer)} ({answer.status_code})"
                )

    assert wrong == []


def _faults(answer: TestResponse) -> list[str]:
    return faults(answer.get_data(as_text=True)) if answer.mimetype == "text/html" and answer.status_code != 302 else []


def sent(world: World, tokens: dict[str, str], cell: Cell, **other: int) -> TestResponse:
    client, url = world.client(cell.visitor), cell.url(world, **other)
    if cell.method == "GET":
        return client.get(url)
    answer = client.post(url, data={"csrf_token": tokens[cell.visitor], **cell.fields})
    if answer.status_code < 400:
        world.restore()
    return answer


def outcome(cell: Cell, answer: TestResponse) -> str:
    if answer.status_code in (302, 303) and answer.headers["Location"].startswith("/sign-in"):
        return SIGN_IN
    if answer.status_code == 401:
        return SIGN_IN
    if answer.status_code in ((cell.answers,) if cell.answers else ANSWERS):
        return IN
    return {403: FORBIDDEN, 404: MISSING}.get(answer.status_code, f"status {answer.status_code}")


def test_a_row_that_is_not_yours_and_a_row_that_does_not_exist_answer_with_the_same_bytes(
    world: World, tokens: dict[str, str]
) -> None:
    hidden = {
        (cell.endpoint, cell.method, cell.visitor): cell
        for cell in expected.cells()
        if cell.expected == MISSING and cell.kind and cell.visitor in LOOKING
    }
    different = []
    for cell in hidden.values():
        number = next(iter(cell.arguments(world)))
        there, nowhere = sent(world, tokens, cell), sent(world, tokens, cell, **{number: NOWHERE})
        if told(there) != told(nowhere):
            different.append(cell.words)

    assert len(hidden) > 150
    assert different == []


def test_the_matrix_for_auditors_says_the_same_as_the_file(world: World) -> None:
    """Whom the matrix denies is let in nowhere, and whom it lets in gets in somewhere."""
    matrix = {row["endpoint"]: row["roles"] for row in access_matrix(world.app) if row["endpoint"] != "static"}
    by_endpoint = groupby(sorted(expected.cells(), key=lambda cell: cell.endpoint), key=lambda cell: cell.endpoint)
    wrong = []
    for endpoint, cells in by_endpoint:
        let_in = {cell.visitor for cell in cells if cell.expected == IN}
        for visitor, rule in matrix[endpoint].items():
            if (rule != "deny") != (visitor in let_in) and not _is_by_its_own_rule(endpoint):
                wrong.append(f"{endpoint} by {visitor}: the matrix says “{rule}”")

    assert wrong == []


def _is_by_its_own_rule(endpoint: str) -> bool:
    """Public routes that look further (the demo's doors, the way out, the first page, which asks to sign in), and the
    standing of organizations, whose permission gives people their own: an organization is nobody's own."""
    return endpoint in BY_THEIR_OWN_RULE


BY_THEIR_OWN_RULE = {
    "dashboards.show_home",
    "demo.answer_letter",
    "demo.list_letters",
    "people.enter_demo",
    "people.sign_out",
    "standing.organization_standing",
}


def test_the_matrix_for_auditors_has_every_route(world: World) -> None:
    listed = {
        f"{row['endpoint']} {method}"
        for row in access_matrix(world.app)
        for method in row["methods"].split(",")
        if row["endpoint"] != "static"
    }

    assert listed == expected.routes_of(world.app)
    assert {role for row in access_matrix(world.app) for role in row["roles"]} == {PUBLIC, *Role}
