"""Parts of a page that renew themselves leave people where they are."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from portal.db import db
from portal.scheduler import Run, RunState
from tests.journeys import steps
from tests.journeys.town import Town

pytestmark = pytest.mark.once

FOCUSED = "document.activeElement.tagName + ' ' + (document.activeElement.textContent || '').trim().slice(0, 30)"


@pytest.fixture
def run_id(town: Town) -> int:
    run = Run(kind="standing.import", asked_at=clock.now(), state=RunState.RUNNING, total=9, done=1)
    db.session.add(run)
    db.session.commit()
    held = run.id
    db.session.remove()
    return held


def renewed(page: Page, run_id: int, done: int) -> None:
    """The work goes on, and the page has asked for it and shows it."""
    db.session.get_one(Run, run_id).done = done
    db.session.commit()
    db.session.remove()
    expect(page.locator(".progress__words")).to_have_text(f"{done} of 9")


def test_progress_that_renews_itself_never_moves_the_focus(town: Town, enter: Callable[..., Page], run_id: int) -> None:
    page = enter()
    steps.sign_in(page, town.admin)
    page.goto(f"/settings/runs/{run_id}")

    page.evaluate("document.activeElement.blur()")
    renewed(page, run_id, 2)
    nowhere = page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="Stop this work").focus()
    renewed(page, run_id, 3)

    assert (nowhere, page.evaluate(FOCUSED)) == (True, "BUTTON Stop this work")


def test_who_stood_inside_the_renewed_part_still_does(town: Town, enter: Callable[..., Page], run_id: int) -> None:
    page = enter()
    steps.sign_in(page, town.admin)
    page.goto(f"/settings/runs/{run_id}")

    page.evaluate("const p = document.querySelector('#run-progress p'); p.tabIndex = 0; p.focus()")
    renewed(page, run_id, 4)

    assert page.evaluate("document.activeElement.matches('#run-progress p')")
