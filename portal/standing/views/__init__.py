"""The pages of standing: how somebody stands, requirements, evidence, files of it, waivers."""

from portal.standing.views import evidence, imports, requirements, waivers
from portal.standing.views.blueprint import blueprint
from portal.standing.views.standing import organization_panel, person_panel

__all__ = ["blueprint", "evidence", "imports", "organization_panel", "person_panel", "requirements", "waivers"]
