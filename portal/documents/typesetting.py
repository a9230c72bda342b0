"""Pieces to a PDF that screen readers can follow: tagged, titled, in one language (PDF/UA-1 and PDF/A).

Everything a person typed reaches the typesetter as one JSON string, next to a layout that never changes; so nothing of
it can be code.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, Literal

import typst

from portal.documents.characters import clean, shown
from portal.documents.pieces import Attachment, Drawn, Heading, NewPage, Piece, Rows, Signature, Signatures
from portal.documents.tree import tree
from portal.errors import Refused
from portal.settings import data_dir

LENGTH_AT_MOST = 200_000
"""Characters of Markdown in one PDF, about 70 pages; and lines, because each takes time of its own."""
LINES_AT_MOST = 6_000
_LANGUAGE = re.compile(r"([a-z]{2,3})-([A-Z]{2})")


def pdf(
    pieces: Sequence[Piece],
    *,
    title: str,
    made_at: datetime,
    author: str = "",
    language: str = "en-US",
    header: str = "",
    footer: str = "",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The same arguments give the same bytes. Pages are counted beside the footer; header and footer are plain words.

    With attachments the file is PDF/A-3a, else PDF/A-2a. Characters that no font of ours has are shown as their number;
    `unprintable` names them beforehand.

    Raises:
        Refused: it is too long for one PDF, or the typesetter found no way to show it.
        ValueError: there is no title, or the language is not of the form en-US.
    """
    spoken = _LANGUAGE.fullmatch(language)
    if not spoken or not clean(title).strip():
        raise ValueError("A PDF needs a title, and a language with its region.")
    _check_length([piece for piece in pieces if isinstance(piece, str)])
    document = {
        "title": clean(title),
        "author": clean(author),
        "language": spoken[1],
        "region": spoken[2],
        "header": shown(header),
        "footer": shown(footer),
        "pieces": _without_gaps([_as_data(piece) for piece in pieces]),
        "attachments": [_attached(one) for one in attachments],
    }
    return _typeset(json.dumps(document), made_at, "a-3a" if attachments else "a-2a")


def _check_length(texts: list[str]) -> None:
    if sum(map(len, texts)) > LENGTH_AT_MOST or sum(text.count("\n") for text in texts) > LINES_AT_MOST:
        raise Refused(
            f"This text is too long for one PDF, which holds {LENGTH_AT_MOST:,} characters and {LINES_AT_MOST:,} "
            "lines. Split it into several documents."
        )


def _typeset(document: str, made_at: datetime, archival: Literal["a-2a", "a-3a"]) -> bytes:
    try:
        return typst.compile(
            _layout(),
            format="pdf",
            sys_inputs={"document": document},
            ignore_system_fonts=True,
            pdf_standards=["ua-1", archival],
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise Refused(
            f"This text cannot be made into an accessible PDF: {error.message}. Simplify the place it names."
        ) from error


@cache
def _layout() -> bytes:
    return (data_dir("content") / "documents" / "document.typ").read_bytes()


def _as_data(piece: Piece) -> dict[str, Any]:
    match piece:
        case str():
            return {"is": "prose", "of": [_legible(node) for node in tree(clean(piece))]}
        case Heading():
            words = shown(piece.words).strip()
            return {"is": "prose", "of": [{"is": "heading", "level": piece.level, "of": [words]}] if words else []}
        case NewPage():
            return {"is": "page"}
        case Rows():
            rows = [[shown(cell) for cell in row] for row in piece.rows]
            return {"is": "rows", "heads": [shown(head) for head in piece.heads], "rows": rows, "widths": piece.widths}
        case Signatures():
            return {"is": "signatures", "of": [_signed(one) for one in piece.of]}


def _without_gaps(pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """PDF/UA refuses a heading more than one level below the one before it, wherever that stands."""
    last = 0
    for heading in (found for piece in pieces for found in _headings(piece)):
        last = heading["level"] = min(heading["level"], last + 1)
    return pieces


def _headings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and node.get("is") == "heading":
        yield node
    elif isinstance(node, dict) and isinstance(node.get("of"), list):
        for one in node["of"]:
            yield from _headings(one)


def _attached(attachment: Attachment) -> dict[str, Any]:
    """Its bytes as numbers, because what the typesetter is handed has to be text."""
    return asdict(attachment) | {"words": clean(attachment.words), "content": list(attachment.content)}


def _signed(signature: Signature) -> dict[str, Any]:
    mark = signature.mark
    drawn = asdict(mark) | {"alt": clean(mark.alt)} if isinstance(mark, Drawn) else shown(mark)
    return {"mark": drawn, "lines": [shown(line) for line in signature.lines]}


def _legible(node: Any) -> Any:
    """The node with every string in it shown in characters that the fonts have; links keep their target."""
    if isinstance(node, str):
        return shown(node)
    if isinstance(node, list):
        return [_legible(one) for one in node]
    if isinstance(node, dict):
        return {key: held if key in ("is", "to", "align") else _legible(held) for key, held in node.items()}
    return node
