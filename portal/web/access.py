"""Who may enter a view: every endpoint is marked `@requires(permission)` or `@public`, or the portal does not start."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from portal.policy import Permission, Scoped, allows, reading
from portal.web.asking import actor
from portal.web.kept import ask_to_sign_in


@dataclass(frozen=True)
class Access:
    """How one view is guarded; read by the access matrix."""

    permission: Permission | None
    loads: Callable[..., Scoped | None] | None = None

    @property
    def is_public(self) -> bool:
        return self.permission is None


def public(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Anyone may enter, signed in or not."""
    return _marked(view, Access(permission=None))


def requires(
    permission: Permission, on: Callable[..., Scoped | None] | None = None
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Only who holds the permission; with `on`, only on the row that `on` loads from the URL's arguments.

    The row goes to the view as its first argument in place of the arguments it was loaded from. A row that one may
    not even read is 404, the same as one that does not exist; a row one may read but not so use is 403.
    """

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        names = tuple(inspect.signature(on).parameters) if on else ()

        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            if actor().person_id is None:
                return ask_to_sign_in()
            if on is None:
                _demand(permission, None)
                return view(**arguments)
            row = on(*(arguments.pop(name) for name in names))
            if row is None or not allows(actor(), reading(permission), row):
                abort(404)
            _demand(permission, row)
            return view(row, **arguments)

        return _marked(guarded, Access(permission, on))

    return mark


def leaves_trace(why: str) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """What the view writes is kept although the request only reads or is refused. `why` is listed by the house test."""

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        view.portal_trace = why  # type: ignore[attr-defined]  # a mark on a function has no static type
        return view

    return mark


def _marked(view: Callable[..., ResponseReturnValue], access: Access) -> Callable[..., ResponseReturnValue]:
    view.portal_access = access  # type: ignore[attr-defined]  # a mark on a function has no static type
    return view


def _demand(permission: Permission, row: Scoped | None) -> None:
    if not allows(actor(), permission, row):
        g.denied = permission
        abort(403)


def demand_marks(app: Flask) -> None:
    """Refuse to start with an endpoint that nobody decided about.

    Raises:
        RuntimeError: names the endpoints that are neither @requires nor @public.
    """
    bare = [
        name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "portal_access")
    ]
    if bare:
        raise RuntimeError(f"Mark these endpoints @requires or @public: {', '.join(sorted(bare))}")


def view_asked() -> Any:
    return current_app.view_functions.get(request.endpoint or "")


def trace() -> str | None:
    return getattr(view_asked(), "portal_trace", None)
