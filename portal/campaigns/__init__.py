"""Campaigns: who must do what by when, until it is done: dry run, snapshot, reminders, escalation, progress, end.

Nouns: a *campaign* asks everybody whom a requirement binds for new evidence by a day; a *member* is one person or
organization it asks; a *rung* is one step of its ladder of reminders; a *telling* is one letter of a rung. What counts
as done is evidence of the requirement from a day on; the packages that make the evidence need not know the campaign.
"""
