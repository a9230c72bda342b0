"""The pages of the help desk."""

from portal.tickets.views import conversation, filing, lists, record, setup
from portal.tickets.views.blueprint import blueprint

__all__ = ["blueprint", "conversation", "filing", "lists", "record", "setup"]
