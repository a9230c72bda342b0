"""How far a person's name reaches from a given position on, judged by shape, word lists and its neighbors.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from dataclasses import dataclass

from portal.guard.words import given_names, is_name, is_plain, place_words, plain_words, surnames

_WORD = re.compile(r"[^\W\d_]{1,25}(?:['-][^\W\d_]{1,25}){0,3}\.?")
_BETWEEN = re.compile(r"\"?'? {1,2}[\"'(]?| ?\n[> ]{0,6}(?=[^\W\d_])")
_COMMA = re.compile(r" ?, ?(?:\n[> ]{0,4})?")
_AND_THEN = re.compile(
    r"(?:'s)?(?: ?\([^()\n\ufffc]{1,40}\))?(?: {0,2}(?:,|;|/|&|\+|\n) {0,2}(?:[-*•>]"
    r"|\d{1,2}[.)])? {0,2}(?:and |& |y |with )?|,? (?:and|or|with|y|into|from|not|should be|instead of"
    r"|vs\.?|but) )(?:(?:his|her|their|the|su) (?:son|daughter|wife|husband|partner|child|mother"
    r"|brother|sister|hij[oa]) )?",
    re.I,
)
_PARTICLES = frozenset(
    {
        "de",
        "la",
        "del",
        "los",
        "las",
        "van",
        "von",
        "der",
        "da",
        "dos",
        "di",
        "al",
        "el",
        "bin",
        "st",
        "mc",
        "mac",
        "san",
        "y",
        "le",
        "o",
    }
)
_ENDINGS = frozenset({"jr", "sr", "ii", "iii", "iv"})
CORRECTED = re.compile(r"\b(?:not|should be|instead of|vs|but)\b")
LONGEST = 6
SHORTEST_UNKNOWN = 5


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int

    @property
    def bare(self) -> str:
        return self.text.rstrip(".").lower()

    @property
    def initial(self) -> bool:
        return len(self.text.rstrip(".")) == 1 and self.text[0].isupper()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        return len(self.text) > 2 and self.text.isupper()

    @property
    def linking(self) -> bool:
        return self.bare in _PARTICLES

    @property
    def known(self) -> bool:
        return is_name(self.text)

    @property
    def given(self) -> bool:
        return any(part in given_names() for part in self.bare.replace("'", "-").split("-"))

    @property
    def plain(self) -> bool:
        return is_plain(self.text.rstrip("."))

    @property
    def listed_plain(self) -> bool:
        """Plain by the list, not just by its ending: "Dunning" and "Hampted" follow given names."""
        return self.bare in plain_words()

    @property
    def namely(self) -> bool:
        """Can only be a name, or is at least not a word of the desk."""
        return not self.plain if self.capital and not self.shouted else self.known and not self.plain


def name_at(plain: str, position: int, *, sure: bool) -> int:
    """End of the person's name that begins at `position`, or `position` itself. `sure`: it was announced as a name."""
    first = _WORD.match(plain, position)
    if not first or _starts_no_name(first[0]):
        return position
    words = words_at(plain, position)
    reversed_end = _family_name_first(plain, words, sure=sure)
    if reversed_end:
        return reversed_end
    count = _count(words, plain, sure=sure)
    return words[count - 1].end if count else position


def _starts_no_name(text: str) -> bool:
    """The common case, decided early: small letters or a word of the desk."""
    bare = text.rstrip(".")
    if bare[0].islower():
        return not is_name(bare) and bare.lower() not in _PARTICLES
    return bare.lower() in plain_words() and not is_name(bare)


def next_name_after(plain: str, end: int) -> int | None:
    """Where the next of several listed names would begin."""
    match = _AND_THEN.match(plain, end)
    return match.end() if match else None


def words_at(plain: str, position: int) -> list[Word]:
    words: list[Word] = []
    while len(words) < LONGEST:
        match = _WORD.match(plain, position)
        if not match:
            break
        text = match[0].removesuffix(".") if len(match[0]) > 4 else match[0]
        if text.endswith(("'s", "'S")):
            words.append(Word(text[:-2], match.start(), match.start() + len(text) - 2))
            break
        words.append(Word(text, match.start(), match.start() + len(text)))
        gap = _BETWEEN.match(plain, words[-1].end)
        if not gap:
            break
        position = gap.end()
    return words


def _count(words: list[Word], plain: str, *, sure: bool) -> int:
    first = words[0]
    if not first.capital:
        return _count_small(words)
    if first.initial:
        return 2 if len(words) > 1 and words[1].namely and first.text.endswith(".") else 0
    count = 1
    while count < len(words) and _continues(words, count, plain):
        count += 1
    while count > 1 and (words[count - 1].linking or (words[count - 1].listed_plain and not words[count - 1].known)):
        count -= 1
    if any(word.bare in place_words() and word.capital for word in words[count - (count == len(words)) : count + 2]):
        return 0
    return count if _is_person(words, count, plain, sure=sure) else 0


def _continues(words: list[Word], index: int, plain: str) -> bool:
    word, previous = words[index], words[index - 1]
    if "\n" in plain[previous.end : word.start] and not (word.known and word.namely and index == 1):
        return False
    if word.linking:
        following = next((other for other in words[index + 1 :] if not other.linking), None)
        return following is not None and following.capital and not following.plain and word.bare != "y"
    if not word.capital:
        return False
    if word.initial or word.bare in _ENDINGS:
        return True
    if word.shouted != words[0].shouted:
        return word.shouted and word.known
    if word.shouted:
        return not word.plain or (word.known and index == 1)
    return not word.listed_plain or (word.known and index < 3)


def _is_person(words: list[Word], count: int, plain: str, *, sure: bool) -> bool:
    first, rest = words[0], words[1:count]
    if first.plain:
        fits = any(word.known and not word.plain for word in rest)
        return first.known and (
            fits or (not first.shouted and bool(rest) and (sure or (first.given and rest[0].known)))
        )
    if first.shouted:
        return first.known or (sure and any(word.known for word in rest))
    if first.known or any(word.known and not word.plain for word in rest) or sure:
        return True
    return _lone_or_strange(words, count, plain)


def _lone_or_strange(words: list[Word], count: int, plain: str) -> bool:
    """Unknown words with a capital are a name if the words after them are small, so that this is no title or label."""
    if (
        count < len(words)
        and words[count].capital
        and not words[count].shouted
        and "\n" not in plain[words[count - 1].end : words[count].start]
    ):
        return False
    return len(words[0].text) > 2 or count > 1


def _count_small(words: list[Word]) -> int:
    """Names without capitals: only what the lists know."""
    first = words[0]
    if first.bare in plain_words() or not first.given:
        return 1 if first.bare in surnames() and first.bare not in plain_words() and len(first.bare) > 4 else 0
    count = 1
    while count < len(words) and count < 4 and _small_continues(words[count], words[count + 1 : count + 2]):
        count += 1
    return count


def _small_continues(word: Word, following: list[Word]) -> bool:
    if word.linking:
        return bool(following) and following[0].known
    return not word.plain and (word.known or (len(word.text) >= SHORTEST_UNKNOWN and not word.capital))


def _family_name_first(plain: str, words: list[Word], *, sure: bool) -> int:
    """ "SMITH, JOHN Q." and "De la Cruz, Ana": end of the name, or 0."""
    for count in range(1, min(len(words), 3) + 1):
        comma = _COMMA.match(plain, words[count - 1].end)
        if not comma:
            continue
        family, given = words[:count], words_at(plain, comma.end())
        if (
            not given
            or not given[0].capital
            or not all(word.capital or word.linking for word in family)
            or not all(word.known or not word.plain for word in family)
        ):
            return 0
        if (given[0].given and (not given[0].plain or sure)) or (
            sure and (given[0].namely or (given[0].shouted and not given[0].plain))
        ):
            extra = len(given) > 1 and (
                given[1].initial or (given[1].known and not given[1].plain and given[1].capital)
            )
            return (given[1] if extra else given[0]).end
    return 0
