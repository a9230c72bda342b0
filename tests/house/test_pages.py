"""Every page that can be opened, by everybody who may: what it must not do while nobody looks."""

from collections.abc import Iterator

import pytest

from tests.house import expected
from tests.house.expected import IN, Cell
from tests.house.watching import Watch, watching
from tests.house.world import World, community

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with community(tmp_path_factory.mktemp("pages")) as made:
        yield made


def opened() -> list[Cell]:
    """Each page once by each visitor who may open it."""
    first: dict[tuple[str, str, str], Cell] = {}
    for cell in expected.cells():
        if cell.method == "GET" and cell.expected == IN:
            first.setdefault((cell.endpoint, cell.visitor, cell.kind), cell)
    return list(first.values())


@pytest.fixture(scope="module")
def watch(world: World) -> Watch:
    """What all pages did, in one walk over them."""
    with watching(world.app) as seen:
        for cell in opened():
            world.client(cell.visitor).get(cell.url(world))
    return seen


def test_no_template_asks_the_database(watch: Watch) -> None:
    assert sorted(set(watch.in_templates)) == [], "Load it in the query of the view (eagerly), and hand it over."


def test_every_list_that_a_page_reads_has_an_order(watch: Watch) -> None:
    assert sorted(set(watch.unordered)) == [], "End the query with order_by, and let no two rows tie."
