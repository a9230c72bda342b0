"""The help desk.

Ticket: one question or request, from filing to resolution. Message: what one person wrote on it; a *note* is read by
staff alone. Queue: where tickets wait for a team. Category: what a requester says it is about. Canned response: an
answer written once. Triage rule: conditions that set queue, priority and assignee. Target: how soon a ticket is
answered and resolved, in business hours, paused while waiting on the requester.
"""
