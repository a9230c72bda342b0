"""Pages of campaigns."""

from portal.campaigns.views import campaigns, members
from portal.campaigns.views.blueprint import blueprint
from portal.campaigns.views.panels import organization_panel, person_panel

__all__ = ["blueprint", "campaigns", "members", "organization_panel", "person_panel"]
