"""What a PDF can show of what people type: the fonts inside the typesetter, and nothing invisible."""

import unicodedata
from functools import cache

from portal.documents.rendering import printable
from portal.settings import data_dir


def unprintable(text: str) -> tuple[str, ...]:
    """The characters, each once, that a PDF can only show as their number: scripts that the typesetter's fonts lack."""
    return tuple(dict.fromkeys(one for one in clean(text) if not _is_covered(one)))


def shown(text: str) -> str:
    """The text as a PDF shows it, with `[U+738B]` for a character that no font has."""
    return "".join(one if _is_covered(one) else f"[U+{ord(one):04X}]" for one in clean(text))


def clean(text: str) -> str:
    """Composed where Unicode has one character for it, without invisible marks that turn or hide what stands beside."""
    return "".join(one for one in unicodedata.normalize("NFC", printable(text)) if not _is_invisible(one))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"  # variation selectors


def _is_covered(character: str) -> bool:
    return character in "\n\t" or ord(character) in _covered()


@cache
def _covered() -> frozenset[int]:
    lines = (data_dir("content") / "documents" / "characters.txt").read_text(encoding="ascii").splitlines()
    spans = [[int(end, 16) for end in span.split("-")] for line in lines if line[:1] != "#" for span in line.split()]
    return frozenset(code for first, *last in spans for code in range(first, (*last, first)[0] + 1))
