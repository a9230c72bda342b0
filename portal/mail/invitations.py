"""Invitations to meetings, in words."""

import re

_CALENDAR_LINE = re.compile(
    r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION|ORGANIZER)(?:;[^:\n]{0,200})?:(.*)$", re.MULTILINE
)
_CALENDAR_WORDS = {"SUMMARY": "What", "DTSTART": "Start", "DTEND": "End", "LOCATION": "Where", "DESCRIPTION": "Details",
                   "ORGANIZER": "From"}  # fmt: skip


def words(text: str) -> str:
    """A calendar object (RFC 5545) in words."""
    whole = re.sub(r"\r?\n[ \t]", "", text)
    start = max(whole.find("BEGIN:VEVENT"), 0)
    facts = {
        match[1]: match[2].strip() for match in reversed(list(_CALENDAR_LINE.finditer(whole[start : start + 50_000])))
    }
    said = {
        _CALENDAR_WORDS[name]: re.sub(r"\\([,;\\])", r"\1", fact.replace("\\n", "\n"))
        for name, fact in facts.items()
        if fact
    }
    return "\n".join(f"{word}: {said[word]}" for word in _CALENDAR_WORDS.values() if word in said) or text
