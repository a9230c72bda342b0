"""From bytes in whatever encoding to UTF-8, chunk by chunk, with a note of what was met."""

import codecs
from enum import StrEnum


class Met(StrEnum):
    """What the bytes showed, by the code of its problem."""

    UTF_16 = "encoding_utf_16"
    WINDOWS_1252 = "encoding_windows_1252"
    NULS = "nul_characters"


MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
ELSE_WINDOWS_1252 = "else-windows-1252"


def _else_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error(ELSE_WINDOWS_1252, _else_windows_1252)


class Recoder:
    """`first` is the beginning of the file: a mark tells the encoding, or the NULs that UTF-16 puts beside letters."""

    def __init__(self, first: bytes) -> None:
        self.met: set[Met] = set()
        encoding, self._mark = _encoding(first)
        self._is_utf_8 = encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)("strict" if self._is_utf_8 else "replace")
        if not self._is_utf_8:
            self.met.add(Met.UTF_16)

    def recoded(self, chunk: bytes) -> bytes:
        """Sound UTF-8 without NULs. An empty chunk is the end."""
        chunk, self._mark = chunk.removeprefix(self._mark), b""
        if self._is_utf_8 and chunk.isascii() and chunk and not self._decoder.getstate()[0]:
            return self._without_nuls(chunk)
        return self._without_nuls(self._decoded(chunk).encode("utf-8", "replace"))

    def _decoded(self, chunk: bytes) -> str:
        try:
            return self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            self.met.add(Met.WINDOWS_1252)
            begun = self._decoder.getstate()
            self._decoder = codecs.getincrementaldecoder("utf-8")(ELSE_WINDOWS_1252)
            self._decoder.setstate(begun)
            return self._decoder.decode(chunk, final=not chunk)

    def _without_nuls(self, text: bytes) -> bytes:
        if b"\0" not in text:
            return text
        self.met.add(Met.NULS)
        return text.replace(b"\0", b"")


def _encoding(first: bytes) -> tuple[str, bytes]:
    for mark, encoding in MARKS:
        if first.startswith(mark):
            return encoding, mark
    for encoding, high in (("utf-16-le", first[1:64:2]), ("utf-16-be", first[0:64:2])):
        if len(high) > 4 and not high.strip(b"\0"):
            return encoding, b""
    return "utf-8", b""
