"""The pages of HMIS exports: loading, looking over, confirming; users of the HMIS; months of entering data."""

from portal.hmis_csv.views import changes, exports, months, users
from portal.hmis_csv.views.blueprint import blueprint

__all__ = ["blueprint", "changes", "exports", "months", "users"]
