"""Invented data for the gallery."""

COLUMNS = [
    {"label": "State"},
    {"label": "Ticket", "sort_href": "?sort=subject"},
    {"label": "Requester", "sort_href": "?sort=requester"},
    {"label": "Owner"},
    {"label": "Due", "sort_href": "?sort=-due", "sorted": "ascending"},
]
_SUBJECTS = [
    "Cannot log in after changing my phone",
    "LSA shows 14 households with no move-in date, need them fixed before Friday's upload deadline",
    "New case manager starts Monday",
    "Duplicate client records, 1048576 and 1048577",
    "APR question 5a total is lower than last year",
    "How do I end an enrollment that was opened by mistake?",
    "Bed inventory for the winter shelter",
    "No puedo cambiar mi contraseña",
    "Coordinated entry event missing for two referrals",
    "Slow screens since the release on Tuesday",
    "Is the ROI still valid after one year?",
    "Remove access for an intern",
]
_STATES = [
    ("info", "new", "New"),
    ("neutral", "open", "Open"),
    ("neutral", "pause", "Waiting on requester"),
    ("neutral", "vendor", "Waiting on vendor"),
    ("neutral", "open", "Open"),
]
_DUE = [
    ("Nov 18, 2026, 4:00 pm CT", "2 days late", "bad"),
    ("Nov 20, 2026, 2:30 pm CT", "due in 40 min", "warn"),
    ("Nov 20, 2026, 4:45 pm CT", "due in 3 h", "warn"),
    ("Nov 23, 2026, 9:00 am CT", "due in 1 day", "neutral"),
    ("Nov 25, 2026, 9:00 am CT", "due in 3 days", "neutral"),
]
_AGENCIES = [
    "Harbor House",
    "Prairie Light Shelter",
    "Two Rivers Outreach",
    "St. Brendan Family Services of the Plains",
]
_PEOPLE = ["Marisol Vega", "Tom Okafor", "Lee Anderson", "Priya Raman", "Joanna Littlefield-Hernandez"]
TICKETS = [
    {
        "id": 1042 - n,
        "number": f"HMIS-{1042 - n}",
        "subject": _SUBJECTS[n % len(_SUBJECTS)],
        "state": _STATES[n % len(_STATES)],
        "requester": _PEOPLE[n % len(_PEOPLE)],
        "agency": _AGENCIES[n % len(_AGENCIES)],
        "owner": [None, "Dana W.", "Chris P."][n % 3],
        "due": _DUE[min(n // 2, len(_DUE) - 1)],
        "unread": n < 3,
        "files": n % 4 == 1,
    }
    for n in range(25)
]
NEEDS = [
    {
        "title": "Cannot log in after changing my phone",
        "href": "/ticket",
        "why": "Marisol Vega, Harbor House, waits for a first answer",
        "when": "2 days late",
        "tone": "bad",
        "icon": "ticket",
    },
    {
        "title": "LSA shows 14 households with no move-in date",
        "href": "/ticket",
        "why": "first answer due",
        "when": "due in 40 min",
        "tone": "warn",
        "icon": "ticket",
    },
    {
        "title": "Lee Anderson left Two Rivers Outreach",
        "href": "/ticket",
        "why": "access must end",
        "when": "by Nov 21, 2026, 9:00 am CT",
        "tone": "warn",
        "icon": "people",
    },
    {
        "title": "Sign: End user agreement, version 4",
        "href": "/ticket",
        "why": "you are asked as HMIS Lead staff",
        "when": "by Dec 1, 2026",
        "tone": "neutral",
        "icon": "agreement",
    },
    {
        "title": "3 tickets have no owner",
        "href": "/work-list",
        "why": "in First line",
        "when": "oldest from Nov 19, 2026",
        "tone": "info",
        "icon": "list",
    },
]
HISTORY = [
    {
        "who": "Rule “Logins first”",
        "words": "put the ticket in Access and gave it to Dana Whitfield",
        "when": "Nov 20, 2026, 9:02 am CT",
        "icon": "rule",
    },
    {"who": "Dana Whitfield", "words": "answered", "when": "Nov 20, 2026, 9:40 am CT", "icon": "reply", "tone": "info"},
    {
        "who": "Marisol Vega",
        "words": "wrote back",
        "when": "Nov 20, 2026, 10:05 am CT",
        "icon": "mail",
        "detail": "The ticket was opened again.",
    },
    {
        "who": "Dana Whitfield",
        "words": "resolved the ticket",
        "when": "Nov 20, 2026, 11:30 am CT",
        "icon": "done",
        "tone": "good",
    },
]
REQUIREMENTS = [
    {"label": "Participation agreement", "note": "every 3 years"},
    {"label": "Valid licenses", "note": "always"},
    {"label": "Training", "note": "yearly"},
    {"label": "Security certification", "note": "yearly"},
    {"label": "Data entered", "note": "monthly"},
    {"label": "Monitoring", "note": "every 24 months"},
]
_CELLS = [
    ("good", "done", "Current", "until Mar 4, 2027"),
    ("bad", "late", "Overdue", "since Oct 1, 2026"),
    ("warn", "clock", "Due soon", "by Dec 1, 2026"),
    ("good", "done", "Current", "until Jun 30, 2027"),
    ("neutral", "minus", "Not required", None),
    ("bad", "error", "Never met", "asked Sep 12, 2026"),
    ("neutral", "waived", "Waived", "until Jan 31, 2027"),
]
COMPLIANCE = [
    {
        "agency": name,
        "note": f"CO-50{1 + n % 2} · {4 + 3 * n} users",
        "cells": [_CELLS[(n * 3 + k * 2 + (n > 3) * k) % 7] for k in range(6)],
    }
    for n, name in enumerate(
        [
            *_AGENCIES,
            "Lakota Bridge Housing",
            "Mill Street Day Center",
            "New Dawn Recovery",
            "Sunrise Veterans Home",
            "Valley Youth Network",
            "Open Table Ministries",
        ]
    )
]
BARS = [
    {"label": "Password and login", "value": 212},
    {"label": "Report question", "value": 148},
    {"label": "Data correction or merge", "value": 97},
    {"label": "New user or access change", "value": 80},
    {"label": "Coordinated entry", "value": 41, "tone": "warn"},
    {"label": "Training", "value": 12},
]
MONTHS = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
SERIES = [
    {"name": "Answered", "values": [62, 71, 80, 66, 58, 61, 49, 55, 60, 72, 98, 84]},
    {"name": "Late", "values": [8, 6, 9, 7, 3, 4, 2, 4, 5, 9, 17, 11]},
]
