"""Client data in tables: what a column holds is told by its head, rows apart from it.

Rows end with the first line that has not the head's separator. Cells are looked at in the text as given; a quoted
comma-separated cell may hold commas, nothing else of CSV is needed to know where a cell begins and ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.guard.kinds import Finding, Kind

_TELLING = re.compile(
    r"ssn|social|dob|birth|nac|last ?-?(?:4|four)|first ?-?name|last ?-?name|client|nombre|apellido", re.I
)
_NUMBER_HEAD = re.compile(
    r"(?:(?:client|hoh|full|partial|head)[ _']{0,2}s?[ _])?(?:ssn?|s\.s\.n\.?"
    r"|soc(?:ial)?(?:[ _.]{0,2}sec(?:urity)?)?|l4|last[ _-]?(?:4|four)"
    r"|seguro(?: social)?)(?:[ _-]{0,2}(?:no|num|number|nbr|#|ssn|4|l4|last[ _-]?(?:4|four)|of ssn|digits"
    r"|\(last[ _-]?(?:4|four)\)"
    r"|\(l4\)))?\.?:?",
    re.I,
)
_BIRTH_HEAD = re.compile(
    r"(?:(?:client|hoh|child|head|spouse|member)[ _']{0,2}s?[ _])?(?:d\.?o\.?b\.?|birth[ _-]?(?:date|day|dt)?"
    r"|b-?day|bdate|born(?: on)?"
    r"|date[ _]of[ _]birth|f(?:echa)?\.?(?: de)? nac(?:imiento|\.)?|nacimiento|nacid[oa])(?: ?\([^()]{1,20}\))?:?",
    re.I,
)
_NAME_HEAD = re.compile(
    r"first|last|middle|given|family|(?:client|hoh|participant|guest|tenant|resident"
    r"|head of household)(?:[ _']{0,2}s?[ _]?(?:full |legal )?name)?"
    r"|(?:first|last|middle|full|legal|preferred|given|family)[ _-]?name|name|last, ?first|surname|alias"
    r"|nombres?|apellidos?"
    r"|nombre completo|cliente",
    re.I,
)
_SEPARATORS = (
    ("\t", re.compile(r"\t")),
    ("|", re.compile(r"\|")),
    (";", re.compile(r";")),
    (",", re.compile(r',(?=(?:[^"\n]{0,400}"[^"\n]{0,400}"){0,20}[^"\n]{0,400}\Z)')),
    ("  ", re.compile(r" {2,40}")),
)
_EDGES = " \t\"'|*"
LONGEST_LINE = 2000
MOST_CELLS = 80
LONGEST_VALUE = 40


@dataclass(frozen=True)
class _Head:
    """A head line: what separates its cells, how many they are, and the kind of each telling one."""

    separator: re.Pattern[str]
    cells: int
    kinds: dict[int, Kind]


def find(text: str) -> Iterator[Finding]:
    if not _TELLING.search(text):
        return
    head: _Head | None = None
    position = 0
    for whole in text.splitlines(keepends=True):
        line = whole.rstrip("\r\n")
        cells = _cells(line, head.separator) if head else []
        if head and not 1 < len(cells) <= MOST_CELLS:
            head = None
        fresh = _head(line)
        if head and not fresh:
            yield from _row(line, position, cells, head)
        head = fresh or head
        position += len(whole)


def _head(line: str) -> _Head | None:
    if len(line) > LONGEST_LINE or not _TELLING.search(line):
        return None
    for sign, separator in _SEPARATORS:
        if sign not in line:
            continue
        words = [line[start:end].strip().strip(_EDGES + ">") for start, end in _cells(line, separator)]
        if len(words) < 2:
            continue
        kinds = {index: kind for index, word in enumerate(words) if (kind := _kind(word))}
        numbers = any(kind is not Kind.NAME for kind in kinds.values())
        if kinds and (numbers or any("client" in word.lower() for word in words)):
            return _Head(separator, len(words), kinds)
    return None


def _kind(word: str) -> Kind | None:
    if _NUMBER_HEAD.fullmatch(word):
        return Kind.SSN
    if _BIRTH_HEAD.fullmatch(word):
        return Kind.BIRTH_DATE
    return Kind.NAME if _NAME_HEAD.fullmatch(word) else None


def _cells(line: str, separator: re.Pattern[str]) -> list[tuple[int, int]]:
    if len(line) > LONGEST_LINE:
        return []
    cells, start = [], 0
    for match in separator.finditer(line):
        cells.append((start, match.start()))
        start = match.end()
        if len(cells) > MOST_CELLS:
            break
    return [*cells, (start, len(line))]


def _row(line: str, position: int, cells: list[tuple[int, int]], head: _Head) -> Iterator[Finding]:
    for index, kind in head.kinds.items():
        if index >= len(cells):
            continue
        start, end = cells[index]
        value = line[start:end]
        bare = value.strip(_EDGES)
        if bare and len(bare) <= LONGEST_VALUE and _holds(kind, bare):
            start += value.index(bare)
            yield Finding(kind, position + start, position + start + len(bare))


def _holds(kind: Kind, value: str) -> bool:
    if kind is Kind.NAME:
        return any(c.isalpha() for c in value) and not any(c.isdecimal() for c in value) and "[" not in value
    return sum(c.isdecimal() for c in value) >= 4 and "[" not in value
