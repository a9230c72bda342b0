"""The pages of the help desk."""

from portal.tickets.views import canned, categories, conversation, filing, lists, promises, queues, record, triage
from portal.tickets.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "canned",
    "categories",
    "conversation",
    "filing",
    "lists",
    "promises",
    "queues",
    "record",
    "triage",
]
