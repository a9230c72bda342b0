"""What a PDF is made of besides Markdown. All words in pieces are plain text, never Markdown."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Drawn:
    """A signature drawn by hand, and what a screen reader says in its place."""

    strokes: tuple[Stroke, ...]
    alt: str


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
