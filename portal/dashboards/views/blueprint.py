"""The blueprint that first pages and the search hang on."""

from flask import Blueprint

blueprint = Blueprint("dashboards", __name__)
