"""First pages, search over everything, and the frame that every page stands in."""

from portal.dashboards.views import home, search
from portal.dashboards.views.blueprint import blueprint
from portal.dashboards.views.layout import layout

__all__ = ["blueprint", "home", "layout", "search"]
