"""What is wrong with an export, said in a form that a person and a program can both read."""

from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SHOWN_PER_KIND = 20
"""Of one kind of problem in one column so many rows are told singly; the rest as a number."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def words(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Problem:
    """`row` counts records as a spreadsheet shows them: the header is row 1. No message quotes a cell."""

    file: str
    row: int | None
    column: str | None
    code: str
    message: str
    severity: Severity

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Problems:
    """Collects problems in the order found, however many there are, in bounded memory."""

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._seen: Counter[tuple[str, str | None, str, Severity]] = Counter()

    def error(self, code: str, message: str, **where: Any) -> None:
        self.add(Severity.ERROR, code, message, **where)

    def warning(self, code: str, message: str, **where: Any) -> None:
        self.add(Severity.WARNING, code, message, **where)

    def note(self, code: str, message: str, **where: Any) -> None:
        self.add(Severity.NOTE, code, message, **where)

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        *,
        file: str,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        kind = (file, column, code, severity)
        self._seen[kind] += 1
        if self._seen[kind] <= SHOWN_PER_KIND:
            self._told.append(Problem(file, row, column, code, message, severity))

    def all(self) -> tuple[Problem, ...]:
        return (*self._told, *self._more())

    def _more(self) -> list[Problem]:
        return [
            Problem(file, None, column, code, f"The same in {count - SHOWN_PER_KIND:,} more rows.", severity)
            for (file, column, code, severity), count in self._seen.items()
            if count > SHOWN_PER_KIND
        ]
