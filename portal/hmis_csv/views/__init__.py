"""The pages of HMIS exports: loading, looking over, confirming; users of the HMIS; months of entering data."""

from portal.hmis_csv.views import changes, exports, months, users
from portal.hmis_csv.views.blueprint import blueprint
from portal.hmis_csv.views.panels import consistency_reasons, organization_panel

__all__ = ["blueprint", "changes", "consistency_reasons", "exports", "months", "organization_panel", "users"]
