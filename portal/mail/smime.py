"""Opaque S/MIME (RFC 8551): the message that a signature is wrapped around. Nothing is verified, nothing decrypted.

Only the few elements of CMS (RFC 5652) on the way to the content are read, in one pass: general ASN.1 parsers take
minutes for a content that somebody cut into tiny pieces.
"""

from collections.abc import Iterator
from dataclasses import dataclass

ELEMENTS_LIMIT = 100_000
_OID, _SEQUENCE, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x06, 0x30, 0xA0, 0x04, 0x24
_CMS = bytes.fromhex("2a864886f70d0107")
_SIGNED, _DATA = _CMS + b"\x02", _CMS + b"\x01"
_ENCRYPTED = frozenset({_CMS + b"\x03", _CMS + b"\x06", bytes.fromhex("2a864886f70d0109100117")})
"""EnvelopedData, EncryptedData (RFC 5652), AuthEnvelopedData (RFC 5083)."""


@dataclass(frozen=True)
class Wrapped:
    """`content` is a MIME entity; b"" where there is none to read, as in what is encrypted."""

    is_encrypted: bool
    content: bytes = b""


def opened(cms: bytes) -> Wrapped | None:
    """What lies in a CMS object; None for what is none or cannot be read. Never raises."""
    try:
        return _opened(_Walk(cms))
    except (ValueError, IndexError):
        return None


class _Walk:
    """A place in BER, moved along by the elements that are expected there. Raises ValueError for others."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.seen = data, 0, 0

    def header(self) -> tuple[int, int | None]:
        """Step behind the next header: its tag, and where its content ends (None: where an end mark says)."""
        self.seen += 1
        if self.seen > ELEMENTS_LIMIT:
            raise ValueError
        tag, length = self.data[self.at], self.data[self.at + 1]
        self.at += 2
        if length == 0x80:
            return tag, None
        if length > 0x80:
            octets = self.data[self.at : self.at + length - 0x80][:9]
            self.at += length - 0x80
            length = int.from_bytes(octets, "big")
        if self.at + length > len(self.data):
            raise ValueError
        return tag, self.at + length

    def enter(self, wanted: int) -> None:
        if self.header()[0] != wanted:
            raise ValueError

    def value(self, wanted: int) -> bytes:
        tag, end = self.header()
        if tag != wanted or end is None:
            raise ValueError
        found, self.at = self.data[self.at : end], end
        return found

    def skip(self) -> None:
        for _ in self.pieces(anything=True):
            pass

    def pieces(self, *, anything: bool = False) -> Iterator[bytes]:
        """The octet strings that the next element is made of, however nested."""
        ends: list[int | None] = []
        while True:
            tag, end = self.header()
            if end is None or tag == _OCTETS_IN_PIECES:
                ends.append(end)
            elif tag == 0 and ends and ends[-1] is None:
                ends.pop()
            elif anything or tag == _OCTETS:
                yield self.data[self.at : end]
                self.at = end
            else:
                raise ValueError
            while ends and ends[-1] == self.at:
                ends.pop()
            if not ends:
                return


def _opened(walk: _Walk) -> Wrapped | None:
    walk.enter(_SEQUENCE)
    kind = walk.value(_OID)
    if kind in _ENCRYPTED:
        return Wrapped(is_encrypted=True)
    if kind != _SIGNED:
        return None
    walk.enter(_EXPLICIT)
    walk.enter(_SEQUENCE)
    walk.skip()  # the version
    walk.skip()  # the digest algorithms
    walk.enter(_SEQUENCE)
    if walk.value(_OID) != _DATA or walk.header()[0] != _EXPLICIT:
        return Wrapped(is_encrypted=False)
    return Wrapped(is_encrypted=False, content=b"".join(walk.pieces()))
