"""What may leave the parser: text without control characters, headers of one line, file names without paths."""

import re
import unicodedata
from collections.abc import Iterator

NAME_LENGTH = 150
# Explicit direction marks, overrides and isolates can turn "gpj.exe" around; invisible characters hide words in names.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u200b\u2060\ufeff\ufffe\uffff"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_TEXT = re.compile(f"[{_CONTROL}\u202d\u202e\ufeff\ufffe\uffff]")
_NOT_IN_A_LINE = re.compile(f"[{_CONTROL}{_DIRECTION}{_INVISIBLE}]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_FOLDS = re.compile("[ \t]*[\r\n\x0b\x0c\x85\u2028\u2029]+[ \t]*|\t+")
_NOT_IN_A_FILE_NAME = re.compile(r'[<>:"|?*]+')
_DRIVE = re.compile(r"^[A-Za-z]:")


class Notes:
    """Sentences about what was repaired or unclear, each once, in the order they came up."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        self._sentences.setdefault(sentence)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)


def block(text: str) -> str:
    """Text of many lines: line feeds and tabs stay, other control characters and direction overrides go."""
    text = _LINE_ENDS.sub("\n", text)
    return _NOT_IN_TEXT.sub("", _LONE_SURROGATE.sub("\ufffd", text))


def one_line(text: str) -> str:
    text = _FOLDS.sub(" ", text)
    return _NOT_IN_A_LINE.sub("", _LONE_SURROGATE.sub("\ufffd", text)).strip()


def file_name(text: str) -> str:
    """The last part of a path, safe to show and to store, or "" when nothing is left of it."""
    name = re.split(r"[/\\\u2044\u2215\uff0f\uff3c]", one_line(text))[-1]
    name = unicodedata.normalize("NFC", _NOT_IN_A_FILE_NAME.sub("_", _DRIVE.sub("", name)))
    return _shortened(name.strip(" .\u3000\xa0"))


def _shortened(name: str) -> str:
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"
