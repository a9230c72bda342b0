"""The health check for monitors: public, without names, addresses or secrets."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from portal import clock
from portal.operations import queries, rules
from portal.web import public

monitoring = Blueprint("monitoring", __name__)


@monitoring.route("/health")
@public
def show_health() -> ResponseReturnValue:
    """200 when all is well, 503 when the database, the worker or the post stands still."""
    now = clock.now()
    return _said(rules.health(now, queries.pulse(now)))


@monitoring.errorhandler(queries.Away)
def say_away(_failure: Exception) -> ResponseReturnValue:
    return _said(rules.health(clock.now(), None))


def _said(health: rules.Health) -> ResponseReturnValue:
    return jsonify(health.as_json()), 200 if health.is_well else 503
