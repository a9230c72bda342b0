"""What holds in any database, filled or copied, as SQL that counts the rows which break it.

`broken(connection)` names each sentence that does not hold, with how many rows break it; both engines.
"""

from sqlalchemy import Connection, text

from tests.demo import invariants_of_licenses as licenses

SENTENCES = {
    "open is what its state says": """
        SELECT count(*) FROM ticket WHERE is_open <> (state IN ('new', 'open', 'waiting'))""",
    "what is not open was resolved, what is open was not": """
        SELECT count(*) FROM ticket WHERE is_open = (resolved_at IS NOT NULL)""",
    "nothing is due on a ticket that is not open": """
        SELECT count(*) FROM ticket WHERE NOT is_open
        AND (first_response_due_at IS NOT NULL OR resolution_due_at IS NOT NULL OR next_due_at < '9999-12-31')""",
    "what is due next is the earlier of the two": """
        SELECT count(*) FROM ticket WHERE is_open AND next_due_at < '9999-12-31' AND next_due_at <>
        CASE WHEN first_response_due_at IS NULL THEN resolution_due_at
             WHEN resolution_due_at IS NULL OR first_response_due_at < resolution_due_at THEN first_response_due_at
             ELSE resolution_due_at END""",
    "an open ticket in work is due some time": """
        SELECT count(*) FROM ticket WHERE state IN ('new', 'open') AND next_due_at >= '9999-12-31'""",
    "a first response is owed as long as there was none": """
        SELECT count(*) FROM ticket WHERE is_open
        AND (first_responded_at IS NULL) <> (first_response_due_at IS NOT NULL)""",
    "a new ticket has no answer": """
        SELECT count(*) FROM ticket WHERE state = 'new' AND first_responded_at IS NOT NULL""",
    "moments of a ticket come in order": """
        SELECT count(*) FROM ticket WHERE updated_at < opened_at OR first_responded_at < opened_at
        OR resolved_at < opened_at OR assigned_at < opened_at""",
    "who is assigned was assigned at a moment": """
        SELECT count(*) FROM ticket WHERE (assignee_id IS NULL) <> (assigned_at IS NULL)""",
    "tickets of restricted queues are restricted": """
        SELECT count(*) FROM ticket JOIN queue ON queue.id = ticket.queue_id
        WHERE ticket.is_restricted <> queue.is_restricted""",
    "a ticket's agency and CoC are those of its project": """
        SELECT count(*) FROM ticket JOIN project ON project.id = ticket.project_id
        WHERE ticket.agency_id <> project.agency_id OR ticket.coc_id <> project.coc_id
        OR ticket.agency_id IS NULL OR ticket.coc_id IS NULL""",
    "a ticket is about an earlier one": """
        SELECT count(*) FROM ticket WHERE possibly_about_id >= id""",
    "every ticket has exactly one opening": """
        SELECT count(*) FROM ticket
        WHERE (SELECT count(*) FROM message WHERE message.ticket_id = ticket.id AND kind = 'opening') <> 1""",
    "the opening comes first": """
        SELECT count(*) FROM message AS opening WHERE kind = 'opening' AND EXISTS
        (SELECT 1 FROM message WHERE message.ticket_id = opening.ticket_id AND message.id < opening.id)""",
    "a ticket begins with its opening": """
        SELECT count(*) FROM message JOIN ticket ON ticket.id = message.ticket_id
        WHERE message.kind = 'opening' AND message.at <> ticket.opened_at""",
    "messages of a ticket are numbered in order of time": """
        SELECT count(*) FROM
        (SELECT at, lag(at) OVER (PARTITION BY ticket_id ORDER BY id) AS before FROM message) AS said
        WHERE at < before""",
    "no message is later than its ticket's last change": """
        SELECT count(*) FROM message JOIN ticket ON ticket.id = message.ticket_id
        WHERE message.at > ticket.updated_at""",
    "no message is without text": """
        SELECT count(*) FROM message WHERE trim(text) = ''""",
    "a mail is one message": """
        SELECT count(*) FROM (SELECT 1 FROM message WHERE inbound_id IS NOT NULL GROUP BY inbound_id
        HAVING count(*) > 1) AS twice""",
    "a requester does not take part in the own ticket besides": """
        SELECT count(*) FROM participant JOIN ticket ON ticket.id = participant.ticket_id
        WHERE participant.person_id = ticket.requester_id OR participant.added_at < ticket.opened_at""",
    "a pause ends after it began": """
        SELECT count(*) FROM pause WHERE ended_at < began_at""",
    "a ticket waits exactly while one pause is open": """
        SELECT count(*) FROM ticket WHERE (state = 'waiting') <>
        ((SELECT count(*) FROM pause WHERE pause.ticket_id = ticket.id AND ended_at IS NULL) = 1)""",
    "that a ticket was filed is on record once": """
        SELECT count(*) FROM ticket WHERE (SELECT count(*) FROM audit_event
        WHERE kind = 'ticket' AND subject_id = ticket.id AND name = 'ticket.filed') <> 1""",
    "that a ticket was closed is on record": """
        SELECT count(*) FROM ticket WHERE state = 'closed' AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE kind = 'ticket' AND subject_id = ticket.id AND name = 'ticket.closed')""",
    "the record of a ticket is of a ticket that exists": """
        SELECT count(*) FROM audit_event WHERE kind = 'ticket'
        AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.id = audit_event.subject_id)""",
    "the record of a ticket begins with its filing": """
        SELECT count(*) FROM audit_event JOIN ticket ON ticket.id = audit_event.subject_id
        WHERE kind = 'ticket' AND audit_event.at < ticket.opened_at""",
    "the first answer on record is the first response": """
        SELECT count(*) FROM ticket WHERE first_responded_at <> (SELECT min(at) FROM audit_event
        WHERE kind = 'ticket' AND subject_id = ticket.id AND name = 'ticket.answered')""",
    "a message on record is of that ticket": """
        SELECT count(*) FROM audit_event WHERE kind = 'ticket' AND {message_id} IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM message WHERE message.ticket_id = audit_event.subject_id AND message.id = {message_id})""",
    "every ticket can be searched": """
        SELECT count(*) FROM ticket WHERE NOT EXISTS (SELECT 1 FROM search_ticket WHERE {search_id} = ticket.id)""",
    "nothing else is found by searching": """
        SELECT count(*) FROM search_ticket WHERE NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.id = {search_id})""",
    "a sealed original belongs to a masked message": """
        SELECT count(*) FROM sealed_original JOIN message ON message.id = sealed_original.message_id
        WHERE {masked} = '[]'""",
    "a letter that was sent says when and how": """
        SELECT count(*) FROM letter WHERE state = 'sent' AND (sent_at IS NULL OR via = '' OR due_at IS NOT NULL)""",
    "a letter that waits is due": """
        SELECT count(*) FROM letter WHERE state = 'queued' AND (sent_at IS NOT NULL OR due_at IS NULL)""",
    "a letter about a ticket is about one that exists": """
        SELECT count(*) FROM letter WHERE about_kind = 'ticket'
        AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.id = letter.about_id)""",
}
WORDS = {
    "sqlite": {
        "message_id": "json_extract(facts, '$.message_id')",
        "search_id": "search_ticket.rowid",
        "masked": "message.masked",
    },
    "postgresql": {
        "message_id": "(facts ->> 'message_id')::int",
        "search_id": "search_ticket.id",
        "masked": "message.masked::text",
    },
}


def broken(connection: Connection) -> dict[str, int]:
    words = WORDS[connection.dialect.name] | licenses.WORDS[connection.dialect.name]
    sentences = SENTENCES | licenses.SENTENCES
    counts = {said: connection.scalar(text(sql.format(**words))) for said, sql in sentences.items()}
    if connection.dialect.name == "sqlite":
        counts["every key points at a row"] = len(connection.execute(text("PRAGMA foreign_key_check")).all())
    return {said: count for said, count in counts.items() if count}
