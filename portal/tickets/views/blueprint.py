"""The blueprint that all pages of the help desk hang on."""

from flask import Blueprint

blueprint = Blueprint("tickets", __name__)
