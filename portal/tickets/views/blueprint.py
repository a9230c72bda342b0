"""The blueprint that all pages of the help desk hang on."""

from typing import Any

from flask import Blueprint, request, session

from portal import web
from portal.tickets import rules

blueprint = Blueprint("tickets", __name__)


@blueprint.url_value_preprocessor
def make_room(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything is read of the request: room for all files of a message.

    A request over its limit is dropped unread, with all that was typed. So whoever has a session may send as many
    files as a message takes, and the form says which one is too large.
    """
    if "_user_id" in session:
        largest = web.installation().max_upload_bytes
        request.max_content_length = (rules.FILES_PER_MESSAGE + 1) * largest
