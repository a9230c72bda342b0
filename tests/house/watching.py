"""Looking over a page's shoulder: what it asks the database while its template runs, and lists without an order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, before_render_template, template_rendered
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from portal.db import db


@dataclass
class Watch:
    in_templates: list[str] = field(default_factory=list)
    """Statements sent while a template was running, with its name."""
    unordered: list[str] = field(default_factory=list)
    """SELECTs that gave several rows without ORDER BY."""
    writes: list[str] = field(default_factory=list)
    _running: list[str] = field(default_factory=list)

    def begin(self, _app: Flask, template: Any, **_: Any) -> None:
        self._running.append(str(template.name))

    def end(self, _app: Flask, **_: Any) -> None:
        self._running.clear()

    def asked(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        short = " ".join(statement.split())[:160]
        if self._running:
            self.in_templates.append(f"{self._running[-1]}: {short}")
        if short.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")):
            self.writes.append(short)

    def ran(self, state: ORMExecuteState) -> Any:
        if not state.is_select or state.is_column_load or state.is_relationship_load:
            return None
        if getattr(state.statement, "_order_by_clauses", None) != ():
            return None
        kept = state.invoke_statement().freeze()
        if len(kept.data) > 1:
            self.unordered.append(" ".join(str(state.statement).split())[:300])
        return kept()


@contextmanager
def watching(app: Flask) -> Iterator[Watch]:
    """What happens in the requests within is noted."""
    watch = Watch()
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", watch.asked)
    event.listen(Session, "do_orm_execute", watch.ran)
    with before_render_template.connected_to(watch.begin, app), template_rendered.connected_to(watch.end, app):
        yield watch
    event.remove(Session, "do_orm_execute", watch.ran)
    event.remove(engine, "before_cursor_execute", watch.asked)
