"""What stands around a name, asked by all that look for names: its words, and whether it is of somebody who stays."""

import re

from portal.guard import name_cues as cues
from portal.guard.persons import Word
from portal.guard.reading import Reading


def likely(plain: str, start: int, end: int) -> bool:
    """A word of the lists, or two words with a capital that are no words of the desk."""
    words = words_in(plain, start, end)
    return any(word.known for word in words) or (len(words) > 1 and all(word.namely for word in words))


def words_in(plain: str, start: int, end: int) -> list[Word]:
    words = []
    for piece in re.finditer(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)?", plain[start:end]):
        words.append(Word(piece[0], start + piece.start(), start + piece.end()))
    return words


def stays(reading: Reading, start: int, end: int) -> bool:
    """Greeted, signing, named in a mail header, or with a role."""
    before = reading.before(start, 60)
    return bool(
        reading.in_signature(start)
        or cues.GREETED.search(before)
        or cues.PLACE_AFTER.match(reading.after(end, 40))
        or cues.ROLE_BEFORE.search(before)
        or cues.ROLE_AFTER.match(reading.after(end, 60))
        or cues.HEADER.match(reading.line(start))
    )
