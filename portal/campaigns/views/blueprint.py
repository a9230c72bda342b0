"""The blueprint that all views of campaigns stand on."""

from flask import Blueprint

blueprint = Blueprint("campaigns", __name__)
