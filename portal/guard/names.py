"""Names of clients: announced as a client, beside other client data, or doing what clients do in a record.

Names of others stay: in signatures and greetings, of people with a role, of agencies, projects and screens.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from portal.guard import name_cues as cues
from portal.guard.kinds import Allowed, Finding, Kind
from portal.guard.known import NOTHING, Known, beside
from portal.guard.name_context import likely, stays, words_in
from portal.guard.persons import CORRECTED, Word, name_at, next_name_after, words_at
from portal.guard.reading import Reading
from portal.guard.words import given_names, place_words, plain_words


def find(reading: Reading, allowed: Allowed, known: Known = NOTHING) -> list[Finding]:
    """Spans in the text as given; names that repeat elsewhere in it, whole or in part, are found there too."""
    announced = {*_announced(reading), *_fields(reading)}
    others = (
        _concerning(reading),
        _honored(reading, allowed),
        _in_records(reading, known),
        _in_small_letters(reading, known),
        _with_initials(reading, known),
        _rows(reading),
    )
    kept = {span for span in announced if not allowed.person(reading.plain[slice(*span)])}
    kept |= {span for span in chain.from_iterable(others) if not _is_staff(reading, allowed, known, *span)}
    kept |= set(_repeated(reading, kept, allowed))
    return [reading.finding(Kind.NAME, start, end) for start, end in sorted(kept)]


def _is_staff(reading: Reading, allowed: Allowed, known: Known, start: int, end: int) -> bool:
    """A colleague's name, unless client data stands beside it."""
    name = reading.plain[start:end]
    return allowed.person(name) or (allowed.colleague(name) and not beside(reading, known.certain, start, end))


def _concerning(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in cues.CONCERNING.finditer(reading.plain):
        yield from _listed(reading, match.end(), sure=False, known=False)


def _announced(reading: Reading) -> Iterator[tuple[int, int]]:
    plain = reading.plain
    for match in cues.CLIENT.finditer(plain):
        sure = bool(match["called"]) or match[0].rstrip().endswith((":", "="))
        yield from _listed(
            reading,
            match.end(),
            sure=sure and not _is_verb(match["called"]),
            known=_is_verb(match["called"]) or match[0].rstrip().endswith(","),
        )
    for match in cues.MERGED.finditer(plain):
        if not cues.STAFF_ACCOUNT.search(reading.line(match.start())):
            yield from _doubles(plain, match.end())
    for match in chain(cues.RELATIVE.finditer(plain), cues.LIST.finditer(plain)):
        if match[0].startswith(cues.TITLES) and cues.TITLED.search(reading.before(match.start(), 2)):
            continue
        yield from _listed(
            reading, match.end(), sure=False, known=not cues.WHOSE.search(reading.before(match.start(), 12))
        )
    for match in cues.FAMILY.finditer(plain):
        end = name_at(plain, match.end(), sure=False)
        if end > match.end() and words_at(plain, match.end())[0].capital:
            yield match.end(), end


def _doubles(plain: str, start: int) -> Iterator[tuple[int, int]]:
    begin: int | None = start
    while begin is not None:
        end = name_at(plain, begin, sure=False)
        words = words_in(plain, begin, end)
        if len(words) < 2 or not likely(plain, begin, end):
            return
        yield begin, end
        begin = next_name_after(plain, end)


def _is_verb(called: str | None) -> bool:
    return called is not None and called.strip(" ,:=\"'(-").lower() in ("is", "was", "es", "son", "are")


def _listed(reading: Reading, start: int, *, sure: bool, known: bool) -> Iterator[tuple[int, int]]:
    """The name at `start` and those listed after it: "clients Ana Ruiz, John Smith and Bo Li"."""
    begin: int | None = start
    while begin is not None:
        end = name_at(reading.plain, begin, sure=sure)
        if (
            end == begin
            or cues.ROLE_AFTER.match(reading.after(end, 60))
            or cues.PLACE_AFTER.match(reading.after(end, 40))
            or (known and not likely(reading.plain, begin, end))
        ):
            return
        yield begin, end
        begin, sure = next_name_after(reading.plain, end), False
        known = begin is None or not CORRECTED.search(reading.plain, end, begin)


def _fields(reading: Reading) -> Iterator[tuple[int, int]]:
    """ "First name: Maria" on a form about a client, not on one about a user."""
    for match in cues.FIELD.finditer(reading.plain):
        start = match.end()
        label = match[0].lower().split()
        sure = label[-1].endswith((":", "=", "|", "-", '"')) or label[-1] in ANNOUNCING
        end = name_at(reading.plain, start, sure=sure and reading.after(start, 1).isupper())
        if end > start and (sure or likely(reading.plain, start, end)) and _on_a_client_form(reading, match):
            yield start, end


ANNOUNCING = frozenset({"is", "aka", "by", "to", "as", "be", "spelled", "misspelled"})


def _on_a_client_form(reading: Reading, field: re.Match[str]) -> bool:
    around = reading.before(field.start(), 160) + reading.after(field.end(), 160)
    of_staff = len(cues.STAFF_FIELDS.findall(around))
    of_clients = len(cues.CLIENT_FIELDS.findall(around))
    named_otherwise = cues.OTHER_NAMED.search(reading.before(field.start(), 24))
    return 0 < of_clients >= of_staff and not named_otherwise and not reading.in_signature(field.start())


def _honored(reading: Reading, allowed: Allowed) -> Iterator[tuple[int, int]]:
    for match in cues.HONORIFIC.finditer(reading.plain):
        end = name_at(reading.plain, match.end(), sure=cues.UNMISTAKABLE.match(match[0]) is not None)
        if end == match.end() or stays(reading, match.start(), end):
            continue
        words = words_in(reading.plain, match.end(), end)
        line = reading.line(match.start())
        if cues.COLLEAGUES.search(line) and not cues.CLIENT_FIELDS.search(line):
            continue
        if not words or any(allowed.part_of_a_person(word.text) for word in words):
            continue
        if cues.UNMISTAKABLE.match(match[0]) or any(word.known for word in words):
            yield match.end(), end


def _in_records(reading: Reading, known: Known) -> Iterator[tuple[int, int]]:
    """Full names beside client data, or beside what is done with clients' records, when nothing speaks of staff."""
    plain, position = reading.plain, 0
    for match in cues.CAPITAL.finditer(plain):
        if match.start() < position:
            continue
        start = match.start()
        end = name_at(plain, start, sure=False)
        if end == start:
            continue
        words = words_in(plain, start, end)
        position = end
        if len(words) > 1 and _of_a_client(reading, words, start, end, known):
            yield start, end


def _in_small_letters(reading: Reading, known: Known) -> Iterator[tuple[int, int]]:
    """ "cant find maria lopez in the list", "maria lopez dob 4/1/80": a given name of the lists and one word more."""
    for match in cues.SMALL.finditer(reading.plain):
        if match[0] not in given_names() or match[0] in plain_words():
            continue
        start, end = match.start(), name_at(reading.plain, match.start(), sure=False)
        words = words_in(reading.plain, start, end)
        if len(words) > 1 and _of_a_client(reading, words, start, end, known):
            yield start, end


def _with_initials(reading: Reading, known: Known) -> Iterator[tuple[int, int]]:
    """ "K. Abdullahi born 1/1/1986": beside what is a client's."""
    for match in cues.INITIAL.finditer(reading.plain):
        family = Word(match[0][2:].strip(), match.start(), match.end())
        told_of = cues.DATA_AFTER.match(reading.after(match.end(), 70)) or beside(reading, known.certain, *match.span())
        if told_of and not family.plain and not stays(reading, *match.span()):
            yield match.span()


def _of_a_client(reading: Reading, words: list[Word], start: int, end: int, known: Known) -> bool:
    told_of = (
        _alone_in_a_list(reading, words, start, end)
        or _concerns_a_client(reading, words, start, end)
        or (beside(reading, known.certain, start, end) and any(word.known and not word.plain for word in words))
    )
    return told_of and not cues.TOLD.search(reading.before(start, 24)) and not stays(reading, start, end)


def _alone_in_a_list(reading: Reading, words: list[Word], start: int, end: int) -> bool:
    """A bullet and two words that can only be a name, in a text about clients."""
    line = reading.line(start)
    if not cues.BULLET.fullmatch(line[: line.find(words[0].text)]) or reading.after(end, 1) not in ("", "\n", " ", ","):
        return False
    around = reading.before(start, 300) + reading.after(end, 300)
    return (
        all(word.namely for word in words)
        and bool(cues.CLIENT_FIELDS.search(around))
        and not cues.STAFF_MATTER.search(around)
    )


def _concerns_a_client(reading: Reading, words: list[Word], start: int, end: int) -> bool:
    after = reading.after(end, 70)
    if cues.DATA_AFTER.match(after):
        return True
    if not any(word.known and not word.plain for word in words) or cues.STAFF_MATTER.search(reading.line(start)):
        return False
    return bool(cues.MATTER_BEFORE.search(reading.before(start, 60)) or cues.MATTER_AFTER.match(after))


def _rows(reading: Reading) -> Iterator[tuple[int, int]]:
    """Family and given name in two cells beside client data."""
    for match in cues.ROW.finditer(reading.plain):
        cells = [cell for cell in ("one", "two", "rest") if match[cell]]
        words = [Word(match[cell], match.start(cell), match.end(cell)) for cell in cells]
        if all((word.known or not word.plain) and not cues.JOINED_WORDS.search(word.text) for word in words[:2]):
            end = words[-1 if not words[-1].plain else 1].end
            if not stays(reading, match.start(), end):
                yield match.start(), end


def _repeated(reading: Reading, found: Iterable[tuple[int, int]], allowed: Allowed) -> Iterator[tuple[int, int]]:
    """The parts of found names wherever they stand alone: "Maria Lopez ... Maria's exit ... Lopez"."""
    spans = set(found)
    words = (word for start, end in spans for word in words_in(reading.plain, start, end))
    parts = {word.text.upper() for word in words if len(word.text) > 2 and not word.plain}
    for match in cues.CAPITAL.finditer(reading.plain) if parts else ():
        word = match[0].removesuffix("'s").removesuffix("'S")
        span = (match.start(), match.start() + len(word))
        known = word.upper() in parts and span not in spans
        if known and not allowed.part_of_a_person(word) and not _of_another(reading, *span, parts):
            yield span


def _of_another(reading: Reading, start: int, end: int, parts: set[str]) -> bool:
    return _part_of_another(reading, start, end, parts) or stays(reading, start, end)


def _part_of_another(reading: Reading, start: int, end: int, parts: set[str]) -> bool:
    """Beside a different capitalized word: "Maria Chen" or "Lopez House" when the client is Maria Lopez."""
    after = re.match(r" ([A-ZÀ-Þ][\w'-]+)", reading.after(end, 30))
    before = re.search(r"([A-ZÀ-Þ][\w'-]+) \Z", reading.before(start, 30))
    beside = [match[1] for match in (after, before) if match]
    return any(
        word.upper() not in parts and (Word(word, 0, 0).namely or word.lower() in place_words()) for word in beside
    )
