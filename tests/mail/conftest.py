"""The mail room's own fixtures: letters to render, servers to talk to, settings that name them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from portal.settings import Settings
from tests.servers import Dovecot, MailServer, dovecot, mail_server

LETTERS = {
    "sample/mail/hello.txt": (
        "{% extends 'mail/_letter.txt' %}{% block why %}You get this because you asked.{% endblock %}"
        "{% block body %}{{ said }}{% endblock %}"
    ),
    "sample/mail/hello.html": (
        "{% extends 'mail/_letter.html' %}{% block why %}You get this because you asked.{% endblock %}"
        "{% block body %}<p>{{ said }}</p>{% endblock %}"
    ),
}

Change = Callable[..., Settings]


@pytest.fixture
def desk(app: Flask) -> Flask:
    """The portal with a letter of two lines that tests may send."""
    app.jinja_env.loader = ChoiceLoader([DictLoader(LETTERS), app.jinja_env.loader])
    return app


@pytest.fixture
def change(desk: Flask) -> Change:
    """Change settings of the running portal: change(smtp=…)."""

    def changed(**facts: object) -> Settings:
        desk.extensions["portal.settings"] = replace(desk.extensions["portal.settings"], **facts)
        return desk.extensions["portal.settings"]

    return changed


@pytest.fixture
def server(change: Change) -> Iterator[MailServer]:
    with mail_server() as running:
        change(smtp=running.smtp)
        yield running


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def mailbox_of(imap_server: Dovecot, change: Change) -> str:
    """The name of a user whose mailbox nobody else has, set as the desk's own."""
    user = f"desk{uuid4().hex[:12]}"
    change(imap=imap_server.imap(user))
    return user
