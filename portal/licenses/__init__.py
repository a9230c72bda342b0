"""Who may log in to the HMIS, from the request to the end, and what staff must still do there.

Nouns: license (with steps), work item, leaver, suspension (proposed, approved), seats, compliance of an agency.
"""
