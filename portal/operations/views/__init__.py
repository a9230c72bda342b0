"""The pages of operations, below Settings, and the health check for monitors."""

from portal.operations.views import health, inbound, letters, settings, trail, work
from portal.operations.views.blueprint import blueprint

blueprint.register_blueprint(health.monitoring)

__all__ = ["blueprint", "health", "inbound", "letters", "settings", "trail", "work"]
