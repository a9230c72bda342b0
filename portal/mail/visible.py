"""The visible reply: what the writer of a plain-text mail newly wrote, without quotes, signature and history.

Losing somebody's words is worse than showing a quote twice, so everything doubtful stays. Three things mark history:
lines quoted with ">", a line that says who wrote when ("On … wrote:"), and a block of headers (From, Sent, To,
Subject). A forwarded message is kept whole, and so is a text in which nothing else is left.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portal.mail.history import Kind, Landmark, is_quoted, landmarks
from portal.mail.hygiene import block
from portal.mail.signatures import without_signature

TEXT_LIMIT = 1_000_000
LINES_LIMIT = 50_000
"""Longer texts are nobody's reply; they are kept as they are."""

_SOFT = frozenset({Kind.INTRODUCTION, Kind.ATTRIBUTION})


def visible_reply(text: str, *, forwarded: bool = False) -> str:
    """What was newly written; "" only if nothing was. `forwarded` says that the mail passes on another one."""
    text = block(text)
    lines = text.split("\n")
    if len(text) > TEXT_LIMIT or len(lines) > LINES_LIMIT:
        return text.strip()
    draft = _drafted(lines, forwarded=forwarded)
    kept = draft.composed()
    if not kept and not draft.quotes:
        return text.strip() if any(without_signature([line]) for line in lines) else ""
    return _tidy([*kept, *([""] if kept else []), *draft.tail])


@dataclass
class _Piece:
    """Consecutive lines of one sort. A quote may be announced; `introduction` are lines that do so weakly."""

    lines: list[str] = field(default_factory=list)
    quote: bool = False
    announced: bool = False
    introduction: list[str] = field(default_factory=list)

    def has_text(self) -> bool:
        return any(line.strip() for line in self.lines)


@dataclass
class _Draft:
    """Pieces of text and quotes in turn, up to where history begins; `tail` is kept as it is."""

    pieces: list[_Piece] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    @property
    def quotes(self) -> list[_Piece]:
        return [piece for piece in self.pieces if piece.quote]

    def has_text(self) -> bool:
        return any(without_signature(piece.lines) for piece in self.pieces if not piece.quote)

    def composed(self) -> list[str]:
        """Text without signatures, and the quotes that are answered one by one."""
        pieces = [_without_signature(piece) for piece in self.pieces]
        pieces = _without_history(_merged([piece for piece in pieces if piece.has_text()]))
        answered = sum(piece.quote for piece in pieces)
        inline = answered > 1 or (answered == 1 and not pieces[0].quote)
        kept = [piece for piece in pieces if inline or not piece.quote]
        return [line for piece in kept for line in (*piece.introduction, *piece.lines)]


def _without_signature(piece: _Piece) -> _Piece:
    return piece if piece.quote else _Piece(_spaced(without_signature(piece.lines), piece.lines))


def _spaced(kept: list[str], lines: Sequence[str]) -> list[str]:
    """Keep the blank line between a text and the quote that follows it."""
    return [*kept, ""] if kept and len(kept) < len(lines) and not lines[len(kept)].strip() else kept


def _merged(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Quotes that only a signature or nothing stood between are one quote, unless the second is announced."""
    merged: list[_Piece] = []
    for piece in pieces:
        if merged and piece.quote and merged[-1].quote and not piece.announced:
            merged[-1] = replace(merged[-1], lines=[*merged[-1].lines, *piece.lines])
        else:
            merged.append(piece)
    return merged


def _without_history(pieces: list[_Piece]) -> list[_Piece]:
    """The last quote goes; one right before an announced quote is the writer's own citation."""
    if all(piece.quote for piece in pieces):
        return []
    while pieces[-1].quote:
        if pieces.pop().announced:
            break
    return pieces


def _drafted(lines: list[str], *, forwarded: bool) -> _Draft:
    draft = _Draft()
    quoted = _quoted(lines)
    position = 0
    for landmark in landmarks(lines, quoted):
        _add(draft, lines, quoted, position, landmark.start)
        position = max(position, landmark.start)
        if landmark.kind is Kind.FORWARD or (forwarded and landmark.kind not in _SOFT):
            draft.tail = lines[position:]
            return draft
        if _leads_to_quote(lines, quoted, landmark) or (landmark.kind is Kind.MARKER and not draft.has_text()):
            position = landmark.end
            weak = landmark.kind is Kind.INTRODUCTION
            words = lines[landmark.start : landmark.end] if weak else []
            draft.pieces.append(_Piece(quote=True, announced=True, introduction=words))
        elif landmark.kind not in _SOFT:
            draft.tail = [] if draft.has_text() else lines[position:]
            return draft
    _add(draft, lines, quoted, position, len(lines))
    return draft


def _leads_to_quote(lines: Sequence[str], quoted: Sequence[bool], landmark: Landmark) -> bool:
    index = landmark.end
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index < len(lines) and quoted[index]


def _quoted(lines: Sequence[str]) -> list[bool]:
    """Which lines are quotes. A lone ">From " is a line of text that a mailbox file has escaped."""
    quoted = [is_quoted(line) for line in lines]
    for index, line in enumerate(lines):
        if line.startswith(">From ") and not any(quoted[max(0, index - 1) : index] + quoted[index + 1 : index + 2]):
            quoted[index] = False
    return quoted


def _add(draft: _Draft, lines: Sequence[str], quoted: Sequence[bool], start: int, end: int) -> None:
    """Add lines as pieces of text and quotes; blank lines go with what stands before them."""
    for index in range(start, end):
        blank = not lines[index].strip()
        if not draft.pieces or (not blank and draft.pieces[-1].quote != quoted[index]):
            draft.pieces.append(_Piece(quote=quoted[index]))
        draft.pieces[-1].lines.append(lines[index])


def _tidy(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()
