"""HTML mail as readable text.

Mail programs write HTML that no grammar fits, and hostile mail makes tree builders take minutes, so this reads a
stream of tags with one linear pattern and never builds a tree. It is for reading: HTML for display is sanitized
elsewhere.
"""

import html
import re
from dataclasses import dataclass, field

TAGS_READ = 100_000
LINK_LIMIT = 2000

# A tag with quoted values that may hold ">"; every character is scanned at most three times (quotes pair up).
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9:_-]{0,40})((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>|<(/?)([A-Za-z][A-Za-z0-9:_-]{0,40})([^<>]*)>"
)
_DECLARATION = re.compile(r"<[!?/][^<>]*>")
_ATTRIBUTE = re.compile(r"([A-Za-z:_-]{1,40})\s*(?:=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|$)", re.I
)
_SPACE = re.compile(r"[ \t\n\xa0\u2000-\u200a\u202f\u3000]+")
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200d\u2060\ufeff\u2800]")
_SHOWN_LINKS = ("http://", "https://", "mailto:", "tel:", "ftp://")

_DROPPED = {"script", "style", "head", "title", "template", "svg", "math", "object", "applet", "select", "datalist"}
_LINE = {
    *("div", "tr", "table", "tbody", "thead", "tfoot", "caption", "dt", "dd", "li", "option", "center", "body", "html"),
    *("section", "article", "header", "footer", "main", "nav", "aside", "address", "form", "fieldset", "legend"),
    *("figure", "figcaption"),
}
_PARAGRAPH = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "hr", "blockquote"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "wbr", "source", "embed", "param", "track"}

# Marks inside the stream of pieces; the text has no control characters when they are set.
_CELL, _DEEPER, _SHALLOWER, _BREAK, _GAP = "\x01", "\x02", "\x03", "\x04", "\x05"
_MARKS = {"br": "\n", "td": _CELL, "th": _CELL, "blockquote": _DEEPER}


@dataclass
class _Reader:
    pieces: list[str] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    link: tuple[str, int] | None = None
    hidden: tuple[str, int, int] | None = None
    hide: bool = True
    preformatted: int = 0


def text_of(source: str) -> str:
    """Readable text of an HTML body: paragraphs, lists, cells apart, quotes behind ">", links as "text (address)"."""
    source = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", source.replace("\r\n", "\n").replace("\r", "\n"))
    source = _without_comments(source)
    return _read(source, _Reader()) or _read(source, _Reader(hide=False))


def _read(source: str, reader: _Reader) -> str:
    position = 0
    skipper = _Skipper(source)
    for count, match in enumerate(_TAG.finditer(source)):
        if match.start() < position:
            continue
        _say(reader, source[position : match.start()])
        position = match.end()
        if count >= TAGS_READ:
            break
        closing, name, rest = match.group(1, 2, 3) if match[2] else match.group(4, 5, 6)
        if name.lower() not in _DROPPED:
            _step(reader, name.lower(), rest, closing=bool(closing))
        elif not closing:
            position = skipper.end_of(name.lower(), position)
    _say(reader, _TAG.sub(" ", source[position:]))
    return _laid_out("".join(reader.pieces))


def _without_comments(source: str) -> str:
    """Comments go, conditional ones too; one that never closes is left to the tag pattern."""
    out: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0:
        end = source.find("-->", start + 2)
        if end < 0:
            break
        out.append(source[position:start])
        position = end + 3
    out.append(source[position:])
    return "".join(out)


class _Skipper:
    """Finds where elements without readable text end; remembers what never closes, so that it looks only once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open: set[str] = set()

    def end_of(self, name: str, position: int) -> int:
        if name in self._open:
            return position
        found = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(self._source, position)
        if found is None:
            self._open.add(name)
            return position
        return found.end()


def _say(reader: _Reader, text: str) -> None:
    if not text:
        return
    text = _UNSEEN.sub("", html.unescape(_DECLARATION.sub("", text)))
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", "", text)
    if reader.preformatted:
        reader.pieces.append(text.replace(" ", "\xa0"))
    else:
        reader.pieces.append(_SPACE.sub(" ", text))


def _step(reader: _Reader, name: str, rest: str, *, closing: bool) -> None:
    if _hiding(reader, name, rest, closing=closing):
        return
    nested = name in {"ul", "ol"} and len(reader.lists) > closing
    if name in _PARAGRAPH and not nested:
        reader.pieces.append(_GAP)
    elif name in _LINE or nested:
        reader.pieces.append(_BREAK)
    if closing:
        _leave(reader, name)
    else:
        _enter(reader, name, rest)


def _hiding(reader: _Reader, name: str, rest: str, *, closing: bool) -> bool:
    """Leave out a hidden element, once its end is seen: an element that never closes must not swallow the letter."""
    if reader.hidden is None:
        if (
            reader.hide
            and not closing
            and name not in _VOID
            and ("style" in rest or "hidden" in rest)
            and _is_hidden(rest)
        ):
            reader.hidden = (name, 1, len(reader.pieces))
        return False
    hidden, depth, start = reader.hidden
    if name == hidden:
        depth += -1 if closing else 1
        reader.hidden = (hidden, depth, start) if depth else None
        if not depth:
            del reader.pieces[start:]
            return True
    return False


def _is_hidden(rest: str) -> bool:
    found = _attributes(rest)
    return "hidden" in found or bool(_HIDDEN_STYLE.search(found.get("style", "")[:2000]))


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(rest[:10_000]):
        found.setdefault(match[1].lower(), html.unescape((match[2] or "").strip("\"'")))
    return found


def _enter(reader: _Reader, name: str, rest: str) -> None:
    match name:
        case "br" | "td" | "th" | "blockquote":
            reader.pieces.append(_MARKS[name])
        case "ul" | "ol":
            reader.lists.append(0 if name == "ol" else None)
        case "li":
            _item(reader)
        case "pre":
            reader.preformatted += 1
        case "a":
            reader.link = (_attributes(rest).get("href", ""), len(reader.pieces))
        case "img":
            alt = _SPACE.sub(" ", _attributes(rest).get("alt", "")).strip()
            reader.pieces.append(f"[{alt[:200]}]" if alt else "")


def _leave(reader: _Reader, name: str) -> None:
    match name:
        case "ul" | "ol":
            del reader.lists[-1:]
        case "blockquote":
            reader.pieces.append(_SHALLOWER)
        case "pre":
            reader.preformatted = max(0, reader.preformatted - 1)
        case "a":
            _end_link(reader)


def _item(reader: _Reader) -> None:
    number = reader.lists[-1] if reader.lists else None
    if number is not None:
        reader.lists[-1] = number = number + 1
    indent = "\xa0\xa0" * min(10, max(0, len(reader.lists) - 1))
    reader.pieces.append(f"{indent}{'-' if number is None else f'{number}.'} ")


def _end_link(reader: _Reader) -> None:
    if reader.link is None:
        return
    target, start = reader.link
    reader.link = None
    shown = _SPACE.sub(" ", "".join(reader.pieces[start:])).strip()
    target = "".join(target.split())
    if not target.lower().startswith(_SHOWN_LINKS) or len(target) > LINK_LIMIT or _alike(shown, target):
        return
    reader.pieces.append(f" ({target.removeprefix('mailto:')})" if shown else target)


def _alike(shown: str, target: str) -> bool:
    return _core(shown) == _core(target)


def _core(link: str) -> str:
    return re.sub(r"^(?:https?://(?:www\.)?|mailto:|tel:|www\.)", "", link.strip().lower()).rstrip("/")


def _laid_out(stream: str) -> str:
    """Lines out of the stream of text and marks; blank lines between paragraphs, ">" before quoted lines."""
    page = _Page()
    for piece in re.split(f"([\n{_BREAK}{_GAP}{_DEEPER}{_SHALLOWER}])", stream):
        match piece:
            case "\n":
                page.end_line()
            case "\x02" | "\x03" | "\x04" | "\x05":
                page.end_block(piece)
            case _:
                page.line += piece
    page.end_block(_BREAK)
    return "\n".join(page.lines).strip("\n")


@dataclass
class _Page:
    lines: list[str] = field(default_factory=list)
    line: str = ""
    depth: int = 0
    gap: bool = False

    def end_block(self, mark: str) -> None:
        if self.line.strip(f" {_CELL}"):
            self.end_line()
        self.line = ""
        self.gap = self.gap or mark in (_GAP, _DEEPER, _SHALLOWER)
        self.depth = max(0, self.depth + (mark == _DEEPER) - (mark == _SHALLOWER))

    def end_line(self) -> None:
        prefix = "> " * min(self.depth, 10)
        cells = [cell.strip(" ") for cell in self.line.split(_CELL)]
        text = " | ".join(cell for cell in cells if cell).replace("\xa0", " ")
        if self.gap and self.lines:
            self._blank(prefix if self.lines[-1].startswith(prefix) else "")
        self.gap = False
        self.line = ""
        if text.strip():
            self.lines.append(prefix + text)
        else:
            self._blank(prefix)

    def _blank(self, prefix: str) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())
