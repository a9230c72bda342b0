"""One fact that HUD's standards ask for: its name here and in the export, its words, what it may hold."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.people.rules.codes import codes
from portal.worktime import date_words


class Shape(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    DATE = "date"
    PROJECT = "project"


@dataclass(frozen=True)
class Element:
    """One fact: its name here, its column in the export, its words, and what it may hold."""

    name: str
    column: str
    label: str
    shape: Shape
    codes: str = ""
    """HUD's list"""
    most: int = 0
    """characters"""
    needed: bool = False
    pattern: str = ""
    example: str = ""

    @property
    def number(self) -> str:
        """HUD's number where the list of codes carries it, such as 2.02.6."""
        return self.codes if self.codes.startswith("2.") else ""

    @property
    def numbered(self) -> str:
        return f"{self.label} ({self.number})" if self.number else self.label

    def words(self, value: Any) -> str:
        """The fact as people read it; "" for nothing."""
        if value is None or value == "":
            return ""
        if self.shape is Shape.CODE:
            return codes(self.codes, None).get(int(value), f"Unknown code {value}")
        if self.shape is Shape.DATE:
            return date_words(value if isinstance(value, date) else date.fromisoformat(value))
        return f"{value:,}" if self.shape is Shape.NUMBER else str(value)

    def problem(self, value: Any, year: int | None = None) -> str | None:
        """Why this value cannot be kept, as a sentence. A `year` forbids codes that it does not know any more."""
        if value is None or value == "":
            return f"“{self.label}” must be filled in." if self.needed else None
        if self.shape is Shape.CODE and value not in codes(self.codes, year):
            return f"“{self.label}” has no code {value} in HUD's list {self.codes}."
        if self.shape is Shape.NUMBER and not 0 <= value < 1_000_000:
            return f"“{self.label}” must be a number from 0 to 999,999."
        if self.most and len(value) > self.most:
            return f"“{self.label}” must have at most {self.most} characters."
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"“{self.label}” must look like {self.example}."
        return None
