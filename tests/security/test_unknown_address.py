"""A scanner that tries a thousand addresses must not queue up with those who write."""

from flask import Flask

from portal.db import db
from tests.browser import Browser


def test_an_unknown_address_is_answered_while_somebody_else_writes(app: Flask, client: Browser) -> None:
    with app.app_context(), db.engine.connect() as writer:
        writer.exec_driver_sql("DELETE FROM submitted_form")
        answers = [client.get("/no/such/page").status_code, client.post("/no/such/page").status_code]
        writer.rollback()
    assert answers == [404, 404]
