"""The edge: who may enter a view, what a request leaves behind, and what a refusal looks like.

An unsafe request answered below 400 is kept, all else is dropped; a view that must leave a trace all the same is marked
`@leaves_trace("why")`.
"""

from portal.web.access import Access, demand_marks, leaves_trace, public, requires
from portal.web.asking import SAFE_METHODS, act, actor, installation, is_partial, link, not_found, page
from portal.web.edge import CONTENT_SECURITY_POLICY, SECURITY_HEADERS, RowId, csrf, init_app, settle
from portal.web.errors import error_page
from portal.web.kept import KeptForm, SubmittedForm, kept_form

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "SAFE_METHODS",
    "SECURITY_HEADERS",
    "Access",
    "KeptForm",
    "RowId",
    "SubmittedForm",
    "act",
    "actor",
    "csrf",
    "demand_marks",
    "error_page",
    "init_app",
    "installation",
    "is_partial",
    "kept_form",
    "leaves_trace",
    "link",
    "not_found",
    "page",
    "public",
    "requires",
    "settle",
]
