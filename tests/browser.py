"""A test client that serves each request as the server would."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.db import db


class Browser(FlaskClient):
    """Each request in an application context of its own, as when it is served: nothing in `g` and no row lives on.

    What the test has written so far is committed first, so that the request finds it and SQLite is not locked.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        with self.application.app_context():
            return super().open(*args, **kwargs)
