"""What a PDF is made of besides Markdown. All words in pieces are plain text, never Markdown."""

from dataclasses import dataclass

from portal.errors import Refused

Stroke = tuple[tuple[float, float], ...]
"""Points of one movement of the pen, each from (0, 0) at the top left to (1, 1) at the bottom right."""


@dataclass(frozen=True)
class NewPage:
    """The pieces after it begin on a page of their own."""


@dataclass(frozen=True)
class Heading:
    """It stays with what follows. Its level is lowered where it would skip one."""

    words: str
    level: int = 2


@dataclass(frozen=True)
class Rows:
    """A table of plain words. `widths` are shares of the page, one for each head."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


POINTS_AT_MOST = 5_000
"""In one drawn signature; a slow hand leaves some hundreds."""


@dataclass(frozen=True)
class Drawn:
    """A signature drawn by hand, and what a screen reader says in its place.

    Raises:
        Refused: it is empty, far too long, or reaches beyond its own field, where it could cover other words.
    """

    strokes: tuple[Stroke, ...]
    alt: str

    def __post_init__(self) -> None:
        points = [point for stroke in self.strokes for point in stroke]
        is_inside = all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)
        if not (all(self.strokes) and 0 < len(points) <= POINTS_AT_MOST and is_inside and self.alt.strip()):
            raise Refused("The drawn signature cannot be read. Draw it again, or type your name instead.")


@dataclass(frozen=True)
class Signature:
    """A mark, typed or drawn, above a line; under it who signed, for whom and when, a line each."""

    mark: str | Drawn
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Signatures:
    """Two beside each other, then the next two."""

    of: tuple[Signature, ...]


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF, for those who want to check what it was made from."""

    name: str
    content: bytes
    mime: str
    words: str


Piece = str | Heading | NewPage | Rows | Signatures
"""A piece that is a `str` is Markdown, with headings from level 1."""
