"""From bytes to text when the declared character set is missing, unknown or a lie."""

import codecs
import re
from collections.abc import Iterable

from portal.mail.hygiene import Notes

GUESSED = "The character set was missing or wrong and was guessed."
# Senders say the old name and send the newer superset (WHATWG Encoding Standard, "Names and labels").
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb-2312": "gb18030", "gb_2312-80": "gb18030",
    "csgb2312": "gb18030", "euc-cn": "gb18030", "hz-gb-2312": "hz",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "l1": "cp1252", "us-ascii": "ascii", "ansi": "cp1252", "ansi_x3.4-1968": "ascii", "x-ansi": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "euc-kr": "cp949",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8",
    "unicode-1-1-utf-7": "utf_7", "unicode-1-1-utf-8": "utf_8", "x-utf-7": "utf_7", "utf7": "utf_7",
    "utf8": "utf_8", "utf-8mb4": "utf_8", "utf8mb4": "utf_8", "x-unicode": "utf_16", "unicode": "utf_16",
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
# Python also calls punycode, idna, unicode_escape and the like text encodings; some of them are slow, none is in mail.
_IN_MAIL = re.compile(
    r"ascii|utf-?(?:7|8|8-sig|16(?:-[bl]e)?|32(?:-[bl]e)?)|iso8859-\d+|cp\d+|gb18030|hz|big5(?:hkscs)?|shift_jis\w*"
    r"|euc_\w+|iso2022_\w+|koi8[-_][rut]|mac[-_](?:roman|cyrillic|greek|latin2|turkish)|johab|ptcp154|tis-620"
)
_SINGLE_BYTE = re.compile(r"ascii|iso8859-\d+|cp(?:125\d|437|85\d|86\d|874)|koi8[-_][rut]|mac[-_]\w+|ptcp154|tis-620")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\(J")
_WESTERN_HOLES = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


def decode(raw: bytes, declared: str = "", *, others: Iterable[str] = (), notes: Notes | None = None) -> str:
    """Text by the first character set that fits: declared, UTF-8, one named elsewhere in the message, cp1252.

    A declared single-byte set can never fail, so UTF-8 is tried before it: text that happens to be valid UTF-8 is.
    """
    named = codec_of(declared)
    if raw.isascii() and not _shifts(raw, named):
        return raw.decode("ascii")
    for codec in _ladder(raw, named, others):
        text = _strictly(raw, codec)
        if text is not None:
            if notes is not None and codec != named:
                notes.add(GUESSED)
            return text
    if notes is not None:
        notes.add(GUESSED)
    return _western(raw)


def codec_of(label: str) -> str:
    """The Python codec behind a label from a message, or "" for anything that is not a character set of mail."""
    match = _LABEL.match(label.strip(" \t\r\n\"'"))
    if match is None:
        return ""
    name = match.group().lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name.removeprefix("x-"))).name
    except (LookupError, ValueError):
        return ""
    return found if _IN_MAIL.fullmatch(found) else ""


def _shifts(raw: bytes, codec: str) -> bool:
    """Whether pure ASCII bytes may stand for other characters: UTF-7, HZ, ISO 2022 and UTF-16 do that."""
    return b"\x1b" in raw or codec.startswith(("utf-7", "hz", "iso2022")) or (b"\x00" in raw and "16" in codec)


def _ladder(raw: bytes, named: str, others: Iterable[str]) -> list[str]:
    ladder: list[str] = []
    if _JAPANESE_ESCAPE.search(raw[:100_000]):
        ladder.append("iso2022_jp_ext")
    if _SINGLE_BYTE.fullmatch(named) or not _plausible(raw, named):
        ladder += ["utf-8", named if _SINGLE_BYTE.fullmatch(named) else ""]
    else:
        ladder += [named, "utf-8"]
    ladder += [other for label in others if _plausible(raw, other := codec_of(label))]
    return [codec for codec in ladder if codec and codec != "ascii"]


def _plausible(raw: bytes, codec: str) -> bool:
    """UTF-16 and UTF-32 accept nearly anything; real ones carry a byte order mark or zero bytes."""
    if not codec.startswith(("utf-16", "utf-32")):
        return bool(codec)
    return raw[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in raw[:4000]


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError, OverflowError):
        return _western(raw) if codec == "cp1252" else None


def _western(raw: bytes) -> str:
    """Windows-1252 with its five holes left as they are, so that it never fails."""
    text = raw.decode("cp1252", "replace")
    if "\ufffd" not in text:
        return text
    return "".join(_WESTERN_HOLES.get(byte, char) for byte, char in zip(raw, text, strict=True))
