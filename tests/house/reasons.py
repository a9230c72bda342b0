"""What departs from a rule of the house on purpose, each with its reason. A reason that no longer holds fails too."""

_IN_PLACE = "A form of the ticket's page; refused, it is shown in its place there."
_FILE = "A download."
_CALLER = "A step of other actions, which record what happened."
_INNER = "Never shown to anybody."

TRACES = {
    "people.change_password": "A wrong current password is counted although the request is refused.",
    "people.sign_in": "A failed try is counted although the request is refused.",
    "tickets.read_original": "Reading a sealed original is recorded.",
}
NO_PAGE_OF_ITS_OWN = {
    "hmis_csv.download_refused": _FILE,
    "licenses.download_refused_rows": _FILE,
    "operations.show_health": "JSON for monitors.",
    "people.export_descriptors": _FILE,
    "standing.download_claim_file": _FILE,
    "standing.download_evidence_file": _FILE,
    "standing.download_refused": _FILE,
    "tickets.add_note": _IN_PLACE,
    "tickets.answer_ticket": _IN_PLACE,
    "tickets.comment": _IN_PLACE,
    "tickets.download_file": _FILE,
    "tickets.export_tickets": _FILE,
}
NOT_ON_RECORD = {
    "hmis_csv.drop_copy": _CALLER,
    "hmis_csv.drop_roster": _CALLER,
    "people.make_link": _CALLER,
    "people.note_seen": "When a session was last used is kept with the session; recording it would bury the rest.",
    "people.sweep": "Outworn traces go; what they were traces of is on record.",
    "people.void_links": _CALLER,
    "tickets.move": _CALLER,
    "tickets.note_first_answer": _CALLER,
}
CODES = {
    "demo.rules.scenarios.Speaker": "Read from the shipped scenarios alone.",
    "people.rules.elements.Shape": _INNER,
    "people.rules.sign_in.Bucket": _INNER,
    "people.rules.sign_in.LinkKind": "Each kind has a letter of its own, which says what it is.",
    "policy.Permission": "The codes of the access matrix and the record, which auditors read as they are.",
    "tickets.rules.safety.Choice": "The form that offers the choices words them as answers to its question.",
    "tickets.rules.states.Move": "What happened is told by the history's own sentences.",
    "tickets.rules.targets.Urgent": "Shown as a color beside the due time, which says it in words.",
    "tickets.rules.words.MessageKind": "Shown by who wrote and by the label of internal notes.",
}
UNORDERED: set[str] = set()
