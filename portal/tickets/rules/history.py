"""A ticket's record in words: one sentence for each thing that can happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class EventWords:
    """The sentence, and the picture beside it. `{to}` and `{was}` are filled with names of what the facts point at."""

    words: str
    icon: str


EVENTS: Mapping[str, EventWords] = MappingProxyType(
    {
        "ticket.filed": EventWords("filed the ticket {channel}", "new"),
        "ticket.answered": EventWords("answered", "reply"),
        "ticket.commented": EventWords("wrote", "message"),
        "ticket.noted": EventWords("added an internal note", "note"),
        "ticket.queue_changed": EventWords("moved it to {to}", "queue"),
        "ticket.priority_changed": EventWords("set the priority to {to}", "priority"),
        "ticket.category_changed": EventWords("changed the category to {to}", "category"),
        "ticket.project_changed": EventWords("set the HMIS project to {to}", "project"),
        "ticket.assigned": EventWords("assigned it to {to}", "person"),
        "ticket.unassigned": EventWords("took it from {was}", "person"),
        "ticket.handed_back": EventWords("handed it back to the requester", "waiting"),
        "ticket.resumed": EventWords("put it back in work", "open"),
        "ticket.resolved": EventWords("resolved it", "done"),
        "ticket.reopened": EventWords("reopened it", "open"),
        "ticket.closed": EventWords("closed it", "closed"),
        "ticket.participant_added": EventWords("added {to} to the conversation", "person"),
        "ticket.participant_removed": EventWords("removed {was} from the conversation", "person"),
        "ticket.masked": EventWords("client data was removed before storing: {kinds}", "shield"),
        "ticket.original_read": EventWords("opened the sealed original of a message", "shield"),
        "ticket.original_purged": EventWords("the sealed original of a message was purged", "shield"),
        "ticket.files_left_out": EventWords("{count} files of the mail were not accepted and left out", "warning"),
    }
)


def sentence(name: str, facts: Mapping[str, Any], names: Mapping[str, str]) -> EventWords:
    """`names` gives words for the ids in the facts: to, was, kinds, channel."""
    known = EVENTS[name]
    filled = {"to": "nobody", "was": "nobody", "kinds": "", "channel": "", "count": facts.get("count", ""), **names}
    return EventWords(known.words.format_map(filled), known.icon)
