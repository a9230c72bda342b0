"""The portal as people meet it: served on loopback, in a real browser, with a real mail server behind it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from portal.db import db
from portal.settings import Settings
from tests.conftest import settings_for
from tests.journeys import steps
from tests.journeys.town import Mailbox, Town, built
from tests.servers import Dovecot, MailServer, dovecot, free_port, mail_server

PATIENCE = 10_000
"""Milliseconds that the browser waits for what must come."""


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def mailbox(imap_server: Dovecot) -> Mailbox:
    return Mailbox(imap_server, f"desk{uuid4().hex[:12]}")


@pytest.fixture
def settings(database_url: str, tmp_path: Path, post: MailServer, mailbox: Mailbox) -> Settings:
    port = free_port()
    held = settings_for(database_url, tmp_path / "data")
    imap = mailbox.server.imap(mailbox.user)
    return replace(held, port=port, base_url=f"http://127.0.0.1:{port}", smtp=post.smtp, imap=imap)


@pytest.fixture
def town(app: Flask, settings: Settings, post: MailServer, mailbox: Mailbox) -> Iterator[Town]:
    """A small community whose portal is being served."""
    made = built(app, settings, post.desk, mailbox)
    server = make_server("127.0.0.1", settings.port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    db.session.rollback()


@pytest.fixture
def enter(browser: Browser, settings: Settings) -> Iterator[Callable[..., Page]]:
    """A browser of somebody's own. The test fails on any script error and on anything the security policy refused."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(width: int = 1360, **options: Any) -> Page:
        context = browser.new_context(
            base_url=settings.base_url, viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if not options.get("java_script_enabled", True):
            steps.UNSCRIPTED.add(page)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _note(faults, page, said))
        page.on(
            "response", lambda answer: faults.append(f"{answer.url}: {answer.status}") if answer.status >= 500 else None
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _note(faults: list[str], page: Page, said: Any) -> None:
    """Errors, but for the browser's own remark that a refused form was answered by 4xx."""
    if said.type == "error" and "Failed to load resource" not in said.text:
        faults.append(f"{page.url}: {said.text}")
